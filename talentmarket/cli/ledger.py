"""`flask ledger`: are the books and the chain of events whole; the service ledger as a file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from talentmarket.core import events
from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import service_ledger
from talentmarket.exchange.brokering.books import checking
from talentmarket.members import organisations

cli = AppGroup("ledger", help="Check the books and the events; export the service ledger.")


@cli.command("check")
def check() -> None:
    """Sum every entry, compare it with its event, recompute the chain; exit 1 where one is off."""
    with unit_of_work() as session:
        while events.chain(session, 10_000):
            session.flush()
    session = db.session()
    found = checking.check(session)
    broken = events.verify(session)
    session.rollback()
    said = {
        "entries": found.entries,
        "total": found.total,
        "not_balanced": found.not_balanced,
        "changed": found.changed,
        "unknown": found.unknown,
        "lost": found.lost,
        "broken_event": broken,
    }
    click.echo(json.dumps(said))
    if broken is not None or not found.whole:
        raise SystemExit(1)


@cli.command("export")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), required=True, help="First day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Last day.")
@click.option("--organisation", help="Only what is this organisation's (public id).")
@click.option(
    "--kind", type=click.Choice(list(service_ledger.KINDS)), default="all", help="Only this part."
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file."
)
def export(
    since: datetime, until: datetime, organisation: str | None, kind: str, output: Path
) -> None:
    """Write the service ledger of some days as XLSX, for an inspection; an event says so."""
    with unit_of_work() as session:
        own = organisations.find(session, organisation) if organisation else None
        scope = service_ledger.Scope(since.date(), until.date(), own, kind)
        try:
            data = service_ledger.export(session, scope, actor=SYSTEM)
        except Invalid as error:
            raise click.ClickException(error.code) from error
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"wrote {output} ({len(data)} bytes)")


@cli.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Recompute the digests of an exported FILE; exit 1 where a row was changed, added or left out.

    Rows of other services may lie between two of them: only neighbours in the chain are compared
    with each other, each row with its own digest.
    """
    try:
        found = service_ledger.verify(file.read_bytes())
    except Invalid as error:
        raise click.ClickException(error.code) from error
    known = service_ledger.known_head(db.session(), found.head)
    db.session.rollback()
    click.echo(json.dumps({"rows": found.rows, "wrong": found.wrong, "head_known": known}))
    if found.wrong or not known:
        raise SystemExit(1)
