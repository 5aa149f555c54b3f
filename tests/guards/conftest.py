"""The small world, built once in a worker and put back before each test that asks for it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.engine import make_url

from talentmarket.core.db import db
from talentmarket.members.models import Account
from tests.fixtures.apps import disconnect
from tests.fixtures.databases import put_in_place, snapshot
from tests.guards import world as worlds

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session

    from talentmarket.core.config import Settings
    from tests.fixtures.databases import Database


@dataclass
class Kept:
    """The world as it was built: its names, and below `folder` its database and its files."""

    folder: Path
    world: worlds.World | None = None
    #: Whose account has which primary key: rows do not outlive the test that read them.
    keys: dict[str, int | None] = field(default_factory=dict)

    def keep(self, app: Flask, settings: Settings, path: Path) -> None:
        self.world = worlds.build()
        self.keys = {name: who and who.id for name, who in self.world.visitors.items()}
        db.session.remove()
        disconnect(app)
        snapshot(path, self.folder / "world.db")
        shutil.copytree(settings.instance, self.folder / "instance")

    def put_back(self, app: Flask, settings: Settings, path: Path) -> None:
        db.session.remove()
        disconnect(app)
        put_in_place(self.folder / "world.db", path)
        shutil.copytree(self.folder / "instance", settings.instance, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def kept_world(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    return Kept(tmp_path_factory.mktemp("world"))


@pytest.fixture
def world(
    app: Flask, session: Session, settings: Settings, database: Database, kept_world: Kept
) -> worlds.World:
    """One of everything, and somebody of each kind, in the database of `app` (on SQLite)."""
    assert database.kind == "sqlite", "the world is put back as a file"
    path = Path(make_url(database.url).database or "")
    if kept_world.world is None:
        kept_world.keep(app, settings, path)
    else:
        kept_world.put_back(app, settings, path)
    assert kept_world.world is not None
    visitors = {
        name: None if key is None else db.session.get_one(Account, key)
        for name, key in kept_world.keys.items()
    }
    return replace(kept_world.world, visitors=visitors)
