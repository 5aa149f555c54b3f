"""Hard conditions besides the place: the way of working and licences, each stated, unknown let in."""

from __future__ import annotations

import pytest

from search.requests import AnyOf, Not, Terms
from talentmarket.matching import recall
from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.score import Match, score
from talentmarket.matching.weights import State
from talentmarket.taxonomy.model import get_taxonomy

EDGES = Kinship(get_taxonomy())
JOB = JobFacts("j", (Wanted("spark"),), mode="onsite")
LICENSED = JobFacts("j", (Wanted("spark"), Wanted("electrician-cert")))


def match(job: JobFacts, talent: TalentFacts) -> Match:
    return score(job, talent, EDGES, 2026, "")


def row(found: Match, key: str):
    return next(one for one in found.rows if one.row.key == key)


@pytest.mark.parametrize(
    ("mode", "state", "failed", "after"),
    [
        ("onsite", State.CLAIMED, False, False),
        ("hybrid", State.RELATED, False, False),
        ("remote", State.MISSING, True, False),
        (None, State.UNKNOWN, False, True),
    ],
)
def test_a_way_of_working_lets_in_whom_it_can_be_agreed_on_with(mode, state, failed, after) -> None:
    found = match(JOB, TalentFacts("t", (Held("spark"),), mode=mode))
    assert row(found, "mode").row.state is state
    assert (found.hard_failed, found.hard_unknown) == (failed, after)
    assert (row(found, "mode").points, row(found, "mode").of) == (0, 0), (
        "it decides, and scores not"
    )
    assert (
        found.total
        == match(JobFacts("j", (Wanted("spark"),)), TalentFacts("t", (Held("spark"),))).total
    )


def test_a_job_that_does_not_say_how_asks_nobody() -> None:
    found = match(
        JobFacts("j", (Wanted("spark"),)), TalentFacts("t", (Held("spark"),), mode="remote")
    )
    assert "mode" not in [one.row.key for one in found.rows]
    assert not found.hard_failed


@pytest.mark.parametrize(
    ("held", "state", "failed", "after"),
    [
        (["electrician-cert"], State.CLAIMED, False, False),
        (["spark"], State.UNKNOWN, False, True),
        (["cet4"], State.MISSING, True, False),
        ([], State.UNKNOWN, False, True),
    ],
)
def test_a_licence_is_asked_of_those_who_name_certificates(held, state, failed, after) -> None:
    found = match(LICENSED, TalentFacts("t", tuple(Held(one) for one in held)))
    assert row(found, "skill:electrician-cert").row.state is state
    assert (found.hard_failed, found.hard_unknown) == (failed, after)


def test_a_special_one_stands_for_the_licence_and_a_related_one_does_not() -> None:
    ruankao = JobFacts("j", (Wanted("ruankao"),))
    special = match(ruankao, TalentFacts("t", (Held("cert-system-architect"),)))
    assert (special.hard_failed, special.hard_unknown) == (False, False)
    pmp = JobFacts("j", (Wanted("pmp"),))
    other = match(pmp, TalentFacts("t", (Held("prince2"),)))
    assert row(other, "skill:pmp").row.state is State.RELATED
    assert (other.hard_failed, other.hard_unknown) == (False, True), "behind those who have it"


def test_who_knows_a_tool_has_not_passed_its_examination() -> None:
    found = match(
        JobFacts("j", (Wanted("cka", False),)), TalentFacts("t", (Held("kubernetes", 4),))
    )
    assert row(found, "skill:cka").row.state is State.UNKNOWN
    tool = match(JobFacts("j", (Wanted("kubernetes"),)), TalentFacts("t", (Held("cka"),)))
    assert row(tool, "skill:kubernetes").row.state is State.RELATED, (
        "the other way round it says much"
    )


def test_a_wished_certificate_rules_nobody_out() -> None:
    job = JobFacts("j", (Wanted("spark"), Wanted("electrician-cert", False)))
    found = match(job, TalentFacts("t", (Held("cet4"),)))
    assert (found.hard_failed, found.hard_unknown) == (False, False)


def test_proof_of_a_licence_is_no_matter_of_the_door() -> None:
    proved = Held("electrician-cert", evidence=(Evidence("certificate", "电工证", True),))
    found = match(LICENSED, TalentFacts("t", (proved,)))
    assert row(found, "skill:electrician-cert").row.state is State.MET


def test_recall_asks_for_the_same_both_ways() -> None:
    job = JobFacts("j", (Wanted("electrician-cert"), Wanted("spark")), mode="remote")
    filters = recall.talents_for(job, EDGES, visibility=["public"]).filters
    assert Terms("work_mode", ("hybrid", "remote"), or_missing=True) in filters
    (door,) = (one for one in filters if isinstance(one, AnyOf))
    assert door.filters[0] == Terms("skills", ("electrician-cert",))
    assert door.filters[1] == Not(Terms("skills", EDGES.certificate_codes))
    person = TalentFacts("t", (Held("prince2"), Held("spark")), mode="onsite")
    filters = recall.jobs_for(person, EDGES, today=0).filters
    assert Terms("work_mode", ("onsite", "hybrid"), or_missing=True) in filters
    (closed,) = (one.filter for one in filters if isinstance(one, Not))
    assert "electrician-cert" in closed.values
    assert not {"prince2", "pmp"} & set(closed.values), "what is near is let in, behind"
    plain = TalentFacts("t", (Held("spark"),))
    assert not [
        one for one in recall.jobs_for(plain, EDGES, today=0).filters if isinstance(one, Not)
    ]
