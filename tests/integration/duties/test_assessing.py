"""Impact assessments: signed once, in versions, kept; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from talentmarket.alliance.duties import assessing
from talentmarket.alliance.duties.models import Assessment, Handling
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import Event
from tests.factories import make_account
from tests.factories.duties import make_assessment


@pytest.fixture
def signer(session):
    return make_account("秘书处", is_operator=True)


def test_versions_follow_each_other_and_the_latest_stands(session, signer):
    first = make_assessment(signer)
    second = make_assessment(signer, after=1, measures="性别、年龄不参与计算，另加人工复核。")
    other = make_assessment(signer, Handling.PROVIDING)
    standing = assessing.latest(session)
    assert {one: row.public_id for one, row in standing.items()} == {
        Handling.AUTOMATED: second.public_id,
        Handling.PROVIDING: other.public_id,
    }
    found = assessing.versions(session, Handling.AUTOMATED)
    assert [(one.number, one.public_id) for one in found] == [
        (2, second.public_id),
        (1, first.public_id),
    ]
    events = session.scalars(sa.select(Event).where(Event.subject_type == "assessment")).all()
    assert [one.verb for one in events] == ["sign"] * 3
    assert "复核" not in str([one.data for one in events]), "events hold codes, no texts"


def test_who_opened_the_form_before_a_colleague_signed_signs_nothing(session, signer):
    make_assessment(signer)
    with pytest.raises(Conflict):
        make_assessment(signer)
    assert session.scalar(sa.select(sa.func.count()).select_from(Assessment)) == 1


@pytest.mark.parametrize("what", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_signed(session, signer, what):
    made = make_assessment(signer)
    table = Assessment.__table__
    statement = sa.update(table).values(measures="没有") if what == "update" else sa.delete(table)
    with pytest.raises(DatabaseError, match="append-only"), db.engine.begin() as connection:
        connection.execute(statement)
    session.expire_all()
    assert assessing.find(session, made.public_id).measures.startswith("性别")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("purposes", "短"), ("effect", ""), ("measures", "长" * 5001), ("conclusion", "maybe")),
        *(("kinds", ()), ("kinds", ("nonsense",)), ("duty", ""), ("next_due", None)),
    ],
)
def test_what_is_lacking_is_named(session, signer, field, value):
    with pytest.raises(Invalid) as caught:
        make_assessment(signer, **{field: value})
    assert set(caught.value.errors) == {field}


def test_the_next_one_is_due_within_a_year_and_missing_ones_today(session, signer, clock):
    today = clock.now().date()
    assert assessing.due(session) == dict.fromkeys(assessing.NEEDED, today)
    for days in (0, 367):
        with pytest.raises(Invalid):
            make_assessment(signer, next_due=today + timedelta(days=days))
    make_assessment(signer, next_due=today + timedelta(days=366))
    make_assessment(signer, Handling.SENSITIVE, next_due=today + timedelta(days=9))
    assert assessing.due(session) == {
        Handling.AUTOMATED: today + timedelta(days=366),
        Handling.PROVIDING: today,
        Handling.SENSITIVE: today + timedelta(days=9),
    }
