"""`flask backup FILE`: database, files, models and the site's own keys in one file."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
from pathlib import Path
from typing import IO, Any

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress

from talentmarket.cli import archive
from talentmarket.core import clock
from talentmarket.core.db import db


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def cli(file: Path) -> None:
    """Write database, files, models and own keys to FILE (tar.gz), while the site runs.

    Guard it as the site itself: it holds the keys the site made. Keys from the environment are
    not in it. The index is not in it either: it is rebuilt by restore.
    """
    if file.exists():
        raise click.ClickException(f"{file} is there already")
    try:
        rows = write(file)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {rows:,} rows, {file.stat().st_size / 1e6:,.1f} MB")


def write(target: Path) -> int:
    """Write the backup beside its place, then put it there; returns the rows it holds."""
    settings = current_app.extensions["talentmarket_settings"]
    beside = target.with_name(f"{target.name}.part")
    out = archive.create(beside)
    try:
        with tempfile.TemporaryDirectory(dir=target.absolute().parent) as name:
            folder = Path(name)
            manifest = _tables(folder)
            keys = archive.own_keys(settings)
            manifest |= {
                "format": archive.FORMAT, "made_at": clock.now().isoformat(),
                "probe": archive.probe(), "keys": sorted(keys),
            }  # fmt: skip
            with out:
                _pack(out, folder, manifest, keys, settings.instance)
                out.flush()
                os.fsync(out.fileno())
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return sum(table["rows"] for table in manifest["tables"].values())


def _tables(folder: Path) -> dict[str, Any]:
    """Every table as lines of JSON, all of one moment."""
    tables: dict[str, Any] = {}
    with (
        archive.reading(db.engine) as connection,
        Progress(console=Console(stderr=True), transient=True) as bar,
    ):
        found = archive.tables_of(connection)
        for table in bar.track(found, description="tables"):
            path = folder / f"{table.name}.jsonl"
            rows = _table(connection, table, path)
            with path.open("rb") as stream:
                tables[table.name] = {"rows": rows, "sha256": archive.digest_of(stream)}
        return {"revision": archive.revision_of(connection), "tables": tables}


def _table(connection: sa.Connection, table: sa.Table, path: Path) -> int:
    rows = 0
    query = sa.select(table).order_by(*table.primary_key)
    with path.open("w", encoding="utf-8") as out:
        for row in connection.execute(query, execution_options={"yield_per": 2000}):
            values = {key: archive.plain(value) for key, value in row._mapping.items()}
            out.write(json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n")
            rows += 1
    return rows


def _pack(
    out: IO[bytes],
    folder: Path,
    manifest: dict[str, Any],
    keys: dict[str, str],
    instance: Path,
) -> None:
    """The manifest needs the checksums of files, so they are read twice; a file that is erased
    in between is left out of both."""
    members = {
        path.relative_to(instance).as_posix(): path
        for name in archive.FOLDERS
        for path in archive.files_below(instance / name)
    }
    sums = {}
    for name, path in members.items():
        with path.open("rb") as stream:
            sums[name] = archive.digest_of(stream)
    manifest["files"] = sums
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
        _bytes(tar, archive.MANIFEST, archive.dumped(manifest))
        for name, value in keys.items():
            _bytes(tar, f"keys/{name}", value.encode())
        for name in manifest["tables"]:
            tar.add(folder / f"{name}.jsonl", f"tables/{name}.jsonl")
        for name, path in members.items():
            tar.add(path, name)


def _bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    tar.addfile(info, io.BytesIO(data))
