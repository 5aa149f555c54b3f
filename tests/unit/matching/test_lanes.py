"""Many jobs at once by compiled loops: the lists are those of the page, whatever is said or not."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from benchmarks import population
from benchmarks.exhaustive import Exhaustive
from benchmarks.million import crowd
from talentmarket.matching import lanes
from talentmarket.matching.facts import Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.lanes import asking, shapes
from talentmarket.matching.lanes.layout import Lanes
from talentmarket.matching.pool import Pool, Weights
from talentmarket.matching.score import score
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.together import best_of_all, rows_of_all
from talentmarket.taxonomy.model import get_taxonomy
from tests.unit.matching import test_vector as drawn
from tests.unit.matching.test_pool import everybody

#: The loops are compiled first.
pytestmark = pytest.mark.slow

YEAR = drawn.YEAR


@pytest.fixture(scope="module")
def pool() -> Pool:
    return crowd(3_000)


@pytest.fixture(scope="module")
def jobs() -> list[JobFacts]:
    """More than stand side by side, with such as ask little."""
    some = population.jobs(get_taxonomy(), shapes.LANES + 20, 5)
    little = [
        JobFacts("none"),
        JobFacts("title", occupation="2-02-38-03"),
        JobFacts("years", years_min=3, education_rank=5),
        JobFacts("skill", wanted=(Wanted("spark"),), remote=True, places=("510100",)),
        JobFacts("unknown", wanted=(Wanted("gone-since"),), occupation="2-02-38-03"),
        JobFacts("certificate", wanted=(Wanted("pmp"), Wanted("sql", False, 3, 2)), pay_high=10),
    ]
    return [*some[:50], *little, *some[50:]]


@pytest.fixture
def everyone_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """No list is too short or too small for the loops, and no candidate is left out."""
    monkeypatch.setattr(lanes, "PEOPLE", 0)
    monkeypatch.setattr(lanes, "JOBS", 1)
    monkeypatch.setattr(asking, "WANTED", 1_000_000)


def copy(pool: Pool, weights: Weights | None = None) -> Pool:
    """The same people, of whom nothing is laid out."""
    return Pool(pool.people, pool.kinship, pool.year, weights)


@pytest.mark.usefixtures("everyone_looked_at")
def test_lists_are_those_of_the_page(pool: Pool, jobs: list[JobFacts]) -> None:
    some = copy(pool)
    assert some.lanes is not None
    for job, found in zip(jobs, best_of_all(some, jobs, 50), strict=True):
        if any(it.must and pool.kinship.is_certificate(it.skill) for it in job.wanted):
            assert found == pool.best(job, 50), "licences are the pool's to ask"
        elif job.wanted or job.occupation:
            some_points = [one for one in everybody(pool, job)[:50] if one.exact >= 1]
            assert found[: len(some_points)] == some_points, job.id
        else:  # nothing tells the first step whom to look at
            assert found == pool.best(job, 50)


@pytest.mark.usefixtures("everyone_looked_at")
def test_weights_that_were_learned(pool: Pool) -> None:
    weights = Weights((20.0, 10.0, 30.0, 10.0, 10.0, 20.0), 0.5, 0.5, 0.25, "w-1")
    (job,) = population.jobs(get_taxonomy(), 1, 6)
    assert best_of_all(copy(pool, weights), [job], 30) == [copy(pool, weights).best(job, 30)]


@pytest.mark.parametrize("number", range(2))
@drawn.given(
    jobs=drawn.st.lists(drawn.jobs, min_size=1, max_size=4),
    people=drawn.st.lists(drawn.talents, min_size=1, max_size=30),
)
def test_points_are_those_of_the_score(
    number: int, jobs: list[JobFacts], people: list[TalentFacts]
) -> None:
    """To the third digit; who has next to nothing need not be found."""
    pool = Pool(people_of(people), drawn.KINSHIPS[number], YEAR)
    for job, rows in zip(jobs, Lanes(pool).first_rows(jobs_of(jobs), 30), strict=True):
        licensed = any(it.must and pool.kinship.is_certificate(it.skill) for it in job.wanted)
        if rows is None:
            assert licensed or not (job.wanted or job.occupation)
            continue
        value = {}
        for row, one in enumerate(people):
            match = score(job, one, pool.kinship, YEAR, "")
            if not match.hard_failed and match.total is not None:
                value[row] = match.exact - 1_000 * match.hard_unknown
        found = [value[row] for row in rows.tolist()]
        assert all(one >= other - 4e-3 for one, other in pairwise(found))
        assert all(value[row] % 1_000 < 1.5 for row in value.keys() - set(rows.tolist()))


def test_a_job_that_pays_nothing_suits_who_asks_nothing() -> None:
    """What is said is no less said for being nought."""
    job = JobFacts("job", wanted=(Wanted("spark", must=False),), pay_high=0)
    held = (Held("spark"),)
    people = [TalentFacts("silent", held=held), TalentFacts("modest", held=held, pay_low=0)]
    pool = Pool(people_of(people), drawn.KINSHIPS[1], YEAR)
    (rows,) = Lanes(pool).first_rows(jobs_of([job]), 30)
    assert rows is not None
    assert rows.tolist() == [1, 0]


def test_most_of_the_best_are_found_among_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a first step that leaves out as large a share as of 200,000."""
    many = copy(crowd(30_000))
    monkeypatch.setattr(asking, "WANTED", 200)
    asked = population.jobs(get_taxonomy(), 300, 8)
    found = rows_of_all(many, asked, 50, [np.zeros(0, np.intp)] * len(asked))
    whole = Exhaustive(many)
    best = [whole.first_rows(many.asked(job), 50) for job in asked[:60]]
    shares = [np.isin(*both).mean() for both in zip(best, found, strict=False)]
    assert np.mean(shares) > 0.98
    assert min(shares) > 0.6


