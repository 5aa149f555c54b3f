"""Placements: from the accepted offer to the end of the guarantee, and what it costs.

A placement begins when a person on whom a firm has a claim accepts the employer's offer, and counts
once both sides confirmed the start. What happens is kept as rows; the fee is what the pure function
of :mod:`fees` makes of the terms and these rows, and the books are told its lines, each once.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.mandating.terms import Remedy, Terms
from talentmarket.exchange.brokering.placing import offers, replacing, telling
from talentmarket.exchange.brokering.placing.models import (
    HappenedKind,
    Placement,
    PlacementState,
)
from talentmarket.exchange.brokering.placing.reckoning import happen as happen
from talentmarket.exchange.brokering.placing.reckoning import hold as hold
from talentmarket.exchange.brokering.placing.reckoning import lines_of as lines_of
from talentmarket.exchange.brokering.placing.reckoning import settle as settle
from talentmarket.exchange.brokering.placing.reckoning import terms_of as terms_of
from talentmarket.exchange.brokering.referring.models import (
    Dispute,
    Referral,
    ReferralClaim,
)
from talentmarket.exchange.brokering.referring.moves import move_claim
from talentmarket.exchange.brokering.referring.sending import claim_on
from talentmarket.exchange.models import Application, ApplicationRoute
from talentmarket.exchange.stages import By, Move, Stages
from talentmarket.members.models import Organisation

P, K = PlacementState, HappenedKind
REASON_SIGNS = (5, 500)
#: Working days after the guarantee in which it may be told that somebody left within it.
TOLD_WORKING_DAYS = 5
#: The reason code of a start that the office decided, in the service ledger.
BY_DECISION = "by_decision"
_FIRM, _EMP, _SYS, _OPR = By.ORGANISATION, By.CLIENT, By.SYSTEM, By.OPERATOR

#: `By.ORGANISATION` is the firm, `By.CLIENT` the employer.
PLACEMENT: Stages[PlacementState] = Stages(
    (
        Move("cancel", frozenset({P.AGREED}), P.NOT_STARTED, frozenset({_SYS})),
        Move("agree", frozenset({P.NOT_STARTED}), P.AGREED, frozenset({_SYS})),
        Move("start", frozenset({P.AGREED}), P.IN_GUARANTEE, frozenset({_SYS, _OPR})),
        Move("guarantee", frozenset({P.IN_GUARANTEE}), P.GUARANTEED, frozenset({_SYS})),
        # From "guaranteed" only for the last days of the guarantee, told a little later.
        Move("leave", frozenset({P.IN_GUARANTEE, P.GUARANTEED}), P.LEFT, frozenset({_FIRM, _EMP})),
        Move("replace", frozenset({P.LEFT}), P.REPLACED, frozenset({_EMP})),
        Move("refund", frozenset({P.LEFT}), P.REFUNDED, frozenset({_FIRM})),
    )
)
#: Claims under which a hire is the firm's.
_COUNTING = (
    ReferralClaim.PENDING,
    ReferralClaim.STANDING,
    ReferralClaim.DISPUTED,
    ReferralClaim.DORMANT,
)


def wants_offer(session: Session, application: Application) -> bool:
    """Whether the terms of an offer have to be written down before it is made: a firm has a claim
    on the person, and there are none yet."""
    if offers.current(session, application) is not None:
        return False
    if application.route is ApplicationRoute.REFERRAL:  # a claim that fell may be upheld yet
        return True
    return claim_on(session, application.talent, application.job) is not None


def begin(session: Session, application: Application, referral: Referral, actor: Actor) -> None:
    """The offer was accepted: a placement begins, or the one there is goes on. A claim that rested
    revives by it. A claim counts once: who was placed by it and is hired again costs nothing."""
    if referral.claim not in _COUNTING or _counted(session, referral):
        return
    if referral.claim is ReferralClaim.DORMANT:
        move_claim(session, referral, "revive", By.SYSTEM, SYSTEM)
        if _in_dispute(session, referral):
            move_claim(session, referral, "dispute", By.ORGANISATION, SYSTEM)
    offer = offers.current(session, application)
    if offer is None:
        raise Conflict(code="offer-missing")
    key = session.scalar(
        insert_for(session)(Placement)
        .values(
            public_id=new_public_id(),
            application_id=application.id,
            referral_id=referral.id,
            offer_id=offer.id,
            state=P.AGREED,
            agreed_at=clock.now(),
            by_decision=False,
            reason="",
        )
        .on_conflict_do_nothing()
        .returning(Placement.id)
    )
    if key is None:  # accepted again after it was undone
        placement = of_application(session, application)
        if placement is not None and placement.state is P.NOT_STARTED:
            _move(session, placement, "agree", By.SYSTEM, actor, offer_id=offer.id)
        return
    placement = session.get_one(Placement, key)
    _noted(session, placement, "agree", actor, None)
    telling.tell(session, placement, "agree")


def _counted(session: Session, referral: Referral) -> bool:
    started = sa.exists().where(
        Placement.referral_id == referral.id, Placement.started_on.is_not(None)
    )
    return bool(session.scalar(sa.select(started)))


def _in_dispute(session: Session, referral: Referral) -> bool:
    waiting = sa.exists().where(Dispute.referral_id == referral.id, Dispute.ruling.is_(None))
    return bool(session.scalar(sa.select(waiting)))


def cancel(session: Session, application: Application, actor: Actor) -> None:
    """The person did not start after all, or the acceptance was undone."""
    placement = of_application(session, application)
    if placement is not None and placement.state is P.AGREED:
        _move(session, placement, "cancel", By.SYSTEM, actor)


def start(
    session: Session, application: Application, actor: Actor, *, by_decision: bool = False
) -> None:
    """Both sides confirmed the start, or the office decided that it took place: the fee is due, the
    guarantee runs. Counts once."""
    placement = of_application(session, application)
    if placement is None or placement.state is not P.AGREED:
        return
    on = min(placement.offer.start_on, clock.local(application.moved_at).date())
    until = fees.guaranteed_until(terms_of(session, placement), on)
    by = By.OPERATOR if by_decision else By.SYSTEM
    values = {"started_on": on, "guarantee_until": until, "by_decision": by_decision}
    _move(session, placement, "start", by, actor, **values)
    happen(session, placement, K.STARTED, on)
    if placement.referral.claim is ReferralClaim.DISPUTED:
        hold(session, placement, "before", on)
    settle(session, placement, actor)


def leave(
    session: Session,
    placement: Placement,
    *,
    on: date | None,
    cause: Cause | None,
    reason: str,
    by: By,
    actor: Actor,
) -> None:
    """The person left within the guarantee. Raises Invalid, Conflict."""
    reason, wrong = clean(reason), dict[str, Any]()
    least, most = REASON_SIGNS
    started = placement.started_on
    if on is None or started is None or not started <= on <= clock.today():
        wrong["on"] = _l("填写入职之后、今天以前的离职日期。")
    elif placement.guarantee_until is not None and on > placement.guarantee_until:
        wrong["on"] = _l("离职日期在保证期之后，不影响服务费。")
    if cause is None:
        wrong["cause"] = _l("请选择离职原因在哪一方。")
    if not least <= len(reason) <= most:
        wrong["reason"] = _l("写明原因，5 到 500 个字，双方都会看到。")
    if wrong:
        raise Invalid(wrong)
    if placement.state is P.GUARANTEED and not may_leave(placement):
        raise Conflict(_l("保证期已满，登记期限也已过，不影响服务费。"), code="too-late")
    assert on is not None
    _move(session, placement, "leave", by, actor, left_on=on, cause=cause, reason=reason)
    happen(session, placement, K.LEFT, on, cause=cause)
    settle(session, placement, actor)


def may_leave(placement: Placement) -> bool:
    """Whether it may still be told that the person left within the guarantee."""
    if placement.state is P.IN_GUARANTEE:
        return True
    until = placement.guarantee_until
    if placement.state is not P.GUARANTEED or until is None:
        return False
    return clock.today() <= calendar.add_working_days(until, TOLD_WORKING_DAYS)


def remedy(
    session: Session,
    placement: Placement,
    *,
    replaced: bool,
    by: By,
    actor: Actor,
    successor: Placement | None = None,
) -> None:
    """The employer says that another person was brought, or the firm that the fee goes back.

    `successor`: the placement of who came instead; it has no fee of its own. None where the person
    was brought outside the site. Raises Conflict where nothing is owed: the employer was the cause,
    or the terms give nothing.
    """
    terms = terms_of(session, placement)
    if not owes(placement, terms) or (replaced and terms.remedy is not Remedy.REPLACEMENT):
        raise Conflict(_l("按条款不需要退费或补人。"), code="nothing-owed")
    _move(session, placement, "replace" if replaced else "refund", by, actor)
    if replaced and successor is not None:
        replacing.cover(session, successor, placement, actor)
    kind = K.REPLACED if replaced else K.REFUNDED
    happen(session, placement, kind, clock.today())
    settle(session, placement, actor)
    root = replacing.root_of(placement)
    if root is not placement and not replaced:  # the one fee there is goes back
        happen(session, root, kind, clock.today())
        settle(session, root, actor)


def owes(placement: Placement, terms: Terms) -> bool:
    """Whether the firm owes something for a person who left."""
    return placement.cause is not Cause.EMPLOYER and terms.remedy is not Remedy.NONE


# --- finding and moving ------------------------------------------------------------------------


def of_application(session: Session, application: Application) -> Placement | None:
    """The placement of an application."""
    return session.scalar(sa.select(Placement).where(Placement.application_id == application.id))


def of_referral(session: Session, referral: Referral) -> Placement | None:
    """The placement that came of a referral, the last one where there were two."""
    return session.scalar(
        sa.select(Placement)
        .where(Placement.referral_id == referral.id)
        .order_by(Placement.id.desc())
        .limit(1)
    )


def all_of_referral(session: Session, referral: Referral) -> list[Placement]:
    """All placements that came of a referral, oldest first."""
    rows = sa.select(Placement).where(Placement.referral_id == referral.id)
    return list(session.scalars(rows.order_by(Placement.id)))


def of_side(session: Session, organisation: Organisation, public_id: str) -> Placement:
    """A placement for its firm, the mandate's owner or its employer. Raises NotFound."""
    found = session.scalar(
        sa.select(Placement)
        .options(joinedload(Placement.referral), joinedload(Placement.application))
        .where(Placement.public_id == public_id)
    )
    if found is None or organisation.id not in _sides(found.referral):
        raise NotFound()
    return found


