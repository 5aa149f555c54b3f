"""`flask match …`: ranked lists with their reasons, as a table or as JSON."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from datetime import datetime

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from talentmarket.core.db import db
from talentmarket.discovery.exclusions import held_back
from talentmarket.discovery.raising import steps_for
from talentmarket.discovery.recommended import bound_by
from talentmarket.exchange.models import Job
from talentmarket.indexing.engine import SearchError
from talentmarket.matching import batch, sharing
from talentmarket.matching.crowds import Behind
from talentmarket.matching.kept import Replaced
from talentmarket.matching.outcomes.explaining import shown_of
from talentmarket.matching.score import Match
from talentmarket.matching.service import Ranking, match_jobs, match_talents
from talentmarket.members.models import Talent

cli = AppGroup("match", help="People for a job, jobs for a person.")


@cli.command("job")
@click.argument("job_id")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def job_command(job_id: str, limit: int, as_json: bool) -> None:
    """People for the job with this public id, best first; nobody who blocks its employer."""
    job = db.session.scalar(sa.select(Job).where(Job.public_id == job_id))
    if job is None:
        raise click.ClickException(f"there is no job {job_id}")
    try:
        bound = bound_by(db.session(), job.organisation, job)
        ranking = match_talents(db.session(), job, not_blocking=bound.keys, limit=limit)
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    _show(ranking, "talent", as_json)


@cli.command("talent")
@click.argument("talent_id")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def talent_command(talent_id: str, limit: int, as_json: bool) -> None:
    """Jobs for the person with this public id, best first."""
    talent = db.session.scalar(sa.select(Talent).where(Talent.public_id == talent_id))
    if talent is None:
        raise click.ClickException(f"there is no talent {talent_id}")
    try:
        session = db.session()
        ranking = match_jobs(session, talent, limit=limit, filters=held_back(session).filters)
    except SearchError as error:
        raise click.ClickException(str(error)) from error
    _show(ranking, "job", as_json)


@cli.command("learn")
@click.argument("talent_id")
@click.option("--over", type=click.IntRange(1, 100), help="The score to reach: 50, 60, 70 or 80.")
def learn_command(talent_id: str, over: int | None) -> None:
    """What the person with this public id could learn or add next, a line of JSON each.

    Over the jobs that fit their wishes: how many scores it raises, by how many points together, and
    how many of them over which threshold. The first line says what was looked at.
    """
    talent = db.session.scalar(sa.select(Talent).where(Talent.public_id == talent_id))
    if talent is None:
        raise click.ClickException(f"there is no talent {talent_id}")
    steps = steps_for(db.session(), talent, over)
    if steps is None:
        raise click.ClickException("the engine is off, or the person switched personal order off")
    head = {"jobs": steps.jobs, "threshold": steps.threshold, "reached": steps.reached}
    click.echo(json.dumps({**head, "model": steps.model}))
    for row in steps.rows:
        gain = row.gain
        told = {**asdict(gain.change), "raised": gain.raised, "points": gain.points}
        told |= {"over": dict(gain.over), "asking": row.asking, "certificates": row.certificates}
        click.echo(json.dumps(told))


@cli.command("batch")
@click.option(
    "--block", default=batch.BLOCK, show_default=True, type=click.IntRange(1, 5_000),
    help="Jobs stored at once.",
)  # fmt: skip
@click.option(
    "--share", is_flag=True,
    help="Leave the blocks as tasks: workers and this process each take the next.",
)  # fmt: skip
@click.option(
    "--recall", type=click.Choice(["memory", "index"]),
    help="Everybody in the memory of the process, or each job's candidates from the engine; without "
    "it, what TALENTMARKET_MATCH_RECALL says.",
)  # fmt: skip
def batch_command(block: int, share: bool, recall: str | None) -> None:
    """The 50 people who stand first, for every published job; only what changed since the last run.

    May be killed and run again: it goes on after the last block. Progress and the time that is left
    on stderr; the last line on stdout is JSON. Exit 0 when all lists are as of now, 2 when another
    run was begun meanwhile, which then goes on in this one's place; 1 when candidates are to come
    from an index that is off or does not know everybody yet.
    """
    begin = time.monotonic()
    first: list[float] = []

    def step(ran: batch.Ran) -> None:
        at = time.monotonic()
        first.append(at)
        left = (at - first[0]) * (ran.jobs - ran.done) / ran.done if ran.done else None
        rest = "" if left is None else f"  {max(0.0, left):,.0f} s left"
        click.echo(
            f"{ran.done:,} of {ran.jobs:,} jobs  {ran.whole:,} anew  {ran.merged:,} with who "
            f"changed  {ran.people:,} people, {ran.changed:,} changed{rest}",
            err=True,
        )

    try:
        ran = (_shared if share else batch.run)(step, block=block, way=recall)
    except Replaced:
        click.echo(json.dumps({"replaced": True}))
        sys.exit(2)
    except (Behind, SearchError) as error:
        raise click.ClickException(str(error)) from error
    seconds = round(time.monotonic() - begin, 2)
    click.echo(json.dumps({**asdict(ran), "replaced": False, "seconds": seconds}))


def _shared(step: batch.Step, block: int, way: str | None) -> batch.Ran:
    """Lay the run out, do what nobody else does, wait for the rest; returns this process's part."""
    work = sharing.lay_out(block, way)
    step(work.ran)
    while left := sharing.blocks_left(work.number):
        if sharing.head()[0] != work.number:
            raise Replaced
        if sharing.help_on():
            step(work.ran)
        else:
            click.echo(f"{left:,} blocks are with others", err=True)
            time.sleep(1.0)
    return work.ran


@cli.command("shown")
@click.argument("subject")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Only lists up to this day (UTC).")
def shown_command(subject: str, limit: int, until: datetime | None) -> None:
    """Lists as they were shown: people for the job, or jobs for the person, with this public id."""
    for one in shown_of(db.session(), subject, limit, until):
        click.echo(json.dumps(one, ensure_ascii=False))


def _show(ranking: Ranking, side: str, as_json: bool) -> None:
    if as_json:
        click.echo(
            json.dumps(
                {
                    "model": ranking.model,
                    "considered": ranking.considered,
                    "matches": [_plain(match) for match in ranking.matches],
                },
                ensure_ascii=False,
            )
        )
        return
    table = Table(side, "score", "parts", "requirements", title=f"model {ranking.model}")
    for match in ranking.matches:
        parts = " + ".join(str(part.points) for part in match.parts)
        rows = ", ".join(f"{item.row.key} {item.row.state.value}" for item in match.rows)
        table.add_row(getattr(match, side), str(match.total), parts, rows)
    Console(width=160).print(table)


def _plain(match: Match) -> dict[str, object]:
    rows = [
        {
            **{key: value for key, value in item.row._asdict().items() if key != "most"},
            "evidence": [asdict(one) for one in item.row.evidence],
            "points": item.points,
            "of": item.of,
        }
        for item in match.rows
    ]
    return {
        "job": match.job,
        "talent": match.talent,
        "score": match.total,
        "parts": [part._asdict() for part in match.parts],
        "rows": rows,
        "hard_unknown": match.hard_unknown,
    }
