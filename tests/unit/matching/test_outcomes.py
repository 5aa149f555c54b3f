"""What is learned from outcomes: features that add up to the score, a ranker that never lowers for
more, a comparison that is fair to ranks, and no harm from few outcomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talentmarket.discovery.evaluating import outcomes as planted
from talentmarket.matching.asks import asks_of
from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.outcomes import learning
from talentmarket.matching.outcomes.comparing import compare, ndcg
from talentmarket.matching.outcomes.features import features, features_of_pairs
from talentmarket.matching.outcomes.kinds import GRID, KINDS, LEAST, kind_of, numbers_of, weights_of
from talentmarket.matching.outcomes.ranker import OutcomeRanker, inverse
from talentmarket.matching.score import score
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import score_all
from talentmarket.matching.weights import Part, Weights, table
from tests.scale import scale
from tests.unit.matching.test_vector import KINSHIPS, YEAR, jobs, talents

numbers = st.lists(st.floats(0, 1000), min_size=9, max_size=9).filter(lambda all_: sum(all_) > 0)
weights = numbers.map(weights_of)


@given(given=numbers)
def test_any_numbers_become_weights_that_add_up(given: list[float]) -> None:
    found = weights_of(given)
    assert sum(found.points) == 100.0
    assert all(one * GRID == int(one * GRID) for one in found.points)
    again = numbers_of(found)
    assert again.min() > LEAST - 0.03
    order = np.argsort(given, kind="stable")
    # What was worth more is not worth less, but for the grid of the parts.
    assert (np.diff(again[order]) > -0.1).all()


@pytest.mark.parametrize(
    "wrong", [[1.0] * 8, [0.0] * 9, [-1.0] + [1.0] * 8, [float("nan")] + [1.0] * 8]
)
def test_other_numbers_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError):
        weights_of(wrong)


def test_the_table_is_its_numbers() -> None:
    assert numbers_of(table()).round(6).tolist() == [45, 10, 3, 12, 4, 6, 10, 5, 5]


@pytest.mark.parametrize("kinship", KINSHIPS, ids=["edges", "trained"])
@given(job=jobs, persons=st.lists(talents, min_size=1, max_size=4), by=weights)
@example(
    job=JobFacts("job", (Wanted("cissp", must=False),), education_rank=1),
    persons=[TalentFacts("talent", availability="now")],
    by=Weights((1.0, 1.0, 2.0, 2.0, 1.0, 93.0), 0.5, 0.5, 0.0108),
)
def test_features_times_numbers_is_the_score(kinship, job, persons, by) -> None:  # type: ignore[no-untyped-def]
    found = features_of_pairs(jobs_of([job]), people_of(persons), kinship, YEAR)
    assert found.shape == (len(persons), len(KINDS))
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()
    skills = [one for one in job.wanted if not kinship.is_certificate(one.skill)]
    if not skills:  # what they would have been worth is split by the shares of the table
        shares = ("occupation_share", "certificate_share", "pay_share")
        by = replace(by, **{name: getattr(table(), name) for name in shares})
    for row, person in zip(found, persons, strict=True):
        (asks,) = asks_of([job], [person], kinship, YEAR, by)
        exact = sum(one.exact for one in asks.rows(person, kinship.fields(person.by_skill)))
        assert row @ numbers_of(by) == pytest.approx(exact, abs=1e-6)


@given(job=jobs, person=talents, by=weights)
def test_stored_rows_give_the_same_features(job, person, by) -> None:  # type: ignore[no-untyped-def]
    every = score(job, person, KINSHIPS[1], YEAR, "t", by).rows
    rows = [item for item in every if item.row.most > 0]  # as `reading` keeps them
    part = list(Part)
    most = np.array([item.row.most for item in rows])
    credit = np.array([item.row.exact / item.row.most for item in rows])
    kinds = np.array([kind_of(item.row.key, part.index(item.row.part)) for item in rows])
    stored = features(np.zeros(len(rows), np.int64), kinds, most, credit, 1)
    live = features_of_pairs(jobs_of([job]), people_of([person]), KINSHIPS[1], YEAR)
    assert stored == pytest.approx(live, abs=1e-9)


# -- never lower for more --------------------------------------------------------------------------
def better(person: TalentFacts, chance: np.random.Generator) -> TalentFacts:
    """The same person with one thing more: a skill, proof, a level, years, a degree."""
    proof = (Evidence("project", "", True),)
    choice = int(chance.integers(6))
    held = list(person.held)
    if choice == 0:
        new = str(chance.choice(["spark", "sql", "flink", "kafka", "python", "cissp"]))
        if new not in person.by_skill:
            held.append(Held(new, 2))
    elif choice == 1 and held:
        n = int(chance.integers(len(held)))
        held[n] = replace(held[n], evidence=(*held[n].evidence, *proof))
    elif choice == 2 and held:
        n = int(chance.integers(len(held)))
        level = held[n].level
        held[n] = replace(held[n], level=None if level is None else min(4, level + 1))
    elif choice == 3 and person.years_tenths is not None:
        return replace(person, years_tenths=person.years_tenths + 15, years_verified=True)
    elif choice == 4 and person.education_rank is not None:
        return replace(person, education_rank=person.education_rank + 1, education_verified=True)
    elif choice == 5:
        return replace(person, moves=True, availability="now")
    return replace(person, held=tuple(held))


@given(job=jobs, person=talents, by=weights, seed=st.integers(0, 10_000))
def test_more_skill_or_evidence_never_lowers(  # type: ignore[no-untyped-def]
    job: JobFacts, person: TalentFacts, by: Weights, seed: int
) -> None:
    more = better(person, np.random.default_rng(seed))
    found = score_all(jobs_of([job]), people_of([person, more]), KINSHIPS[1], YEAR, by)
    assert found.exact[1] >= found.exact[0] - 1e-9
    match = score(job, more, KINSHIPS[1], YEAR, "t", by)
    assert sum(part.points for part in match.parts) == int(match.exact + 0.5)


@given(seed=st.integers(0, 1000))
def test_whatever_it_is_fed_the_ranker_is_monotone(seed: int) -> None:
    """Even where having more went with being refused."""
    chance = np.random.default_rng(seed)
    x = chance.random((300, 9))
    wish = chance.normal(0, 6, 9)
    chosen = chance.random(300) < 1 / (1 + np.exp(-(x - 0.5) @ wish))
    lists = np.repeat(np.arange(15), 20)
    ranker = OutcomeRanker().fit(x, chosen, lists=lists, ranks=np.tile(np.arange(1, 21), 15))
    assert (ranker.points_ >= 0).all()
    assert ranker.points_.sum() == pytest.approx(100)
    low, high = x[:20], x[:20].copy()
    high[:, int(chance.integers(9))] = 1.0
    assert (ranker.decision_function(high) >= ranker.decision_function(low) - 1e-9).all()
    assert (np.diff(ranker.exposure_) <= 0).all()
    assert ranker.exposure_[0] == 1.0


def test_what_does_not_fit_is_refused() -> None:
    for x, y, prior in (
        (np.zeros((0, 9)), [], None),
        (np.full((2, 9), np.nan), [0, 1], None),
        (np.zeros((2, 9)), [0], None),
        (np.zeros((2, 9)), [0, 1], [1.0]),
        (np.zeros((2, 9)), [0, 1], [-1.0] * 9),
    ):
        with pytest.raises(ValueError):
            OutcomeRanker(prior=prior).fit(x, y)


def test_without_any_outcome_the_prior_stays() -> None:
    x = np.random.default_rng(1).random((100, 9))
    ranker = OutcomeRanker(prior=numbers_of(table())).fit(x, np.zeros(100))
    assert ranker.points_ == pytest.approx(numbers_of(table()), abs=1.5)


# -- comparing -------------------------------------------------------------------------------------
def test_ndcg_by_hand() -> None:
    lists = np.array([0, 0, 0, 1, 1, 2])
    gains = np.array([0.0, 1.0, 0.0, 3.0, 1.0, 0.0])
    scores = np.array([3.0, 2.0, 1.0, 1.0, 2.0, 5.0])
    two = (1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3))
    assert ndcg(lists, gains, scores).tolist() == pytest.approx([1 / np.log2(3), two])
    # Equal scores share their places; the list without a gain says nothing.
    equal = ndcg(lists, gains, np.zeros(6))
    assert equal[0] == pytest.approx((1 + 1 / np.log2(3) + 0.5) / 3)
    assert len(equal) == 2


def test_the_same_ranking_is_not_better() -> None:
    chance = np.random.default_rng(2)
    lists, gains = np.repeat(np.arange(50), 20), (chance.random(1000) < 0.1).astype(float)
    scores = chance.random(1000)
    same = compare(lists, gains, scores, scores)
    assert not same.better
    assert same.low == same.high == 0.0
    right = compare(lists, gains, scores, gains + scores / 2)
    assert right.better
    assert right.after > right.before
    worse = compare(lists, gains, gains, scores)
    assert not worse.better
    assert worse.high < 0
    assert compare(lists, gains * 0, scores, scores).lists == 0


def test_overlooked_ranks_count_more_but_not_without_bound() -> None:
    exposure = np.concatenate([[1.0, 0.5], np.full(13, 0.01)])
    assert inverse(exposure, np.array([1, 2, 10, 500])).tolist() == [1.0, 2.0, 10.0, 10.0]


# -- the invented market ---------------------------------------------------------------------------
@pytest.fixture(scope="module")
def small() -> pytest.MonkeyPatch:
    patch = pytest.MonkeyPatch()
    patch.setattr(planted, "FIELDS", 3)
    patch.setattr(planted, "JOBS", 12)
    patch.setattr(planted, "PEOPLE", 120)
    patch.setattr(planted, "CHUNK", 300)
    yield patch
    patch.undo()


@pytest.mark.slow
def test_few_outcomes_do_no_harm_and_many_help(small) -> None:  # type: ignore[no-untyped-def]
    gain: dict[int, list[float]] = {50: [], 3000: []}
    for seed in range(scale(4)):
        for found in planted.rows(seed, (50, 3000)):
            gain[found["outcomes"]].append(found["learned"] - found["table"])
            # What serves is the table or something better.
            assert found["served"] >= found["table"] - 0.01
            if found["outcomes"] == 50:
                assert found["served"] == found["table"]
    assert min(gain[50]) > -0.03
    assert float(np.mean(gain[50])) > -0.005
    assert float(np.mean(gain[3000])) > 0.02


def test_exposure_is_found(small) -> None:  # type: ignore[no-untyped-def]
    """Rows further down were looked at by a law that the ranker does not know."""
    market = planted.plant(5)
    shown = planted.lists(planted.world(market), market, table())
    ranker = learning.fit(planted.gathered(shown, 3000), table())
    true = np.arange(1, 11) ** -planted.OVERLOOKED
    assert np.abs(ranker.exposure_[:10] - true).max() < 0.12


def test_too_few_are_refused_in_words(small) -> None:  # type: ignore[no-untyped-def]
    market = planted.plant(6)
    few = planted.gathered(planted.lists(planted.world(market), market, table()), 60)
    assert few.chosen.sum() >= 60
    with pytest.raises(learning.TooFewOutcomes, match="outcomes to learn from"):
        learning.learn(few, table(), table())


def test_where_the_table_is_right_nothing_replaces_it_by_much(small) -> None:  # type: ignore[no-untyped-def]
    """Employers who want just what the table says: what serves is as good."""
    market = planted.Planted(numbers_of(table()), np.random.default_rng(8))
    world, judge = planted.world(market), planted.judge(market)
    outcomes = planted.gathered(planted.lists(world, market, table()), 1500)
    learned = learning.learn(outcomes, table(), table())
    serves = learned.weights if learned.compared.better else table()
    assert judge.ndcg(serves) > judge.ndcg(table()) - 0.01