def _sides(referral: Referral) -> set[int]:
    return {referral.firm_id, referral.employer_id, referral.mandate.organisation_id}


def guarantees_due(session: Session, limit: int = 500) -> int:
    """End the guarantees whose last day is over, and those that are none; returns how many."""
    over = sa.or_(Placement.guarantee_until.is_(None), Placement.guarantee_until < clock.today())
    due = session.scalars(
        sa.select(Placement)
        .where(Placement.state == P.IN_GUARANTEE, over)
        .order_by(Placement.id)
        .limit(limit)
    ).all()
    for placement in due:
        _move(session, placement, "guarantee", By.SYSTEM, SYSTEM)
    return len(due)


def _move(
    session: Session, placement: Placement, name: str, by: By, actor: Actor, **values: Any
) -> None:
    step = PLACEMENT.find(name, placement.state, by)
    source = placement.state
    done = session.execute(
        sa.update(Placement)
        .where(
            Placement.id == placement.id,
            Placement.state == source,
            Placement.revision == placement.revision,
        )
        .values(state=step.target, revision=Placement.revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(placement)
    _noted(session, placement, name, actor, source)
    telling.tell(session, placement, name)


def _noted(
    session: Session, placement: Placement, verb: str, actor: Actor, source: PlacementState | None
) -> None:
    referral = placement.referral
    record(
        session,
        "placement",
        placement.public_id,
        verb,
        actor=actor,
        from_state=source,
        to_state=placement.state,
        reason=_reason(placement, verb),
        referral=referral.public_id,
        firm=referral.firm.public_id,
        employer=referral.employer.public_id,
        application=placement.application.public_id,
    )


def _reason(placement: Placement, verb: str) -> str | None:
    """The code by which the ledger tells apart what it counts apart."""
    if verb == "start" and placement.by_decision:
        return BY_DECISION
    return str(placement.cause) if verb == "leave" else None
