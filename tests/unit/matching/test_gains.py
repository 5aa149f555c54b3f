"""What a change brings is what the score gives to the person with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.gains import Board, Kind
from talentmarket.matching.loading import without
from talentmarket.matching.score import Match, score
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import score_all
from tests.unit.matching import test_vector as made

THRESHOLDS = (60, 50, 70, 80)
KINSHIP = made.KINSHIPS[0]
JOBS = [
    JobFacts(
        f"job{n}",
        (Wanted("spark"), Wanted("flink", level=3), Wanted("cissp", must=False)),
        occupation="2-02-38-03",
        education_rank=5,
        years_min=3,
        pay_low=1_800_000,
        pay_high=2_800_000,
    )
    for n in range(6)
]
PERSON = TalentFacts("t", (Held("spark", 3), Held("sql", 3)), ("2-02-38-03",), 5, False, 50)


def board(jobs: list[JobFacts], person: TalentFacts, whole: TalentFacts | None = None) -> Board:
    return Board(jobs_of(jobs), person, whole or person, KINSHIP, made.YEAR)


def points(job: JobFacts, person: TalentFacts) -> int:
    found: Match = score(job, person, KINSHIP, made.YEAR, "t")
    return 0 if found.hard_failed else found.total or 0


def test_a_licence_is_worth_the_jobs_that_it_opens() -> None:
    jobs = [replace(job, wanted=(*job.wanted, Wanted("electrician-cert"))) for job in JOBS]
    named = replace(PERSON, held=(*PERSON.held, Held("cet4")))
    found = board(jobs, named)
    assert found.before.tolist() == [0] * 6
    gain = found.gains(THRESHOLDS, 1)[0]
    assert gain.change.name == "electrician-cert"
    then = replace(named, held=(*named.held, Held("electrician-cert")))
    assert gain.points == 6 * points(jobs[0], then)


def test_each_gain_is_the_difference_of_two_scores() -> None:
    found = {
        (one.change.kind, one.change.name): one for one in board(JOBS, PERSON).gains(THRESHOLDS, 50)
    }
    learned = found[Kind.SKILL, "flink"]
    assert learned.change.level == 3
    then = replace(PERSON, held=(*PERSON.held, Held("flink", 3)))
    before, after = points(JOBS[0], PERSON), points(JOBS[0], then)
    assert (learned.raised, learned.points) == (6, 6 * (after - before))
    assert learned.best[0] == (0, before, after)
    assert learned.asking == tuple(range(6))
    assert learned.over == {one: 6 * (before < one <= after) for one in THRESHOLDS}
    proof = found[Kind.PROOF, "spark"]
    shown = Held("spark", 3, evidence=(Evidence("certificate", "", True),))
    assert proof.points == 6 * (
        points(JOBS[0], replace(PERSON, held=(shown, PERSON.held[1]))) - before
    )
    assert (Kind.ENTRY, "pay") in found
    assert (Kind.ENTRY, "years") not in found
    assert (Kind.VERIFIED, "years") in found
    assert (Kind.VERIFIED, "education") in found
    assert (Kind.PROOF, "sql") not in found, "no job asks for it"


def test_jobs_that_reach_the_first_threshold_stand_before_those_that_gain_most() -> None:
    wide = replace(JOBS[1], id="wide", wanted=(Wanted("spark"), Wanted("sql"), Wanted("flink")))
    jobs = [JOBS[0], wide]
    then = replace(PERSON, held=(*PERSON.held, Held("flink", 3)))
    now = [points(one, PERSON) for one in jobs]
    after = [points(one, then) for one in jobs]
    most, least = sorted((0, 1), key=lambda n: now[n] - after[n])
    assert after[most] - now[most] > after[least] - now[least] > 0
    levels = [one for one in range(1, 101) if (now[least] < one <= after[least])]
    level = next(one for one in levels if not now[most] < one <= after[most])
    found = {one.change.name: one for one in board(jobs, PERSON).gains((level, 99), 50)}["flink"]
    assert found.over[level] == 1
    assert [number for number, _before, _after in found.best] == [least, most]


def test_a_level_is_raised_to_what_is_asked() -> None:
    person = replace(PERSON, held=(*PERSON.held, Held("flink", 1)))
    found = {
        (one.change.kind, one.change.name): one for one in board(JOBS, person).gains(THRESHOLDS, 50)
    }
    assert found[Kind.LEVEL, "flink"].change.level == 3
    assert (Kind.SKILL, "flink") not in found
    enough = replace(PERSON, held=(*PERSON.held, Held("flink", 4)))
    kinds = {one.change.kind for one in board(JOBS, enough).gains(THRESHOLDS, 50)}
    assert Kind.LEVEL not in kinds


def test_what_is_kept_back_is_opened_and_not_learned() -> None:
    seen = without(PERSON, frozenset({"skills"}))
    found = {
        (one.change.kind, one.change.name): one
        for one in board(JOBS, seen, PERSON).gains(THRESHOLDS, 50)
    }
    opened = found[Kind.OPEN, "skills"]
    assert opened.points == 6 * (points(JOBS[0], PERSON) - points(JOBS[0], seen))
    assert not {Kind.SKILL, Kind.PROOF, Kind.LEVEL} & {kind for kind, _name in found}


def test_jobs_that_a_hard_condition_rules_out_are_left_out() -> None:
    away = replace(JOBS[0], places=("110000",))
    here = replace(JOBS[1], places=("510100",))
    stays = replace(PERSON, places=("510100",), moves=False)
    assert board([away, here], stays).jobs.ids == ("job1",)


def test_a_profile_that_says_nothing_rises_from_nothing() -> None:
    found = board(JOBS, TalentFacts("t")).gains(THRESHOLDS, 50)
    assert {one.change.name for one in found if one.change.kind is Kind.SKILL} >= {"spark", "flink"}
    assert all(before == 0 for one in found for _n, before, _after in one.best)


def test_what_seldom_is_asked_is_no_advice() -> None:
    rare = replace(JOBS[0], wanted=(*JOBS[0].wanted, Wanted("photoshop")))
    many = [*JOBS, *(replace(one, id=f"more{n}") for n, one in enumerate(JOBS * 3)), rare]
    names = {one.change.name for one in board(many, PERSON).gains(THRESHOLDS, 50)}
    assert "photoshop" not in names
    assert "flink" in names


@given(st.lists(made.jobs, min_size=1, max_size=6), made.talents, st.sampled_from(made.KINSHIPS))
def test_skills_are_chosen_by_what_the_score_gives(
    jobs: list[JobFacts], person: TalentFacts, kinship: made.Kinship
) -> None:
    tabled = Board(jobs_of(jobs), person, person, kinship, made.YEAR)
    names = tuple(one for one in tabled.jobs.skills.names if one not in person.by_skill)
    if not len(tabled.jobs.ids) or not names:
        return
    levels = [tabled._level_asked(one) for one in names]
    brings = tabled._brings(names, levels)
    for n, (name, level) in enumerate(zip(names, levels, strict=True)):
        then = replace(person, held=(*person.held, Held(name, level)))
        after = score_all(tabled.jobs, people_of([then]), kinship, made.YEAR).exact
        assert brings[:, n] == pytest.approx(after - tabled.now.exact, abs=1e-4)


@given(st.lists(made.jobs, min_size=1, max_size=6), made.talents)
def test_no_gain_is_negative_and_the_first_brings_most(
    jobs: list[JobFacts], person: TalentFacts
) -> None:
    tabled = board(jobs, person)
    if not len(tabled.jobs.ids):
        return
    found = tabled.gains(THRESHOLDS, 50)
    assert all(one.points > 0 and one.raised > 0 for one in found)
    order = [(-one.over[60], -one.points) for one in found]
    assert order == sorted(order)
    assert np.all(tabled.before >= 0)
