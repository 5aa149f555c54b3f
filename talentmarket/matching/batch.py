"""The night's lists: for every published job the fifty people who stand first, of all who may be.

A run reads all people, notes who has changed since the last one, and goes through the jobs block by
block, each block stored whole. So a run that is killed goes on where it was: a job remembers which
run's people it saw, a person in which run it changed. A job that is as it was is held against the
changed people alone; if one who stood in its list has fallen, so that somebody unknown may follow,
it is worked out anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.bulk import insert_many
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, JobState
from talentmarket.matching import kept, serving
from talentmarket.matching.crowds import Crowd, InIndex, InMemory, Ranker
from talentmarket.matching.everybody import Page, digests, pages, read_everybody
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.kept import KeptMatch, MatchedJob, MatchedPerson
from talentmarket.matching.loading import chunks, jobs_facts
from talentmarket.matching.tables import People
from talentmarket.matching.together import PART
from talentmarket.matching.vector import Standing
from talentmarket.members.blocks import blocked_talents
from talentmarket.members.models import Organisation, Talent

TOP, BLOCK = 50, PART  # a block is worked out in one go
LAYOUT = 3  # raised when the same people and jobs would give other lists
#: In place of a digest: two processes of one run read different things, the next one looks again.
SEEN_TWICE = "?"


@dataclass
class Ran:
    """What a run has done so far: of `jobs`, how many are `done`: worked out from all people
    (`whole`), held against the changed ones (`merged`), or as they were (`same`)."""

    jobs: int = 0
    done: int = 0
    whole: int = 0
    merged: int = 0
    same: int = 0
    gone: int = 0
    people: int = 0
    changed: int = 0
    places: int = 0
    model: str = ""


Step = Callable[[Ran], None]
JobRow = sa.Row[tuple[int, str, int, int | None]]


@dataclass(frozen=True)
class _Known:
    """A job as the last run that saw it left it; `basis` empty for one that no run saw."""

    basis: str
    run: int


@dataclass
class Work:
    """A run under way in this process: its number, all people as this process has read them."""

    number: int
    crowd: Crowd
    model: str
    ran: Ran
    blocked: _Blocked

    def do(self, jobs: Sequence[JobRow]) -> None:
        """One block. Raises :class:`kept.Replaced` when another run was begun meanwhile."""
        _do(db.session(), self.number, jobs, self.crowd, self.blocked, self.model, self.ran)


def run(step: Step = lambda ran: None, *, block: int = BLOCK, way: str | None = None) -> Ran:
    """Bring all lists up to date; `step` is told before the first block and after each.

    Raises :class:`kept.Replaced` when another run was begun meanwhile.
    """
    work = begin(way)
    step(work.ran)
    for jobs in blocks(db.session(), block):
        work.do(jobs)
        step(work.ran)
    with unit_of_work() as own:
        kept.finish(own, work.number)
    return work.ran


def begin(way: str | None = None) -> Work:
    """Begin a run: all people are read, and who has changed since the last one is noted. `way`: how
    people are asked, `memory` or `index`; None for what the settings say."""
    session = db.session()
    seen = _Seen(session)
    everybody = None
    if (way or the_way()) == InMemory.way:
        everybody = read_everybody(session, seen.look)
    else:
        for page in pages(session):
            seen.look(page)
    seen.end()
    with unit_of_work() as own:
        number = kept.begin(own)
        _note_changes(own, number, seen.changed)
        gone = _forget_jobs(own)
    work = _work(session, number, everybody, seen.count)
    work.ran.changed, work.ran.gone = len(seen.changed), gone
    return work


def join(number: int, way: str | None = None) -> Work:
    """Take part in a run that another process began; who has changed since it read them is looked at
    again by the next run, in whichever lists they stand by then."""
    session = db.session()
    if (way or the_way()) != InMemory.way:
        known = sa.select(sa.func.count()).where(MatchedPerson.basis != "")
        return _work(session, number, None, session.scalar(known) or 0)
    seen = _Seen(session)
    everybody = read_everybody(session, seen.look)
    seen.end()
    if seen.changed:
        with unit_of_work() as own:
            kept.hold(own, number)
            for some in chunks(sorted(seen.changed)):
                which = sa.update(MatchedPerson).where(MatchedPerson.talent_id.in_(some))
                own.execute(which.values(basis=SEEN_TWICE))
    return _work(session, number, everybody, seen.count)


def the_way() -> str:
    """How people are asked where nothing else is said: as the settings have it."""
    way: str = current_app.extensions["talentmarket_settings"].match_recall
    return way


class _Seen:
    """Who is new, has changed or may be ranked no more since these were noted, told page by page.

    `changed`: the digests of all that a score reads of them by key; empty of those who are gone.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last = 0
        self.changed: dict[int, str] = {}
        self.count = 0

    def look(self, page: Page) -> None:
        """The next page."""
        noted = self._noted(page.last)
        told = {page.keys[one]: digest for one, digest in
                zip(page.people.ids, digests(page.people), strict=True)}  # fmt: skip
        self.count += len(told)
        self.changed |= {key: digest for key, digest in told.items() if noted.get(key) != digest}
        self._gone(noted, told)
        self._last = page.last

    def end(self) -> None:
        """There are no more pages."""
        self._gone(self._noted(None), {})

    def _gone(self, noted: Mapping[int, str], there: Mapping[int, str]) -> None:
        self.changed |= {key: "" for key, basis in noted.items() if basis and key not in there}

    def _noted(self, last: int | None) -> dict[int, str]:
        wanted = sa.select(MatchedPerson.talent_id, MatchedPerson.basis)
        wanted = wanted.where(MatchedPerson.talent_id > self._last)
        if last is not None:
            wanted = wanted.where(MatchedPerson.talent_id <= last)
        found = dict(self._session.execute(wanted).tuples().all())
        self._session.rollback()
        return found


