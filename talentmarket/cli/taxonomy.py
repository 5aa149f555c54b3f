"""`flask taxonomy`: the tables of occupations, skills, regions and codes."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from talentmarket.core.uow import unit_of_work
from talentmarket.taxonomy.loader import load_taxonomy

cli = AppGroup("taxonomy", help="Occupations, skills, regions and code tables.")


@cli.command("load")
def load() -> None:
    """Bring the tables to the state of the data files. May be run again at any time."""
    with unit_of_work() as session:
        report = load_taxonomy(session)
    click.echo(
        f"taxonomy {report.version}: {report.added} added, {report.changed} changed, "
        f"{report.retired} retired, {report.unchanged} unchanged"
    )
