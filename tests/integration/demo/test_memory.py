"""Loading keeps no more in memory for a million people than for a thousand."""

from __future__ import annotations

from collections.abc import Sized

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.cli.demo import loading
from talentmarket.cli.demo.loading import Loader, Plan, standing_clock
from talentmarket.cli.demo.store import Store
from talentmarket.members.models import Talent
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite
from tests.scale import scale

pytestmark = on_sqlite
BATCH = 500
#: More rows than one firm, person or job ever comes with.
ONE = 250
PLAN = Plan(3, NOW, organisations=70, talents=scale(300), jobs=40, applications=60)


def test_rows_are_written_by_batches_and_none_is_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", BATCH)
    waited: list[int] = []
    objects: list[int] = []
    write = Store.write

    def counted(store: Store, into: Session) -> None:
        waited.append(store.waiting)
        write(store, into)
        objects.append(len(into.identity_map))

    monkeypatch.setattr(Store, "write", counted)
    loader = Loader(PLAN, Store(session), lambda name, done, total: None)
    session.rollback()
    with standing_clock(NOW):
        loader.run()
    assert session.scalar(sa.select(sa.func.count()).select_from(Talent)) == PLAN.talents
    assert len(waited) > PLAN.talents * 10 / BATCH  # a person has more than ten rows
    assert max(waited) < BATCH + ONE
    assert max(objects) == 0
    kept = {name: len(held) for name, held in vars(loader).items() if isinstance(held, Sized)}
    assert max(kept.values()) <= PLAN.organisations, kept
