"""Licences of HR service firms (人力资源服务许可证, 国令700号 art. 18)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock, files
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean_line
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import WORDS
from talentmarket.members.models import (
    Account,
    Licence,
    LicenceState,
    Organisation,
    OrganisationKind,
)
from talentmarket.members.organisations import changed
from talentmarket.members.proofs import PROOF_TYPES
from talentmarket.members.verification import require_reason, tell_owners

#: The scope that lets a firm recruit online (网络招聘服务管理规定 art. 9).
ONLINE = "online_recruitment"
#: What a 劳务派遣经营许可证 allows: a licence of its own, handed in beside the other one
#: (劳动合同法 art. 57, 劳务派遣行政许可实施办法 art. 6).
DISPATCH = "labour_dispatch"
SCOPES = tuple(WORDS["licence_scope"])
#: Days before the end at which the owners are reminded.
REMIND = (60, 30, 7)
#: Working days within which the operator answers.
ANSWER_DAYS = 2
#: A commercial firm has this many full-time staff and a fixed place (人力资源服务机构管理规定 art. 6).
LEAST_STAFF, MOST_STAFF = 3, 100_000
LONGEST = timedelta(days=12 * 366)
_S = LicenceState


@dataclass(frozen=True, slots=True)
class LicenceValues:
    """What stands on the licence, and what the firm declares: how many work for it full time, and
    that this and its fixed place are so. A number, no names: more is not needed to review it."""

    number: str
    scope: tuple[str, ...]
    issued_on: date | None
    expires_on: date | None
    issuer: str
    supervisor_phone: str
    full_time_staff: int | None
    declared: bool


def has_valid_licence(session: Session, organisation: Organisation, on: date) -> bool:
    """Whether the organisation holds a reviewed licence for online recruitment on that day."""
    return licensed_until(session, organisation, on) is not None


def licensed_until(
    session: Session, organisation: Organisation, on: date, scope: str = ONLINE
) -> date | None:
    """The last day of the reviewed licences for `scope` that hold on the day `on`."""
    rows = session.scalars(
        sa.select(Licence).where(
            Licence.organisation_id == organisation.id,
            Licence.state == LicenceState.VALID,
            Licence.issued_on <= on,
            Licence.expires_on >= on,
        )
    )
    return max((row.expires_on for row in rows if scope in row.scope), default=None)


def licensed_firms(session: Session, on: date) -> set[int]:
    """Keys of all organisations that :func:`has_valid_licence` on that day, in one question."""
    rows = session.execute(
        sa.select(Licence.organisation_id, Licence.scope).where(
            Licence.state == LicenceState.VALID, Licence.issued_on <= on, Licence.expires_on >= on
        )
    )
    return {key for key, scope in rows if ONLINE in scope}


def valid_licence(session: Session, organisation: Organisation, on: date) -> Licence | None:
    """The reviewed licence that holds on that day: one for online recruitment before others, of
    those the one that lasts longest."""
    rows = session.scalars(
        sa.select(Licence)
        .where(
            Licence.organisation_id == organisation.id,
            Licence.state == _S.VALID,
            Licence.issued_on <= on,
            Licence.expires_on >= on,
        )
        .order_by(Licence.expires_on.desc(), Licence.id.desc())
    ).all()
    return next((row for row in rows if ONLINE in row.scope), rows[0] if rows else None)


def licences_of(session: Session, organisation: Organisation) -> list[Licence]:
    """All licences that were handed in, newest first."""
    return list(
        session.scalars(
            sa.select(Licence)
            .where(Licence.organisation_id == organisation.id)
            .order_by(Licence.id.desc())
        )
    )


def find(session: Session, public_id: str, organisation: Organisation | None = None) -> Licence:
    """A licence, or only one of `organisation`. Raises NotFound."""
    query = sa.select(Licence).where(Licence.public_id == public_id)
    if organisation is not None:
        query = query.where(Licence.organisation_id == organisation.id)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def file_of(session: Session, licence: Licence) -> files.StoredFile:
    """The scan. Raises NotFound."""
    file = session.get(files.StoredFile, licence.file_id) if licence.file_id else None
    if file is None:
        raise NotFound()
    return file


def checked(values: LicenceValues, today: date) -> LicenceValues:
    """The values, cleaned. Raises Invalid with the fields that are wrong."""
    values = replace(
        values,
        number=clean_line(values.number),
        issuer=clean_line(values.issuer),
        supervisor_phone=clean_line(values.supervisor_phone),
    )
    wrong: dict[str, Any] = {}
    if not 4 <= len(values.number) <= 60:
        wrong["number"] = _l("填写许可证编号，与证上一致。")
    if not values.scope or not set(values.scope) <= set(SCOPES):
        wrong["scope"] = _l("勾选证上写明的服务范围，至少一项。")
    if values.issued_on is None or values.issued_on > today:
        wrong["issued_on"] = _l("填写发证日期，不能晚于今天。")
    if values.expires_on is None or values.expires_on < today:
        wrong["expires_on"] = _l("填写有效期的最后一天，已过期的证不能提交。")
    elif values.issued_on and values.expires_on > values.issued_on + LONGEST:
        wrong["expires_on"] = _l("有效期太长，请核对证上的日期。")
    if not 4 <= len(values.issuer) <= 120:
        wrong["issuer"] = _l("填写发证机关全称。")
    if not 5 <= len(values.supervisor_phone) <= 40:
        wrong["supervisor_phone"] = _l("填写监督电话，例如 028-12333。")
    if values.full_time_staff is None or not 0 <= values.full_time_staff <= MOST_STAFF:
        wrong["full_time_staff"] = _l("填写现有专职工作人员人数。")
    elif values.full_time_staff < LEAST_STAFF:
        wrong["full_time_staff"] = _l(
            "专职工作人员不足 3 人，不符合人力资源服务机构管理规定第六条，不能提交。"
        )
    if not values.declared:
        wrong["declared"] = _l("请核实后勾选声明。")
    if wrong:
        raise Invalid(wrong)
    return values


_STORED = (
    *("number", "issued_on", "expires_on", "issuer", "supervisor_phone"),
    "full_time_staff",
)


def submit(
    session: Session,
    organisation: Organisation,
    values: LicenceValues,
    *,
    data: bytes,
    file_name: str,
    previous: Licence | None = None,
    actor: Actor,
) -> Licence:
    """Hand in a licence for review, or a returned one again. Raises Invalid, Conflict."""
    if organisation.kind is not OrganisationKind.HR_FIRM:
        raise Conflict(_l("只有人力资源服务机构需要提交许可证。"), code="no-firm")
    if previous is not None and previous.state is not _S.RETURNED:
        raise Conflict(code="not-returned")
    values = checked(values, clock.today())
    if not data and (previous is None or previous.file_id is None):
        raise Invalid({"file": _l("上传许可证的扫描件或照片。")})
    licence = previous or Licence(organisation_id=organisation.id)
    for name in _STORED:
        setattr(licence, name, getattr(values, name))
    licence.scope, licence.staff_checked = list(values.scope), False
    licence.state, licence.submitted_at = _S.IN_REVIEW, clock.now()
    licence.reason, licence.reason_text, licence.reviewed_at = None, "", None
    if data:
        licence.file_id = files.keep(
            session,
            data,
            file_name,
            owner_type="organisation",
            owner_id=organisation.public_id,
            purpose="licence",
            uploaded_by=actor.account,
            allowed=PROOF_TYPES,
        ).id
    session.add(licence)
    session.flush()
    record(
        session,
        "licence",
        licence.public_id,
        "submit",
        actor=actor,
        to_state=licence.state,
        organisation=organisation.public_id,
    )
    return licence


def queue(session: Session, limit: int = 200) -> list[Licence]:
    """Licences that wait for the operator, oldest first."""
    return list(
        session.scalars(
            sa.select(Licence)
            .where(Licence.state == _S.IN_REVIEW)
            .order_by(Licence.submitted_at, Licence.id)
            .limit(limit)
        )
    )


def answer_due(licence: Licence) -> datetime:
    """When the operator's answer is due."""
    return calendar.due(licence.submitted_at, ANSWER_DAYS)