@pytest.mark.usefixtures("everyone_looked_at")
def test_a_lane_that_is_full_keeps_the_higher_half(jobs: list[JobFacts]) -> None:
    """More people come above nothing than a lane holds."""
    many = copy(crowd(2 * shapes.MOST))
    for job, found in zip(jobs[:20], best_of_all(many, jobs[:20], 50), strict=True):
        assert found == everybody(many, job)[:50]


@pytest.mark.usefixtures("everyone_looked_at")
def test_who_may_not_come_is_in_no_list(pool: Pool, jobs: list[JobFacts]) -> None:
    some, asked = copy(pool), jobs[:30]
    whole = [everybody(pool, job) for job in asked]
    row = {one: n for n, one in enumerate(pool.people.ids)}
    away = [
        np.array(sorted(row[one.talent] for one in best[: 2 * n : 2]), np.intp)
        for n, best in enumerate(whole)
    ]
    for n, found in enumerate(best_of_all(some, asked, 20, away)):
        barred = set(away[n].tolist())
        assert found == [one for one in whole[n] if row[one.talent] not in barred][:20]


def test_a_list_that_comes_out_short_is_asked_of_the_pool(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "PEOPLE", 0)
    monkeypatch.setattr(asking, "WANTED", 24)
    asked = population.jobs(get_taxonomy(), 20, 3)
    some = copy(pool)
    assert some.lanes is not None
    assert None in some.lanes.first_rows(jobs_of(asked), 64)
    assert [len(one) for one in best_of_all(some, asked, 50)] == [50] * len(asked)


@pytest.mark.usefixtures("everyone_looked_at")
def test_a_thousand_skills_on_either_side(pool: Pool) -> None:
    codes = sorted(get_taxonomy().skills)[:1_000]
    rich = TalentFacts("rich", held=tuple(Held(one, 3) for one in codes), moves=True)
    poor = TalentFacts("poor", held=(Held(codes[0], 1),), moves=True)
    long = JobFacts("long", wanted=tuple(Wanted(one, n % 3 == 0) for n, one in enumerate(codes)))
    short = JobFacts("short", wanted=(Wanted(codes[0], True, 3),))
    some = Pool(people_of([poor, rich]), Kinship(get_taxonomy()), YEAR)
    for job, found in zip((long, short), best_of_all(some, [long, short], 5), strict=True):
        assert found == everybody(some, job)
        assert [one.talent for one in found] == ["rich", "poor"]


@pytest.mark.usefixtures("everyone_looked_at")
def test_without_the_library_the_pool_answers(
    pool: Pool, jobs: list[JobFacts], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "installed", lambda: False)
    some = copy(pool)
    assert some.lanes is None
    assert best_of_all(some, jobs[:4], 20) == [pool.best(job, 20) for job in jobs[:4]]
    assert best_of_all(some, [], 20) == []


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (None, True),
        (ModuleNotFoundError("No module named 'numba'"), False),
        (ImportError("Numba needs NumPy 2.4 or less"), False),
    ],
)
def test_a_library_that_is_not_there_or_does_not_fit_is_not_used(
    fault: ImportError | None, answer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(name: str) -> None:
        assert name == "numba"
        if fault is not None:
            raise fault

    monkeypatch.setattr(lanes, "import_module", load)
    assert lanes.installed.__wrapped__() is answer


def test_few_people_or_few_jobs_are_not_laid_out(pool: Pool, jobs: list[JobFacts]) -> None:
    assert copy(pool).lanes is None
    many = copy(crowd(30_000))
    assert best_of_all(many, jobs[:2], 5) == [many.best(job, 5) for job in jobs[:2]]
    assert "lanes" not in vars(many)


@pytest.mark.usefixtures("everyone_looked_at")
def test_nobody_and_nobody_who_says_anything() -> None:
    job = JobFacts("job", wanted=(Wanted("sql"),))
    for people in ([], [TalentFacts("silent")]):
        some = Pool(people_of(people), Kinship(get_taxonomy()), YEAR)
        assert best_of_all(some, [job, replace(job, id="other")]) == [[], []]
