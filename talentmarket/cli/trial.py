"""`flask model trial …`: two rankings in one list, for a time, and which one readers prefer."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click
from flask.cli import AppGroup

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.matching.outcomes import loading, trials
from talentmarket.matching.outcomes.models import Side

cli = AppGroup("trial", help="Learned weights beside those that serve, drafted into one list.")


@cli.command("start")
@click.argument("version")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option(
    "--side", default="both", show_default=True, type=click.Choice([str(s) for s in Side])
)
def start_command(version: str, until: datetime, side: str) -> None:
    """Draft this model of weights into lists beside what serves, to the end of a day (Shanghai)."""
    try:
        trial = trials.start(version, trials.end_of(until.date()), Side(side))
    except (DomainError, OverflowError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(trial.public_id)


@cli.command("stop")
def stop_command() -> None:
    """End the trial that is on."""
    if not trials.stop():
        raise click.ClickException("no trial is on")


@cli.command("show")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1))
def show_command(limit: int) -> None:
    """What came of the latest trials, a line of JSON each, the newest first.

    By what readers opened and by what they decided for: readers who preferred what serves (present)
    and the candidate, ties, rows credited to each, and the two-sided p of an exact sign test.
    """
    loading.load()
    for one in trials.results(db.session(), limit):
        head = {
            "trial": one.trial.public_id,
            "candidate": one.trial.candidate,
            "baseline": one.trial.baseline or "table",
            "side": str(one.trial.side),
            "from": one.trial.starts_at.isoformat(),
            "until": one.trial.ends_at.isoformat(),
            "on": one.on,
            "lists": one.lists,
        }
        told = {"opened": asdict(one.opened), "decided": asdict(one.decided)}
        click.echo(json.dumps({**head, **told}))
