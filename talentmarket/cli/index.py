"""`flask index …`: rebuild, drain, check."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup
from rich.progress import Progress, TaskID

from talentmarket.core import tasks
from talentmarket.core.config import Settings
from talentmarket.core.db import db
from talentmarket.core.outbox import waiting
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing.check import Checked, check
from talentmarket.indexing.drain import drain_once, preparer_for, revive
from talentmarket.indexing.engine import (
    EngineUnavailable,
    IndexLocked,
    RebuildRefused,
    SearchError,
    handle,
)
from talentmarket.indexing.moving import move
from talentmarket.indexing.rebuild import rebuild

cli = AppGroup("index", help="The search index: rebuild, drain, check.")

#: Rows of a round: nothing else waits here as it does in the worker.
AT_ONCE = 100_000
DEAD_LETTERS = 3
TIMED_OUT = 2
NOT_COMPARED = 3


@cli.command("drain")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait at most.")
@click.option("--revive", "again", is_flag=True, help="Try rows again that were set aside.")
def drain(timeout: float, again: bool) -> None:
    """Bring all waiting changes to the index.

    Exit code 0 when the outbox is empty, 2 after the timeout, 3 with rows set aside. While a
    worker holds the embedded index, it does the work and this command waits for it.
    """
    until = time.monotonic() + timeout
    if again:
        with unit_of_work() as session:
            click.echo(f"{revive(session)} rows revived", err=True)
    hindered = ""
    while True:
        left = _left()
        if not left:
            break
        if time.monotonic() >= until:
            click.echo(f"{left} rows still wait" + (hindered and f": {hindered}"), err=True)
            sys.exit(TIMED_OUT)
        if (said := _drain_or_wait(until)) is not None:
            hindered = said
    _, _, dead = waiting(db.session())
    if dead:
        click.echo(f"{dead} rows were set aside", err=True)
        sys.exit(DEAD_LETTERS)
    click.echo("outbox empty", err=True)


def _left() -> int:
    count, _, _ = waiting(db.session())
    db.session.rollback()
    return count


def _drain_or_wait(until: float) -> str | None:
    """What kept it from draining; "" for nothing, None when no time was left to try."""
    tried = False
    try:
        with handle().writer() as backend, preparer_for(_left()) as preparer:
            while time.monotonic() < until and _left():
                tried = True
                done = drain_once(
                    backend, AT_ONCE, preparer=preparer, more=lambda: time.monotonic() < until
                )
                if not done.written:
                    time.sleep(0.2)
    except (IndexLocked, EngineUnavailable) as error:
        time.sleep(0.3)
        return str(error)
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    return "" if tried else None


@cli.command("rebuild")
@click.option("--force", is_flag=True, help="Also when the new index is much smaller.")
@click.option("--timeout", default=3600.0, show_default=True, help="Seconds to wait for a worker.")
def rebuild_command(force: bool, timeout: float) -> None:
    """Build the index anew beside the live one and put it in its place.

    While a worker holds the embedded index, it is asked to do it.
    """
    rebuild_index(0.0 if force else 0.8, timeout)


def rebuild_index(ratio: float, timeout: float) -> None:
    """Rebuild here, or ask the worker that holds the index; prints the counts as JSON."""
    try:
        with handle().writer() as backend, Progress(transient=True) as bar:
            counts = rebuild(backend, minimum_ratio=ratio, progress=_shown_in(bar))
    except IndexLocked:
        _ask_worker(ratio, timeout)
        return
    except RebuildRefused as error:
        raise click.ClickException(f"{error}; use --force if this is right") from error
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(counts))


def _shown_in(bar: Progress) -> Callable[[str, int, int], None]:
    """Shows how far the rebuild of each kind is."""
    rows: dict[str, TaskID] = {}

    def show(kind: str, done: int, total: int) -> None:
        if kind not in rows:
            rows[kind] = bar.add_task(kind, total=total)
        bar.update(rows[kind], completed=done)

    return show


def _ask_worker(ratio: float, timeout: float) -> None:
    with unit_of_work() as session:
        tasks.put(session, "index.rebuild", {"minimum_ratio": ratio}, key="index.rebuild")
    click.echo("the worker holds the index and was asked to rebuild it", err=True)
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        waits = tasks.open_task(db.session(), "index.rebuild")
        db.session.rollback()
        if waits is None:
            click.echo("rebuilt")
            return
        if waits.error:
            raise click.ClickException(waits.error)
        time.sleep(0.5)
    raise click.ClickException("the worker did not finish in time")


@cli.command("move")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds to wait for the worker.")
def move_command(timeout: float) -> None:
    """Move the running site from the embedded index to the server of ELASTICSEARCH_URL.

    Web and worker go on meanwhile and use the server from then on, also when started again. The
    last line is the JSON of a check, with its exit code. May be run again.
    """
    settings: Settings = current_app.extensions["talentmarket_settings"]
    if not settings.elasticsearch_url:
        raise click.UsageError("ELASTICSEARCH_URL names no server to move to")
    try:
        with Progress(transient=True) as bar:
            found = move(settings, handle(), patience=timeout, progress=_shown_in(bar))
    except IndexLocked as error:
        raise click.ClickException(f"{error}: run this again") from error
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    _end_with(found)


@cli.command("check")
def check_command() -> None:
    """Compare index and database; the last line is JSON. Exit code 0 clean, 1 drift, 2 waiting.

    An index that was never made holds nothing. Where they cannot be compared (the engine is away or
    refuses, its index is broken or of another database) stderr says why; exit code 3, no JSON.
    """
    _left()  # a database without tables is named as such, not as an engine that is away
    try:
        with handle().reader() as backend:
            found = check(backend)
    except SearchError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(NOT_COMPARED)
    _end_with(found)


def _end_with(found: Checked) -> None:
    click.echo(json.dumps(found.as_dict()))
    sys.exit(found.exit_code)
