"""What came of shown lists, read from the site's tables.

An outcome is an event of the application of the same job and person after the list was shown: opened,
shortlisted, refused with a reason, offered, confirmed; for a list of jobs that the person applied; for
people who did not apply that they were invited; for both that the row was opened from the list. It belongs to the last list in which the pair stood
before. Lists that nothing came of tell nothing about what was preferred within them and are left out;
so are rows that were decided before the list was shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Event
from talentmarket.exchange.models import Application, ApplicationState, EndReason, Invitation, Job
from talentmarket.matching.outcomes.examples import Outcomes
from talentmarket.matching.outcomes.features import features
from talentmarket.matching.outcomes.interleaving import Team
from talentmarket.matching.outcomes.kinds import KINDS, kind_of
from talentmarket.matching.outcomes.models import (
    KEEP_DAYS,
    RankingTrial,
    ShownList,
    ShownRow,
    Surface,
)
from talentmarket.members.models import Talent

#: Days within which an outcome is put down to a list, and how long a list must be ago to be learned
#: from: the reply promise is at most five working days.
ATTRIBUTED_DAYS, SETTLED_DAYS = 30, 7
CHUNK = 500
S = ApplicationState
#: Grades of :class:`Outcomes`; what is not named says nothing.
GRADES = {
    S.VIEWED: 1,
    S.SHORTLISTED: 2,
    S.INTERVIEW: 2,
    S.OFFER: 3,
    S.ACCEPTED: 3,
    S.STARTED: 3,
    S.CONFIRMED: 4,
}
#: Refusals for what the person has, lacks or wants. Others (filled, not reachable) say nothing of it.
OF_THE_PERSON = (
    *(EndReason.REQUIREMENT, EndReason.PLACE, EndReason.PAY, EndReason.START, EndReason.STRONGER),
)
OPENED, APPLIED = 1, 2
Pair = tuple[str, str]


class Step(NamedTuple):
    """Something that happened to a pair: when, the grade, whether it was a refusal."""

    at: datetime
    grade: int
    refused: bool = False


@dataclass(frozen=True)
class Happened:
    """Steps of pairs (job, person): as employers took them, and as persons applied."""

    by_employer: Mapping[Pair, Sequence[Step]]
    by_person: Mapping[Pair, Sequence[Step]]


def happened(session: Session, since: datetime) -> Happened:
    """What became of applications and invitations since then; a move that was undone is none."""
    employer: dict[Pair, list[Step]] = defaultdict(list)
    person: dict[Pair, list[Step]] = defaultdict(list)
    rows = session.execute(
        sa.select(
            Event.at, Event.verb, Event.to_state, Event.reason, Job.public_id, Talent.public_id
        )
        .join(Application, Application.public_id == Event.subject_id)
        .join(Job, Job.id == Application.job_id)
        .join(Talent, Talent.id == Application.talent_id)
        .where(Event.subject_type == "application", Event.at >= since, Event.to_state.is_not(None))
        .order_by(Event.id),
        execution_options={"yield_per": 5000},
    )
    for at, verb, state, reason, job, talent in rows:
        pair = (job, talent)
        if verb == "undo":
            if employer[pair]:
                employer[pair].pop()
        elif verb == "submit":
            person[pair].append(Step(at, APPLIED))
        elif state in GRADES:
            employer[pair].append(Step(at, GRADES[S(state)]))
        elif state == S.REJECTED and reason in OF_THE_PERSON:
            employer[pair].append(Step(at, 0, True))
        else:
            employer[pair].append(Step(at, 0))
    invited = session.execute(
        sa.select(Invitation.sent_at, Job.public_id, Talent.public_id)
        .join(Job, Job.id == Invitation.job_id)
        .join(Talent, Talent.id == Invitation.talent_id)
        .where(Invitation.sent_at >= since)
    )
    for at, job, talent in invited:
        employer[job, talent].append(Step(at, APPLIED))
    return Happened(employer, person)


def outcomes(session: Session) -> Outcomes:
    """All shown lists that are long enough ago and that something came of, by time."""
    until = clock.now() - timedelta(days=SETTLED_DAYS)
    first = session.scalar(sa.select(sa.func.min(ShownList.at)))
    steps = Happened({}, {})
    if first is not None:  # what was decided before the first list is known as well
        steps = happened(session, first - timedelta(days=KEEP_DAYS))
    shown = list(_shown(session, until))
    later = _later_lists(shown)
    kept: list[tuple[int, Any, int, bool]] = []
    number = 0
    for head, rows in shown:
        graded = [(row, *_came_of(head, row, steps, later)) for row in rows]
        told = [one for one in graded if one[1] is not None]
        if any(grade >= APPLIED or refused for _row, grade, refused in told if grade is not None):
            kept += [
                (number, (head, row), grade, refused)
                for row, grade, refused in told
                if grade is not None
            ]
            number += 1
    return _arrays(kept)


def trial_credits(
    session: Session, trial: RankingTrial, until: datetime
) -> tuple[int, list[tuple[str, Team]], list[tuple[str, Team]]]:
    """Lists of a trial, and what is credited in them to which ranking, each with the reader (whom
    the list is of): rows that were opened, and rows that were decided for."""
    steps = happened(session, trial.starts_at - timedelta(days=KEEP_DAYS))
    shown = list(_shown(session, until, trial.starts_at))
    later = _later_lists(shown)
    lists, opened, decided = 0, [], []
    for head, rows in shown:
        if head.trial != trial.public_id:
            continue
        lists += 1
        for row in rows:
            grade, _refused = _came_of(head, row, steps, later)
            if row.team is None or not grade:
                continue
            credit = (head.subject, Team(row.team))
            opened.append(credit)  # who decides for a row has looked at it
            if grade >= APPLIED:
                decided.append(credit)
    return lists, opened, decided


def _shown(
    session: Session, until: datetime, since: datetime | None = None
) -> Iterator[tuple[sa.Row[Any], list[sa.Row[Any]]]]:
    heads = session.execute(
        sa.select(ShownList.id, ShownList.at, ShownList.surface, ShownList.subject, ShownList.trial)
        .where(ShownList.at < until, sa.true() if since is None else ShownList.at >= since)
        .order_by(ShownList.at, ShownList.id)
    ).all()
    for start in range(0, len(heads), CHUNK):
        some = heads[start : start + CHUNK]
        found: dict[int, list[sa.Row[Any]]] = defaultdict(list)
        wanted = sa.select(
            ShownRow.list_id,
            ShownRow.rank,
            ShownRow.job,
            ShownRow.talent,
            ShownRow.parts,
            ShownRow.opened_at,
            ShownRow.team,
        ).where(ShownRow.list_id.in_([head.id for head in some]))
        for row in session.execute(wanted.order_by(ShownRow.list_id, ShownRow.rank)):
            found[row.list_id].append(row)
        yield from ((head, found[head.id]) for head in some if head.id in found)


def _later_lists(
    shown: Iterable[tuple[sa.Row[Any], list[sa.Row[Any]]]],
) -> dict[tuple[bool, Pair], list[datetime]]:
    """When each pair stood in lists, by side, in the order of time."""
    found: dict[tuple[bool, Pair], list[datetime]] = defaultdict(list)
    for head, rows in shown:
        for row in rows:
            found[Surface(head.surface).of_people, (row.job, row.talent)].append(head.at)
    return found


def _came_of(
    head: sa.Row[Any],
    row: sa.Row[Any],
    steps: Happened,
    later: Mapping[tuple[bool, Pair], Sequence[datetime]],
) -> tuple[int | None, bool]:
    """The grade of a row and whether it was refused; None for what says nothing of the list."""
    of_people, pair = Surface(head.surface).of_people, (row.job, row.talent)
    taken = (steps.by_employer if of_people else steps.by_person).get(pair, ())
    if any(step.at <= head.at and (step.grade != 1 or step.refused) for step in taken):
        return None, False  # decided before
    again = next((at for at in later[of_people, pair] if at > head.at), None)
    after = [step for step in taken if step.at > head.at]
    in_time = head.at + timedelta(days=ATTRIBUTED_DAYS)
    if not after or after[0].at > in_time or (again is not None and again <= after[0].at):
        return (0 if row.opened_at is None else OPENED), False
    grade = max(step.grade for step in after)
    if grade >= APPLIED:
        return grade, False
    refused = any(step.refused for step in after)
    ended = any(step.grade == 0 for step in after)
    return (None, False) if ended and not refused else (grade, refused)


def _arrays(kept: Sequence[tuple[int, Any, int, bool]]) -> Outcomes:
    surfaces = {surface: number for number, surface in enumerate(Surface)}
    pair, kind, most, exact = [], [], [], []
    for number, (_list, (_head, row), _grade, _refused) in enumerate(kept):
        for key, part, _state, _points, _of, given, whole in row.parts:
            if whole > 0:
                pair.append(number)
                kind.append(kind_of(key, part))
                most.append(float(whole))
                exact.append(float(given))
    worth = np.array(most, dtype=np.float64)
    credit = np.array(exact, dtype=np.float64) / np.maximum(worth, 1.0)
    size = len(kept)
    return Outcomes(
        features(np.array(pair, np.int64), np.array(kind, np.int64), worth, credit, size).reshape(
            size, len(KINDS)
        ),
        np.array([one[0] for one in kept], dtype=np.int64),
        np.array([row.rank for _n, (_head, row), _g, _r in kept], dtype=np.int64),
        np.array([one[2] for one in kept], dtype=np.int64),
        np.array([one[3] for one in kept], dtype=np.bool_),
        np.array([surfaces[Surface(head.surface)] for _n, (head, _row), _g, _r in kept], np.int64),
    )
