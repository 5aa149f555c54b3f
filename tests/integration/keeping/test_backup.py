"""A backup holds all, restores on either database, and never half."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from talentmarket import create_app
from talentmarket.cli import archive
from talentmarket.cli.backup import write
from talentmarket.cli.demo.loading import Plan, load
from talentmarket.cli.restore import restore
from talentmarket.core import files
from talentmarket.core.config import Settings
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import feed
from talentmarket.exchange.models import Application
from talentmarket.matching import store, training
from talentmarket.members.identities import identify
from talentmarket.members.models import Account, Identifier, OrganisationDocument, Talent
from tests.fixtures.apps import NOW, disconnect
from tests.fixtures.databases import KINDS, copy_sqlite, on_sqlite

PLAN = Plan(seed=4, now=NOW, organisations=9, talents=24, jobs=12, applications=9)


@dataclass(frozen=True)
class Made:
    """A backup, and the rows of the site it was taken of."""

    path: Path
    rows: dict[str, list[dict[str, object]]]


@pytest.fixture(scope="module")
def backups():
    """By kind of database: each is made once, by the first test that asks for it."""
    return {}


@pytest.fixture
def backed_up(database_kind, backups, request, tmp_path_factory):
    """The backup of a small market with files and a model."""
    if database_kind not in backups:
        session = request.getfixturevalue("session")
        load(PLAN)
        space, skills, card = training.train(session)
        session.rollback()
        store.promote(store.save(space, skills, card).version)
        feed.read_snapshot(session, "", 1)  # somebody follows the changes
        session.rollback()
        target = tmp_path_factory.mktemp("backup") / "site.tar.gz"
        assert write(target) > 1000
        backups[database_kind] = Made(target, _rows(db.engine))
        session.rollback()
    return backups[database_kind]


@pytest.fixture(params=KINDS)
def elsewhere(request, tmp_path, settings, clock):
    """An app on an empty database and folder of its own, with the keys of the first."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if request.param == "sqlite":
        address = f"sqlite:///{folder / 'talentmarket.db'}"
    else:
        server = request.getfixturevalue("postgres_server")
        name = server.copy("template0")
        address = server.address(name)
    made = create_app(settings.with_(instance=folder, database_url=address), clock)
    yield made
    disconnect(made)
    if request.param != "sqlite":
        server.drop(name)


def _rows(engine):
    with archive.reading(engine) as connection:
        return {
            table.name: [
                {key: archive.plain(value) for key, value in row._mapping.items()}
                for row in connection.execute(sa.select(table).order_by(*table.primary_key))
            ]
            for table in archive.tables_of(connection)
        }


def test_all_rows_files_and_models_come_back(backed_up, elsewhere):
    before = backed_up.rows
    with elsewhere.app_context():
        assert restore(backed_up.path) == sum(len(rows) for rows in before.values())
        after = _rows(db.engine)
        assert {name for name in before if before[name] != after[name]} == {"change_heads"}
        assert after["change_heads"] == []  # who followed the lost site is told to begin anew
        document = db.session.scalars(sa.select(OrganisationDocument)).first()
        held = db.session.get(files.StoredFile, document.file_id)
        assert files.store().get(held.key).startswith(b"%PDF-")
        champion = store.champion(db.session())
        assert store.read(champion)[1]
        found = db.session.scalar(
            sa.select(Identifier).where(
                Identifier.digest == identify("talent@shucai.example").digest
            )
        )
        assert found.value == "talent@shucai.example"
        db.session.rollback()
        with unit_of_work() as unit:  # keys go on after those that were restored
            account = Account(name="新来的人", created_at=NOW)
            unit.add(account)
        assert account.id > max(row["id"] for row in before["accounts"])


@on_sqlite
def test_the_command_rebuilds_the_index(backed_up, elsewhere):
    runner = elsewhere.test_cli_runner()
    with elsewhere.app_context():  # a command stays in the context it is called in
        done = runner.invoke(args=["restore", str(backed_up.path)])
        assert done.exit_code == 0, done.output
        counts = json.loads(done.output.splitlines()[-1])
        people = db.session.scalar(sa.select(sa.func.count()).select_from(Talent))
        db.session.remove()
        assert 0 < counts["talent"] <= people
        again = runner.invoke(args=["restore", str(backed_up.path)])
    assert again.exit_code == 1
    assert "not empty" in again.output


