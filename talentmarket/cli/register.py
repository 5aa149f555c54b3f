"""The commands, in one list."""

from __future__ import annotations

from copy import copy
from functools import partial
from importlib import import_module

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

#: Modules under :mod:`talentmarket.cli` that hold a click group or command named `cli`.
COMMANDS: tuple[str, ...] = (
    "alerts",
    "backup",
    "demo",
    "evaluate",
    "index",
    "jobs",
    "ledger",
    "match",
    "model",
    "privacy",
    "restore",
    "search",
    "taxonomy",
    "users",
    "worker",
)


#: What a database says of a table or a column that is not there: SQLite's words, PostgreSQL's codes.
_UNKNOWN_WORDS = ("no such table", "no such column", "has no column named")
_UNKNOWN_CODES = {"42P01", "42703"}


def register(app: Flask) -> None:
    """Add the commands to `flask`. What keeps a database from answering is one line, exit code 1."""
    for name in COMMANDS:
        command: click.Command = import_module(f"talentmarket.cli.{name}").cli
        told = copy(command)  # the module's own is shared by all apps of the process
        told.invoke = partial(_invoke, command)  # type: ignore[method-assign]
        app.cli.add_command(told)


def _invoke(command: click.Command, context: click.Context) -> object:
    try:
        return command.invoke(context)
    except (OperationalError, ProgrammingError) as error:
        if _lacks_tables(error):
            text = "the database has no tables for this version of the program: flask db upgrade"
        elif isinstance(error, OperationalError):
            text = f"the database does not answer: {error.orig}".strip()
        else:
            raise
        raise click.ClickException(text) from error


def _lacks_tables(error: DBAPIError) -> bool:
    said = str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _UNKNOWN_CODES or any(
        words in said for words in _UNKNOWN_WORDS
    )
