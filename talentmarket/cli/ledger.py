"""`flask ledger`: are the books and the chain of events whole."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from talentmarket.core import events
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import checking

cli = AppGroup("ledger", help="Check the books of fees and the chain of events.")


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
