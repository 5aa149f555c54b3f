"""A score is a sum of whole points; unknown is never agreement; more never lowers it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.matching import weights
from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.others import occupation_nearness
from talentmarket.matching.score import Match, largest_remainder, score
from talentmarket.matching.weights import Part, State
from talentmarket.taxonomy.model import get_taxonomy
from tests.unit.matching import test_vector as drawn

KINSHIP = Kinship(get_taxonomy())
SKILLS = ["spark", "sql", "flink", "kafka", "python", "hive", "java", "photoshop", "abap"]
PROOF = (Evidence("certificate", "大数据工程技术人员（中级）", True),)

JOB = JobFacts(
    id="job",
    wanted=(Wanted("spark"), Wanted("sql", level=3), Wanted("kafka"), Wanted("python", must=False)),
    occupation="2-02-38-03",
    education_rank=5,
    years_min=3,
    places=("510116", "510100", "CDP", "510000"),
    pay_low=1_800_000,
    pay_high=2_800_000,
)
PERSON = TalentFacts(
    id="talent",
    held=(Held("spark", 3, evidence=PROOF), Held("sql", 3), Held("python", 2)),
    occupations=("2-02-38-03",),
    education_rank=5,
    years_tenths=40,
    places=("510100",),
    pay_low=2_000_000,
    availability="month",
)


def match(job: JobFacts = JOB, talent: TalentFacts = PERSON) -> Match:
    return score(job, talent, KINSHIP, 2026, "t")


def row(found: Match, key: str) -> tuple[State, int, int]:
    item = next(item for item in found.rows if item.row.key == key)
    return item.row.state, item.points, item.of


def test_states_name_what_is_known() -> None:
    found = match()
    assert row(found, "skill:spark")[0] is State.MET
    assert row(found, "skill:sql")[0] is State.CLAIMED
    assert row(found, "education")[0] is State.CLAIMED
    assert row(found, "place") == (State.CLAIMED, 10, 10)
    assert found.counts["met"] == 1


def test_verified_evidence_gives_more_than_a_claim() -> None:
    proven = replace(PERSON, held=(*PERSON.held[:1], Held("sql", 3, evidence=PROOF)))
    _, claimed, of = row(match(), "skill:sql")
    assert row(match(talent=proven), "skill:sql") == (State.MET, of, of)
    assert claimed < of


def test_a_near_skill_is_named_with_its_nearness() -> None:
    near = replace(PERSON, held=(Held("spark-streaming", 3),))
    found = next(item for item in match(talent=near).rows if item.row.key == "skill:spark")
    assert found.row.state is State.RELATED
    assert found.row.near is not None
    assert found.row.near[0] == "spark-streaming"
    assert 0 < found.points < found.of


def test_silence_is_unknown_and_a_full_profile_without_it_is_missing() -> None:
    assert row(match(), "skill:kafka")[:2] == (State.UNKNOWN, 0)
    full = ("spark", "hive", "flink", "hbase", "sqoop", "sql")
    speaks = replace(PERSON, held=tuple(Held(code, 3) for code in full))
    left_out = next(
        code
        for code in get_taxonomy().skills
        if code not in full
        and not KINSHIP.fields([code]).isdisjoint(KINSHIP.fields(full))
        and KINSHIP.nearest(code, full) is None
        and not KINSHIP.is_certificate(code)
    )
    job = replace(JOB, wanted=(Wanted(left_out),))
    assert row(match(job, speaks), f"skill:{left_out}")[:2] == (State.MISSING, 0)
    empty = TalentFacts(id="x", held=(Held("photoshop"),))
    found = match(talent=empty)
    assert all(
        item.points == 0 for item in found.rows if item.row.state in (State.UNKNOWN, State.MISSING)
    )


#: Everything besides the work as the job wants it, and another trade.
STRANGER = replace(PERSON, held=(Held("photoshop", 3),), occupations=("4-13-05-02",))


def test_who_has_nothing_of_the_work_gets_nothing_for_the_rest() -> None:
    found = match(talent=STRANGER)
    assert (found.total, found.exact) == (0, 0.0)
    assert row(found, "place") == (State.CLAIMED, 0, 10)  # what is known of it is told all the same
    assert {item.row.common for item in found.rows} == {0.0}


def test_the_rest_counts_in_full_from_what_is_near_at_all() -> None:
    near = match(talent=replace(STRANGER, occupations=("2-02-01-01",)))  # the same middle class
    assert row(near, "place") == (State.CLAIMED, 10, 10)
    assert {item.row.common for item in near.rows} == {1.0}
    faint = Held("sql", 1, years_tenths=5, last_used=2010)  # two levels below, long unused
    some = match(talent=replace(STRANGER, held=(faint,)))
    credit = next(it.row.exact / it.row.most for it in some.rows if it.row.key == "skill:sql")
    assert 0 < credit < weights.COMMON_ENOUGH
    place = next(it.row for it in some.rows if it.row.key == "place")
    assert place.common == pytest.approx(credit / weights.COMMON_ENOUGH)
    assert place.exact == pytest.approx(10 * place.common)


def test_a_job_that_says_nothing_of_the_work_counts_what_it_says() -> None:
    job = JobFacts("open", education_rank=4, places=JOB.places)
    assert row(match(job, STRANGER), "place") == (State.CLAIMED, 10, 10)


def test_an_empty_profile_has_no_score() -> None:
    assert match(talent=TalentFacts(id="x")).total is None


def test_a_job_that_asks_for_nothing_but_an_occupation_still_adds_up() -> None:
    bare = JobFacts(id="bare", occupation="2-02-38-03")
    found = match(bare)
    assert sum(item.of for item in found.rows) == 100
    assert found.total == sum(part.points for part in found.parts)


def test_hard_conditions_unknown_stand_after_known_ones() -> None:
    silent = replace(PERSON, id="silent", places=(), moves=None)
    found, known = match(talent=silent), match(talent=replace(PERSON, held=()))
    assert found.hard_unknown
    assert not found.hard_failed
    assert sorted([found, known], key=lambda one: one.order)[0] is known
    assert match(talent=replace(PERSON, places=("110100",), moves=False)).hard_failed


levels = st.one_of(st.none(), st.integers(1, 4))
helds = st.builds(
    Held,
    st.sampled_from(SKILLS),
    levels,
    st.one_of(st.none(), st.integers(0, 200)),
    st.one_of(st.none(), st.integers(2005, 2026)),
    st.sampled_from([(), PROOF]),
)
people = st.builds(
    TalentFacts,
    id=st.just("p"),
    held=st.lists(helds, max_size=8, unique_by=lambda item: item.skill).map(tuple),
    occupations=st.lists(
        st.sampled_from(["2-02-38-03", "2-02-38-01", "4-04-05-01"]), max_size=2, unique=True
    ).map(tuple),
    education_rank=st.one_of(st.none(), st.integers(1, 7)),
    education_verified=st.booleans(),
    years_tenths=st.one_of(st.none(), st.integers(0, 400)),
    places=st.lists(st.sampled_from(["510100", "110100"]), max_size=2, unique=True).map(tuple),
    moves=st.sampled_from([None, True, False]),
    pay_low=st.one_of(st.none(), st.integers(0, 5_000_000)),
    availability=st.sampled_from([None, "now", "month", "quarter", "looking_around"]),
)
wanteds = st.builds(
    Wanted,
    st.sampled_from(SKILLS),
    st.booleans(),
    levels,
    st.one_of(st.none(), st.integers(1, 10)),
)
jobs = st.builds(
    JobFacts,
    id=st.just("j"),
    wanted=st.lists(wanteds, max_size=7, unique_by=lambda item: item.skill).map(tuple),
    occupation=st.sampled_from([None, "2-02-38-03"]),
    education_rank=st.sampled_from([None, 0, 4, 5, 7]),
    years_min=st.sampled_from([None, 0, 1, 3, 10]),
    places=st.sampled_from([(), JOB.places]),
    remote=st.booleans(),
    pay_low=st.sampled_from([None, 1_000_000]),
    pay_high=st.sampled_from([None, 2_000_000]),
)


@given(jobs, people)
def test_points_parts_and_total_are_the_same_numbers(job: JobFacts, talent: TalentFacts) -> None:
    found = match(job, talent)
    assert sum(item.of for item in found.rows) == 100
    assert all(0 <= item.points <= item.of for item in found.rows)
    points = sum(item.points for item in found.rows)
    assert points == sum(part.points for part in found.parts)
    assert found.total in (None, points)
    assert [part.code for part in found.parts] == list(Part)
    for item in found.rows:
        if item.row.state in (State.UNKNOWN, State.MISSING):
            assert item.row.exact == 0


@pytest.mark.parametrize("kinship", [KINSHIP, drawn.KINSHIPS[1]], ids=["edges", "trained"])
@given(jobs, people, helds)
def test_more_skill_or_evidence_never_lowers(
    kinship: Kinship, job: JobFacts, talent: TalentFacts, held: Held
) -> None:
    def match(job: JobFacts, talent: TalentFacts) -> Match:
        return score(job, talent, kinship, 2026, "t")

    known = {item.skill: item for item in talent.held}
    before = match(job, talent).exact
    if held.skill not in known:
        assert match(job, replace(talent, held=(*talent.held, held))).exact >= before - 1e-9
    else:
        old = known[held.skill]
        better = replace(
            old,
            level=max(old.level or 0, held.level or 0) or None,
            evidence=(*old.evidence, *PROOF),
        )
        kept = tuple(better if item is old else item for item in talent.held)
        stated = old.level is not None or better.level is None
        if stated:
            assert match(job, replace(talent, held=kept)).exact >= before - 1e-9


@given(st.lists(st.floats(0, 50, allow_nan=False), min_size=1, max_size=12))
def test_largest_remainder_adds_up(values: list[float]) -> None:
    total = int(sum(values) + 0.5)
    found = largest_remainder(values, total)
    if abs(sum(values) + 0.5 - round(sum(values) + 0.5)) > 1e-6:
        assert sum(found) == total
    assert all(abs(got - value) < 1 + 1e-6 for got, value in zip(found, values, strict=True))


@pytest.mark.parametrize("field", ["name", "sex", "birth", "age", "photo", "school", "ethnicity"])
def test_traits_of_the_person_are_no_inputs(field: str) -> None:
    assert not any(field in name for name in (*TalentFacts.__annotations__, *Held.__annotations__))


def test_occupations_of_one_work_are_near_whatever_class_they_stand_in() -> None:
    assert occupation_nearness("2-02-10-03", "4-04-05-01") == weights.SAME_SUBCLASS
    assert occupation_nearness("4-04-05-01", "2-02-10-03") == weights.SAME_SUBCLASS
    assert occupation_nearness("2-02-38-06", "4-04-05-14") == weights.SAME_CLASS
    assert occupation_nearness("2-02-38-03", "4-13-05-02") == 0.0
    assert occupation_nearness("2-02-38-03", "no-such-code") == 0.0
    for one in get_taxonomy().occupations:
        assert occupation_nearness(one, one) == 1.0
