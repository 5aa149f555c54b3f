"""A list that is shown is noted in the spool: no statement, no transaction, no wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app

from talentmarket.core import clock
from talentmarket.core.ids import new_public_id
from talentmarket.core.spool import Spool
from talentmarket.matching.outcomes.interleaving import Team
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.score import Match
from talentmarket.matching.weights import Part


@dataclass(frozen=True)
class Placed:
    """Which ranking picked a row, and its whole points by the candidate's weights."""

    team: Team
    points: int


@dataclass(frozen=True)
class Drafted:
    """A list of two rankings: its id, the trial's, the candidate's version, the last day, and for each
    row (by public id) which ranking picked it."""

    list_id: str
    trial: str
    candidate: str
    until: datetime
    placed: Mapping[str, Placed]


PARTS = {part: number for number, part in enumerate(Part)}


def spool() -> Spool:
    """The app's spool of shown lists."""
    found: Spool = current_app.extensions["talentmarket_shown"]
    return found


def opened_spool() -> Spool:
    """The app's spool of rows that were opened from a list."""
    found: Spool = current_app.extensions["talentmarket_opened"]
    return found


def register(app: Flask) -> None:
    """Give the app its spools, in the instance folder."""
    instance = app.extensions["talentmarket_settings"].instance
    app.extensions["talentmarket_shown"] = Spool(instance / "spool", "shown")
    app.extensions["talentmarket_opened"] = Spool(instance / "spool", "opened")


def shown(
    surface: Surface,
    rows: Iterable[tuple[int, Match | None]],
    *,
    viewer: str | None,
    organisation: str | None = None,
    drafted: Drafted | None = None,
) -> bool:
    """Note rows that were shown in the order of the match, each with its rank from 1.

    Rows without a score are left out: whoever switched personal ranking off has none. `viewer` and
    `organisation` are public ids; `drafted`: how the list came about in a trial. Whether it was noted; a fault of the machine drops it.
    """
    scored = [(rank, match) for rank, match in rows if match is not None]
    scored = [(rank, match) for rank, match in scored if match.total is not None]
    if not scored:
        return False
    first = scored[0][1]
    return spool().append(
        {
            "id": drafted.list_id if drafted is not None else new_public_id(),
            "at": clock.now().isoformat(),
            "surface": surface.value,
            "viewer": viewer,
            "organisation": organisation,
            "subject": first.job if surface.of_people else first.talent,
            "model": first.model,
            "trial": drafted.trial if drafted is not None else None,
            "rows": [
                [*_row(rank, match), _team(drafted, match, of_people=surface.of_people)]
                for rank, match in scored
            ],
        }
    )


def _team(drafted: Drafted | None, match: Match, *, of_people: bool) -> str | None:
    if drafted is None:
        return None
    placed = drafted.placed.get(match.talent if of_people else match.job)
    return placed.team.value if placed is not None else None


def _row(rank: int, match: Match) -> list[Any]:
    # Whole thousandths: a float takes JSON ten times as long, and this is all that a page waits for.
    parts = [
        (
            item.row.key,
            PARTS[item.row.part],
            item.row.state,
            item.points,
            item.of,
            int(item.row.exact * 1000 + 0.5),
            int(item.row.most * 1000 + 0.5),
        )
        for item in match.rows
    ]
    return [rank, match.job, match.talent, match.total, round(match.exact, 4), parts]


def opened(job: str, talent: str, *, viewer: str) -> bool:
    """Note that a reader opened a job or a person from a list that was shown to them (public ids).

    It is put down to the last list of this reader in which the pair stood. Not for whoever switched
    personal ranking off: there is no list of theirs. Whether it was noted.
    """
    at = clock.now().isoformat()
    return opened_spool().append({"at": at, "viewer": viewer, "job": job, "talent": talent})
