"""`flask model …`: train, list, promote, go back, audit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from talentmarket.cli import trial
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.discovery.evaluating.categories import NoCategories, postings
from talentmarket.indexing.rebuild import reindex_jobs
from talentmarket.matching import auditing, serving, store
from talentmarket.matching.outcomes.kinds import KINDS
from talentmarket.matching.weights import table
from talentmarket.taxonomy.model import get_taxonomy

cli = AppGroup("model", help="The matching model: train, list, promote, roll back, audit.")

cli.add_command(trial.cli)


@cli.command("train")
@click.option("--keep", is_flag=True, help="Keep the present champion; only store a candidate.")
@click.option(
    "--postings",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="Learn from a file how postings go with the recruiters' categories (repeatable); "
    "nothing of it is imported.",
)
@click.option(
    "--from-outcomes",
    is_flag=True,
    help="Learn what requirements are worth from what came of shown lists; serves only if it is "
    "better on the latest lists than what serves now.",
)
def train_command(keep: bool, files: tuple[Path, ...], from_outcomes: bool) -> None:
    """Fit the skill space on the jobs and profiles at hand; prints the model card as JSON.

    With --postings the categories of recruiters are learned instead, and published jobs are sorted
    under them as the worker gets to them.
    """
    if files and from_outcomes:
        raise click.UsageError("--postings and --from-outcomes are two trainings")
    try:
        if from_outcomes:
            card = weigh(keep=keep)
        else:
            card = learn(files, keep=keep) if files else train(keep=keep)
    except store.NothingToLearn as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(card, ensure_ascii=False))


def train(*, keep: bool) -> dict[str, Any]:
    """Fit, store, and let the new model serve unless the present one is kept; its card.

    Raises :class:`store.NothingToLearn`.
    """
    from talentmarket.matching import training  # scikit-learn: seconds to import

    space, skills, card = training.train(db.session())
    db.session.rollback()
    return _stored(store.save(space, skills, card), card, keep=keep)


def learn(files: Sequence[Path], *, keep: bool) -> dict[str, Any]:
    """Learn the categories of postings, store the model and let it serve unless one is kept."""
    from talentmarket.matching.categories import learn as learn_categories

    try:
        model, names, card = learn_categories(postings(files))
    except (NoCategories, ValueError) as error:
        raise click.ClickException(str(error)) from error
    card["files"] = [path.name for path in files]
    told = _stored(store.save(model, names, card, store.ModelKind.CATEGORIES), card, keep=keep)
    if not keep:
        reindex_jobs()
    return told


def weigh(*, keep: bool) -> dict[str, Any]:
    """Learn weights from outcomes; they serve if they are better on lists held back."""
    from talentmarket.matching.outcomes import learning, loading, reading

    loading.load()
    session = db.session()
    before = store.champion(session, store.ModelKind.WEIGHTS)
    found = reading.outcomes(session)
    try:
        present = serving.models().weights
        learned = learning.learn(found, present, table())
    except learning.TooFewOutcomes as error:
        raise click.ClickException(str(error)) from error
    card = learned.card() | {
        "trained_at": clock.now().isoformat(timespec="seconds"),
        "compared_with": before.version if before is not None else "table",
    }
    db.session.rollback()
    model = store.save(learned.ranker, KINDS, card, store.ModelKind.WEIGHTS)
    return _stored(model, card, keep=keep or not card["better"])


def _stored(model: store.Model, card: dict[str, Any], *, keep: bool) -> dict[str, Any]:
    version = model.version
    if not keep:
        store.promote(version)
    return {"version": version, "checksum": model.checksum, **card}


@cli.command("audit")
@click.option("--jobs", default=auditing.JOBS, show_default=True, type=click.IntRange(1))
@click.option("--people", default=auditing.PEOPLE, show_default=True, type=click.IntRange(60))
@click.option("--seed", default=0, show_default=True, help="Decides who is drawn.")
def audit_command(jobs: int, people: int, seed: int) -> None:
    """Whether the score serves groups alike: a JSON line for each habit of one half of the people.

    Selection rates and ranks beside the other half, the four-fifths rule, and how well the halves can
    be told apart by what a score reads. Goes into the card of the model that serves.
    """
    try:
        version, found = auditing.run(db.session(), jobs=jobs, people=people, seed=seed)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for one in found:
        click.echo(json.dumps(one))
    if version is None:
        click.echo("no model serves: nothing was noted in a card", err=True)


@cli.command("retrain")
def retrain_command() -> None:
    """Train the skill space anew; it serves if it is no worse than the present one.

    Both complete the same documents, which neither was trained on. Prints the card as JSON. So it
    does for the model that proposes skills, where there are enough own jobs to learn it from.
    """
    from talentmarket.matching.retraining import learn_tags, retrain

    try:
        card = retrain(db.session())
    except store.NothingToLearn as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(card, ensure_ascii=False))
    tags = learn_tags(db.session())
    if tags is None:
        click.echo("too few own jobs to learn which skills they name", err=True)
    else:
        click.echo(json.dumps(tags, ensure_ascii=False))


@cli.command("similar")
@click.argument("skill")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1))
def similar_command(skill: str, limit: int) -> None:
    """The skills nearest to one, by code or name, and why; a line of JSON each.

    `why`: an edge of the taxonomy (narrower, wider, related) or contexts, with what both are near
    to.
    """
    found = get_taxonomy().find_skill(skill)
    if found is None:
        raise click.ClickException(f"there is no skill {skill}")
    kinship, _version = serving.current()
    for near in kinship.similar(found.code, limit):
        told = {"skill": near.skill, "nearness": near.nearness, "why": near.why}
        click.echo(json.dumps({**told, "shared": kinship.shared(found.code, near)}))


@cli.command("list")
def list_command() -> None:
    """All models, the newest first."""
    for model in db.session.scalars(sa.select(store.Model).order_by(store.Model.id.desc())):
        trained = f"{model.trained_at:%Y-%m-%d %H:%M}"
        click.echo(f"{model.version}  {model.state.value:<9}  {trained}  {model.kind}")


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
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in store.ModelKind]),
    default=store.ModelKind.SKILL_SPACE.value,
    show_default=True,
)
def rollback_command(kind: str) -> None:
    """Let the model serve that served before; before the first learned weights there is the table."""
    try:
        version = store.rollback(store.ModelKind(kind))
    except store.ModelRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(version or "table")
