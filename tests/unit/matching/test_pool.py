"""The pool: people found fast have the points of the page, and few of the best are lost."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import population
from benchmarks.exhaustive import Exhaustive
from benchmarks.million import crowd
from talentmarket.matching import pool as pools
from talentmarket.matching.facts import JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.pool import Conditions, Pool
from talentmarket.matching.score import score
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import Standing, score_all
from talentmarket.taxonomy.model import get_taxonomy
from tests.unit.matching import test_vector as drawn

YEAR = drawn.YEAR


def everybody(pool: Pool, job: JobFacts) -> list[Standing]:
    """All who may stand in the list of a job, by the score of the page."""
    found = score_all(jobs_of([job]), pool.people, pool.kinship, pool.year)
    stand = [one for one in found.standings() if one.total is not None and not one.hard_failed]
    return sorted(stand, key=lambda one: one.order)


@pytest.fixture(scope="module")
def pool() -> Pool:
    """Six hundred drawn people: fewer than any step leaves."""
    return crowd(600)


def test_a_list_is_that_of_the_page(pool: Pool) -> None:
    for job in population.jobs(get_taxonomy(), 12, 5):
        assert pool.best(job, 50) == everybody(pool, job)[:50]


@pytest.mark.parametrize(
    "job",
    [
        JobFacts("none"),
        JobFacts("title", occupation="2-02-38-03"),
        JobFacts("years", years_min=3, education_rank=5),
        JobFacts("skill", wanted=(Wanted("spark"),), remote=True, places=("510100",)),
        JobFacts("unknown", wanted=(Wanted("gone-since"),), occupation="2-02-38-03"),
        JobFacts("certificate", wanted=(Wanted("pmp"), Wanted("sql", False, 3, 2)), pay_high=10),
    ],
    ids=lambda job: job.id,
)
@pytest.mark.parametrize("left", [100, pools.SECOND])
def test_a_job_may_ask_little(
    pool: Pool, job: JobFacts, left: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among many, who has nothing that is near to what is asked is in no list."""
    monkeypatch.setattr(pools, "FIRST", left)
    monkeypatch.setattr(pools, "SECOND", left)
    found, whole = pool.best(job, 20), everybody(pool, job)
    if left > 100:
        assert found == whole[:20]
    assert found[0] == whole[0]


@pytest.mark.parametrize("number", range(2))
@drawn.given(job=drawn.jobs, people=drawn.st.lists(drawn.talents, min_size=1, max_size=30))
def test_sums_are_those_of_the_score(number: int, job: JobFacts, people: list[TalentFacts]) -> None:
    """Whatever is said or not: the kernel's sum is the exact one, to the third digit."""
    pool = Pool(people_of(people), drawn.KINSHIPS[number], YEAR)
    asked, rows = pool.asked(job), np.arange(len(people))
    passes, unsaid = pool.doors.of(asked.jobs)
    others, behind = pool.others(asked, rows, pool.open_to(asked), unsaid)
    work, common = pool.work(asked, rows)
    sums = work + common * others + behind
    for found, one in zip(sums.tolist(), people, strict=True):
        match = score(job, one, pool.kinship, YEAR, "")
        apart = 1_000 * match.hard_unknown + 10_000 * (match.total is None)
        if not match.hard_failed:
            assert passes[rows[people.index(one)]]
            assert found == pytest.approx(match.exact - apart, abs=2e-3)


def test_weights_that_were_learned(pool: Pool) -> None:
    weights = pools.Weights((20.0, 10.0, 30.0, 10.0, 10.0, 20.0), 0.5, 0.5, 0.25, "w-1")
    learned = Pool(pool.people, pool.kinship, YEAR, weights)
    (job,) = population.jobs(get_taxonomy(), 1, 6)
    found = score_all(jobs_of([job]), pool.people, pool.kinship, YEAR, weights)
    stand = [one for one in found.standings() if not one.hard_failed and one.total is not None]
    assert learned.best(job, 30) == sorted(stand, key=lambda one: one.order)[:30]
    assert learned.best(job, 30) != pool.best(job, 30)


def test_jobs_that_are_planned_together_get_the_lists_they_get_alone(pool: Pool) -> None:
    drawn_jobs = population.jobs(get_taxonomy(), 12, 9)
    bare = JobFacts("bare", occupation=drawn_jobs[0].occupation, remote=True)
    some = [*drawn_jobs, bare, drawn_jobs[3]]
    assert len({len(job.wanted) for job in some}) > 2, "no two as wide"
    together = [pool.best_of(asked, 20) for asked in pool.asked_all(some)]
    assert together == [pool.best(job, 20) for job in some]
    assert pool.asked_all([]) == []


def test_conditions_let_pass_who_does_not_say(pool: Pool) -> None:
    among = pool.among(Conditions(education=5, years=3, start_days=30))
    people = pool.people
    for row in range(len(people.ids)):
        passes = (
            not people.education[row] < 5
            and not people.years[row] < 30
            and not people.start_days[row] > 30
        )
        assert among[row] == 255 * passes
    assert pool.among(Conditions()).all()


def test_who_is_left_out_is_in_no_list(pool: Pool) -> None:
    (job,) = population.jobs(get_taxonomy(), 1, 7)
    first = pool.best(job, 10)
    row = pool.people.ids.index(first[0].talent)
    assert pool.best(job, 9, without=np.array([row])) == first[1:]
    among = np.full(len(pool.people.ids), 255, np.uint8)
    among[row] = 0
    assert pool.best(job, 9, among) == first[1:]


def test_most_of_the_best_are_found_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """With steps that leave out as large a share as of a million."""
    many = crowd(30_000)
    monkeypatch.setattr(pools, "FIRST", 2_000)
    monkeypatch.setattr(pools, "SECOND", 400)
    whole = Exhaustive(many)
    shares = []
    for job in population.jobs(get_taxonomy(), 10, 8):
        asked = many.asked(job)
        best = whole.first_rows(asked, 50)
        whole.check(asked, best)
        shares.append(np.isin(best, many.first_rows(asked, 50)).mean())
    assert np.mean(shares) > 0.95


def test_nobody_is_a_pool() -> None:
    empty = Pool(people_of([]), Kinship(get_taxonomy()), YEAR)
    assert empty.best(JobFacts("job", wanted=(Wanted("sql"),))) == []
