"""A site of its own in a temporary folder: migrated tables, the vocabulary, nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet
from flask import Flask

from talentmarket import create_app
from talentmarket.core.config import Settings
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.taxonomy.loader import load_taxonomy


@contextmanager
def temporary_site(**changes: object) -> Iterator[Flask]:
    """An app on SQLite and the embedded index, inside its context; `changes` are settings."""
    with tempfile.TemporaryDirectory(prefix="talentmarket-bench-") as name:
        folder = Path(name)
        settings = Settings(
            instance=folder,
            secret_key="a key for a site that lasts a minute",
            file_keys=(Fernet.generate_key().decode(),),
            database_url=f"sqlite:///{folder / 'talentmarket.db'}",
            log_level="WARNING",
        )
        app = create_app(settings.with_(**changes))
        with app.app_context():
            db.create_all()
            with unit_of_work() as session:
                load_taxonomy(session)
            try:
                yield app
            finally:
                db.session.remove()
                app.extensions["talentmarket_search"].reset()
                for engine in db.engines.values():
                    engine.dispose()


def instance(app: Flask) -> Path:
    """The folder of the site."""
    return Path(app.instance_path)
