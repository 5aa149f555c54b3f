"""`flask model …`: train, list, promote, go back."""

from __future__ import annotations

import json

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from talentmarket.core.db import db
from talentmarket.matching import store

cli = AppGroup("model", help="The matching model: train, list, promote, roll back.")


@cli.command("train")
@click.option("--keep", is_flag=True, help="Keep the present champion; only store a candidate.")
def train_command(keep: bool) -> None:
    """Fit the skill space on the jobs and profiles at hand; prints the model card as JSON."""
    train(keep=keep)


def train(*, keep: bool) -> None:
    """Fit, store, and let the new model serve unless the present one is kept."""
    from talentmarket.matching import training  # scikit-learn: seconds to import

    space, skills, card = training.train(db.session())
    db.session.rollback()
    model = store.save(space, skills, card)
    version = model.version
    if not keep:
        store.promote(version)
    click.echo(json.dumps({"version": version, **card}, ensure_ascii=False))


@cli.command("list")
def list_command() -> None:
    """All models, the newest first."""
    for model in db.session.scalars(sa.select(store.Model).order_by(store.Model.id.desc())):
        click.echo(f"{model.version}  {model.state.value:<9}  {model.trained_at:%Y-%m-%d %H:%M}")


@cli.command("promote")
@click.argument("version")
def promote_command(version: str) -> None:
    """Let this model serve."""
    try:
        store.promote(version)
    except store.ModelRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(version)


@cli.command("rollback")
def rollback_command() -> None:
    """Let the model serve that served before."""
    before = store.previous(db.session())
    if before is None:
        raise click.ClickException("there is no model to go back to")
    version = before.version
    db.session.rollback()
    try:
        store.promote(version)
    except store.ModelRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(version)
