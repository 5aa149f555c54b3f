"""`flask restore FILE`: a backup into an empty database and instance folder, all or nothing."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from talentmarket.cli import archive, index
from talentmarket.cli.archive import ArchiveError
from talentmarket.core import changes
from talentmarket.core.config import Settings
from talentmarket.core.db import db, writing
from talentmarket.core.uow import unit_of_work

#: A database in which one of these has rows belongs to a site that lives.
LIVING = ("accounts", "organisations", "jobs", "events")
BATCH = 2000


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_appcontext
def cli(file: Path) -> None:
    """Restore FILE into an empty database and instance folder, then rebuild the index.

    Everything is checked before anything is written; after a fault all is as it was. A backup of
    SQLite restores on PostgreSQL and the other way round.
    """
    try:
        rows = restore(file)
    except (ArchiveError, OSError, tarfile.TarError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{rows:,} rows restored")
    index.rebuild_index(0.0, 3600.0)


def restore(file: Path) -> int:
    """Read the backup into the app's database and folder; returns how many rows it held.

    Raises :class:`ArchiveError` for a damaged backup, for one of another format or other keys,
    and when anything is here already.
    """
    settings: Settings = current_app.extensions["talentmarket_settings"]
    with tempfile.TemporaryDirectory(dir=settings.instance, prefix="restore-") as name:
        folder = Path(name)
        manifest = _unpack(file, folder)
        _require_empty(settings)
        keys = _keys(folder, manifest, settings)
        _make_schema(manifest["revision"])
        with _moved(folder, settings.instance):
            _fill(folder, manifest)
    _use(keys, settings)
    upgrade()
    with unit_of_work() as session:
        changes.restart(session)
    db.session.remove()
    return sum(table["rows"] for table in manifest["tables"].values())


# --- checking ----------------------------------------------------------------------------------


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    """All members into `folder`, each compared with the manifest's checksum."""
    with tarfile.open(file, "r:gz") as tar:
        for member in tar:
            if not member.isfile() or not archive.allowed(member.name):
                raise ArchiveError(f"{member.name} does not belong in a backup")
            source = tar.extractfile(member)
            assert source is not None
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                shutil.copyfileobj(source, out)
    path = folder / archive.MANIFEST
    if not path.exists():
        raise ArchiveError("this is no backup: it has no manifest")
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if manifest.get("format") != archive.FORMAT:
        raise ArchiveError(f"format {manifest.get('format')!r} is not known here")
    if not manifest.get("revision"):
        raise ArchiveError("the backup was made of a database without a schema")
    _compare(folder, manifest)
    return manifest


def _compare(folder: Path, manifest: dict[str, Any]) -> None:
    expected = {f"tables/{name}.jsonl": it["sha256"] for name, it in manifest["tables"].items()}
    expected |= manifest["files"]
    there = {path.relative_to(folder).as_posix() for path in archive.files_below(folder)}
    there -= {archive.MANIFEST, *(f"keys/{name}" for name in manifest["keys"])}
    if odd := sorted(there ^ set(expected)):
        raise ArchiveError(f"the backup is incomplete or has more than it says: {odd[0]}")
    for name, digest in expected.items():
        with (folder / name).open("rb") as stream:
            if archive.digest_of(stream) != digest:
                raise ArchiveError(f"{name} is damaged")


def _require_empty(settings: Settings) -> None:
    for name in archive.FOLDERS:
        folder = settings.instance / name
        if folder.exists() and any(folder.iterdir()):
            raise ArchiveError(f"{folder} is not empty: restore only into an empty folder")
    with db.engine.connect() as connection:
        inspector = sa.inspect(connection)
        for name in LIVING:
            if inspector.has_table(name) and connection.scalar(
                sa.text(f"SELECT 1 FROM {name} LIMIT 1")
            ):
                raise ArchiveError("the database is not empty: restore only into an empty one")


def _keys(folder: Path, manifest: dict[str, Any], settings: Settings) -> dict[str, str]:
    """The backup's own keys; those given from outside must be the ones it was made with."""
    kept = {name: (folder / "keys" / name).read_text("ascii") for name in manifest["keys"]}
    changed = _with(settings, kept)
    current_app.extensions["talentmarket_settings"] = changed
    try:
        if not archive.fits(manifest["probe"]):
            raise ArchiveError(
                "SECRET_KEY or TALENTMARKET_FILE_KEYS are not those the backup was made with"
            )
    finally:
        current_app.extensions["talentmarket_settings"] = settings
    return kept


