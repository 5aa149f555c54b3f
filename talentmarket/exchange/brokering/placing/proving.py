"""A start that one side does not confirm: proof after ten working days, a ruling in five, one appeal.

The start is said by one side and the other is silent: then the side that said it, or the firm whose
fee hangs on it, files what shows it. The other side may answer, and may confirm at any time, which
ends the matter. The office rules with reasons; the ruling is carried out when the time for the
appeal is over (as a judgment is), so that nothing that was booked has to be taken back. A start by
decision is marked as such on its placement and counted apart. The exchange's own published rule;
courts stay open to all sides.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock, files
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange import moves
from talentmarket.exchange.brokering import rulings
from talentmarket.exchange.brokering.placing import case_notices
from talentmarket.exchange.brokering.placing.cases import (
    StartCase,
    StartCaseKind,
    StartParty,
    StartRuling,
)
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.placing.starting import silent_since
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.brokering.referring.stages import (
    APPEAL_WORKING_DAYS,
    RULING_WORKING_DAYS,
)
from talentmarket.exchange.models import ApplicationState, Side
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account
from talentmarket.members.proofs import PROOF_TYPES

#: Working days of one side's silence after which proof may be filed.
SILENCE_DAYS = 10
K, R = StartCaseKind, StartRuling


def said_by(placement: Placement) -> StartParty | None:
    """The side that said the start while the other is silent; None while that is not so."""
    application = placement.application
    if application.state is not ApplicationState.STARTED:
        return None
    by_employer = application.moved_by_side is Side.ORGANISATION
    return StartParty.EMPLOYER if by_employer else StartParty.PERSON


def silent(placement: Placement) -> StartParty | None:
    """The side that is silent."""
    said = said_by(placement)
    if said is None:
        return None
    return StartParty.PERSON if said is StartParty.EMPLOYER else StartParty.EMPLOYER


def may_file(session: Session, placement: Placement, party: StartParty) -> StartCaseKind | None:
    """What `party` may bring forward now, if anything."""
    against = silent(placement)
    if against is None:
        return None
    filed = cases_of(session, placement)
    if not filed:
        over = clock.now() > calendar.due(silent_since(placement), SILENCE_DAYS)
        return K.PROOF if over and party is not against else None
    last = filed[-1]
    waits = last.takes_effect_at is not None and clock.now() < last.takes_effect_at
    if last.kind is K.APPEAL or last.ruling is None or not waits:
        return None
    lost = party is against if last.ruling is R.STARTED else party is not against
    return K.APPEAL if lost else None


def may_answer(placement: Placement, case: StartCase, party: StartParty) -> bool:
    """Whether `party` may still say something to what the other side brought forward."""
    against = silent(placement)
    if against is None or case.ruling is not None or case.answered_at is not None:
        return False
    return (party is against) != (case.party is against)


def file(
    session: Session,
    placement: Placement,
    party: StartParty,
    text: str,
    upload: tuple[bytes, str] | None,
    *,
    actor: Actor,
) -> StartCase:
    """File a proof or an appeal; `upload`: bytes and name of a file, which a proof needs.

    Raises Invalid at `text` or `file`, Conflict when it is too early or was filed already.
    """
    kind = may_file(session, placement, party)
    if kind is None:
        raise Conflict(_l("现在不能提交：时间未到，或已经提交过。"), code="not-now")
    text, wrong = clean(text), dict[str, object]()
    least, most = rulings.TEXT_SIGNS
    if not least <= len(text) <= most:
        wrong["text"] = _l("写明情况，10 到 1000 个字。")
    if upload is None and kind is K.PROOF:
        wrong["file"] = _l("请上传能证明入职的文件，例如劳动合同、工资单或社保记录。")
    if wrong:
        raise Invalid(wrong)
    at = clock.now()
    key = session.scalar(
        insert_for(session)(StartCase)
        .values(
            public_id=new_public_id(),
            placement_id=placement.id,
            kind=kind,
            party=party,
            text=text,
            filed_at=at,
            due_at=calendar.due(at, RULING_WORKING_DAYS),
            answer="",
            reasons="",
        )
        .on_conflict_do_nothing()
        .returning(StartCase.id)
    )
    if key is None:
        raise Conflict(code="filed-already")
    case = session.get_one(StartCase, key)
    if upload is not None:
        case.file_id = _keep(session, placement, case, upload, actor).id
    if kind is K.APPEAL:
        first = cases_of(session, placement)[0]
        first.takes_effect_at = None
    session.flush()
    record(
        session,
        "placement",
        placement.public_id,
        "file_proof" if kind is K.PROOF else "appeal_start",
        actor=actor,
        case=case.public_id,
        party=str(party),
    )
    case_notices.filed(session, case)
    return case


def _keep(
    session: Session,
    placement: Placement,
    case: StartCase,
    upload: tuple[bytes, str],
    actor: Actor,
) -> files.StoredFile:
    """A person's file is the person's: it goes into the copy of their data, and with them."""
    talent = placement.referral.talent
    own = case.party is StartParty.PERSON
    return files.keep(
        session,
        *upload,
        owner_type="talent" if own else "start_case",
        owner_id=talent.public_id if own else case.public_id,
        purpose="start_proof",
        uploaded_by=actor.account,
        allowed=PROOF_TYPES,
    )


def answer(
    session: Session, placement: Placement, party: StartParty, text: str, *, actor: Actor
) -> None:
    """What the other side says to it, once. Raises Invalid, Conflict."""
    filed = cases_of(session, placement)
    if not filed or not may_answer(placement, filed[-1], party):
        raise Conflict(_l("现在不能答复：已经答复过，或已经裁定。"), code="not-now")
    text = clean(text)
    least, most = rulings.TEXT_SIGNS
    if not least <= len(text) <= most:
        raise Invalid({"text": _l("写明情况，10 到 1000 个字。")})
    case = filed[-1]
    if not _change(session, case, answer=text, answered_at=clock.now()):
        raise Conflict(code="moved-meanwhile")
    record(
        session,
        "placement",
        placement.public_id,
        "answer_proof",
        actor=actor,
        case=case.public_id,
        party=str(party),
    )


def rule(
    session: Session,
    case: StartCase,
    ruling: StartRuling,
    reasons: str,
    *,
    operator: Account,
    actor: Actor,
) -> None:
    """Decide, with reasons that both sides read. Raises Invalid, Conflict, and Forbidden for an
    appeal against one's own ruling."""
    reasons = rulings.reasons_of(reasons)
    if ruling is R.CONFIRMED:
        raise Invalid({"ruling": _l("请选一项。")})
    placement = case.placement
    before = [one for one in cases_of(session, placement) if one.id != case.id]
    if case.kind is K.APPEAL:
        rulings.by_other_eyes(operator.id, {one.ruled_by for one in before})
    at = clock.now()
    last = case.kind is K.APPEAL
    values = {
        "ruling": ruling,
        "reasons": reasons,
        "ruled_at": at,
        "ruled_by": operator.id,
        "takes_effect_at": None if last else calendar.due(at, APPEAL_WORKING_DAYS),
    }
    if case.ruling is not None or not _change(session, case, **values):
        raise Conflict(code="ruled-already")
    record(
        session,
        "placement",
        placement.public_id,
        "rule_start",
        actor=actor,
        reason=str(ruling),
        case=case.public_id,
    )
    case_notices.ruled(session, case)
    if last:
        _carry_out(session, case, actor)


