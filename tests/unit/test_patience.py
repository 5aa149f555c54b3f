"""How long a writer on SQLite waits for another."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.db import install_rules


@pytest.mark.parametrize(
    ("query", "milliseconds"), [("", 15_000), ("?timeout=2", 2_000), ("?timeout=0.5", 500)]
)
def test_the_address_may_say_it(tmp_path, query, milliseconds):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'rows.db'}{query}")
    install_rules(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == milliseconds
    engine.dispose()
