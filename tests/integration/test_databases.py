"""The fixtures themselves: each test finds a clean database, whatever ran before it."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core import clock as time
from tests.fixtures.apps import NOW


def test_the_schema_stands_and_the_vocabulary_is_loaded(session):
    tables = sa.inspect(session.get_bind()).get_table_names()
    assert {"alembic_version", "events", "outbox"} <= set(tables)
    assert session.scalar(sa.text("SELECT count(*) FROM regions")) > 0


def test_the_clock_stands_still_until_it_is_moved(app, clock):
    with app.app_context():
        assert time.now() == NOW
        clock.advance(hours=3)
        assert (time.now() - NOW).total_seconds() == 3 * 3600
