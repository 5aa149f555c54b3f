"""What became of an organisation's applications: by stage and source, how long, why they ended.

Read from the events, so that what was passed through counts, not only where an application stands
now. A move that was undone does not count. Three statements to the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Event
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.models import Application, ApplicationRoute, ApplicationState
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import APPLICATION

S = ApplicationState
#: The stages of the funnel, in their order.
STAGES = (
    S.SUBMITTED,
    S.VIEWED,
    S.SHORTLISTED,
    S.INTERVIEW,
    S.OFFER,
    S.ACCEPTED,
    S.STARTED,
    S.CONFIRMED,
)
_ORDER = {str(stage): at for at, stage in enumerate(STAGES)}
ROUTES = tuple(ApplicationRoute)
#: What moves an application; an interview's own steps (proposed, accepted) are none.
_MOVES = frozenset({"submit", "undo", *(move.name for move in APPLICATION.moves)})
#: The longest time a report covers, days.
LONGEST = 366


@dataclass(frozen=True, slots=True)
class Period:
    """Days of Shanghai, both counted; applications submitted on one of them are looked at."""

    since: date
    until: date


@dataclass(frozen=True)
class StageRow:
    """How many came to this stage (or past it), by route; how long they stood there, in hours
    (None before anybody moved on)."""

    stage: ApplicationState
    reached: dict[ApplicationRoute, int]
    left: int
    quarter: float | None
    median: float | None
    most: float | None

    @property
    def total(self) -> int:
        """Of all routes."""
        return sum(self.reached.values())


@dataclass(frozen=True)
class Report:
    """The figures of a period. `ends`: (state, reason or None) → how many."""

    period: Period
    applications: int
    stages: tuple[StageRow, ...]
    ends: tuple[tuple[str, str | None, int], ...]
    #: Of those confirmed, whose start the office decided because one side was silent.
    decided: int = 0


def period_of(since: date | None, until: date | None) -> Period:
    """The asked days, brought into order and into :data:`LONGEST`; else the last 90 days."""
    until = min(until or clock.today(), clock.today())
    since = since or until - timedelta(days=89)
    if since > until:
        since, until = until, since
    return Period(max(since, until - timedelta(days=LONGEST - 1)), until)


def report(session: Session, organisation_id: int, period: Period) -> Report:
    """The report of an organisation."""
    chosen = (
        Application.organisation_id == organisation_id,
        Application.submitted_at >= clock.start_of_day(period.since),
        Application.submitted_at < clock.start_of_day(period.until + timedelta(days=1)),
    )
    routes = dict(
        session.execute(sa.select(Application.public_id, Application.route).where(*chosen))
        .tuples()
        .all()
    )
    moves = session.execute(
        sa.select(Event.subject_id, Event.verb, Event.to_state, Event.reason, Event.at)
        .join(Application, Application.public_id == Event.subject_id)
        .where(Event.subject_type == "application", Event.verb.in_(_MOVES), *chosen)
        .order_by(Event.subject_id, Event.id)
    ).tuples()
    decided = session.scalar(
        sa.select(sa.func.count())
        .select_from(Placement)
        .join(Application, Application.id == Placement.application_id)
        .where(Placement.by_decision, *chosen)
    )
    return replace(_count(period, routes, walks_of(moves)), decided=decided or 0)


@dataclass(frozen=True, slots=True)
class Walk:
    """What one application went through: its states with the moment each began, undone moves left
    out, and the reason of the last."""

    subject: str
    steps: tuple[tuple[str, datetime], ...]
    reason: str | None


def walks_of(moves: Iterable[tuple[Any, ...]]) -> Iterator[Walk]:
    """Walks out of (subject, verb, to state, reason, at), in the order of subject and event."""
    for subject, group in groupby(moves, key=lambda move: move[0]):
        steps: list[tuple[str, datetime]] = []
        reason: str | None = None
        for _subject, verb, to_state, why, at in group:
            if verb == "undo":
                if len(steps) > 1:
                    steps.pop()
                reason = None
            else:
                steps.append((to_state, at))
                reason = why
        yield Walk(subject, tuple(steps), reason)


def _count(period: Period, routes: dict[str, ApplicationRoute], walks: Iterable[Walk]) -> Report:
    reached = {stage: Counter[ApplicationRoute]() for stage in STAGES}
    stood: dict[str, list[float]] = {str(stage): [] for stage in STAGES}
    ends: Counter[tuple[str, str | None]] = Counter()
    reached[S.SUBMITTED].update(routes.values())
    for walk in walks:
        furthest = max((_ORDER.get(state, 0) for state, _at in walk.steps), default=0)
        for stage in STAGES[1 : furthest + 1]:
            reached[stage][routes[walk.subject]] += 1
        for (state, begun), (_next, over) in zip(walk.steps, walk.steps[1:], strict=False):
            if state in stood:
                stood[state].append((over - begun).total_seconds() / 3600)
        last = walk.steps[-1][0]
        if last in ENDED and last != S.CONFIRMED:
            ends[last, walk.reason] += 1
    return Report(
        period,
        len(routes),
        tuple(_row(stage, reached[stage], sorted(stood[str(stage)])) for stage in STAGES),
        tuple((state, why, count) for (state, why), count in ends.most_common()),
    )


def _row(
    stage: ApplicationState, reached: Counter[ApplicationRoute], hours: list[float]
) -> StageRow:
    return StageRow(
        stage,
        {route: reached[route] for route in ROUTES},
        len(hours),
        *(rank(hours, share) for share in (0.25, 0.5, 0.9)),
    )


def rank(hours: list[float], share: float) -> float | None:
    """The nearest rank: a time that somebody really stood there."""
    if not hours:
        return None
    return hours[min(len(hours) - 1, int(share * len(hours)))]
