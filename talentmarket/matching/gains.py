"""What would raise a person's scores most, over many jobs at once. Pure.

Each change is one thing that the person could add: a skill, a level, a verification, an entry that is
missing, a section that is kept back. What it brings is asked of the score itself, with the person as
they would then be; of the many skills that jobs ask for, those worth asking about are chosen with the
tables of :mod:`credits`, which are made by the score too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

import numpy as np

from talentmarket.matching import weights as w
from talentmarket.matching.credits import AGES, TENTHS, Credits
from talentmarket.matching.facts import Evidence, Held, TalentFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.loading import without
from talentmarket.matching.plan import Plan, plan_of
from talentmarket.matching.skillcredits import levels_of
from talentmarket.matching.tables import Floats, Ints, Jobs, people_of
from talentmarket.matching.taking import take_jobs
from talentmarket.matching.vector import (
    Scores,
    common_of,
    credits_of,
    score_all,
    work_of,
)

#: Of skills, of held skills to be verified or raised, so many are asked of the score.
SKILLS, HELD = 16, 8
#: A skill is proposed when one of so many jobs asks for it, or `OFTEN` jobs do: what is only near to
#: what they want raises scores as well, and is no advice.
SELDOM, OFTEN = 8, 5
#: A thing that somebody else verified, for what a verification would bring.
_PROOF = Evidence("certificate", "", verified=True)


class Kind(StrEnum):
    """What is added."""

    SKILL = "skill"  # learned, or known and not written yet
    LEVEL = "level"  # of a skill that is held: raised, or said at all
    PROOF = "proof"  # somebody else verifies a skill
    VERIFIED = "verified"  # or years, or schooling
    ENTRY = "entry"  # what the profile does not say; at most, if it is as the jobs want it
    OPEN = "open"  # a section that employers do not see


@dataclass(frozen=True)
class Change:
    """One thing to add. `name`: the skill, the entry (years, education …) or the section; `level`:
    the skill's then (1–4), where jobs ask for one."""

    kind: Kind
    name: str
    level: int | None = None


@dataclass(frozen=True)
class Gain:
    """What a change brings. `raised`: jobs whose score it raises, `points`: by how many together;
    `over`: for each threshold how many jobs reach it then and do not now; `asking`: numbers of the
    jobs that ask for just this; `best`: (number, before, after) of those that reach the first
    threshold by it, then where it brings most."""

    change: Change
    raised: int
    points: int
    over: Mapping[int, int]
    asking: tuple[int, ...]
    best: tuple[tuple[int, int, int], ...]


