"""What a placement costs now: its terms and what happened to it, and the books told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from talentmarket.core.db import insert_for
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering import fees
from talentmarket.exchange.brokering import standing as firms
from talentmarket.exchange.brokering.books.posting import Sides, post_lines
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.mandating.terms import Terms
from talentmarket.exchange.brokering.placing.models import (
    HappenedKind,
    Placement,
    PlacementEvent,
)
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members.models import Organisation

K = HappenedKind


def hold(session: Session, placement: Placement, dispute: str, on: date) -> None:
    """Have what is due of it wait for the ruling."""
    amount = fees.due_net(lines_of(session, placement))
    if amount > 0:
        happen(session, placement, K.DISPUTED, on, amount=amount, key=f"disputed:{dispute}")


def terms_of(session: Session, placement: Placement) -> Terms:
    """The version of the terms under which the person was sent."""
    return session.get_one(MandateTerms, placement.referral.terms_id).terms


def lines_of(session: Session, placement: Placement) -> tuple[fees.Line, ...]:
    """The lines of its fee as they stand now."""
    return fees.reckon(
        terms_of(session, placement), _placed(placement), events_of(placement.happened)
    )


def settle(session: Session, placement: Placement, actor: Actor) -> None:
    """Tell the books what they do not know yet."""
    session.flush()
    session.expire(placement, ["happened"])
    referral = placement.referral
    owner = session.get_one(Organisation, _mandate(session, referral).organisation_id)
    partner = referral.firm if referral.firm_id != owner.id else None
    sides = Sides(placement.public_id, owner, referral.employer.public_id, partner)
    post_lines(session, sides, lines_of(session, placement), actor=actor)


def _mandate(session: Session, referral: Referral) -> Mandate:
    return session.get_one(Mandate, referral.mandate_id)


def _placed(placement: Placement) -> fees.Placed:
    start_on = placement.started_on or placement.offer.start_on
    mandate = placement.referral.mandate
    firm = placement.referral.firm
    # A public employment service may not charge, so it has no share of another's fee either.
    shared = firm.id != mandate.organisation_id and firms.charges(firm)
    covered = placement.replaces_id is not None
    return fees.Placed(start_on, placement.offer.yearly_pay, shared, covered)


class Happening(Protocol):
    """What is told of a placement, in the tables or not stored yet."""

    @property
    def kind(self) -> HappenedKind: ...
    @property
    def on(self) -> date: ...
    @property
    def cause(self) -> Cause | None: ...
    @property
    def amount(self) -> int: ...


def events_of(happened: Sequence[Happening]) -> list[fees.Happened]:
    """What the fee is reckoned from, in the order in which it was told. Pure."""
    kinds = {one.kind for one in happened}
    found = [_event(one) for one in happened]
    if {K.REPLACED, K.REFUNDED} <= kinds:  # the replacement left in its turn
        found = [
            fees.Refunded(x.on, failed=True) if isinstance(x, fees.Refunded) else x for x in found
        ]
    return found


def _event(one: Happening) -> fees.Happened:
    if one.kind is K.LEFT:
        return fees.Left(one.on, one.cause or Cause.OTHER)
    if one.kind is K.DISPUTED:
        return fees.Disputed(one.on, one.amount)
    if one.kind is K.RULED:
        return fees.Ruled(one.on, one.amount)
    if one.kind is K.REPLACED:
        return fees.Replaced(one.on)
    return fees.Refunded(one.on) if one.kind is K.REFUNDED else fees.Started(one.on)


def happen(
    session: Session,
    placement: Placement,
    kind: HappenedKind,
    on: date,
    *,
    cause: Cause | None = None,
    amount: int = 0,
    key: str | None = None,
) -> None:
    """Note what the fee is reckoned from; the books are told by :func:`settle`."""
    session.execute(
        insert_for(session)(PlacementEvent).values(
            placement_id=placement.id,
            key=key or str(kind),
            kind=kind,
            on=on,
            cause=cause,
            amount=amount,
        )
    )
    session.expire(placement, ["happened"])
