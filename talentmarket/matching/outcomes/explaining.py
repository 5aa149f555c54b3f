"""A list of last month, explained by what was kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.matching.outcomes.models import ShownList, ShownRow


def shown_of(
    session: Session, subject: str, limit: int, until: datetime | None = None
) -> Iterator[dict[str, Any]]:
    """Lists of a job's people or a person's jobs, the latest first, as plain values. `until`: the
    last day, in UTC. Points of the requirements add up to those of the row."""
    wanted = sa.select(ShownList).where(ShownList.subject == subject)
    if until is not None:
        end = until.replace(tzinfo=UTC) + timedelta(days=1)
        wanted = wanted.where(ShownList.at < end)
    for head in session.scalars(
        wanted.order_by(ShownList.at.desc(), ShownList.id.desc()).limit(limit)
    ).all():
        rows = sa.select(ShownRow).where(ShownRow.list_id == head.id).order_by(ShownRow.rank)
        yield {
            "list": head.public_id,
            "at": head.at.isoformat(),
            "where": str(head.surface),
            "viewer": head.viewer,
            "organisation": head.organisation,
            "model": head.model,
            "trial": head.trial,
            "rows": [plain(row) for row in session.scalars(rows)],
        }


def plain(row: ShownRow) -> dict[str, Any]:
    """A row with its requirements."""
    return {
        "rank": row.rank,
        "job": row.job,
        "talent": row.talent,
        "points": row.total,
        "picked_by": {"a": "present", "b": "candidate"}.get(row.team or ""),
        "opened": row.opened_at.isoformat() if row.opened_at is not None else None,
        "requirements": [
            {"key": key, "state": state, "points": points, "of": most}
            for key, _part, state, points, most, *_exact in row.parts
        ],
    }
