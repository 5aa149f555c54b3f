"""Letters by which a client entrusts a firm with finding people (国令700号 art. 26).

The firm hands the letter in; the operator accepts, returns or refuses it. Only an accepted one
that is still valid carries a posting.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from stdnum.cn import uscc as credit_code
from stdnum.exceptions import ValidationError

from talentmarket.core import clock, files
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean, clean_line
from talentmarket.core.roles import OrgRole
from talentmarket.exchange import job_texts  # noqa: F401  the words of the codes used here
from talentmarket.exchange.models import Entrustment, EntrustmentState
from talentmarket.members.models import Account, Membership, Organisation, OrganisationKind
from talentmarket.members.proofs import PROOF_TYPES
from talentmarket.notices.send import notify

LONGEST = timedelta(days=3 * 366)
_STATE = EntrustmentState
_ANSWERS = {
    "accept": (_STATE.ACCEPTED, "entrustment.accepted"),
    "return": (_STATE.RETURNED, "entrustment.returned"),
    "refuse": (_STATE.REFUSED, "entrustment.refused"),
}


def submit(
    session: Session,
    organisation: Organisation,
    *,
    client_name: str,
    client_uscc: str,
    valid_until: date | None,
    data: bytes,
    file_name: str,
    actor: Actor,
    previous: Entrustment | None = None,
) -> Entrustment:
    """Hand in a letter, or a returned one again. Raises Invalid with the fields that are wrong."""
    name, code = clean_line(client_name), clean_line(client_uscc).upper()
    wrong = _problems(organisation, name, code, valid_until)
    if not data and previous is None:
        wrong["file"] = _l("上传委托书的扫描件或照片。")
    if wrong:
        raise Invalid(wrong)
    if previous is not None and previous.state is not _STATE.RETURNED:
        raise Conflict(code="not-returned")
    letter = previous or Entrustment(organisation_id=organisation.id)
    letter.client_name, letter.client_uscc, letter.valid_until = name, code, valid_until  # type: ignore[assignment]
    letter.client_id = session.scalar(sa.select(Organisation.id).where(Organisation.uscc == code))
    letter.state, letter.submitted_at = _STATE.IN_REVIEW, clock.now()
    letter.reason, letter.reason_text = None, ""
    session.add(letter)
    session.flush()
    if data:
        kept = files.keep(
            session,
            data,
            file_name,
            owner_type="organisation",
            owner_id=organisation.public_id,
            purpose="entrustment",
            uploaded_by=actor.account,
            allowed=PROOF_TYPES,
        )
        letter.file_id = kept.id
        session.flush()
    record(
        session,
        "entrustment",
        letter.public_id,
        "submit",
        actor=actor,
        to_state=letter.state,
        organisation=organisation.public_id,
    )
    return letter


def _problems(
    organisation: Organisation, name: str, code: str, valid_until: date | None
) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if organisation.kind not in (OrganisationKind.HR_FIRM, OrganisationKind.PUBLIC_SERVICE):
        wrong["client_name"] = _l("只有人力资源服务机构可以受托招聘。")
    if not 2 <= len(name) <= 160:
        wrong["client_name"] = _l("填写委托单位的全称。")
    try:
        credit_code.validate(code)
    except ValidationError:
        wrong["client_uscc"] = _l("统一社会信用代码有误，请核对 18 位代码。")
    if code and code == organisation.uscc:
        wrong["client_uscc"] = _l("委托单位不能是本单位；自己招聘请选“直招”。")
    today = clock.today()
    if valid_until is None or not today <= valid_until <= today + LONGEST:
        wrong["valid_until"] = _l("有效期须在今天之后、三年以内。")
    return wrong


def list_own(session: Session, organisation: Organisation) -> list[Entrustment]:
    """The organisation's letters, newest first."""
    return list(
        session.scalars(
            sa.select(Entrustment)
            .where(Entrustment.organisation_id == organisation.id)
            .order_by(Entrustment.id.desc())
        )
    )


def find_own(session: Session, organisation: Organisation, public_id: str) -> Entrustment:
    """One of the organisation's letters. Raises NotFound."""
    letter = session.scalar(
        sa.select(Entrustment).where(
            Entrustment.public_id == public_id, Entrustment.organisation_id == organisation.id
        )
    )
    if letter is None:
        raise NotFound()
    return letter


def queue(session: Session) -> list[Entrustment]:
    """Letters that wait for the operator, oldest first."""
    return list(
        session.scalars(
            sa.select(Entrustment)
            .where(Entrustment.state == _STATE.IN_REVIEW)
            .order_by(Entrustment.submitted_at, Entrustment.id)
        )
    )


def find(session: Session, public_id: str) -> Entrustment:
    """Any letter, for the operator. Raises NotFound."""
    letter = session.scalar(sa.select(Entrustment).where(Entrustment.public_id == public_id))
    if letter is None:
        raise NotFound()
    return letter


def answer(
    session: Session,
    letter: Entrustment,
    verdict: str,
    text: str = "",
    *,
    reviewer: Account,
    actor: Actor,
) -> None:
    """Accept, return or refuse a letter. Raises Invalid without words for a return or refusal."""
    state, code = _ANSWERS[verdict]
    text = clean(text)[:1000]
    if verdict != "accept" and len(text) < 5:
        raise Invalid({"text": _l("写明哪里不符合、怎样改，至少 5 个字，对方会看到。")})
    before = letter.state
    won = session.execute(
        sa.update(Entrustment)
        .where(Entrustment.id == letter.id, Entrustment.state == _STATE.IN_REVIEW)
        .values(
            state=state,
            reason=None if verdict == "accept" else verdict,
            reason_text=text,
            reviewed_at=clock.now(),
            reviewer_id=reviewer.id,
        )
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(code="answered-already")
    session.refresh(letter)
    record(
        session,
        "entrustment",
        letter.public_id,
        verdict,
        actor=actor,
        from_state=before,
        to_state=state,
    )
    _tell(session, letter, code, text)


def _tell(session: Session, letter: Entrustment, code: str, text: str) -> None:
    organisation = session.get_one(Organisation, letter.organisation_id)
    owners = session.scalars(
        sa.select(Membership.account_id).where(
            Membership.organisation_id == organisation.id,
            Membership.removed_at.is_(None),
            Membership.role == OrgRole.OWNER,
        )
    )
    for account_id in owners:
        notify(
            session,
            account_id,
            code,
            {
                "client": letter.client_name,
                "until": {"day": letter.valid_until.isoformat()},
                "text": text,
            },
            link=f"/org/{organisation.public_id}/jobs/entrustments",
            key=f"{code}:{letter.public_id}:{letter.reviewed_at}:{account_id}",
        )
