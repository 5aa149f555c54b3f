"""Contesting a claim: one objection with a dated record, a ruling with reasons, one appeal.

The alliance office rules within five working days; its ruling binds the exchange's own ledger only,
and the courts stay open to both sides (民事诉讼法). While a dispute is open only the disputed amount
waits: application, person and other claims go on.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange import telling
from talentmarket.exchange.brokering import rulings
from talentmarket.exchange.brokering.placing import contested
from talentmarket.exchange.brokering.referring.asking import tell_firm
from talentmarket.exchange.brokering.referring.models import (
    Dispute,
    DisputeKind,
    Referral,
    ReferralClaim,
    Ruling,
)
from talentmarket.exchange.brokering.referring.moves import move_claim
from talentmarket.exchange.brokering.referring.stages import (
    APPEAL_WORKING_DAYS,
    OBJECT_WORKING_DAYS,
    RULING_WORKING_DAYS,
)
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.send import notify

_ANSWER = {Ruling.UPHELD: "uphold", Ruling.REFUSED: "refuse"}


def may_file(
    session: Session, referral: Referral, organisation: Organisation
) -> DisputeKind | None:
    """What `organisation` may still bring forward about the claim now, if anything."""
    at = clock.now()
    filed = disputes_of(session, referral)
    if any(one.ruling is None for one in filed):
        return None
    mine = {one.kind for one in filed if one.organisation_id == organisation.id}
    rulings = [one for one in filed if one.ruling is not None]
    if rulings:
        return _appeal(referral, rulings[-1], organisation, mine)
    if organisation.id == referral.firm_id:
        answered = referral.answered_at
        open_yet = answered and at <= calendar.due(answered, OBJECT_WORKING_DAYS)
        contestable = referral.claim is ReferralClaim.KNOWN and open_yet
        return DisputeKind.KNOWN_BEFORE if contestable and not mine else None
    inside = referral.object_until is not None and at <= referral.object_until
    standing = referral.claim is ReferralClaim.STANDING
    return DisputeKind.OBJECTION if standing and inside and not mine else None


def _appeal(
    referral: Referral, last: Dispute, organisation: Organisation, mine: set[DisputeKind]
) -> DisputeKind | None:
    if last.kind is DisputeKind.APPEAL or DisputeKind.APPEAL in mine or last.ruled_at is None:
        return None
    if clock.now() > calendar.due(last.ruled_at, APPEAL_WORKING_DAYS):
        return None
    against_firm = last.ruling is Ruling.REFUSED
    loser = (
        organisation.id == referral.firm_id
        if against_firm
        else (organisation.id == referral.employer_id or organisation.id == last.organisation_id)
    )
    return DisputeKind.APPEAL if loser else None


def file(
    session: Session,
    referral: Referral,
    organisation: Organisation,
    *,
    record_on: date | None,
    record: str,
    actor: Actor,
) -> Dispute:
    """Bring an objection or an appeal forward. Raises Invalid, Conflict when it is too late."""
    kind = may_file(session, referral, organisation)
    if kind is None:
        raise Conflict(_l("现在不能再提出异议：期限已过，或已经提过一次。"), code="too-late")
    record = clean(record)
    _check(referral, kind, record_on, record)
    assert record_on is not None
    at = clock.now()
    key = session.scalar(
        insert_for(session)(Dispute)
        .values(
            public_id=new_public_id(),
            referral_id=referral.id,
            kind=kind,
            organisation_id=organisation.id,
            record_on=record_on,
            record=record,
            filed_at=at,
            due_at=calendar.due(at, RULING_WORKING_DAYS),
            reasons="",
        )
        .on_conflict_do_nothing()
        .returning(Dispute.id)
    )
    if key is None:
        raise Conflict(code="filed-already")
    try:
        with session.begin_nested():
            move_claim(session, referral, "dispute", By.ORGANISATION, actor, reason=str(kind))
    except IntegrityError as error:  # another claim on the person came into force meanwhile
        raise Conflict(code="claimed-already") from error
    dispute = session.get_one(Dispute, key)
    contested.disputed(session, referral, dispute.public_id, actor)
    _tell(session, referral, "referral.disputed")
    return dispute


def _check(referral: Referral, kind: DisputeKind, record_on: date | None, record: str) -> None:
    wrong: dict[str, object] = {}
    sent_on = clock.local(referral.sent_at).date() if referral.sent_at else clock.today()
    if record_on is None or record_on > clock.today():
        wrong["record_on"] = _l("填写记录的日期。")
    elif kind is DisputeKind.OBJECTION and record_on >= sent_on:
        wrong["record_on"] = _l("异议须有推荐之前的记录。")
    least, most = rulings.TEXT_SIGNS
    if not least <= len(record) <= most:
        wrong["record"] = _l("写明依据和记录的出处，10 到 1000 个字。")
    if wrong:
        raise Invalid(wrong)


def rule(
    session: Session,
    dispute: Dispute,
    ruling: Ruling,
    reasons: str,
    *,
    operator: Account,
    actor: Actor,
) -> None:
    """Decide, with reasons that all sides read. Raises Invalid, Conflict, and Forbidden for an
    appeal against one's own ruling."""
    reasons = rulings.reasons_of(reasons)
    referral = dispute.referral
    if dispute.kind is DisputeKind.APPEAL:
        rulings.by_other_eyes(operator.id, _ruled_before(session, referral))
    won = session.execute(
        sa.update(Dispute)
        .where(Dispute.id == dispute.id, Dispute.ruling.is_(None))
        .values(ruling=ruling, reasons=reasons, ruled_at=clock.now(), ruled_by=operator.id)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="ruled-already")
    session.refresh(dispute)
    # A person who took the consent back meanwhile left a resting claim: upheld it goes on resting,
    # refused it ends.
    resting = referral.claim is ReferralClaim.DORMANT and ruling is Ruling.REFUSED
    if referral.claim is ReferralClaim.DISPUTED or resting:
        move_claim(session, referral, _ANSWER[ruling], By.OPERATOR, actor, reason=str(ruling))
    contested.ruled(session, referral, dispute.public_id, ruling, actor)
    appealable = dispute.kind is not DisputeKind.APPEAL
    until = calendar.due(clock.now(), APPEAL_WORKING_DAYS) if appealable else None
    _tell(session, referral, "referral.ruled", until)


