"""An empty site in a temporary folder: what is measured there touches nothing of the instance."""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app

from talentmarket.core.clock import FixedClock
from talentmarket.core.config import Settings
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing.engine import handle
from talentmarket.taxonomy.loader import load_taxonomy

#: Monday, 10:00 in Shanghai. A fixed moment: orders change with the day, measures must not.
MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@contextmanager
def temporary_site(*, embedded: bool = False) -> Iterator[Flask]:
    """A migrated site with the vocabulary and nothing else, current within the block.

    `embedded`: on the embedded engine, whichever the settings name.

    Its database and files live in a temporary folder; its index too, or under a name of its own
    in the Elasticsearch of the settings. All of it is gone afterwards.
    """
    from flask_migrate import upgrade

    given: Settings = current_app.extensions["talentmarket_settings"]
    with tempfile.TemporaryDirectory(prefix="shucai-evaluate-") as folder:
        settings = given.with_(
            instance=Path(folder),
            database_url=f"sqlite:///{folder}/talentmarket.db",
            elasticsearch_url=None if embedded else given.elasticsearch_url,
            elasticsearch_index_prefix=f"evaluate-{secrets.token_hex(5)}",
            redis_url=None,
            mail_url=None,
            sms_gateway_url=None,
            demo=False,
        )
        app: Flask = current_app.extensions["talentmarket_create"](settings, FixedClock(MOMENT))
        with app.app_context():
            try:
                upgrade()
                with unit_of_work() as session:
                    load_taxonomy(session)
                yield app
            finally:
                _leave(settings)


def _leave(settings: Settings) -> None:
    db.session.remove()
    handle().reset()
    if settings.elasticsearch_url:
        with handle().writer() as backend:
            backend.drop()
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()


def say(text: str) -> None:
    """Progress, for whoever watches."""
    click.echo(text, err=True)


def tell(**values: object) -> None:
    """One line of results: JSON on standard output."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()