def _with(settings: Settings, keys: dict[str, str]) -> Settings:
    """The settings with the keys a backup brought; a key from outside stays."""
    changes: dict[str, Any] = {}
    own = archive.own_keys(settings)
    for name, value in keys.items():
        if name in own and name == "secret.key":
            changes["secret_key"] = value
        elif name in own:
            changes["file_keys"] = tuple(value.split(","))
    return settings.with_(**changes)


# --- writing -----------------------------------------------------------------------------------


def _make_schema(revision: str) -> None:
    """The schema the backup was made with."""
    with db.engine.connect() as connection:
        present = archive.revision_of(connection)
    if present is None:
        upgrade(revision=revision)
    elif present != revision:
        raise ArchiveError(f"the database is at revision {present}, the backup at {revision}")
    db.session.remove()


@contextmanager
def _moved(folder: Path, instance: Path) -> Iterator[None]:
    """The backup's files in their place; taken out again when what follows fails."""
    moved = []
    try:
        for name in archive.FOLDERS:
            if not (folder / name).exists():
                continue
            if (instance / name).exists():
                (instance / name).rmdir()
            os.replace(folder / name, instance / name)
            moved.append(instance / name)
        yield
    except BaseException:
        for path in moved:
            shutil.rmtree(path, ignore_errors=True)
        raise


def _fill(folder: Path, manifest: dict[str, Any]) -> None:
    """All rows in one transaction."""
    token = writing.set(True)
    try:
        with db.engine.begin() as connection:
            tables = archive.tables_of(connection)
            names = {table.name for table in tables}
            if missing := sorted(set(manifest["tables"]) - names):
                raise ArchiveError(f"table {missing[0]} is not known at this revision")
            for table in reversed(tables):
                connection.execute(sa.delete(table))
            for table in tables:
                if table.name in manifest["tables"]:
                    _rows(connection, table, folder / "tables" / f"{table.name}.jsonl")
    finally:
        writing.reset(token)


def _rows(connection: sa.Connection, table: sa.Table, path: Path) -> None:
    own = [
        key.parent.name for key in table.foreign_keys if key.column.table is table
    ]  # rows that refer to rows of the same table are joined when all are there
    keys = [column.name for column in table.primary_key]
    later: list[tuple[dict[str, Any], dict[str, Any]]] = []
    with path.open(encoding="utf-8") as stream:
        while batch := [json.loads(line) for _, line in zip(range(BATCH), stream, strict=False)]:
            for row in batch:
                if held := {name: row[name] for name in own if row[name] is not None}:
                    later.append(({name: row[name] for name in keys}, held))
                    row.update(dict.fromkeys(held))
            dialect = connection.dialect.name
            connection.execute(
                sa.insert(table),
                [
                    {
                        name: archive.typed(value, table.c[name], dialect)
                        for name, value in row.items()
                    }
                    for row in batch
                ],
            )
    for key, values in later:
        same = [table.c[name] == value for name, value in key.items()]
        connection.execute(sa.update(table).where(*same).values(**values))
    if connection.dialect.name == "postgresql":
        _count_on(connection, table)


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let the table's sequence go on after the keys that were restored."""
    if "id" not in table.c or not isinstance(table.c.id.type, sa.Integer):
        return
    sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id")))
    last = connection.scalar(sa.select(sa.func.max(table.c.id)))
    if sequence and last:
        connection.execute(sa.select(sa.func.setval(sequence, last)))


def _use(keys: dict[str, str], settings: Settings) -> None:
    """Keep the backup's keys as the site's own and go on with them."""
    own = archive.own_keys(settings)
    current_app.extensions["talentmarket_settings"] = changed = _with(settings, keys)
    for name, value in keys.items():
        if name not in own:
            continue
        path = settings.instance / name
        beside = path.with_name(f"{name}.restored")
        with open(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
            out.write(value)
        os.replace(beside, path)
    current_app.config["SECRET_KEY"] = changed.secret_key
