"""What a dispute about the claim does to its placement: what is due waits, and a ruling decides."""

from __future__ import annotations

from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.placing import offers, placements
from talentmarket.exchange.brokering.placing.models import HappenedKind, Placement
from talentmarket.exchange.brokering.referring.models import Referral, Ruling
from talentmarket.exchange.models import ApplicationState

K = HappenedKind
#: Stages of an application in which the person was hired.
_HIRED = (ApplicationState.ACCEPTED, ApplicationState.STARTED, ApplicationState.CONFIRMED)


def disputed(session: Session, referral: Referral, dispute: str, actor: Actor) -> None:
    """A dispute about the claim was brought forward: what is due of its placement waits."""
    placement = placements.of_referral(session, referral)
    if placement is not None and placement.started_on is not None:
        placements.hold(session, placement, dispute, clock.today())
        placements.settle(session, placement, actor)


def ruled(session: Session, referral: Referral, dispute: str, ruling: Ruling, actor: Actor) -> None:
    """The dispute was decided: what waited is due again, or falls away; what an earlier ruling took
    is due again where the appeal was upheld. A placement that has not started yet ends with the
    claim, and one of a person hired meanwhile begins with it."""
    placement = placements.of_referral(session, referral)
    if placement is None or placement.started_on is None:
        _not_started(session, referral, placement, ruling, actor)
        return
    decided = [one for one in placement.happened if one.kind in (K.DISPUTED, K.RULED)]
    waits = decided[-1].amount if decided and decided[-1].kind is K.DISPUTED else 0
    taken = sum(one.amount for one in decided if one.kind is K.RULED)
    if waits:
        waived = waits if ruling is Ruling.REFUSED else 0
    else:
        waived = -taken if ruling is Ruling.UPHELD else 0
    if waits or waived:
        on, key = clock.today(), f"ruled:{dispute}"
        placements.happen(session, placement, K.RULED, on, amount=waived, key=key)
        placements.settle(session, placement, actor)


def _not_started(
    session: Session, referral: Referral, placement: Placement | None, ruling: Ruling, actor: Actor
) -> None:
    application = placement.application if placement is not None else referral.application
    if application is None:
        return
    if ruling is Ruling.REFUSED:
        placements.cancel(session, application, actor)
    elif application.state in _HIRED and offers.current(session, application) is not None:
        # Without the terms of an offer there is nothing to reckon from: the two sides settle it.
        placements.begin(session, application, referral, actor)
        if application.state is ApplicationState.CONFIRMED:
            decided = application.moved_by_side is None  # the office said it, not a side
            placements.start(session, application, actor, by_decision=decided)
