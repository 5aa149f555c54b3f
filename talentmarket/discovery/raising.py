"""What a person could learn or add next: over the jobs that fit their wishes, what raises most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from search.errors import SearchError
from search.requests import Filter, RecallRequest, Terms
from talentmarket.core import clock
from talentmarket.discovery.exclusions import excluded_by, held_back
from talentmarket.exchange.models import Job, Origin
from talentmarket.matching import recall, serving
from talentmarket.matching.gains import Board, Gain, Kind
from talentmarket.matching.kinship import Kinship, Near
from talentmarket.matching.loading import chunks
from talentmarket.matching.reading import read_jobs
from talentmarket.matching.service import Seeker
from talentmarket.matching.ways import Ladder, certificates_of, ladder_of
from talentmarket.members.models import Talent
from talentmarket.policy.percentiles import Spread, spread
from talentmarket.taxonomy.model import get_taxonomy

#: Jobs that are looked at, those nearest to the person; rows that are shown.
JOBS, ROWS = 400, 12
#: Scores that a reader may ask about.
THRESHOLDS = (50, 60, 70, 80)


@dataclass(frozen=True)
class Raise:
    """A change with what there is to say of it. `pay`: middles of the monthly ranges of the jobs
    that ask for it (fen), None for fewer than ten; `near`: the skill held that is nearest to it;
    `certificates`: what shows it (codes of skills); `jobs`: public id, points before and after."""

    gain: Gain
    asking: int
    pay: Spread | None
    near: Near | None
    certificates: tuple[str, ...]
    jobs: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Steps:
    """`jobs`: looked at; `in_occupations`: of the wanted occupations alone; `reached`: how many
    reach `threshold` now; `ladders`: of the wanted occupations; `asked`: how many of the jobs ask
    for a certificate, by its code; `enough`: whether there is a score at all."""

    jobs: int
    in_occupations: bool
    threshold: int
    reached: int
    rows: tuple[Raise, ...]
    ladders: Mapping[str, Ladder]
    asked: Mapping[str, int]
    enough: bool
    model: str


def steps_for(session: Session, talent: Talent, threshold: int | None = None) -> Steps | None:
    """What would raise most. `threshold`: one of :data:`THRESHOLDS`; None for the lowest that less
    than half of the jobs reach. None while the engine is off, or personal ranking is."""
    kinship, weights, version = serving.models()
    seeker = Seeker(session, talent)
    if not seeker.ranked:
        return None
    try:
        found, narrowed = _jobs(session, seeker, kinship)
    except SearchError:
        return None
    jobs = read_jobs(session, found)
    if not jobs.ids:
        return _nothing(version)
    board = Board(jobs, seeker.sent, seeker.own, kinship, clock.today().year, weights)
    if not board.jobs.ids:
        return _nothing(version)
    if threshold not in THRESHOLDS:
        threshold = _with_room(board)
    pays = _pays(session, board.jobs.ids)
    gains = board.gains((threshold, *(one for one in THRESHOLDS if one != threshold)), ROWS)
    ladders = {code: ladder_of(get_taxonomy(), code) for code in seeker.own.occupations}
    return Steps(
        jobs=len(board.jobs.ids),
        in_occupations=narrowed,
        threshold=threshold,
        reached=board.reached(threshold),
        rows=tuple(_raise(one, board, pays, kinship, seeker) for one in gains),
        ladders={code: one for code, one in ladders.items() if one is not None},
        asked=_certificates(board, kinship),
        enough=seeker.sent.says_enough,
        model=version,
    )


def _nothing(version: str) -> Steps:
    return Steps(0, False, THRESHOLDS[0], 0, (), {}, {}, False, version)


def _jobs(session: Session, seeker: Seeker, kinship: Kinship) -> tuple[list[str], bool]:
    """Own postings for what the person wishes, and whether they are of the wanted occupations alone;
    where those have none, whatever suits their skills."""
    excluded = held_back(session, excluded_by(session, seeker.talent.account, seeker.talent))
    today = int(clock.start_of_day(clock.today()).timestamp())
    request = recall.jobs_for(seeker.own, kinship, today=today, limit=JOBS)
    own = Terms("origin", (Origin.OWN.value,))
    filters: list[Filter] = [*request.filters, *excluded.filters, own]
    aims = seeker.own.occupations
    if aims:
        found = _recalled(
            replace(request, filters=(*filters, Terms("occupation", tuple(sorted(aims)))))
        )
        if found:
            return found, True
    return _recalled(replace(request, filters=tuple(filters))), False


def _recalled(request: RecallRequest) -> list[str]:
    if not request.clauses:
        return []
    search = current_app.extensions["talentmarket_search"]
    return [one.id for one in search.call(lambda backend: backend.recall(request))]


def _with_room(board: Board) -> int:
    half = len(board.jobs.ids) / 2
    return next((one for one in THRESHOLDS if board.reached(one) < half), THRESHOLDS[-1])


def _pays(session: Session, public_ids: Sequence[str]) -> dict[str, float]:
    """The middle of the monthly range of each job that states one."""
    found: dict[str, float] = {}
    for some in chunks(public_ids):
        rows = session.execute(
            sa.select(Job.public_id, Job.month_low, Job.month_high).where(
                Job.public_id.in_(some), Job.month_low.is_not(None), Job.month_high.is_not(None)
            )
        )
        found |= {one: (low + high) / 2 for one, low, high in rows}
    return found


def _raise(
    gain: Gain, board: Board, pays: Mapping[str, float], kinship: Kinship, seeker: Seeker
) -> Raise:
    ids = board.jobs.ids
    skill = gain.change.kind in (Kind.SKILL, Kind.LEVEL, Kind.PROOF)
    new = gain.change.kind is Kind.SKILL
    return Raise(
        gain,
        len(gain.asking),
        spread([pays[ids[n]] for n in gain.asking if ids[n] in pays]) if skill else None,
        kinship.nearest(gain.change.name, seeker.sent.by_skill) if new else None,
        certificates_of(get_taxonomy(), gain.change.name) if skill else (),
        tuple((ids[n], before, after) for n, before, after in gain.best),
    )


def _certificates(board: Board, kinship: Kinship) -> dict[str, int]:
    skills = board.jobs.skills
    names = [skills.names[code] for code in skills.codes.tolist()]
    found: dict[str, int] = {}
    for name in names:
        if kinship.is_certificate(name):
            found[name] = found.get(name, 0) + 1
    return found
