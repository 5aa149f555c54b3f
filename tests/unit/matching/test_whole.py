"""What somebody has near a job as a whole: counted skill by skill, given no name of the job's."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.requirements import level_of
from talentmarket.matching.score import Match, Pointed, score
from talentmarket.matching.space import SkillSpace
from talentmarket.matching.tables import jobs
from talentmarket.matching.weights import WHOLE_SHARE, State
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

NOTHING = Taxonomy((), (), (), (), {}, "t")
SKILLS = [f"a{n}" for n in range(6)] + [f"b{n}" for n in range(6)]
JOB = JobFacts("job", (Wanted("a0"), Wanted("a1"), Wanted("a2", level=3)))


@pytest.fixture(scope="module")
def kinship() -> Kinship:
    """Two fields of six skills, none of which stand together."""
    chance = np.random.default_rng(1)
    seen = np.zeros((400, 12))
    for row, line in enumerate(seen):
        line[6 * (row % 2) + chance.choice(6, 3, replace=False)] = 1
    return Kinship(NOTHING, SkillSpace(4, min_df=2).fit(seen), SKILLS)


def match(kinship: Kinship, *held: Held, job: JobFacts = JOB) -> Match:
    return score(job, TalentFacts("t", held), kinship, 2026, "t")


def whole(found: Match) -> Pointed | None:
    return next((it for it in found.rows if it.row.key == "whole"), None)


def test_near_skills_add_up_and_far_ones_give_nothing(kinship: Kinship) -> None:
    points = []
    for count in range(4):
        row = whole(match(kinship, *(Held(f"a{n}", 3) for n in range(3, 3 + count))))
        assert row is not None
        points.append(row.row.exact)
    assert points == sorted(points)
    assert points[0] == 0 < points[1] < points[2] < points[3]
    far = whole(match(kinship, *(Held(f"b{n}", 4) for n in range(6))))
    assert far is not None
    assert (far.row.state, far.points, far.row.has["skills"]) == (State.UNKNOWN, 0, [])


def test_the_nearest_are_named_and_the_sum_is_told(kinship: Kinship) -> None:
    row = whole(match(kinship, Held("a3", 3), Held("b1", 3), Held("a4", 3)))
    assert row is not None
    assert {code for code, _near in row.row.has["skills"]} == {"a3", "a4"}
    assert row.row.state is State.RELATED
    share = row.row.has["count"] / row.row.asked["enough"]
    assert row.row.exact == pytest.approx(row.row.most * min(1.0, share))


def test_level_and_proof_count(kinship: Kinship) -> None:
    exacts = []
    for held in (
        Held("a3", 1),
        Held("a3", 3),
        Held("a3", 3, evidence=(Evidence("project", "甲", True),)),
    ):
        row = whole(match(kinship, held))
        assert row is not None
        exacts.append(row.row.exact)
    assert exacts[0] < exacts[1] < exacts[2]
    assert level_of([None, 2, 3]) == 3
    assert level_of([None]) is None


def test_everything_asked_and_proven_gives_all(kinship: Kinship) -> None:
    proof = (Evidence("project", "甲", True),)
    found = match(kinship, *(Held(f"a{n}", 3, evidence=proof) for n in range(6)))
    row = whole(found)
    assert row is not None
    assert row.points == row.of
    assert found.parts[0].points == found.parts[0].of


def test_without_a_space_or_a_must_the_points_stay_with_the_skills(kinship: Kinship) -> None:
    assert whole(match(Kinship(NOTHING), Held("a0"))) is None
    wishes = replace(JOB, wanted=tuple(replace(it, must=False) for it in JOB.wanted))
    assert whole(match(kinship, Held("a0"), job=wishes)) is None
    assert whole(match(kinship, Held("a0"), job=JobFacts("j", (Wanted("unseen"),)))) is None
    row = whole(match(kinship, Held("a0")))
    assert row is not None
    must = sum(it.row.most for it in match(kinship).rows if it.row.part == row.row.part)
    assert row.row.most == pytest.approx(must * WHOLE_SHARE)


def test_jobs_in_columns_have_the_same_to_the_last_digit(kinship: Kinship) -> None:
    """Whatever the order of their skills, unknown ones among them; certificates are no part of it."""
    chance, taxonomy = random.Random(3), get_taxonomy()
    knowing = Kinship(taxonomy, kinship._space, [*SKILLS[:-1], "cissp"])
    assert knowing.is_certificate("cissp")
    names = [*SKILLS, "cissp", "never-seen"]
    for size in (0, 1, 40):
        told = [chance.sample(names, chance.randrange(8)) for _ in range(size)]
        asked = [(row, code, True, None, None) for row, some in enumerate(told) for code in some]
        columns = jobs([(str(row), None, None, None, None, None) for row in range(size)], asked, [])
        placing = knowing.placing(["a3", "b1", "cissp", "another"])
        found = knowing.whole_of(columns.skills, placing)
        wanted = knowing.whole([[one for one in some if one != "cissp"] for some in told], placing)
        assert np.array_equal(found.nearness, wanted.nearness)
        assert np.array_equal(found.worth, wanted.worth)
        assert size < 40 or found.worth.any()