class Board:
    """One person and the jobs that fit what they wish. Jobs that the place or the way of working
    rules out are left out; one that a licence rules out has no points until it is there. `seen`: the person as an employer reads them, which is what is scored; `whole`: with
    what they keep to themselves."""

    def __init__(
        self,
        jobs: Jobs,
        seen: TalentFacts,
        whole: TalentFacts,
        kinship: Kinship,
        year: int,
        weights: w.Weights | None = None,
    ) -> None:
        """Of at least one job."""
        self._seen, self._whole = seen, whole
        self._kinship, self._year, self._weights = kinship, year, weights
        others = tuple(one for one in seen.held if not kinship.is_certificate(one.skill))
        fits = np.nonzero(~self._scored(jobs, replace(seen, held=others)).hard_failed)[0]
        self.jobs = take_jobs(jobs, fits)
        self.now = self._scored(self.jobs, seen)

    def _scored(self, jobs: Jobs, person: TalentFacts) -> Scores:
        return score_all(jobs, people_of([person]), self._kinship, self._year, self._weights)

    @cached_property
    def before(self) -> Ints:
        """Points of each job now; 0 where too little is known for a score, or it lacks a licence."""
        return _points(self.now)

    def reached(self, threshold: int) -> int:
        """How many jobs reach a threshold now."""
        return int((self.before >= threshold).sum())

    def gains(self, thresholds: Sequence[int], most: int) -> list[Gain]:
        """The changes that raise any score, those first that bring most jobs over the first of the
        thresholds, then by points."""
        if not len(self.before):
            return []
        found = [self._gain(change, then, thresholds) for change, then in self._changes()]
        worth = [one for one in found if one.points > 0]
        worth.sort(key=lambda one: (-one.over[thresholds[0]], -one.points, *_named(one.change)))
        return worth[:most]

    def _gain(self, change: Change, then: TalentFacts, thresholds: Sequence[int]) -> Gain:
        after = _points(self._scored(self.jobs, then))
        more = after - self.before
        crosses = {one: (after >= one) & (self.before < one) for one in thresholds}
        first = ~crosses[thresholds[0]]  # what the list is in the order of is what it shows
        order = np.lexsort((np.arange(len(more)), -after, -more, first))[:3]
        best = [(int(n), int(self.before[n]), int(after[n])) for n in order if more[n] > 0]
        return Gain(
            change,
            int((more > 0).sum()),
            int(np.maximum(more, 0).sum()),
            {one: int(jobs.sum()) for one, jobs in sorted(crosses.items())},
            tuple(self._asking(change)),
            tuple(best),
        )

    def _asking(self, change: Change) -> list[int]:
        """The jobs that ask for what is added, by name."""
        jobs = self.jobs
        if change.kind in (Kind.SKILL, Kind.LEVEL, Kind.PROOF):
            if change.name not in jobs.skills.names:
                return []
            code = jobs.skills.names.index(change.name)
            wants = jobs.skills.codes == code
            if change.kind is Kind.LEVEL:
                wants &= ~np.isnan(jobs.level)
            return [int(n) for n in np.unique(jobs.skills.rows[wants])]
        column = self._plan.column.get(change.name)
        if column is None:
            return list(range(len(jobs.ids)))
        return [int(n) for n in np.nonzero(self._plan.asked[:, column])[0]]

    @cached_property
    def _plan(self) -> Plan:
        return plan_of(self.jobs, self._kinship, self._weights)

    # -- what could be added -------------------------------------------------------------------
    def _changes(self) -> Iterator[tuple[Change, TalentFacts]]:
        """Each change, and the person with it."""
        for section in sorted(self._seen.hidden):
            opened = without(self._whole, self._seen.hidden - {section})
            yield Change(Kind.OPEN, section), opened
        yield from self._entries()
        if "skills" in self._seen.hidden:
            return  # whatever is written there, employers would not see it
        for skill, level in self._worth_learning():
            held = Held(skill, level)
            yield (
                Change(Kind.SKILL, skill, level),
                replace(self._seen, held=(*self._seen.held, held)),
            )
        yield from self._of_held()

    def _entries(self) -> Iterator[tuple[Change, TalentFacts]]:
        """What the profile leaves open, said as well as any of these jobs could want it."""
        seen, jobs = self._seen, self.jobs
        aims = Counter(code for code in jobs.occupation if code)
        best: dict[str, dict[str, object]] = {
            "years": {"years_tenths": int(jobs.years.max()) * 10},
            "education": {"education_rank": int(jobs.education.max())},
            "pay": {"pay_low": 0},
            "availability": {"availability": "now"},
            "place": {"places": jobs.places.names},
            "occupation": {"occupations": tuple(code for code, _n in aims.most_common(1))},
        }
        unsaid = {
            "years": seen.years_tenths is None and "experience" not in seen.hidden,
            "education": seen.education_rank is None and "education" not in seen.hidden,
            "pay": seen.pay_low is None and "pay" not in seen.hidden,
            "availability": seen.availability is None,
            "place": not seen.places and seen.moves is None,
            "occupation": not seen.occupations and bool(aims),
        }
        for name, lacking in unsaid.items():
            if lacking:
                yield Change(Kind.ENTRY, name), replace(seen, **best[name])  # type: ignore[arg-type]
        if seen.years_tenths is not None and not seen.years_verified:
            yield Change(Kind.VERIFIED, "years"), replace(seen, years_verified=True)
        if seen.education_rank is not None and not seen.education_verified:
            yield Change(Kind.VERIFIED, "education"), replace(seen, education_verified=True)

    def _of_held(self) -> Iterator[tuple[Change, TalentFacts]]:
        """Skills that are held and asked for: verified, or at the level that is asked."""
        asked = Counter(self.jobs.skills.names[code] for code in self.jobs.skills.codes.tolist())
        held = sorted(
            (one for one in self._seen.held if one.skill in asked),
            key=lambda one: (-asked[one.skill], one.skill),
        )
        proofs = [one for one in held if not one.verified][:HELD]
        for one in proofs:
            then = replace(one, evidence=(*one.evidence, _PROOF))
            yield Change(Kind.PROOF, one.skill), self._with(then)
        higher = [(one, self._level_asked(one.skill)) for one in held]
        lower = [(one, level) for one, level in higher if level and level > (one.level or 0)]
        for one, level in lower[:HELD]:
            yield Change(Kind.LEVEL, one.skill, level), self._with(replace(one, level=level))

    def _with(self, held: Held) -> TalentFacts:
        rest = [held if one.skill == held.skill else one for one in self._seen.held]
        return replace(self._seen, held=tuple(rest))

    def _level_asked(self, skill: str) -> int | None:
        """The level that the middle one of the jobs asks for which ask for one."""
        jobs = self.jobs
        code = jobs.skills.names.index(skill)
        levels = jobs.level[(jobs.skills.codes == code) & ~np.isnan(jobs.level)]
        return int(np.median(levels) + 0.5) if len(levels) else None

    # -- which of the skills -------------------------------------------------------------------
    def _worth_learning(self) -> list[tuple[str, int | None]]:
        """Of the skills that these jobs ask for and the person does not have, those that bring most,
        with the level at which they would be held."""
        least = min(OFTEN, -(-len(self.jobs.ids) // SELDOM))
        counts = np.bincount(self.jobs.skills.codes, minlength=len(self.jobs.skills.names))
        names = [
            one
            for one, count in zip(self.jobs.skills.names, counts.tolist(), strict=True)
            if count >= least and one not in self._seen.by_skill
        ]
        if not names:
            return []
        levels = [self._level_asked(one) for one in names]
        brings = self._brings(tuple(names), levels) + self._admitted(tuple(names))
        total = brings.sum(axis=0)
        order = sorted(range(len(names)), key=lambda n: (-round(float(total[n]), 3), names[n]))
        return [(names[n], levels[n]) for n in order[:SKILLS] if total[n] > 0]

    def _brings(self, names: tuple[str, ...], levels: Sequence[int | None]) -> Floats:
        """Jobs × skills: the points before rounding that each brings, claimed, at its level."""
        jobs, kinship = self.jobs, self._kinship
        tables = Credits(kinship, self._year)
        code = np.array([(level or 0) * AGES * 2 * TENTHS for level in levels], dtype=np.int64)
        person = people_of([self._seen])
        plan, _row, credit = credits_of(jobs, person, kinship, self._year, together=False)
        of = self._plan.of
        rows, column = jobs.skills.rows, plan.of_skill
        shares = np.array([tables.shares(one, names) for one in jobs.skills.names])
        asked = zip(jobs.level, jobs.skill_years, strict=True)
        worth = np.array([tables.entries(level, years)[code] for level, years in asked])
        given = shares[jobs.skills.codes] * worth
        more = np.maximum(0.0, given - credit[rows, column][:, None]) * of[rows, column][:, None]
        summed = np.concatenate([np.zeros((1, len(names))), np.cumsum(more, axis=0)])
        found = summed[jobs.skills.start[1:]] - summed[jobs.skills.start[:-1]]
        near = kinship.whole_of(jobs.skills, kinship.placing(names)).worth
        counts = np.array([tables.entries(level, 0.0)[code] for level in levels_of(jobs)])
        at = plan.column["whole"]
        have = credit[:, at][:, None]
        then = np.minimum(1.0, have + near * counts.reshape(near.shape) / w.WHOLE_ENOUGH)
        found += (then - have) * of[:, at][:, None]
        best = np.where(plan.asked[:, at][:, None], then, 0.0)
        np.maximum.at(best, rows, given)
        return np.asarray(found + self._opened(plan, credit, best))

    def _admitted(self, names: tuple[str, ...]) -> Floats:
        """Jobs × skills: the points now of a job that is shut, by the licences that it asks for."""
        jobs, number = self.jobs, {name: n for n, name in enumerate(names)}
        found = np.zeros((len(jobs.ids), len(names)))
        shut = self.now.hard_failed[jobs.skills.rows] & jobs.must
        for at in np.flatnonzero(shut).tolist():
            name, row = jobs.skills.names[jobs.skills.codes[at]], jobs.skills.rows[at]
            if name in number and self._kinship.is_certificate(name):
                found[row, number[name]] = self.now.exact[row]
        return found

    def _opened(self, plan: Plan, credit: Floats, best: Floats) -> Floats:
        """Jobs × skills: the points of conditions that begin to count with a skill. `best`: its credit
        for the best of what each job asks for."""
        work = work_of(plan)
        says = np.asarray(plan.asked[:, work].any(axis=1))[:, None]
        now = credit[:, work].max(axis=1)[:, None]
        more = common_of(np.maximum(now, best), says) - common_of(now, says)
        points = (credit * self._plan.of)[:, ~work].sum(axis=1)
        return np.asarray(more * points[:, None])


def _points(scores: Scores) -> Ints:
    return np.where(scores.hard_failed, 0, np.maximum(scores.total, 0))


def _named(change: Change) -> tuple[str, str]:
    return str(change.kind), change.name