def _ruled_before(session: Session, referral: Referral) -> set[int | None]:
    return {one.ruled_by for one in disputes_of(session, referral) if one.ruling is not None}


def disputes_of(session: Session, referral: Referral) -> list[Dispute]:
    """All disputes about a claim, oldest first."""
    return list(
        session.scalars(
            sa.select(Dispute)
            .options(joinedload(Dispute.organisation))
            .where(Dispute.referral_id == referral.id)
            .order_by(Dispute.id)
        )
    )


def queue(session: Session, limit: int = 200) -> list[Dispute]:
    """Disputes that wait for a ruling, those due first."""
    return list(
        session.scalars(
            sa.select(Dispute)
            .options(
                joinedload(Dispute.organisation),
                joinedload(Dispute.referral).joinedload(Referral.firm),
                joinedload(Dispute.referral).joinedload(Referral.employer),
                joinedload(Dispute.referral).joinedload(Referral.job),
            )
            .where(Dispute.ruling.is_(None))
            .order_by(Dispute.due_at, Dispute.id)
            .limit(limit)
        )
    )


def find(session: Session, public_id: str) -> Dispute:
    """Any dispute, for the operator. Raises NotFound."""
    found = session.scalar(
        sa.select(Dispute)
        .options(joinedload(Dispute.organisation), joinedload(Dispute.referral))
        .where(Dispute.public_id == public_id)
    )
    if found is None:
        raise NotFound()
    return found


def _tell(
    session: Session, referral: Referral, code: str, deadline: datetime | None = None
) -> None:
    """Tell both sides; `deadline`: until when what was ruled can be appealed."""
    tell_firm(session, referral, code, deadline=deadline)
    application = referral.application
    for account in telling.desk_accounts(session, referral.job, referral.employer_id):
        notify(
            session,
            account,
            code,
            {"job": referral.job.title, "number": referral.number},
            link=f"/org/{referral.employer.public_id}/applications/"
            + (application.public_id if application else ""),
            deadline=deadline,
        )
