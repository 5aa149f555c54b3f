"""The format of a backup: one tar.gz that either database can be restored from.

`manifest.json` comes first and names every other member with its checksum; `tables/NAME.jsonl`
hold one JSON object a row, in plain values; `files/` and `models/` are the instance folder's, as
they lie there (files of members stay encrypted); `keys/` are those the site made for itself.
Tables are read from the database itself, not from the models, so that an older schema can be
restored before it is upgraded.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import sqlalchemy as sa

from talentmarket.core import secrecy
from talentmarket.core.config import Settings

FORMAT = 1
MANIFEST = "manifest.json"
FOLDERS = ("files", "models")
KEYS = {"secret.key": "secret_key", "file.key": "file_keys"}
#: Written by Alembic, not by rows of a backup.
VERSION_TABLE = "alembic_version"


class ArchiveError(Exception):
    """A backup that cannot be used; the message says why."""


def create(path: Path) -> IO[bytes]:
    """A new file that nobody but its owner may read. Raises FileExistsError."""
    return open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """The tables that are there, those referred to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type = sa.JSON(none_as_null=True)
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of the schema; None for a database without one."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))


def plain(value: Any) -> Any:
    """A column's value as JSON; moments in UTC, bytes in base64."""
    if isinstance(value, datetime):
        value = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def typed(value: Any, column: sa.Column[Any], dialect: str) -> Any:
    """The value of a JSON row for a column of this database."""
    if value is None:
        return None
    if isinstance(column.type, sa.DateTime):
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=None) if dialect == "sqlite" else moment
    if isinstance(column.type, sa.Date):
        return date.fromisoformat(value)
    if isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value)
    return value


def digest_of(stream: IO[bytes]) -> str:
    """SHA-256 of all that the stream still holds."""
    found = hashlib.sha256()
    while block := stream.read(1 << 20):
        found.update(block)
    return found.hexdigest()


def allowed(name: str) -> bool:
    """Whether a member may be in a backup; nothing leads out of its folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name:
        return False
    if name == MANIFEST:
        return True
    if path.parts[0] == "keys":
        return len(path.parts) == 2 and path.name in KEYS
    if path.parts[0] == "tables":
        return len(path.parts) == 2 and path.suffix == ".jsonl"
    return path.parts[0] in FOLDERS and len(path.parts) >= 2


def own_keys(settings: Settings) -> dict[str, str]:
    """The keys the site made for itself; those given from outside are kept by who gave them."""
    found = {}
    for name, field in KEYS.items():
        path = settings.instance / name
        kept = path.read_text("ascii").strip() if path.exists() else None
        used = getattr(settings, field)
        if kept and kept == (used if isinstance(used, str) else ",".join(used)):
            found[name] = kept
    return found


def probe() -> dict[str, str]:
    """What only the same keys can tell again."""
    return {
        "sealed": secrecy.seal("backup"),
        "digest": secrecy.digest("backup", "probe"),
    }


def fits(probe_: dict[str, str]) -> bool:
    """Whether the present keys are those of a backup's :func:`probe`."""
    same = secrecy.digest("backup", "probe") == probe_.get("digest")
    return same and secrecy.unseal(probe_.get("sealed", "")) == "backup"


def files_below(folder: Path) -> Iterator[Path]:
    """All files of a folder, in name order."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def dumped(manifest: dict[str, Any]) -> bytes:
    """The manifest as it is stored."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one moment of the database throughout."""
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else None
    with engine.connect() as connection:
        if level:
            connection = connection.execution_options(isolation_level=level)
        with connection.begin():
            yield connection
