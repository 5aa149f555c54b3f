"""A market with planted preferences: does what is learned from its outcomes rank better than the
table?

Employers choose by weights that are not the table's, each a little by its own, never quite as a sum
(the first must skills count most), and by what no profile says. Lists stand in the order of the table;
rows further down are looked at less. What comes of them is all that the ranker sees. It is judged on
other jobs and people, by what their employers would truly prefer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from talentmarket.matching.facts import START_DAYS, Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.outcomes.comparing import ndcg
from talentmarket.matching.outcomes.examples import Outcomes
from talentmarket.matching.outcomes.features import features_of_pairs
from talentmarket.matching.outcomes.kinds import KINDS, numbers_of, weights_of
from talentmarket.matching.outcomes.learning import TooFewOutcomes, fit, learn
from talentmarket.matching.outcomes.ranker import OutcomeRanker
from talentmarket.matching.tables import Floats, Ints, jobs_of, people_of
from talentmarket.matching.weights import Weights, table
from talentmarket.taxonomy.model import get_taxonomy

COUNTS = (0, 50, 1_000, 10_000, 100_000)
YEAR = 2026
FIELDS, JOBS, PEOPLE = 8, 25, 300  # fields of work; jobs and people of each
CANDIDATES, SHOWN = 60, 20  # of a list
STRENGTH = 7.0  # log odds between nothing and all of what an employer wants
BASE = -2.2  # log odds of an average candidate to be chosen when looked at
TASTE, MERIT = 0.3, 0.6  # spread of an employer's own weights; of what no profile says
OVERLOOKED = 0.8  # a row at rank r is looked at with probability r ** -this
TELLS_WHY = 0.3  # of those looked at and not chosen are refused with a reason
CHUNK = 1_000  # lists made at once
PLACES = ("510100", "510700", "110000", "310000")


class World(NamedTuple):
    """Jobs × people × kinds by field, and what each job's employer prefers (log odds)."""

    features: Floats
    wanted: Floats


@dataclass(frozen=True)
class Planted:
    """What employers want of each kind, and the chance that draws everything."""

    numbers: Floats
    chance: np.random.Generator


def plant(seed: int) -> Planted:
    """Weights anywhere among those that add up to 100: they need not be near the table's."""
    chance = np.random.default_rng(seed)
    return Planted(100 * chance.dirichlet(np.full(len(KINDS), 1.5)), chance)


def world(planted: Planted) -> World:
    """A market of its own: fields of work, jobs, people, and what the employers would prefer."""
    chance = planted.chance
    kinship = Kinship(get_taxonomy())
    known = sorted(get_taxonomy().skills)
    features = []
    for _ in range(FIELDS):
        skills = chance.choice(known, 24, replace=False).tolist()
        jobs = [_job(chance, skills) for _ in range(JOBS)]
        people = people_of([_person(chance, skills) for _ in range(PEOPLE)])
        features += [features_of_pairs(jobs_of([job]), people, kinship, YEAR) for job in jobs]
    found = np.stack(features)
    tastes = planted.numbers * np.exp(chance.normal(0, TASTE, (len(found), 1, len(KINDS))))
    bent = found.copy()
    bent[..., 0] = np.sqrt(bent[..., 0])
    wanted = (tastes * bent).sum(axis=-1) / tastes.sum(axis=-1)
    wanted -= wanted.mean(axis=1, keepdims=True)
    return World(found, BASE + STRENGTH * wanted)


def _job(chance: np.random.Generator, skills: Sequence[str]) -> JobFacts:
    picked = chance.choice(skills, int(chance.integers(3, 9)), replace=False).tolist()
    low = int(chance.integers(8, 30)) * 100_000
    return JobFacts(
        "job",
        wanted=tuple(
            Wanted(one, n < 4, int(chance.integers(1, 4)) if chance.random() < 0.4 else None)
            for n, one in enumerate(picked)
        ),
        occupation=_occupation(chance) if chance.random() < 0.9 else None,
        education_rank=int(chance.integers(3, 7)) if chance.random() < 0.8 else None,
        years_min=int(chance.integers(1, 9)) if chance.random() < 0.8 else None,
        places=(str(chance.choice(PLACES)),) if chance.random() < 0.85 else (),
        pay_low=low,
        pay_high=int(low * 1.4) if chance.random() < 0.8 else None,
    )


def _person(chance: np.random.Generator, skills: Sequence[str]) -> TalentFacts:
    picked = chance.choice(skills, int(chance.integers(3, 13)), replace=False).tolist()
    proof = (Evidence("project", "", True),)
    return TalentFacts(
        "talent",
        held=tuple(
            Held(one, int(chance.integers(1, 5)), evidence=proof if chance.random() < 0.3 else ())
            for one in picked
        ),
        occupations=(_occupation(chance),),
        education_rank=int(chance.integers(3, 8)) if chance.random() < 0.9 else None,
        education_verified=bool(chance.random() < 0.4),
        years_tenths=int(chance.integers(0, 150)) if chance.random() < 0.9 else None,
        years_verified=bool(chance.random() < 0.3),
        places=(str(chance.choice(PLACES)),),
        moves=bool(chance.random() < 0.5),
        pay_low=int(chance.integers(8, 45)) * 100_000 if chance.random() < 0.8 else None,
        availability=str(chance.choice(sorted(START_DAYS))) if chance.random() < 0.8 else None,
    )


