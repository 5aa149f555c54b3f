"""What became of referrals: by stage and source, how long, why they ended; by mandate and consultant.

A firm's own referrals from the asking on; an employer's from the day they were sent to it, since what
was asked before is not its business. Of a person there is nothing in it. Three statements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Event
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.referring.models import RUNNING, Referral, ReferralState
from talentmarket.exchange.models import Application, ApplicationState
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.reporting import Period, rank, walks_of
from talentmarket.members.models import Account, Organisation


class Step(StrEnum):
    """The stages of the funnel, in their order."""

    ASKED = "asked"
    INTERESTED = "interested"
    CONSENTED = "consented"
    SENT = "sent"
    INTERVIEW = "interview"
    OFFER = "offer"
    STARTED = "started"  # both sides confirmed, or it was decided
    GUARANTEED = "guaranteed"


class Source(StrEnum):
    """How a referral began."""

    ASKED = "asked"  # the firm asked the person
    APPLIED = "applied"  # the person applied to the firm's posting


STEPS, SOURCES = tuple(Step), tuple(Source)
_ORDER = {step: at for at, step in enumerate(STEPS)}
#: Moves of the application and of the placement that begin a stage of the funnel.
_APPLIED = {
    str(ApplicationState.INTERVIEW): Step.INTERVIEW,
    str(ApplicationState.OFFER): Step.OFFER,
}
_PLACED = {
    str(PlacementState.IN_GUARANTEE): Step.STARTED,
    str(PlacementState.GUARANTEED): Step.GUARANTEED,
}


@dataclass(frozen=True)
class Asked:
    """What is looked at: the period, and what it is narrowed to (public ids; empty for all)."""

    period: Period
    mandate: str = ""
    consultant: str = ""


@dataclass(frozen=True)
class StepRow:
    """How many came to this stage or past it, by source; how long they stood there, in hours."""

    step: Step
    reached: dict[Source, int]
    left: int
    median: float | None
    most: float | None

    @property
    def total(self) -> int:
        """Of all sources."""
        return sum(self.reached.values())


@dataclass(frozen=True)
class Group:
    """The same funnel of one mandate or one consultant: `name` may be None (nobody)."""

    name: str | None
    reached: dict[Step, int]


@dataclass(frozen=True)
class ReferralReport:
    """The figures. `ends`: (kind of word, state, kind of word of the reason, reason, how many)."""

    asked: Asked
    steps: tuple[StepRow, ...]
    referrals: int
    ends: tuple[tuple[str, str, str, str | None, int], ...]
    mandates: tuple[Group, ...]
    consultants: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Course:
    """One referral: when it came to each stage, and where it stands."""

    source: Source
    reached: tuple[tuple[Step, datetime], ...]
    end: tuple[str, str, str, str | None] | None
    mandate: str
    consultant: str | None


def report(
    session: Session, organisation: Organisation, asked: Asked, *, firm: bool
) -> ReferralReport:
    """The report of a firm, or of an employer about those who were sent to it."""
    steps = STEPS if firm else STEPS[_ORDER[Step.SENT] :]
    chosen = _chosen(organisation, asked, firm)
    rows = session.execute(
        sa.select(
            Referral.id,
            Referral.state,
            Referral.posting_id,
            Referral.asked_at,
            Referral.interested_at,
            Referral.consented_at,
            Referral.sent_at,
            Referral.expires_at,
            Referral.refusal,
            Mandate.title,
            Mandate.client_name,
            Account.name.label("consultant"),
            Application.public_id.label("application"),
            Application.state.label("application_state"),
            Application.end_reason,
        )
        .join(Mandate, Mandate.id == Referral.mandate_id)
        .outerjoin(Account, Account.id == Referral.consultant_id)
        .outerjoin(Application, Application.id == Referral.application_id)
        .where(*chosen)
        .order_by(Referral.id)
    ).all()
    applied, placed = _application_walks(session, chosen), _placement_walks(session, chosen)
    courses = [_course(row, applied, placed) for row in rows]
    return _count(asked, steps, courses)


def _chosen(organisation: Organisation, asked: Asked, firm: bool) -> list[sa.ColumnElement[bool]]:
    begins = clock.start_of_day(asked.period.since)
    ends = clock.start_of_day(asked.period.until + timedelta(days=1))
    if firm:
        found = [Referral.firm_id == organisation.id]
        found += [Referral.asked_at >= begins, Referral.asked_at < ends]
    else:
        found = [Referral.employer_id == organisation.id]
        found += [Referral.sent_at >= begins, Referral.sent_at < ends]
    for column, table, value in (
        (Referral.mandate_id, Mandate, asked.mandate),
        (Referral.consultant_id, Account, asked.consultant if firm else ""),
    ):
        if value:
            key = sa.select(table.id).where(table.public_id == value).scalar_subquery()
            found.append(column == key)
    return found


_Walks = dict[str, list[tuple[str, datetime]]]


def _application_walks(session: Session, chosen: Sequence[sa.ColumnElement[bool]]) -> _Walks:
    """What the applications went through, by their ids; undone moves left out."""
    moves = session.execute(
        sa.select(Event.subject_id, Event.verb, Event.to_state, Event.reason, Event.at)
        .join(Application, Application.public_id == Event.subject_id)
        .join(Referral, Referral.application_id == Application.id)
        .where(Event.subject_type == "application", Event.to_state.is_not(None), *chosen)
        .order_by(Event.subject_id, Event.id)
    ).tuples()
    return {one.subject: list(one.steps) for one in walks_of(moves)}


def _placement_walks(
    session: Session, chosen: Sequence[sa.ColumnElement[bool]]
) -> dict[int, list[tuple[str, datetime]]]:
    rows = session.execute(
        sa.select(Placement.referral_id, Event.to_state, Event.at, Placement.cause)
        .join(Placement, Placement.public_id == Event.subject_id)
        .join(Referral, Referral.id == Placement.referral_id)
        .where(Event.subject_type == "placement", Event.to_state.is_not(None), *chosen)
        .order_by(Event.id)
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for referral, state, at, cause in rows:
        said = f"{state}:{cause or ''}" if state == PlacementState.LEFT else state
        found.setdefault(referral, []).append((said, at))
    return found


def _course(
    row: sa.Row[Any], applied: _Walks, placed: dict[int, list[tuple[str, datetime]]]
) -> _Course:
    placement = placed.get(row.id, [])
    reached = [
        (Step.ASKED, row.asked_at),
        (Step.INTERESTED, row.interested_at),
        (Step.CONSENTED, row.consented_at),
        (Step.SENT, row.sent_at),
        *((_APPLIED[to], at) for to, at in applied.get(row.application, []) if to in _APPLIED),
        *((_PLACED[to], at) for to, at in placement if to in _PLACED),
    ]
    first: dict[Step, datetime] = {}
    for step, at in reached:
        if at is not None:
            first.setdefault(step, at)
    return _Course(
        Source.APPLIED if row.posting_id is not None else Source.ASKED,
        tuple(sorted(first.items(), key=lambda one: _ORDER[one[0]])),
        _end(row, placement),
        f"{row.title} · {row.client_name}",
        row.consultant,
    )


def _end(
    row: sa.Row[Any], placement: list[tuple[str, datetime]]
) -> tuple[str, str, str, str | None] | None:
    """How it ended without a start or after one; None while it goes on or came to its good end."""
    left = next((to for to, _at in placement if to.startswith(f"{PlacementState.LEFT}:")), None)
    if left is not None:
        return (
            "placement",
            str(PlacementState.LEFT),
            "leaving_cause",
            left.partition(":")[2] or None,
        )
    over = row.state in RUNNING and row.expires_at <= clock.now()
    if row.refusal is not None:
        return "referral", "refused", "end_reason", str(row.refusal)
    if over or row.state is ReferralState.LAPSED:
        return "referral", str(ReferralState.LAPSED), "end_reason", None
    if row.state in (ReferralState.DECLINED, ReferralState.WITHDRAWN):
        return "referral", str(row.state), "end_reason", None
    state, reason = row.application_state, row.end_reason
    if state in ENDED and state is not ApplicationState.CONFIRMED:
        return "application", str(state), "end_reason", str(reason) if reason else None
    return None


def _count(asked: Asked, steps: tuple[Step, ...], courses: list[_Course]) -> ReferralReport:
    reached = {step: Counter[Source]() for step in steps}
    stood: dict[Step, list[float]] = {step: [] for step in steps}
    ends: Counter[tuple[str, str, str, str | None]] = Counter()
    for course in courses:
        for step in _passed(course, steps):
            reached[step][course.source] += 1
        for (step, begun), (_next, over) in pairwise(course.reached):
            if step in stood and over >= begun:
                stood[step].append((over - begun).total_seconds() / 3600)
        if course.end is not None:
            ends[course.end] += 1
    return ReferralReport(
        asked,
        tuple(_row(step, reached[step], sorted(stood[step])) for step in steps),
        len(courses),
        tuple((*end, count) for end, count in ends.most_common()),
        _groups(((one.mandate, one) for one in courses), steps),
        _groups(((one.consultant, one) for one in courses), steps),
    )


def _passed(course: _Course, steps: tuple[Step, ...]) -> list[Step]:
    """The stages it came to or past: a stage that was jumped over counts as passed."""
    furthest = max((_ORDER[step] for step, _at in course.reached), default=0)
    return [step for step in steps if _ORDER[step] <= furthest]


def _row(step: Step, reached: Counter[Source], hours: list[float]) -> StepRow:
    counts = {source: reached[source] for source in SOURCES}
    return StepRow(step, counts, len(hours), rank(hours, 0.5), rank(hours, 0.9))


def _groups(
    named: Iterable[tuple[str | None, _Course]], steps: tuple[Step, ...]
) -> tuple[Group, ...]:
    counted: dict[str | None, Counter[Step]] = {}
    for name, course in named:
        counted.setdefault(name, Counter()).update(_passed(course, steps))
    ordered = sorted(counted.items(), key=lambda one: (-one[1][steps[0]], one[0] or ""))
    return tuple(Group(name, {step: count[step] for step in steps}) for name, count in ordered)
