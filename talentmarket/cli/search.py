"""`flask search …`: what a query is understood as, and the first rows, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from talentmarket.core.db import db
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.discovery.talents import TalentQuery, may_search, search_talents
from talentmarket.discovery.understanding import Piece, Understanding, Wish
from talentmarket.members.models import Organisation

cli = AppGroup("search", help="What a query is understood as, and the first rows.")

Keys = tuple[str, ...]
_OPTIONS = (
    click.argument("text"),
    click.option("--limit", default=10, show_default=True, type=click.IntRange(0, 20)),
    click.option("--json", "as_json", is_flag=True, help="JSON instead of a table."),
    click.option("--off", multiple=True, metavar="KEY", help="Keep this piece as plain words."),
    click.option("--must", multiple=True, metavar="KEY", help="Insist on this piece."),
    click.option("--not", "refuse", multiple=True, metavar="KEY", help="Refuse this piece."),
)


def query_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of either search. The command gets `text`, `limit`, `as_json` and, of the last
    three, a `wish`."""

    @wraps(command)
    def ask(*, off: Keys, must: Keys, refuse: Keys, **given: Any) -> None:
        command(wish=Wish(frozenset(off), frozenset(must), frozenset(refuse)), **given)

    for option in reversed(_OPTIONS):
        ask = option(ask)
    return ask


@cli.command("jobs")
@query_options
def jobs(text: str, limit: int, as_json: bool, wish: Wish) -> None:
    """Jobs for a query, as a reader who is not signed in sees them."""
    found = search_jobs(db.session(), JobQuery(text, wish=wish))
    rows = [
        {
            "id": job.public_id,
            "title": job.title,
            "employer": job.employer_name or (job.employer.name if job.employer else ""),
            "channel": job.channel.value,
        }
        for job in found.rows[:limit]
    ]
    _show(found.understanding, found.total, rows, as_json=as_json)


@cli.command("talents")
@query_options
@click.option("--for", "organisation_id", required=True, metavar="ORG", help="Who searches.")
def talents(text: str, organisation_id: str, limit: int, as_json: bool, wish: Wish) -> None:
    """People for a query, as the organisation with this public id finds them: no names, and
    blocks hold."""
    session = db.session()
    organisation = session.scalar(
        sa.select(Organisation).where(Organisation.public_id == organisation_id)
    )
    if organisation is None or not may_search(organisation):
        raise click.ClickException(f"{organisation_id} is no verified organisation")
    found = search_talents(session, organisation, TalentQuery(text, wish=wish))
    rows = [{"card": card, "headline": talent.headline} for card, talent in found.rows[:limit]]
    _show(found.understanding, found.total, rows, as_json=as_json)


def _show(
    understanding: Understanding, total: int | None, rows: list[dict[str, str]], *, as_json: bool
) -> None:
    told = {
        "pieces": understanding.pieces,
        "refused": understanding.refused,
        "quoted": understanding.quoted,
        "left": understanding.left,
        "ignored": understanding.ignored,
    }
    if as_json:
        parts = {name: [_plain(piece) for piece in pieces] for name, pieces in told.items()}
        answer = {"text": understanding.text, **parts, "total": total, "rows": rows}
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    console = Console(width=140)
    table = Table("", "kind", "code", "typed", "looked for", title="understood")
    for name, pieces in told.items():
        for piece in pieces:
            table.add_row(
                "must" if piece.must else name, piece.kind, piece.code, piece.text, piece.words
            )
    console.print(table)
    if not rows:
        console.print("nothing found")
        return
    named = Table(*rows[0], title=f"{total} found" if total is not None else "")
    for row in rows:
        named.add_row(*row.values())
    console.print(named)


def _plain(piece: Piece) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": piece.kind,
        "code": piece.code,
        "start": piece.start,
        "end": piece.end,
        "text": piece.text,
    }
    if piece.words != piece.text:
        found["words"] = piece.words
    return found | {name: True for name in ("must", "mended") if getattr(piece, name)}
