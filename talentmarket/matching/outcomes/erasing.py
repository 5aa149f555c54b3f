"""What was shown of a person and to a person: part of their copy, and gone when they are."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.events import Actor
from talentmarket.matching.outcomes.models import ShownList, ShownRow
from talentmarket.members import privacy
from talentmarket.members.models import Account


@privacy.exports("shown_lists")
def shown_lists_of(session: Session, account: Account) -> list[dict[str, Any]]:
    """Where the person stood in lists and which lists were shown to them as a person, the oldest
    first. Of lists of people their own row only; who looked is under "who viewed me"."""
    talent = privacy.talent_of(session, account)
    if talent is None:
        return []
    rows = session.execute(
        sa.select(ShownList, ShownRow)
        .join(ShownRow, ShownRow.list_id == ShownList.id)
        .where(ShownRow.talent == talent.public_id)
        .order_by(ShownList.at, ShownRow.list_id, ShownRow.rank)
    )
    return [
        {
            "list": head.public_id,
            "at": head.at.isoformat(),
            "where": str(head.surface),
            "model": head.model,
            "trial": head.trial,
            "rank": row.rank,
            "job": row.job,
            "points": row.total,
            "picked_by": {"a": "present", "b": "candidate"}.get(row.team or ""),
            "opened": row.opened_at.isoformat() if row.opened_at is not None else None,
            "requirements": [
                {"key": key, "state": state, "points": points, "of": most}
                for key, _part, state, points, most, *_exact in row.parts
            ],
        }
        for head, row in rows
    ]


@privacy.erases("shown_lists")
def erase_shown(session: Session, account: Account, _actor: Actor) -> None:
    """Take away the person's own lists and rows, and that they looked at others'."""
    quiet = {"synchronize_session": False}
    talent = privacy.talent_of(session, account)
    if talent is not None:
        own = sa.select(ShownList.id).where(ShownList.subject == talent.public_id)
        for statement in (
            sa.delete(ShownRow).where(
                sa.or_(ShownRow.talent == talent.public_id, ShownRow.list_id.in_(own))
            ),
            sa.delete(ShownList).where(ShownList.subject == talent.public_id),
        ):
            session.execute(statement.execution_options(**quiet))
    session.execute(
        sa.update(ShownList)
        .where(ShownList.viewer == account.public_id)
        .values(viewer=None)
        .execution_options(**quiet)
    )
