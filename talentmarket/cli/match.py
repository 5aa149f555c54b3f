"""`flask match …`: ranked lists with their reasons, as a table or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from talentmarket.core.db import db
from talentmarket.discovery.exclusions import held_back
from talentmarket.exchange.models import Job
from talentmarket.indexing.engine import SearchError
from talentmarket.matching.score import Match
from talentmarket.matching.service import Ranking, match_jobs, match_talents
from talentmarket.members.models import Talent

cli = AppGroup("match", help="People for a job, jobs for a person.")


@cli.command("job")
@click.argument("job_id")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
def job_command(job_id: str, limit: int, as_json: bool) -> None:
    """People for the job with this public id, best first."""
    job = db.session.scalar(sa.select(Job).where(Job.public_id == job_id))
    if job is None:
        raise click.ClickException(f"there is no job {job_id}")
    try:
        ranking = match_talents(db.session(), job, limit=limit)
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
            **{key: value for key, value in asdict(item.row).items() if key not in ("most",)},
            "points": item.points,
            "of": item.of,
        }
        for item in match.rows
    ]
    return {
        "job": match.job,
        "talent": match.talent,
        "score": match.total,
        "parts": [asdict(part) for part in match.parts],
        "rows": rows,
        "hard_unknown": match.hard_unknown,
    }
