"""All people of a night's run, as its blocks ask for them: read into memory once, or asked of the index.

In memory a process holds everybody and looks at all of them for each job. From the index it holds
nobody: each job's candidates come from every shard of the engine, as for a page, and only these are
read; so further processes divide the reading too, and no machine has to hold all people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Protocol

import numpy as np
import sqlalchemy as sa
from flask import current_app

from talentmarket.core import outbox
from talentmarket.core.db import db
from talentmarket.matching import recall
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.loading import chunks
from talentmarket.matching.pool import Pool, Rows
from talentmarket.matching.reading import read_people
from talentmarket.matching.tables import People, jobs_of
from talentmarket.matching.taking import take
from talentmarket.matching.together import best_of_all
from talentmarket.matching.vector import Standing, score_all
from talentmarket.matching.weights import Weights
from talentmarket.members.models import Talent, Visibility

#: From this share of all people on, to look at the changed ones apart saves nothing.
MANY_CHANGED = 0.25
#: So many people who wait for the index are no delay.
LATE = 1_000
#: Jobs whose candidates are asked for and read together.
ASKED = 64
FINDABLE = (Visibility.ORGANISATIONS.value, Visibility.PUBLIC.value)


class Behind(Exception):
    """The index does not know everybody yet who would be asked of it."""


@dataclass(frozen=True)
class Ranker:
    """What people are ranked by: one model, one year."""

    kinship: Kinship
    year: int
    weights: Weights

    def pool(self, people: People) -> Pool:
        """These people, to be asked by job."""
        return Pool(people, self.kinship, self.year, self.weights)


class Crowd(Protocol):
    """All people of a run. `way`: how they are asked, which is part of what a list rests on."""

    way: ClassVar[str]
    ranker: Ranker

    def gone_or_changed(self, run: int) -> frozenset[int]:
        """The keys of those who changed after this run, or may be ranked no more."""
        ...

    def changed(self, run: int) -> Pool | None:
        """Who changed after this run; None when they are so many that all are looked at."""
        ...

    def keys_of(self, ids: Iterable[str]) -> Mapping[str, int]:
        """The keys of those of these people who may be ranked, by public id; perhaps of others."""
        ...

    def best(
        self, jobs: Sequence[JobFacts], away: Sequence[frozenset[int]], limit: int
    ) -> list[list[Standing]]:
        """For each job who stands first; `away`: for each the keys of those who may not come."""
        ...


def _after(changed_in: Mapping[int, int], run: int) -> frozenset[int]:
    return frozenset(key for key, at in changed_in.items() if at > run)


@dataclass
class InMemory:
    """Everybody as this process read them, and the changed ones since any earlier run."""

    way: ClassVar[str] = "memory"
    people: People
    keys: dict[str, int]
    changed_in: Mapping[int, int]
    ranker: Ranker
    _moved: dict[int, frozenset[int]] = field(default_factory=dict)
    _changed: dict[int, Pool | None] = field(default_factory=dict)

    @cached_property
    def pool(self) -> Pool:
        """Everybody."""
        return self.ranker.pool(self.people)

    @cached_property
    def row(self) -> dict[int, int]:
        """The row of each person, by key."""
        return {self.keys[one]: row for row, one in enumerate(self.people.ids)}

    def gone_or_changed(self, run: int) -> frozenset[int]:
        if run not in self._moved:
            self._moved[run] = _after(self.changed_in, run)
        return self._moved[run]

    def changed(self, run: int) -> Pool | None:
        if run not in self._changed:
            rows = self._rows(self.gone_or_changed(run))
            few = len(rows) <= MANY_CHANGED * len(self.people.ids)
            self._changed[run] = self.ranker.pool(take(self.people, rows)) if few else None
        return self._changed[run]

    def keys_of(self, _ids: Iterable[str]) -> Mapping[str, int]:
        return self.keys

    def best(
        self, jobs: Sequence[JobFacts], away: Sequence[frozenset[int]], limit: int
    ) -> list[list[Standing]]:
        return best_of_all(self.pool, jobs, limit, [self._rows(one) for one in away])

    def _rows(self, keys: Iterable[int]) -> Rows:
        return np.array(sorted(self.row[key] for key in keys if key in self.row), dtype=np.intp)


@dataclass
class InIndex:
    """Nobody but who is asked for: candidates by the engine, their rows from the database.

    Who waits for the index is held against every job besides.
    """

    way: ClassVar[str] = "index"
    count: int
    changed_in: Mapping[int, int]
    ranker: Ranker
    _moved: dict[int, frozenset[int]] = field(default_factory=dict)
    _changed: dict[int, Pool | None] = field(default_factory=dict)

    def gone_or_changed(self, run: int) -> frozenset[int]:
        if run not in self._moved:
            self._moved[run] = _after(self.changed_in, run)
        return self._moved[run]

    def changed(self, run: int) -> Pool | None:
        if run not in self._changed:
            keys = sorted(self.gone_or_changed(run))
            few = len(keys) <= MANY_CHANGED * max(1, self.count)
            self._changed[run] = self.ranker.pool(_people(keys)) if few else None
        return self._changed[run]

    def keys_of(self, ids: Iterable[str]) -> Mapping[str, int]:
        session, found = db.session(), dict[str, int]()
        for some in chunks(sorted(set(ids))):
            rows = session.execute(
                sa.select(Talent.public_id, Talent.id).where(Talent.public_id.in_(some))
            )
            found |= dict(rows.tuples().all())
        return found

    def best(
        self, jobs: Sequence[JobFacts], away: Sequence[frozenset[int]], limit: int
    ) -> list[list[Standing]]:
        late = self._late()
        found: list[list[Standing]] = []
        for start in range(0, len(jobs), ASKED):
            part = slice(start, start + ASKED)
            found += self._best(jobs[part], away[part], limit, late)
        return found

    def _late(self) -> Pool:
        """Whom the index does not know as they are now. Raises Behind when these are too many to be
        held against every job."""
        waiting = outbox.documents_waiting(db.session(), "talent")
        if len(waiting) > max(LATE, MANY_CHANGED * self.count):
            raise Behind(f"the index does not know {len(waiting):,} people yet: flask index drain")
        return self.ranker.pool(read_people(db.session(), waiting))

    def _best(
        self,
        jobs: Sequence[JobFacts],
        away: Sequence[frozenset[int]],
        limit: int,
        late: Pool,
    ) -> list[list[Standing]]:
        rank = self.ranker
        asked = [recall.talents_for(job, rank.kinship, visibility=FINDABLE) for job in jobs]
        with current_app.extensions["talentmarket_search"].reader() as backend:
            named = [[one.id for one in some] for some in backend.recall_many(asked)]
        people = read_people(db.session(), sorted({one for some in named for one in some}))
        row = {one: number for number, one in enumerate(people.ids)}
        away_ids = _ids(frozenset().union(*away))
        found = []
        for job, some, barred in zip(jobs, named, away, strict=True):
            out = {away_ids[key] for key in barred if key in away_ids}
            rows = np.array(sorted(row[one] for one in some if one in row), dtype=np.intp)
            table = take(people, rows)
            scores = score_all(jobs_of([job]), table, rank.kinship, rank.year, rank.weights)
            best = {one.talent: one for one in scores.standings()}
            best |= {one.talent: one for one in late.best(job, len(out) + limit)}
            stand = [
                one
                for one in best.values()
                if one.total is not None and not one.hard_failed and one.talent not in out
            ]
            found.append(sorted(stand, key=lambda one: one.order)[:limit])
        return found


def _ids(keys: Iterable[int]) -> dict[int, str]:
    session, found = db.session(), dict[int, str]()
    for some in chunks(sorted(keys)):
        rows = session.execute(sa.select(Talent.id, Talent.public_id).where(Talent.id.in_(some)))
        found |= dict(rows.tuples().all())
    return found


def _people(keys: Sequence[int]) -> People:
    return read_people(db.session(), sorted(_ids(keys).values()))
