"""A profile laid out as a job, for those who are like it."""

from __future__ import annotations

from talentmarket.matching.facts import Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.requirements import points_of
from talentmarket.matching.score import score
from talentmarket.matching.similar import LIKE, as_job
from talentmarket.matching.similarjobs import as_person
from talentmarket.taxonomy.model import get_taxonomy

EDGES = Kinship(get_taxonomy())


def test_place_pay_and_start_are_no_part_of_it() -> None:
    plain = TalentFacts("p", (Held("spark", 3),), ("2-02-38-03",), 5, years_tenths=47)
    rich = TalentFacts(
        "p", (Held("spark", 3),), ("2-02-38-03",), 5, years_tenths=47,
        places=("510100",), moves=True, pay_low=9_000_000, availability="now",
    )  # fmt: skip
    assert as_job(plain, EDGES) == as_job(rich, EDGES)
    assert as_job(plain, EDGES).years_min == 4


def test_a_certificate_rules_nobody_out() -> None:
    person = TalentFacts("p", (Held("pmp"), Held("spark")))
    assert [one.must for one in as_job(person, EDGES).wanted] == [False, True]


def test_its_points_are_for_skills_occupation_years_and_schooling() -> None:
    person = TalentFacts("p", (Held("spark", 3),), ("2-02-38-03",), 5, years_tenths=47)
    points = points_of(as_job(person, EDGES), EDGES, LIKE)
    given = {key: round(most, 6) for key, most in points.items() if most}
    assert given == {"skill:spark": 70, "occupation": 12, "years": 8, "education": 10}


def test_a_job_is_wholly_like_itself() -> None:
    job = JobFacts(
        "j", (Wanted("spark", True, 3, 2), Wanted("flink", False), Wanted("pmp")), "2-02-38-03", 5, 3,
        places=("510100",), pay_high=2_000_000, mode="onsite",
    )  # fmt: skip
    assert score(job, as_person(job), EDGES, 2026, "", LIKE).total == 100
    other = JobFacts("k", (Wanted("sql"),), "2-02-38-03")
    assert 0 < (score(other, as_person(job), EDGES, 2026, "", LIKE).total or 0) < 100
