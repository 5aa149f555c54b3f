"""What a person keeps back is in no document, and no error says a person's data."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from talentmarket.core.db import db
from talentmarket.indexing.documents import talent_values
from talentmarket.members.models import EntryKind, Talent, TalentEntry
from tests.factories import make_account, make_talent


def test_the_index_does_not_tell_of_a_job_that_is_kept_back(session):
    talent = make_talent(sections={"current_employer": "private"})
    row = session.get(Talent, talent.id)
    entry = row.entries[0]
    entry.organisation_industry, entry.text = "I65", "为省医保局做结算平台。"
    values = talent_values(row)
    session.rollback()
    assert "结算平台" not in values["text"]
    assert values["industry"] == []


def test_a_projects_owner_is_no_word_of_the_index(session):
    row = session.get(Talent, make_talent(make_account("顾知行")).id)
    row.entries.append(
        TalentEntry(
            kind=EntryKind.PROJECT,
            title="结算",
            organisation="青衣江数据",
            text="青衣江数据的结算平台",
        )
    )
    values = talent_values(row)
    session.rollback()
    assert "青衣江" not in values["text"]
    assert "结算平台" in values["text"]


def test_errors_of_the_database_hold_no_values(session):
    with pytest.raises(SQLAlchemyError) as fault:
        db.session.execute(
            sa.text("SELECT nothing FROM nowhere WHERE name = :name"), {"name": "顾知行"}
        )
    db.session.rollback()
    assert "顾知行" not in str(fault.value)


def test_pages_on_the_way_in_are_kept_by_no_cache(client):
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    assert "no-store" not in client.get("/jobs").headers.get("Cache-Control", "")
