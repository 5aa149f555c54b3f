"""What a database says of an error names no row's values, on the way to any log or task."""

from __future__ import annotations

import traceback

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Organisation, Talent
from tests.factories import make_account, make_organisation, make_talent

NAME = "锦江某某数据有限公司"


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + str(error) + repr(error)


def test_a_unique_violation(session):
    taken = make_organisation(NAME)
    code, other = taken.uscc, make_organisation()
    with pytest.raises(IntegrityError) as caught, unit_of_work() as unit:
        unit.execute(sa.update(Organisation).where(Organisation.id == other.id).values(uscc=code))
    text = told(caught.value)
    assert "uscc" in text, "which rule was broken is said"
    assert code not in text
    assert "DETAIL" not in text


def test_a_row_that_breaks_a_rule(session):
    talent = make_talent(make_account("林知遥"), headline="林知遥的标题")
    with pytest.raises(IntegrityError) as caught, unit_of_work() as unit:
        # The server shows the whole failing row.
        unit.execute(sa.update(Talent).where(Talent.id == talent.id).values(account_id=None))
    assert "林知遥" not in told(caught.value)


def test_a_value_of_the_wrong_kind(session, database_kind):
    asked = {"postgresql": "SELECT CAST(:given AS DATE)", "sqlite": "SELECT json(:given)"}
    given = " ".join([NAME, str(13_800_001_234)])  # the source of a line stands in a traceback
    with pytest.raises(DBAPIError) as caught:
        session.execute(sa.text(asked[database_kind]), {"given": given})
    session.rollback()
    for part in given.split():
        assert part not in told(caught.value)
