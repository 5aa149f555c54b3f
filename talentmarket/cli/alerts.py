"""`flask alerts`: hold what is new against the saved searches."""

from __future__ import annotations

import json
import sys
import time

import click
from flask.cli import AppGroup

from talentmarket.discovery.alerts.running import Ran
from talentmarket.discovery.alerts.working import run_all
from talentmarket.indexing.engine import SearchError

cli = AppGroup("alerts", help="Saved searches: find what is new for them, and tell it.")


@cli.command("run")
def run() -> None:
    """Find what is new for all saved searches and leave the notices (the worker does it too).

    May be killed and run again: nothing is lost or told twice. The last line is JSON. Exit 0 when
    all was gone through, 1 when the engine does not answer, 2 while another process is at it.
    """
    begin = time.monotonic()

    def step(ran: Ran) -> None:
        click.echo(f"{ran.kind}  {ran.searches:,} searches  {ran.noted:,} noted", err=True)

    try:
        done = run_all(step)
    except SearchError as error:
        click.echo(json.dumps({"error": str(error)}))
        sys.exit(1)
    totals = {
        name: sum(getattr(ran, name) for ran in done)
        for name in ("rows", "searches", "queries", "noted")
    }
    held = any(ran.held for ran in done)
    seconds = round(time.monotonic() - begin, 2)
    click.echo(json.dumps({**totals, "held": held, "seconds": seconds}))
    sys.exit(2 if held else 0)
