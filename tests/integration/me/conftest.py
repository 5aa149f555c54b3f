"""A signed-in person with a profile."""

from __future__ import annotations

import pytest

from talentmarket.core.db import db
from talentmarket.members.models import Talent
from tests.factories import make_account, make_talent


@pytest.fixture
def person(session):
    return make_account("周予安")


@pytest.fixture
def talent(person):
    return make_talent(person, summary="做数仓。")


@pytest.fixture
def visitor(make_client, talent):
    """A client of the person."""
    return make_client(talent.account)


@pytest.fixture
def stored(talent):
    """The profile as it stands in the database."""
    key = talent.id

    def read() -> Talent:
        db.session.rollback()
        db.session.expire_all()
        return db.session.get(Talent, key)

    return read
