"""The placement after its start: who leaves, what is owed then, and money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.books import posting
from talentmarket.exchange.brokering.books.models import EntryKind, LedgerEntry
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.stages import By
from talentmarket.members.models import Organisation
from tests.integration.brokering.any_order.acts import Run, act, hopeful, slips
from tests.integration.brokering.any_order.world import fresh

# --- the placement -----------------------------------------------------------------------------


def placed(*states: str) -> Callable[[Run], list[int]]:
    """Placements in one of the states."""
    return lambda run: [one.id for one in run.seen.placements.values() if one.state in states]


def _last_day(run: Run, placement: Any) -> Any:
    """Today or before, within the guarantee; now and then before the first day."""
    until = min(placement.guarantee_until or clock.today(), clock.today())
    worked = (until - (placement.started_on or until)).days
    early = worked + 2 if slips(run) else worked
    return until - timedelta(days=run.chosen(0, 0, min(1, worked), early))


@act(placed("in_guarantee"), 6, after=("application_confirm",))
def leave(run: Run, session: Any, key: int) -> None:
    placements.leave(
        session,
        fresh(session, Placement, key),
        on=_last_day(run, run.seen.placements[key]),
        cause=run.chosen(*Cause, Cause.PERSON, Cause.PERSON),
        reason="家里有事，回老家。",
        by=run.chosen(By.ORGANISATION, By.CLIENT),
        actor=Actor("recruiter"),
    )


@act(placed("guaranteed"), 1, after=("wait_guarantee_over",))
def leave_told_late(run: Run, session: Any, key: int) -> None:
    """The guarantee is over, and only now it is told that the person left within it."""
    leave(run, session, key)


def _remedied(run: Run) -> list[int]:
    return [
        one.id
        for one in run.seen.placements.values()
        if one.state == "left" and one.cause != "employer"
    ]


@act(_remedied, 5, after=("leave",))
def refund(run: Run, session: Any, key: int) -> None:
    placements.remedy(
        session,
        fresh(session, Placement, key),
        replaced=False,
        by=By.CLIENT if slips(run) else By.ORGANISATION,
        actor=Actor("consultant"),
    )


def _replaceable(run: Run) -> list[int]:
    """Those of the firm whose own terms say replacement; the others are tried as wrong acts."""
    own = run.parties.mandates[1]
    return [
        key
        for key in _remedied(run)
        if run.seen.referrals[run.seen.placements[key].referral_id].mandate_id == own
    ]


@act(_replaceable, 30, after=("leave",))
def replace(run: Run, session: Any, key: int) -> None:
    placements.remedy(
        session,
        fresh(session, Placement, key),
        replaced=True,
        by=By.ORGANISATION if slips(run) else By.CLIENT,
        actor=Actor("recruiter"),
    )


# --- money -------------------------------------------------------------------------------------


_COUNTED = placed("in_guarantee", "guaranteed", "left", "refunded", "replaced")


@act(_COUNTED, 1, after=("application_confirm",))
def pay(run: Run, session: Any, key: int) -> None:
    placement = fresh(session, Placement, key)
    referral = placement.referral
    posting.post_payment(
        session,
        fresh(session, Organisation, referral.mandate.organisation_id),
        referral.employer.public_id,
        run.random.randrange(1, 9_000_000),
        clock.today(),
        placement=placement.public_id,
        reference=f"银行回单 {run.random.randrange(40)}",
        actor=Actor("finance"),
    )
    run.paid[key] += 1


def _paid(run: Run) -> list[int]:
    return [key for key in _COUNTED(run) if hopeful(run, run.paid[key] > 0)]


@act(_paid, 1, after=("pay",))
def reverse_payment(run: Run, session: Any, key: int) -> None:
    placement = fresh(session, Placement, key)
    entry = session.scalars(
        sa.select(LedgerEntry)
        .where(LedgerEntry.subject_id == placement.public_id, LedgerEntry.kind == EntryKind.PAYMENT)
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    ).first()
    if entry is None:
        raise Conflict(code="nothing-paid")
    posting.reverse(session, entry, "typo", day=clock.today(), actor=Actor("finance"))
    run.paid[key] -= 1
