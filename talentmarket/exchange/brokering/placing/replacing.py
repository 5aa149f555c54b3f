"""A replacement: another placement that takes the place of one whose person left, under its fee.

It has no fee of its own; one that was booked before it was named is reversed. Its guarantee is its
own: who leaves in it is replaced again, or the one fee goes back.
"""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, aliased, joinedload

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.exchange.brokering.books.models import EntryKind, LedgerEntry
from talentmarket.exchange.brokering.books.posting import reverse
from talentmarket.exchange.brokering.placing.models import (
    HappenedKind,
    Placement,
    PlacementState,
)
from talentmarket.exchange.brokering.referring.models import Referral

P = PlacementState
_GOING = (P.AGREED, P.IN_GUARANTEE, P.GUARANTEED)


def candidates(session: Session, left: Placement) -> list[Placement]:
    """Who may have come instead: placements of the same firm and mandate, agreed on after the
    person's first day, that go on and take nobody's place yet; the newest first."""
    if left.started_on is None:
        return []
    referral = left.referral
    return list(
        session.scalars(
            sa.select(Placement)
            .join(Referral, Referral.id == Placement.referral_id)
            .options(joinedload(Placement.referral))
            .where(
                Referral.mandate_id == referral.mandate_id,
                Referral.firm_id == referral.firm_id,
                Placement.id != left.id,
                Placement.state.in_(_GOING),
                Placement.agreed_at >= clock.start_of_day(left.started_on),
                Placement.replaces_id.is_(None),
            )
            .order_by(Placement.id.desc())
            .limit(100)
        )
    )


def find(session: Session, left: Placement, public_id: str) -> Placement:
    """One of them. Raises NotFound."""
    for one in candidates(session, left):
        if one.public_id == public_id:
            return one
    raise NotFound()


def cover(session: Session, successor: Placement, left: Placement, actor: Actor) -> None:
    """Have `successor` stand under the fee of `left`. Raises Conflict where it takes the place of
    another already, or its own fee is contested."""
    if any(one.kind in (HappenedKind.DISPUTED, HappenedKind.LEFT) for one in successor.happened):
        raise Conflict(_l("这位人选的服务费有争议，或已经离职，不能算作补人。"), code="not-free")
    won = session.execute(
        sa.update(Placement)
        .where(
            Placement.id == successor.id,
            Placement.replaces_id.is_(None),
            Placement.state.in_(_GOING),
            Placement.revision == successor.revision,
        )
        .values(replaces_id=left.id, revision=Placement.revision + 1)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="moved-meanwhile")
    session.refresh(successor)
    for entry in _booked(session, successor):
        reverse(session, entry, "replacement", day=clock.today(), actor=actor)
    record(
        session,
        "placement",
        successor.public_id,
        "cover",
        actor=actor,
        replaces=left.public_id,
        root=root_of(left).public_id,
    )


def _booked(session: Session, placement: Placement) -> list[LedgerEntry]:
    """Its lines of fees that still stand."""
    back = aliased(LedgerEntry)
    return list(
        session.scalars(
            sa.select(LedgerEntry)
            .where(
                LedgerEntry.subject_type == "placement",
                LedgerEntry.subject_id == placement.public_id,
                LedgerEntry.kind == EntryKind.FEE,
                ~sa.exists().where(back.reversal_of == LedgerEntry.id),
            )
            .order_by(LedgerEntry.id)
        )
    )


def root_of(placement: Placement) -> Placement:
    """The placement whose fee this one stands under; itself where it has its own."""
    seen = {placement.id}
    while (before := placement.replaces) is not None and before.id not in seen:
        seen.add(before.id)
        placement = before
    return placement
