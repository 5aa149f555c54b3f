"""Runs the migrations on the database of the current app, each run in one transaction."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator

from talentmarket.core.db import db


def render_item(kind: str, item: Any, _autogenerate: object) -> str | bool:
    """Write the exchange's own types as the plain ones beneath: a migration stands alone."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def drop_empty(_context: object, _revision: object, directives: list[Any]) -> None:
    """Write no file when the models have not changed."""
    automatic = getattr(context.config.cmd_opts, "autogenerate", False)
    if automatic and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def foreign_keys(connection: Connection, state: str) -> None:
    """Switch SQLite's foreign keys. It rebuilds a table to change it, and dropping the old one
    would otherwise delete what points at it; inside a transaction the switch does nothing."""
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.dbapi_connection
        raw.execute(f"PRAGMA foreign_keys={state}")


def run() -> None:
    """Migrate."""
    arguments = dict(current_app.extensions["migrate"].configure_args)
    arguments.setdefault("process_revision_directives", drop_empty)
    with db.engine.connect() as connection:
        foreign_keys(connection, "OFF")
        try:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                render_item=render_item,
                **arguments,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if connection.in_transaction():
                connection.rollback()
            foreign_keys(connection, "ON")


if context.is_offline_mode():
    raise SystemExit("migrations need the database: run them without --sql")
run()