def _damaged(source: Path, target: Path, change) -> Path:
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old:
            data = old.extractfile(member).read()
            member, data = change(member, data)
            if member is not None:
                member.size = len(data)
                new.addfile(member, io.BytesIO(data))
    return target


def _one_sign(member, data):
    if member.name == "tables/applications.jsonl":
        data = data.replace(b"T-", b"X-", 1)
    return member, data


def _one_missing(member, data):
    return (None if member.name == "tables/talents.jsonl" else member), data


def _out_of_the_folder(member, data):
    if member.name == "tables/talents.jsonl":
        member.name = "../talents.jsonl"
    return member, data


def _a_broken_row(member, data):
    """Right by its checksum, wrong for the database: the fault comes while rows are written."""
    if member.name == archive.MANIFEST:
        manifest = json.loads(data)
        manifest["tables"]["outbox"]["sha256"] = _SHA_OF_BROKEN
        data = archive.dumped(manifest)
    elif member.name == "tables/outbox.jsonl":
        data = _BROKEN
    return member, data


_BROKEN = b'{"id": 1, "kind": null, "document_id": null, "version": 1}\n'
_SHA_OF_BROKEN = hashlib.sha256(_BROKEN).hexdigest()


DAMAGES = {
    "damaged": _one_sign,
    "incomplete": _one_missing,
    "does not belong": _out_of_the_folder,
    "IntegrityError": _a_broken_row,
}


@on_sqlite
@pytest.mark.parametrize("elsewhere", ["sqlite"], indirect=True)
def test_a_damaged_backup_leaves_everything_as_it_was(backed_up, elsewhere, tmp_path):
    folder = elsewhere.extensions["talentmarket_settings"].instance
    with elsewhere.app_context():
        for said, change in DAMAGES.items():
            bad = _damaged(backed_up.path, tmp_path / "bad.tar.gz", change)
            with pytest.raises((archive.ArchiveError, sa.exc.IntegrityError)) as raised:
                restore(bad)
            assert said in repr(raised.value)
            assert not (folder / "files").exists(), said
            assert not (folder / "models").exists(), said
            assert not [path for path in folder.iterdir() if path.name.startswith("restore-")]
        restore(backed_up.path)  # and the good one still fits
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Application))
        assert count == PLAN.applications


@on_sqlite
def test_other_keys_are_refused(backed_up, settings, clock, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    changes = {"database_url": f"sqlite:///{folder / 'x.db'}", "secret_key": "quite another key"}
    other = create_app(settings.with_(instance=folder, **changes), clock)
    with other.app_context(), pytest.raises(archive.ArchiveError, match="SECRET_KEY"):
        restore(backed_up.path)


def test_keys_the_site_made_for_itself_travel_along(tmp_path, clock):
    """Two sites without any setting: the second takes on the keys of the first."""
    folders = [tmp_path / "one", tmp_path / "two"]
    target = tmp_path / "own.tar.gz"
    for folder in folders:
        if folder is folders[0]:
            folder.mkdir()
            copy_sqlite(folder / "talentmarket.db")
        site = create_app(
            Settings.from_environ({"TALENTMARKET_INSTANCE": str(folder)}).with_(testing=True), clock
        )
        with site.app_context():
            if folder is folders[0]:
                load(Plan(seed=1, now=NOW, organisations=8, talents=3, jobs=8, applications=1))
                write(target)
            else:
                restore(target)
            values = set(db.session.scalars(sa.select(Identifier.value)))
            assert "talent@shucai.example" in values
            db.session.remove()
            db.engine.dispose()
    for name in ("secret.key", "file.key"):
        assert (folders[0] / name).read_text() == (folders[1] / name).read_text()
        assert (folders[1] / name).stat().st_mode & 0o777 == 0o600
    assert target.stat().st_mode & 0o777 == 0o600
