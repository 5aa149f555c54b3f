"""Which organisations an index may still hold although they are suspended.

Rows are read again under the state of their organisations, so nothing hidden is shown. What an
engine counts is another matter: until it has heard of a suspension it is asked to leave the
organisation out, so that totals, facets and proposals say what the lists show.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.outbox import OutboxRow
from talentmarket.members.models import Organisation, OrganisationState

#: An engine shows a write some moments after it took it, and the clocks of two transactions that
#: overlap say little about their order.
SLACK = timedelta(minutes=10)
#: Half of what an engine takes as alternatives of one condition; the latest are left out first.
MOST = 256


def lately_suspended(session: Session) -> tuple[str, ...]:
    """Public ids of the organisations suspended since the oldest change that waits for the index,
    and in the last minutes."""
    now = clock.now()
    oldest = session.scalar(sa.select(OutboxRow.created_at).order_by(OutboxRow.id).limit(1))
    return tuple(
        session.scalars(
            sa.select(Organisation.public_id)
            .where(
                Organisation.state == OrganisationState.SUSPENDED,
                Organisation.updated_at >= min(oldest or now, now) - SLACK,
            )
            .order_by(Organisation.updated_at.desc(), Organisation.id)
            .limit(MOST)
        )
    )
