"""Lists for both sides: both directions count, and nobody is everyone's first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.discovery.evaluating.exposure import Place, gini, mutual_lists, served
from talentmarket.matching import mutual
from talentmarket.matching.mutual import FREE, Offer, Wishes, ahead_of, credits, paired, ranked
from talentmarket.matching.vector import Standing

OFFER = Offer("job", "2-02-38-03", 2_000_000, ("510104", "510100"), "onsite", "two")
WANTS = Wishes("p", ("2-02-38-03",), 1_800_000, ("510100",), False, "onsite", "two")


def standing(talent: str = "p", job: str = "job", exact: float = 80.0, **more: bool) -> Standing:
    return Standing(
        job, talent, round(exact), exact, more.get("failed", False), more.get("unknown", False)
    )


def test_a_job_that_is_all_that_is_wanted() -> None:
    found = paired(standing(), OFFER, WANTS, 0)
    assert (found.wish, found.met, found.asked) == (100, 5, 5)
    assert found.both == round(2 * 80 * 100 / 180)
    assert (found.exposure, found.total) == (0, found.both)


def test_what_is_not_wished_for_leaves_its_points_and_what_is_not_offered_meets_nothing() -> None:
    pay = Wishes("p", pay_low=1_800_000)
    assert paired(standing(), OFFER, pay, 0).wish == 100
    assert credits(replace(OFFER, pay_high=None), pay) == {"pay": 0.0}
    assert credits(OFFER, replace(WANTS, pay_low=2_200_000))["pay"] == pytest.approx(0.6)
    assert credits(replace(OFFER, mode="hybrid"), WANTS)["mode"] == mutual.HYBRID_CREDIT
    assert credits(replace(OFFER, mode=None), WANTS)["mode"] == 0.0
    elsewhere = replace(WANTS, places=("110100",))
    assert credits(OFFER, elsewhere)["place"] == 0.0
    assert credits(OFFER, replace(elsewhere, moves=True))["place"] == 0.6
    assert credits(replace(OFFER, mode="remote"), elsewhere)["place"] == 1.0


def test_who_says_no_wish_stands_after_those_who_do() -> None:
    pairs = [standing("silent", exact=99.0), standing("says", exact=50.0)]
    wishes = {"silent": Wishes("silent"), "says": replace(WANTS, id="says")}
    found = ranked(pairs, {"job": OFFER}, wishes, {}, 10)
    assert [one.standing.talent for one in found] == ["says", "silent"]
    assert found[1].wish is None
    assert found[1].total == 99


def test_lists_leave_out_who_fails_a_condition_or_has_no_score() -> None:
    pairs = [standing("a", failed=True), Standing("job", "b", None, 0.0, False, False)]
    assert ranked(pairs, {"job": OFFER}, {"a": WANTS, "b": WANTS}, {}, 10) == []
    assert ranked([standing("c")], {"job": OFFER}, {}, {}, 10) == []


@given(st.floats(0, 100), st.integers(0, 500), st.one_of(st.none(), st.integers(1, 4_000_000)))
def test_points_add_up_and_more_of_either_never_lowers(
    exact: float, ahead: int, pay: int | None
) -> None:
    wishes = replace(WANTS, pay_low=pay)
    found = paired(standing(exact=exact), OFFER, wishes, ahead)
    assert 0 <= found.exposure <= found.both <= 100
    assert found.total == found.both - found.exposure
    assert found.exposure == 0 or ahead >= FREE
    better = paired(standing(exact=min(100.0, exact + 5)), OFFER, wishes, ahead)
    assert better.exact >= found.exact
    assert paired(standing(exact=exact), OFFER, wishes, ahead + 1).exact <= found.exact
    cheaper = replace(wishes, pay_low=None if pay is None else pay // 2)
    assert paired(standing(exact=exact), OFFER, cheaper, ahead).exact >= found.exact - 1e-9


def test_ahead_counts_what_is_higher_and_not_the_pair_itself() -> None:
    one = standing(exact=70.0)
    assert ahead_of([one], {"p": [70.0, 70.5, 90.0, 10.0]}, "talent") == {("job", "p"): 2}
    assert ahead_of([one], {"job": [71.0]}, "job") == {("job", "p"): 1}
    assert ahead_of([one], {}, "job") == {("job", "p"): 0}


def test_one_person_is_not_first_everywhere() -> None:
    """Forty jobs want one person most; each has somebody of its own who is nearly as good."""
    names = [f"job{n:02}" for n in range(40)]
    offers = {one: replace(OFFER, id=one) for one in names}
    wishes = {"star": WANTS} | {f"own{n:02}": WANTS for n in range(40)}
    lists = {
        one: [standing("star", one, 90.0 + n / 100), standing(f"own{n:02}", one, 80.0)]
        for n, one in enumerate(names)
    }
    found = mutual_lists(lists, offers, wishes)
    first = [some[0].standing.talent for some in found.values()]
    assert first.count("star") < 20
    assert first[-1] == "star"  # where the person is wanted most
    assert {one.standing.talent for one in found["job00"]} == {"star", "own00"}  # nobody is hidden


def test_measures() -> None:
    assert gini([1, 1, 1, 1]) == 0.0
    assert gini([0, 0, 0, 8]) == 0.75
    assert gini([]) == gini([0, 0]) == 0.0
    same = {f"j{n}": [Place(f"p{k}", True, float(n)) for k in range(5)] for n in range(10)}
    assert served(same) == 0.5  # everybody answers five of the ten
    assert served({"j": [Place("p", False, 1.0)]}) == 0.0