_VERDICTS = {
    "approve": (_S.IN_REVIEW, _S.VALID, "licence.valid"),
    "return": (_S.IN_REVIEW, _S.RETURNED, "licence.returned"),
    "refuse": (_S.IN_REVIEW, _S.REFUSED, "licence.refused"),
    "revoke": (_S.VALID, _S.REVOKED, "licence.revoked"),
}
VERDICTS = tuple(_VERDICTS)


def answer(
    session: Session,
    licence: Licence,
    verdict: str,
    reason: str = "",
    text: str = "",
    *,
    staff_checked: bool = False,
    reviewer: Account,
    actor: Actor,
) -> None:
    """Approve, return, refuse, or revoke a valid one. `staff_checked`: the reviewer saw that the
    staff and the place are there; without it none is approved. Raises Invalid, Conflict, KeyError.
    """
    before, after, code = _VERDICTS[verdict]
    good = verdict == "approve"
    if good and not staff_checked:
        raise Invalid({"staff_checked": _l("核对专职工作人员和固定场所后勾选，才能通过。")})
    text = "" if good else require_reason(reason, text)
    at = clock.now()
    won = session.execute(
        sa.update(Licence)
        .where(Licence.id == licence.id, Licence.state == before)
        .values(
            state=after,
            reason=None if good else reason,
            reason_text=text,
            reviewed_at=at,
            reviewer_id=reviewer.id,
            **({"staff_checked": True} if good else {}),
        )
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise Conflict(code="answered-already")
    session.refresh(licence)
    organisation = licence.organisation
    record(
        session,
        "licence",
        licence.public_id,
        verdict,
        actor=actor,
        from_state=before,
        to_state=after,
        reason=None if good else reason,
        organisation=organisation.public_id,
    )
    changed(session, organisation)
    tell_owners(
        session,
        organisation,
        code,
        f"{licence.public_id}:{at.isoformat()}",
        page="licence",
        number=licence.number,
        until={"day": licence.expires_on.isoformat()},
        reason="" if good else {"word": ["organisation_reason", reason]},
        text=text,
    )


def remind() -> int:
    """Leave the reminders of licences that end; their keys make each happen once. Returns 0."""
    with unit_of_work() as session:
        today = clock.today()
        rows = session.scalars(
            sa.select(Licence).where(
                Licence.state == _S.VALID,
                Licence.expires_on >= today,
                Licence.expires_on <= today + timedelta(days=max(REMIND)),
            )
        ).all()
        for licence in rows:
            _remind(session, licence, (licence.expires_on - today).days)
    return 0


def _remind(session: Session, licence: Licence, left: int) -> None:
    step = min(days for days in REMIND if left <= days)
    organisation = licence.organisation
    later = session.scalars(
        sa.select(Licence.scope).where(
            Licence.organisation_id == organisation.id,
            Licence.state == _S.VALID,
            Licence.expires_on > licence.expires_on,
        )
    ).all()
    if later and {ONLINE, DISPATCH} & {*licence.scope} <= {one for scope in later for one in scope}:
        return  # the next one, for what this one lets it do, is there already
    tell_owners(
        session,
        organisation,
        "licence.expiring",
        f"{licence.public_id}:{step}",
        page="licence",
        deadline=clock.start_of_day(licence.expires_on + timedelta(days=1)),
        number=licence.number,
        days=left,
        until={"day": licence.expires_on.isoformat()},
    )
