"""The invented market: pure, repeatable, believable."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from talentmarket.cli.demo import catalog, firms, jobs, people
from talentmarket.cli.demo.dice import Dice
from talentmarket.core.folding import fold_phone
from talentmarket.exchange.lint import lint_fields, refused
from talentmarket.exchange.models import JobKind, JobState, PayUnit
from talentmarket.members import credit_code
from talentmarket.members.models import EntryKind, OrganisationKind
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy
from tests.scale import scale

NOW = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)
MANY = scale(150)


@pytest.fixture(scope="module")
def some_firms():
    return [firms.firm(5, NOW, number) for number in range(300)]


@pytest.fixture(scope="module")
def some_people():
    return [people.person(5, NOW, number, 300) for number in range(1, MANY)]


@pytest.fixture(scope="module")
def some_jobs(some_firms):
    by_sector: dict[str, list[int]] = {}
    for one in some_firms:
        if one.kind is OrganisationKind.EMPLOYER:
            by_sector.setdefault(one.sector, []).append(one.number)
    agencies = [one.number for one in some_firms if firms.is_agency(one)]
    return [jobs.posting(5, NOW, number, by_sector, agencies) for number in range(MANY)]


def test_every_digital_occupation_and_prefecture_comes_up():
    taxonomy = get_taxonomy()
    assert set(catalog.cycle()) == set(taxonomy.occupations)
    assert set(catalog.city_cycle()) == {
        region.code for region in taxonomy.regions_of_kind("city", SICHUAN)
    }
    assert all(trade.sectors and len(trade.skills) >= 3 for trade in catalog.trades().values())


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_the_first_jobs_stand_in_all_occupations_and_prefectures(seed):
    """As many jobs as any demo of 116 or more has (300 and 1,500 are usual)."""
    taxonomy, sectors = get_taxonomy(), {}
    for number in range(300):
        one = firms.firm(seed, NOW, number)
        if one.kind is OrganisationKind.EMPLOYER:
            sectors.setdefault(one.sector, []).append(number)
    first = range(jobs.SHOWN, jobs.SHOWN + len(taxonomy.occupations))
    made = [jobs.posting(seed, NOW, number, sectors, []) for number in first]
    assert {one.state for one in made} == {JobState.PUBLISHED}
    assert len({one.trade for one in made}) == len(taxonomy.occupations) == 108
    assert len({one.county[:4] for one in made}) == 21
    assert all(one.county in taxonomy.regions for one in made)
    projects = [one for one in made if one.kind is JobKind.PROJECT]
    assert len(projects) >= 2
    assert all(one.unit is PayUnit.PROJECT and "项目制" in one.title for one in projects)
    at_home = [one for one in made if one.county[:4] == one.employer.city[:4]]
    assert len(at_home) > len(made) / 3
    assert made == [jobs.posting(seed, NOW, number, sectors, []) for number in first]


def test_the_same_seed_gives_the_same_and_another_one_another():
    first = people.person(5, NOW, 17, 300)
    people.person.cache_clear()
    again = people.person(5, NOW, 17, 300)
    assert first == again
    assert first is not again
    assert people.person(6, NOW, 17, 300).public_id != first.public_id


def test_codes_are_well_formed_and_no_two_alike(some_firms):
    for one in some_firms:
        read = credit_code.read(one.uscc)
        assert not read.unusual, one.uscc
    assert len({one.uscc for one in some_firms}) == len(some_firms)
    assert len({one.name for one in some_firms}) == len(some_firms)


def test_numbers_are_of_the_satellite_range_and_no_two_alike():
    numbers = [people.phone(number) for number in range(0, 6_000_000, 40_009)]
    assert all(fold_phone(one) == one and one.startswith("+861740") for one in numbers)
    assert len(set(numbers)) == len(numbers)


def test_what_a_person_says_fits_together(some_people):
    taxonomy = get_taxonomy()
    for one in some_people:
        trade = catalog.trades()[one.trade]
        assert one.title in trade.titles
        assert len({held.skill for held in one.skills}) == len(one.skills)
        own = {*trade.skills, *trade.certificates}
        assert {held.skill for held in one.skills} <= own <= set(taxonomy.skills)
        assert all(0 <= at < len(one.entries) for held in one.skills for at in held.evidence)
        assert all(len(set(held.evidence)) == len(held.evidence) for held in one.skills)
        for entry in one.entries:
            assert entry.end is None or entry.start is None or entry.start <= entry.end
            assert (entry.end or "0000") <= "2025-11" or entry.kind is EntryKind.EDUCATION
        assert one.created_at <= one.updated_at <= NOW
        assert one.pay_low <= one.pay_high


def test_skills_of_a_person_stand_near_each_other(some_people):
    """Most skills have a neighbour among the person's others: what a model can learn from."""
    taxonomy = get_taxonomy()
    near = Counter()
    for one in some_people:
        held = {skill.skill for skill in one.skills}
        for skill in held:
            ring = {*taxonomy.related(skill), *taxonomy.skills[skill].broader}
            ring |= set(taxonomy.narrower(skill))
            near[bool(ring & (held - {skill}))] += 1
    assert near[True] > 0.7 * near.total()


def test_some_jobs_must_have_a_certificate_and_some_people_show_it(some_people, some_jobs):
    """What the hard conditions can be seen at: whoever lacks the paper of such a job is in no list."""
    papers = [
        (job, one) for job in some_jobs for one in job.skills if catalog.is_certificate(one.skill)
    ]
    assert {one.must for _, one in papers} == {True, False}
    for job, one in papers:
        name = get_taxonomy().skills[one.skill].name_zh
        assert f"须持有{name}。" in job.description or not one.must
    shown = [
        (held, one.entries[held.evidence[0]])
        for one in some_people
        for held in one.skills
        if catalog.is_certificate(held.skill)
    ]
    assert len(shown) > len(some_people) / 25
    for held, entry in shown:
        assert entry.kind is EntryKind.CERTIFICATE
        assert entry.title == get_taxonomy().skills[held.skill].name_zh


def test_jobs_are_lawful_in_their_words(some_jobs):
    for one in some_jobs:
        found = lint_fields({"title": one.title, "description": one.description})
        assert not refused(found), (one.title, found)
        assert len(one.title) <= 60
        assert one.base_pay <= one.pay_high


def test_jobs_pay_more_for_more_years(some_jobs):
    month = [one for one in some_jobs if one.unit.value == "month"]
    old = [one.pay_low for one in month if (one.years_min or 0) >= 5]
    young = [one.pay_low for one in month if (one.years_min or 0) <= 1]
    assert sum(old) / len(old) > 1.2 * sum(young) / len(young)


def test_office_hours():
    dice = Dice.of(1, "hours")
    saturday = datetime(2025, 11, 22, 2, 0, tzinfo=UTC)
    for _ in range(50):
        at = dice.office(saturday)
        assert at > saturday
        assert at.astimezone(UTC).date() == datetime(2025, 11, 24, tzinfo=UTC).date()