def _occupation(chance: np.random.Generator) -> str:
    return str(chance.choice(["2-02-38-03", "2-02-38-05", "2-02-10-01", "4-04-05-01"]))


def lists(market: World, planted: Planted, shown_by: Weights) -> Iterator[Outcomes]:
    """Lists in the order of the present weights and what comes of each, chunk by chunk, without end.

    Only those that something came of, as they are read from the site's tables.
    """
    chance = planted.chance
    jobs, people = market.wanted.shape
    while True:
        job = chance.integers(jobs, size=CHUNK)[:, None]
        person = chance.random((CHUNK, people)).argpartition(CANDIDATES, axis=1)[:, :CANDIDATES]
        order = np.argsort(-(market.features[job, person] @ numbers_of(shown_by)), axis=1)
        person = np.take_along_axis(person, order[:, :SHOWN], axis=1)
        odds = market.wanted[job, person] + chance.normal(0, MERIT, person.shape)
        looked = chance.random(person.shape) < np.arange(1, SHOWN + 1) ** -OVERLOOKED
        chosen = looked & (chance.random(person.shape) < 1 / (1 + np.exp(-odds)))
        refused = looked & ~chosen & (chance.random(person.shape) < TELLS_WHY)
        kept = chosen.any(axis=1)
        size = int(kept.sum())
        yield Outcomes(
            market.features[job, person][kept].reshape(-1, len(KINDS)),
            np.repeat(np.arange(size), SHOWN),
            np.tile(np.arange(1, SHOWN + 1), size),
            np.where(chosen, 2, 0)[kept].ravel(),
            refused[kept].ravel(),
            np.zeros(size * SHOWN, dtype=np.int64),
        )


def gathered(chunks: Iterator[Outcomes], count: int) -> Outcomes:
    """As many lists as give `count` outcomes."""
    parts: list[Outcomes] = []
    known = offset = 0
    while known < count:
        part = next(chunks)
        sums = np.cumsum(np.bincount(part.lists, part.chosen))
        last = int(np.searchsorted(sums, count - known))
        if last < len(sums):
            part = part.part(part.lists <= last)
        known += int(part.chosen.sum())
        parts.append(part)
    columns: list[list[Any]] = [[] for _ in range(6)]
    for part in parts:
        values = (part.x, part.lists + offset, part.ranks, part.grades, part.refused, part.surfaces)
        for column, value in zip(columns, values, strict=True):
            column.append(value)
        offset += int(part.lists.max()) + 1
    return Outcomes(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True)
class Judge:
    """Other jobs and people, and how well a ranking does what their employers would want."""

    x: Floats
    lists: Ints
    gains: Floats

    def ndcg(self, weights: Weights) -> float:
        """nDCG@10 against the planted truth, on average over the jobs."""
        found = ndcg(self.lists, self.gains, self.x @ numbers_of(weights))
        return round(float(found.mean()), 4)


def judge(planted: Planted) -> Judge:
    """A world apart from the one that is learned from, of the same employers' kind."""
    other = world(planted)
    jobs, people = other.wanted.shape
    return Judge(
        other.features.reshape(-1, len(KINDS)),
        np.repeat(np.arange(jobs), people),
        (1 / (1 + np.exp(-other.wanted))).ravel(),
    )


def rows(seed: int, counts: Sequence[int] = COUNTS) -> Iterator[dict[str, Any]]:
    """For each number of outcomes: the table, what was learned, what would serve.

    `learned` is judged whether it may serve or not; `uncorrected`: learned as if every row was
    looked at. `better`: it replaced the table.
    """
    planted = plant(seed)
    truth, market, before = judge(planted), world(planted), table()
    for count in counts:
        found: dict[str, Any] = {"outcomes": count, "table": truth.ndcg(before)}
        learned = uncorrected = served = before
        found["better"] = False
        if count:
            outcomes = gathered(lists(market, planted, before), count)
            learned = weights_of(fit(outcomes, before).points_)
            uncorrected = weights_of(_uncorrected(outcomes, before).points_)
            try:
                result = learn(outcomes, before, before)
            except TooFewOutcomes:
                pass
            else:
                found["better"] = result.compared.better
                served = result.weights if result.compared.better else before
        yield found | {
            "learned": truth.ndcg(learned),
            "uncorrected": truth.ndcg(uncorrected),
            "served": truth.ndcg(served),
        }


def _uncorrected(outcomes: Outcomes, prior: Weights) -> OutcomeRanker:
    ranker = OutcomeRanker(prior=numbers_of(prior))
    return ranker.fit(outcomes.x, outcomes.chosen, lists=outcomes.lists)
