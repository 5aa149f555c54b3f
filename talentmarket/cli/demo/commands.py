"""`flask demo …`: load an invented market, once; say who can sign in."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from talentmarket.cli import index, model
from talentmarket.core import clock, events
from talentmarket.core.clock import SHANGHAI
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import store as models
from talentmarket.members import demo

cli = AppGroup("demo", help="An invented market to look at: load it, say who can sign in.")

READY = "demo_ready"


@cli.command("load")
@click.option("--talents", default=2000, show_default=True, type=click.IntRange(0, 3_000_000))
@click.option("--organisations", default=300, show_default=True, type=click.IntRange(0, 500_000))
@click.option("--jobs", default=1500, show_default=True, type=click.IntRange(0))
@click.option("--applications", default=4000, show_default=True, type=click.IntRange(0))
@click.option("--firms", type=click.IntRange(1, 20_000), help="HR firms that broker.")
@click.option("--mandates", type=click.IntRange(0, 200_000), help="Their mandates.")
@click.option("--referrals", type=click.IntRange(0), help="People they asked for these.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same market.")
@click.option("--now", type=click.DateTime(["%Y-%m-%d"]), help="The day the market stands at.")
def load_command(
    talents: int,
    organisations: int,
    jobs: int,
    applications: int,
    firms: int | None,
    mandates: int | None,
    referrals: int | None,
    seed: int,
    now: datetime | None,
) -> None:
    """Load invented people, firms, jobs and applications, then build index and model.

    Of brokering comes what fits the size of the market (12 firms, 60 mandates, 400 referrals where
    it is large enough); with --firms more firms are added than there are among the organisations.
    Goes into a database without a demo; what is there besides stays.
    """
    from talentmarket.cli.demo.loading import Plan, is_loaded

    if is_loaded(db.session()):
        raise click.ClickException("a demo is loaded here already")
    db.session.rollback()
    at = clock.now() if now is None else _ten_o_clock(now)
    at = at.replace(microsecond=0)
    own = (organisations, talents, jobs, applications)
    _load(Plan(seed, at, *own, firms, mandates, referrals))
    _prepare()


@cli.command("ensure")
def ensure_command() -> None:
    """Load the demo on the first run only; build what of index and model is missing."""
    from talentmarket.cli.demo.loading import Plan, is_loaded

    if not is_loaded(db.session()):
        db.session.rollback()
        _load(Plan(1, clock.now().replace(microsecond=0)))
    if not _is_ready():
        _prepare()
    _say_accounts()


@cli.command("accounts")
def accounts_command() -> None:
    """Print the accounts that can sign in, with passwords and the present second factor."""
    _say_accounts()


def _ten_o_clock(day: datetime) -> datetime:
    return day.replace(hour=10, tzinfo=SHANGHAI).astimezone(UTC)


def _load(plan: object) -> None:
    from talentmarket.cli.demo.loading import Plan, load

    assert isinstance(plan, Plan)
    random.seed()  # the site's own ids stay unforeseeable whatever the seed of the demo is
    begin = time.monotonic()
    columns = (
        TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, object] = {}

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done)  # type: ignore[arg-type]

        load(plan, show)
    click.echo(f"demo loaded in {time.monotonic() - begin:.0f} s", err=True)


def _prepare() -> None:
    """Model, then index; a mark that both are there."""
    begin = time.monotonic()
    if models.champion(db.session()) is None:
        db.session.rollback()
        click.echo("model …", err=True)
        _train()
    db.session.rollback()
    click.echo("index …", err=True)
    index.rebuild_index(0.0, 3600.0)
    with unit_of_work() as session:
        events.record(session, "site", "demo", READY)
    click.echo(f"model and index built in {time.monotonic() - begin:.0f} s", err=True)


def _train() -> None:
    try:
        model.train(keep=False)
    except models.NothingToLearn as error:
        click.echo(f"no model: {error}", err=True)


def _is_ready() -> bool:
    import sqlalchemy as sa

    found = sa.select(events.Event.id).where(events.Event.verb == READY).limit(1)
    ready = db.session.scalar(found) is not None
    db.session.rollback()
    return ready


def _say_accounts() -> None:
    if not current_app.config["DEMO"]:
        raise click.ClickException("demo accounts open in demo mode only (TALENTMARKET_DEMO=1)")
    found = demo.keys(db.session())
    if not found:
        raise click.ClickException("no demo is loaded here: flask demo load")
    click.echo("demo accounts (sign in with a password):")
    for key in found:
        line = f"  {key.listed.mail:28} {key.password}   {key.listed.name} {key.listed.does}"
        click.echo(line)
        if key.totp_secret:
            click.echo(f"  {'':28} second factor {key.code} (secret {key.totp_secret})")