def _work(
    session: Session, number: int, everybody: tuple[People, dict[str, int]] | None, count: int
) -> Work:
    kinship, weights, model = serving.models()
    ran = Ran(model=model, people=count)
    ran.jobs = session.scalar(sa.select(sa.func.count()).select_from(Job).where(_PUBLISHED)) or 0
    ranker, changed_in = Ranker(kinship, clock.today().year, weights), _changed_in(session)
    session.rollback()
    crowd: Crowd
    if everybody is None:
        crowd = InIndex(count, changed_in, ranker)
    else:
        crowd = InMemory(*everybody, changed_in, ranker)
    return Work(number, crowd, model, ran, _Blocked())


_PUBLISHED = Job.state == JobState.PUBLISHED


def blocks(session: Session, size: int) -> Iterator[list[JobRow]]:
    """Published jobs in the order of their keys."""
    last = 0
    while rows := jobs_between(session, last + 1, None, size):
        yield rows
        last = rows[-1].id


def jobs_between(session: Session, first: int, last: int | None, most: int) -> list[JobRow]:
    """Published jobs by key, at most `most`: key, public id, who published, whom for."""
    wanted = sa.select(Job.id, Job.public_id, Job.organisation_id, Job.employer_id)
    wanted = wanted.where(Job.id >= first, _PUBLISHED)
    if last is not None:
        wanted = wanted.where(Job.id <= last)
    rows = list(session.execute(wanted.order_by(Job.id).limit(most)))
    session.rollback()
    return rows


