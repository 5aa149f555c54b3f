"""Scores in arrays are the explained scores, point by point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.matching.facts import (
    MODES,
    START_DAYS,
    Evidence,
    Held,
    JobFacts,
    TalentFacts,
    Wanted,
)
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.score import Match, score
from talentmarket.matching.space import SkillSpace
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import Scores, score_all
from talentmarket.matching.weights import Part, Weights
from talentmarket.taxonomy.model import get_taxonomy

YEAR = 2026
#: Related ones, far ones, certificates, and one that the taxonomy does not know.
SKILLS = [
    "spark", "sql", "flink", "kafka", "python", "hive", "java", "hbase", "photoshop", "abap",
    "spark-streaming", "mysql", "postgresql", "cissp", "pmp", "gone-since",
]  # fmt: skip
PLACES = ["510116", "510100", "510000", "510700", "110000"]
OCCUPATIONS = ["2-02-38-03", "2-02-38-05", "2-02-10-01", "4-04-05-01", "4-01-01-01"]


def trained() -> Kinship:
    """Nearness by contexts too, of figures that have no short binary form."""
    chance = np.random.default_rng(3)
    seen = (chance.random((200, len(SKILLS))) < 0.3).astype(float)
    seen[:, 1] = seen[:, 0]
    return Kinship(get_taxonomy(), SkillSpace(8, min_df=1).fit(seen), SKILLS)


KINSHIPS = [Kinship(get_taxonomy()), trained()]

wanted = st.lists(
    st.builds(
        Wanted,
        st.sampled_from(SKILLS),
        st.booleans(),
        st.none() | st.integers(1, 4),
        st.none() | st.integers(0, 6),
    ),
    max_size=9,
    unique_by=lambda one: one.skill,
)
money = st.none() | st.integers(0, 40).map(lambda thousands: thousands * 100_000)
jobs = st.builds(
    JobFacts,
    id=st.just("job"),
    wanted=wanted.map(tuple),
    occupation=st.none() | st.sampled_from(OCCUPATIONS),
    education_rank=st.none() | st.integers(0, 7),
    years_min=st.none() | st.integers(0, 12),
    places=st.lists(st.sampled_from(PLACES), max_size=3, unique=True).map(tuple),
    remote=st.booleans(),
    pay_low=money,
    pay_high=money,
    mode=st.none() | st.sampled_from(list(MODES)),
)
proofs = st.lists(
    st.builds(Evidence, st.just("project"), st.just("数据平台"), st.booleans()), max_size=2
)
held = st.lists(
    st.builds(
        Held,
        st.sampled_from(SKILLS),
        st.none() | st.integers(1, 4),
        st.none() | st.integers(0, 90),
        st.none() | st.integers(2012, YEAR),
        proofs.map(tuple),
    ),
    max_size=9,
    unique_by=lambda one: one.skill,
)
talents = st.builds(
    TalentFacts,
    id=st.just("talent"),
    held=held.map(tuple),
    occupations=st.lists(st.sampled_from(OCCUPATIONS), max_size=2, unique=True).map(tuple),
    education_rank=st.none() | st.integers(0, 7),
    education_verified=st.booleans(),
    years_tenths=st.none() | st.integers(0, 150),
    years_verified=st.booleans(),
    places=st.lists(st.sampled_from(PLACES), max_size=2, unique=True).map(tuple),
    moves=st.none() | st.booleans(),
    mode=st.none() | st.sampled_from(list(MODES)),
    pay_low=money,
    availability=st.none() | st.sampled_from([*START_DAYS, "a code of tomorrow"]),
)
#: Such as outcomes may teach: any split of the hundred points.
shares = st.floats(0.05, 0.95)
learned = st.builds(
    Weights,
    st.lists(st.integers(64, 1600), min_size=len(Part), max_size=len(Part))
    .map(lambda grid: tuple(one / 64 for one in [6400 - sum(grid[1:]), *grid[1:]]))
    .filter(lambda points: min(points) >= 1),
    shares,
    shares,
    shares,
)


def same(found: Scores, n: int, match: Match) -> None:
    """Row n of the scores and the explained match agree in everything."""
    asked = found.asked[n]
    rows = zip(found.points[n][asked].tolist(), found.of[n][asked].tolist(), strict=True)
    assert list(rows) == [(row.points, row.of) for row in match.rows]
    parts = zip(found.parts[n].tolist(), found.parts_of[n].tolist(), strict=True)
    assert list(parts) == [(part.points, part.of) for part in match.parts]
    standing = list(found.standings())[n]
    assert standing.order == match.order
    assert standing.total == match.total
    assert standing.exact == match.exact
    assert standing.hard_failed == match.hard_failed
    assert standing.hard_unknown == match.hard_unknown
    assert not found.points[n][~asked].any()


@pytest.mark.parametrize("kinship", KINSHIPS, ids=["edges", "trained"])
@given(some=st.lists(st.tuples(jobs, talents), min_size=1, max_size=5), weights=st.none() | learned)
def test_pairs_side_by_side(
    kinship: Kinship, some: list[tuple[JobFacts, TalentFacts]], weights: Weights | None
) -> None:
    offers, persons = [pair[0] for pair in some], [pair[1] for pair in some]
    found = score_all(jobs_of(offers), people_of(persons), kinship, YEAR, weights)
    for n, (job, talent) in enumerate(some):
        match = score(job, talent, kinship, YEAR, "t", weights)
        same(found, n, match)
        assert sum(row.of for row in match.rows) == 100
        assert sum(row.points for row in match.rows) == int(match.exact + 0.5)


@given(job=jobs, persons=st.lists(talents, max_size=5))
def test_one_job_with_many_people(job: JobFacts, persons: list[TalentFacts]) -> None:
    found = score_all(jobs_of([job]), people_of(persons), KINSHIPS[1], YEAR)
    assert len(list(found.standings())) == len(persons)
    for n, talent in enumerate(persons):
        same(found, n, score(job, talent, KINSHIPS[1], YEAR, "t"))


@given(talent=talents, offers=st.lists(jobs, max_size=5))
def test_one_person_with_many_jobs(talent: TalentFacts, offers: list[JobFacts]) -> None:
    found = score_all(jobs_of(offers), people_of([talent]), KINSHIPS[1], YEAR)
    assert len(list(found.standings())) == len(offers)
    for n, job in enumerate(offers):
        same(found, n, score(job, talent, KINSHIPS[1], YEAR, "t"))


def test_sides_that_do_not_fit_are_refused() -> None:
    two: Any = [JobFacts("a"), JobFacts("b")]
    three = [TalentFacts("a"), TalentFacts("b"), TalentFacts("c")]
    with pytest.raises(ValueError, match="either side"):
        score_all(jobs_of(two), people_of(three), KINSHIPS[0], YEAR)


def test_the_best_are_the_first_of_all_in_their_order() -> None:
    """Sums that differ in digits no order looks at are equals, and the ids decide."""
    chance = np.random.default_rng(5)
    for size in (0, 1, 7, 300):
        near = chance.integers(-1, 2, size) * 4e-10
        exact = chance.integers(0, 12, size) * 8.25 + near
        counts = np.zeros((size, 0), np.int64)
        found = Scores(
            jobs=tuple(f"job-{n}" for n in chance.permutation(size)),
            people=("person",) * size,
            total=np.where(chance.random(size) < 0.1, -1, np.floor(exact + 0.5).astype(np.int64)),
            exact=exact,
            exacts=counts.astype(np.float64),
            of=counts,
            asked=counts.astype(np.bool_),
            part=np.zeros(0, np.int64),
            hard_failed=chance.random(size) < 0.2,
            hard_unknown=chance.random(size) < 0.3,
        )
        listed = [one for one in found.standings() if one.total is not None and not one.hard_failed]
        listed.sort(key=lambda one: one.order)
        for limit in (0, 1, 5, 50, 150, 299, 1_000):
            assert found.best(limit) == listed[:limit]
