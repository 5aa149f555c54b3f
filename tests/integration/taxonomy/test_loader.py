"""Loading the taxonomy into both databases: idempotent, stable, nothing is ever deleted."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as time
from talentmarket.core.uow import unit_of_work
from talentmarket.taxonomy import tables
from talentmarket.taxonomy.files import (
    DATA,
    read_code_tables,
    read_occupations,
    read_regions,
    read_skills,
    read_titles,
)
from talentmarket.taxonomy.loader import load_taxonomy
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy


def smaller(without_skill: str = "", renamed_region: str = "") -> Taxonomy:
    """The program's taxonomy with one skill taken out and one region renamed."""
    skills = [s for s in read_skills() if s.code != without_skill]
    for skill in skills:
        for field in ("broader", "related"):
            kept = tuple(code for code in getattr(skill, field) if code != without_skill)
            object.__setattr__(skill, field, kept)
    regions = read_regions()
    for region in regions:
        if region.code == renamed_region:
            object.__setattr__(region, "name_en", "Elsewhere")
    return Taxonomy(
        read_occupations(), skills, read_titles(), regions, read_code_tables(DATA), "2099.1.1"
    )


def total(data: Taxonomy) -> int:
    codes = sum(len(rows) for rows in data.codes.values())
    return sum(map(len, (data.occupations, data.skills, data.titles, data.regions))) + codes


def test_a_second_load_changes_nothing(app):
    with app.app_context(), unit_of_work() as session:
        report = load_taxonomy(session)
    assert (report.added, report.changed, report.retired) == (0, 0, 0)
    assert report.unchanged == total(get_taxonomy())


@pytest.fixture
def restored(app):
    """The tables as they were, whatever a test loads: they outlive it on PostgreSQL."""
    yield
    with app.app_context(), unit_of_work() as session:
        load_taxonomy(session)
        version = tables.TaxonomyVersion
        session.execute(sa.delete(version).where(version.version == "2099.1.1"))


@pytest.mark.usefixtures("restored")
def test_a_missing_concept_is_retired_and_comes_back(app):
    leaf = "abap"
    names = sa.select(sa.func.count()).where(tables.SkillName.skill_code == leaf)
    with app.app_context():
        with unit_of_work() as session:
            report = load_taxonomy(session, smaller(leaf, "510107"))
        assert (report.added, report.changed, report.retired) == (0, 1, 1)
        with unit_of_work() as session:
            assert session.get(tables.SkillRow, leaf).retired_at == time.now()
            assert session.get(tables.RegionRow, "510107").name_en == "Elsewhere"
            assert session.scalar(names) == 0
            assert load_taxonomy(session, smaller(leaf, "510107")).retired == 0
        with unit_of_work() as session:
            report = load_taxonomy(session)
        assert (report.added, report.changed, report.retired) == (0, 2, 0)
        with unit_of_work() as session:
            assert session.get(tables.SkillRow, leaf).retired_at is None
            assert session.scalar(names) > 0
            versions = set(session.scalars(sa.select(tables.TaxonomyVersion.version)))
            assert versions == {get_taxonomy().version, "2099.1.1"}


def test_the_tables_hold_what_memory_holds(session):
    data = get_taxonomy()
    counts = {
        tables.OccupationRow: len(data.occupations),
        tables.SkillRow: len(data.skills),
        tables.JobTitleRow: len(data.titles),
        tables.RegionRow: len(data.regions),
        tables.SkillEdge: sum(len(s.broader) + len(s.related) for s in data.skills.values()),
        tables.SkillOccupation: sum(len(s.occupations) for s in data.skills.values()),
    }
    for table, count in counts.items():
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == count, table


def test_the_command_says_what_it_did(app):
    result = app.test_cli_runner().invoke(args=["taxonomy", "load"])
    assert result.exit_code == 0, result.output
    assert "0 added, 0 changed, 0 retired" in result.output