class _Blocked:
    """Whom an organisation must not see, read once a run for each."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[int]] = {}

    def by(self, organisations: Iterable[int | None]) -> frozenset[int]:
        """The keys of the people who block one of these."""
        return frozenset().union(*(self._of(one) for one in organisations if one is not None))

    def _of(self, key: int) -> frozenset[int]:
        if key not in self._known:
            session = db.session()
            organisation = session.get_one(Organisation, key)
            found = session.scalars(blocked_talents(session, organisation))
            self._known[key] = frozenset(found)
        return self._known[key]


def _do(
    session: Session,
    number: int,
    jobs: Sequence[JobRow],
    crowd: Crowd,
    blocked: _Blocked,
    model: str,
    ran: Ran,
) -> None:
    """One block, from reading to storing."""
    facts = jobs_facts(session, [job.public_id for job in jobs])
    known = {
        row.job_id: _Known(row.basis, row.run)
        for row in session.scalars(
            sa.select(MatchedJob).where(MatchedJob.job_id.in_([job.id for job in jobs]))
        )
    }
    before = kept.lists_of(session, [(job.id, job.public_id) for job in jobs if job.id in known])
    lists: dict[int, Sequence[Standing]] = {}
    bases: dict[int, str] = {}
    whole: dict[str, tuple[int, frozenset[int]]] = {}  # to be worked out from everybody
    for job in jobs:
        ran.done += 1
        if job.public_id not in facts:
            continue  # closed since the block was read: the next run forgets it
        away = blocked.by({job.organisation_id, job.employer_id})
        basis = _basis(facts[job.public_id], away, model, crowd)
        then = known.get(job.id, _Known("", -1))
        fresh = then.basis == basis
        if fresh and not crowd.gone_or_changed(then.run):
            ran.same += 1
            continue
        bases[job.id] = basis
        found = (
            _merged(facts[job.public_id], before[job.id], then.run, crowd, away) if fresh else None
        )
        if found is not None:
            ran.merged += 1
            if found == before[job.id]:
                continue
        else:
            whole[job.public_id] = job.id, away
            continue
        lists[job.id] = found
    ran.whole += len(whole)
    barred = [away for _key, away in whole.values()]
    new = crowd.best([facts[one] for one in whole], barred, TOP) if whole else []
    lists |= {key: one for (key, _away), one in zip(whole.values(), new, strict=True)}
    keys = crowd.keys_of(one.talent for some in lists.values() for one in some)
    session.rollback()
    if bases:
        with unit_of_work() as own:
            ran.places += kept.store(own, number, lists, bases, keys, model, clock.now())


def _merged(
    job: JobFacts, before: list[Standing], run: int, crowd: Crowd, away: frozenset[int]
) -> list[Standing] | None:
    """The list with the changed people in their new places; None when it cannot be told without
    looking at everybody."""
    pool = crowd.changed(run)
    if pool is None:
        return None
    moved = crowd.gone_or_changed(run)
    keys = crowd.keys_of([*(one.talent for one in before), *pool.people.ids])
    keys = crowd.keys_of([*(one.talent for one in before), *pool.people.ids])
    left = [one for one in before if keys.get(one.talent, 0) not in moved | {0}]
    out = [row for row, one in enumerate(pool.people.ids) if keys.get(one, 0) in away & moved]
    barred = np.array(out, dtype=np.intp)
    new = pool.best(job, TOP, without=barred)
    found = sorted([*left, *new], key=lambda one: one.order)[:TOP]
    if len(before) < TOP:
        return found  # nobody stood behind those who were in it
    # Nobody else stood before the last of the list, and nobody else has changed.
    return found if len(found) == TOP and found[-1].order <= before[-1].order else None


def _basis(job: JobFacts, away: frozenset[int], model: str, crowd: Crowd) -> str:
    told = repr((LAYOUT, TOP, crowd.way, model, crowd.ranker.year, job, sorted(away)))
    return blake2b(told.encode(), digest_size=16).hexdigest()


def _changed_in(session: Session) -> dict[int, int]:
    return dict(
        session.execute(sa.select(MatchedPerson.talent_id, MatchedPerson.run)).tuples().all()
    )


def _note_changes(session: Session, run: int, changed: Mapping[int, str]) -> None:
    """Remember who is new, has changed or may be ranked no more."""
    there = sorted(changed)
    for start in range(0, len(there), 500):
        some = there[start : start + 500]
        session.execute(sa.delete(MatchedPerson).where(MatchedPerson.talent_id.in_(some)))
        exist = set(session.scalars(sa.select(Talent.id).where(Talent.id.in_(some))))
        rows = [
            {"talent_id": key, "basis": changed[key], "run": run} for key in some if key in exist
        ]
        if rows:
            insert_many(session, MatchedPerson.__table__, rows)


def _forget_jobs(session: Session) -> int:
    """Drop the lists of jobs that are not published any more; returns how many."""
    there = sa.select(Job.id).where(_PUBLISHED)
    session.execute(sa.delete(KeptMatch).where(KeptMatch.job_id.not_in(there)))
    gone = session.execute(sa.delete(MatchedJob).where(MatchedJob.job_id.not_in(there)))
    return int(gone.rowcount)  # type: ignore[attr-defined]