def carry_out_due(session: Session, limit: int = 200) -> int:
    """Carry out the rulings whose time for an appeal is over; returns how many."""
    due = session.scalars(
        _with_all()
        .where(StartCase.takes_effect_at <= clock.now())
        .order_by(StartCase.takes_effect_at, StartCase.id)
        .limit(limit)
    ).all()
    for case in due:
        case.takes_effect_at = None
        session.flush()
        _carry_out(session, case, SYSTEM)
    return len(due)


def _carry_out(session: Session, case: StartCase, actor: Actor) -> None:
    """The ruling becomes a stage: confirmed by decision, or not started."""
    application = case.placement.application
    if application.state is not ApplicationState.STARTED:
        return  # confirmed meanwhile
    name = "confirm" if case.ruling is R.STARTED else "not_started"
    moves.move(session, application, name, by=By.OPERATOR, actor=actor, tell=False)


def confirmed(session: Session, placement: Placement) -> None:
    """The silent side confirmed after all: what is open is over, and no ruling is carried out."""
    for case in cases_of(session, placement):
        if case.ruling is None:
            _change(session, case, ruling=R.CONFIRMED, ruled_at=clock.now())
        elif case.takes_effect_at is not None:
            case.takes_effect_at = None
    session.flush()


def _change(session: Session, case: StartCase, **values: object) -> bool:
    """Whether this won against whoever changes the case at the same moment."""
    done = session.execute(
        sa.update(StartCase)
        .where(StartCase.id == case.id, StartCase.revision == case.revision)
        .values(revision=StartCase.revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session.refresh(case)
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


# --- finding -----------------------------------------------------------------------------------


def _with_all() -> sa.Select[tuple[StartCase]]:
    placement = joinedload(StartCase.placement)
    referral = placement.joinedload(Placement.referral)
    return sa.select(StartCase).options(
        placement.joinedload(Placement.application),
        referral.joinedload(Referral.firm),
        referral.joinedload(Referral.employer),
        referral.joinedload(Referral.job),
    )


def cases_of(session: Session, placement: Placement) -> list[StartCase]:
    """The proof, and the appeal where there is one."""
    rows = sa.select(StartCase).where(StartCase.placement_id == placement.id)
    return list(session.scalars(rows.order_by(StartCase.id)))


def queue(session: Session, limit: int = 200) -> list[StartCase]:
    """Cases that wait for a ruling, those due first."""
    open_ones = _with_all().where(StartCase.ruling.is_(None))
    return list(
        session.scalars(open_ones.order_by(StartCase.due_at, StartCase.id).limit(limit)).unique()
    )


def find(session: Session, public_id: str) -> StartCase:
    """Any case, for the operator. Raises NotFound."""
    found = session.scalar(_with_all().where(StartCase.public_id == public_id))
    if found is None:
        raise NotFound()
    return found
