"""Database rules both engines share: naming, types, pragmas.

SQLite and PostgreSQL hold one schema. Times are aware UTC, money is integer fen, enums are text
with a CHECK, JSON is stored and read whole and never queried with database operators.
"""

from __future__ import annotations

import json
import re
import sqlite3
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import ReturnTypeFromArgs
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: How long a writer on SQLite waits for another, unless the address says otherwise.
BUSY_SECONDS = 15
_QUOTED = re.compile(r'"[^"]*"')

#: True while a unit of work is open in this context; see :mod:`talentmarket.core.uow`.
writing: ContextVar[bool] = ContextVar("writing", default=False)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only, gives aware UTC (SQLite would give naive ones)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; store SQLite's as naive UTC so that text order is time order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: A session, or what opens one when it is first asked: what mostly asks nothing opens none.
AnySession = Session | scoped_session[Any]

#: Primary and foreign keys. SQLite only counts up by itself on INTEGER.
Key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Money in fen (1/100 yuan).
Fen = sa.BigInteger()
PublicId = sa.String(32)


def text_enum(enum: type[StrEnum], name: str | None = None) -> sa.Enum:
    """A column type that stores the enum's values as text under a CHECK constraint."""
    return sa.Enum(
        enum,
        name=name or enum.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=32,
        values_callable=lambda members: [member.value for member in members],
    )


class by_value(ReturnTypeFromArgs[Any]):  # noqa: N801 (used like `func.…`)
    """A column in a condition that is never to be answered from an index of its own.

    For states that most rows have, in queries that name their rows otherwise: without statistics
    SQLite takes one value for rarer than a list of ids or what lies behind a key, and would read
    every row of that state. PostgreSQL has statistics and is given the column as it is.
    """

    inherit_cache = True


@compiles(by_value)
def _column_itself(element: by_value, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.clauses, **given)


@compiles(by_value, "sqlite")
def _column_as_expression(element: by_value, compiler: SQLCompiler, **given: Any) -> str:
    return f"+{compiler.process(element.clauses, **given)}"


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        list[str]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


class Row(Base):
    """A table with the usual key."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(Key, primary_key=True)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class OneSessionSQLAlchemy(SQLAlchemy):
    """Flask-SQLAlchemy with the exchange's rules on every engine it makes."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Any) -> Engine:
        engine = super()._make_engine(bind_key, options, app)
        install_rules(engine)
        # An app that goes takes its connections along.
        weakref.finalize(app, engine.dispose)
        return engine


db = OneSessionSQLAlchemy(
    metadata=Base.metadata,
    engine_options={"json_serializer": _dump},
    session_options={"autoflush": False},
)


@event.listens_for(Engine, "handle_error")
def _keep_values_out(context: sa.ExceptionContext) -> None:
    """What a server says of an error, without the row it says it of.

    PostgreSQL adds lines (`DETAIL: Key (name)=(…) already exists`, `CONTEXT: …`) that hold values,
    and quotes them in errors of data. Errors are logged and kept with tasks; no person's data may
    get there. The fields of the driver's `diag` stay as they are: nobody prints them.
    """
    if context.dialect.name != "postgresql":
        return
    known = str(getattr(context.original_exception, "sqlstate", None) or "")
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            said = error.args[0].split("\n", 1)[0]
            if known.startswith("22"):  # data exceptions quote what was sent
                said = _QUOTED.sub('"…"', said)
            error.args = (said, *error.args[1:])


def install_rules(engine: Engine) -> None:
    """Give an engine the pragmas and the begin rule of its database."""
    if engine.dialect.name != "sqlite":
        return

    # The driver reads the same word of the address, in seconds.
    patience = float(str(engine.url.query.get("timeout", BUSY_SECONDS)))

    @event.listens_for(engine, "connect")
    def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin late and without IMMEDIATE
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={round(patience * 1000)}")
        cursor.execute("PRAGMA journal_size_limit=67108864")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A reader that turns writer late fails at once when another wrote meanwhile;
        # so writers say so at the start.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


class WriteOutsideUnit(RuntimeError):
    """A flush was asked for outside a unit of work: nothing is written by accident."""


@event.listens_for(Session, "before_flush")
def _only_in_a_unit(session: Session, _context: object, _instances: object) -> None:
    if not writing.get() and (session.new or session.dirty or session.deleted):
        raise WriteOutsideUnit("open a unit of work before changing rows")


#: In a session's `info`: the unit that is open raises counters and nothing else.
COUNTING = "counting"
_commits = 0


@event.listens_for(Session, "after_commit")
def _note_commit(session: Session) -> None:
    global _commits
    if not session.info.get(COUNTING):
        _commits += 1


def commits() -> int:
    """Another number after each commit of this process, but for those of counters alone: what it
    read before may be old."""
    return _commits


def upsert(session: Session, table: sa.Table, values: Any, keys: list[str], **changes: Any) -> None:
    """`INSERT … ON CONFLICT (keys) DO UPDATE SET changes` on both databases.

    With no `changes` an existing row stays as it is. Whether one was there is not told: PostgreSQL's
    driver counts no rows here. Who has to know asks for `returning`, which gives nothing for a row
    that was left alone.
    """
    statement = insert_for(session)(table).values(values)
    if changes:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    session.execute(statement)


def insert_for(session: Session) -> Callable[[Any], Any]:
    """The `insert` construct with `on_conflict_…` of the session's database."""
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert
