"""`flask privacy`: a person's copy of their data, and its end."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import click
from flask.cli import AppGroup

from talentmarket.cli import archive
from talentmarket.cli.users import find
from talentmarket.core.errors import Conflict
from talentmarket.core.events import SYSTEM
from talentmarket.core.uow import unit_of_work
from talentmarket.members import privacy, takeout
from talentmarket.members.models import OpeningLevel
from talentmarket.members.openings import record_opening

cli = AppGroup("privacy", help="Export or erase a person's data.")


@cli.command("export")
@click.argument("account")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a zip with JSON, a page to read and the files; without it JSON is printed.",
)
@click.option(
    "--reason",
    type=click.Choice(("support", "complaint", "order")),
    default="support",
    show_default=True,
    help="Why the data is opened; the person reads it.",
)
def export(account: str, output: Path | None, reason: str) -> None:
    """Everything kept about ACCOUNT (public id, number or address)."""
    with unit_of_work() as session:
        found = find(session, account)
        data = takeout.collect(session, found)
        takeout.note_export(session, found, actor=SYSTEM)
        if (talent := privacy.talent_of(session, found)) is not None:
            record_opening(
                session,
                talent,
                viewer=None,
                organisation=None,
                purpose=reason,
                level=OpeningLevel.FULL,
            )
        packed = takeout.archive(session, found, data) if output else b""
    if output:
        _write(output, packed)
        click.echo(f"wrote {output} ({len(packed)} bytes)")
    else:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def _write(target: Path, data: bytes) -> None:
    """Beside its place first: a file of that name may be open to others, the new one never is."""
    beside = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        with archive.create(beside) as out:
            out.write(data)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise click.ClickException(str(error)) from error


@cli.command("erase")
@click.argument("account")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(account: str, yes: bool) -> None:
    """Erase ACCOUNT for good: applications end, contacts, texts and files go, events stay."""
    if not yes:
        click.confirm("This cannot be undone. Erase?", abort=True)
    with unit_of_work() as session:
        found = find(session, account)
        public_id = found.public_id
        try:
            privacy.erase(session, found, actor=SYSTEM)
        except Conflict as error:
            raise click.ClickException(error.code) from error
    click.echo(f"erased {public_id}")
