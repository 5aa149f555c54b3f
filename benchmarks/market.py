"""A site with tens of thousands of jobs, made once for all rows that read its pages."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from benchmarks.report import progress
from benchmarks.site import instance, temporary_site
from search.fields import Kind
from talentmarket import create_app
from talentmarket.cli import model
from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core import clock, events
from talentmarket.core.changes import number_waiting
from talentmarket.core.config import Settings
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.showing import listed_ids
from talentmarket.indexing.engine import handle
from talentmarket.indexing.rebuild import rebuild
from talentmarket.members.models import Account, Talent, TalentSkill, TalentState
from talentmarket.members.sessions import open_session
from tools.cache import free_port

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
#: Of the jobs that a demo loads about so many are published.
PUBLISHED = 0.74
JOBS_A_FIRM = 25
TALENTS = 300
JOBS = (50_000, 5_000)


@dataclass(frozen=True)
class Market:
    """The app, inside its context; further processes are told its settings."""

    app: Flask

    @property
    def settings(self) -> Settings:
        """The settings it was made with."""
        found: Settings = self.app.extensions["talentmarket_settings"]
        return found

    def environment(self, **changes: str) -> dict[str, str]:
        """The settings as the environment of a process says them, and nothing of ours."""
        kept = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
        settings = self.settings
        return {
            **kept,
            "DATABASE_URL": settings.database_url,
            "TALENTMARKET_INSTANCE": str(settings.instance),
            "SECRET_KEY": settings.secret_key,
            "TALENTMARKET_FILE_KEYS": ",".join(settings.file_keys),
            "LOG_LEVEL": "warning",
            **_server(settings),
            **changes,
        }

    def cookie(self) -> str:
        """The `Cookie` line of somebody with a profile, signed in. Raises RuntimeError if nobody is
        by it: a page that was not signed in would be measured instead."""
        rows = (
            sa.select(Talent.account_id)
            .join(Account, Account.id == Talent.account_id)
            .join(TalentSkill, TalentSkill.talent_id == Talent.id)
            .where(Talent.state == TalentState.ACTIVE, Account.personal_ranking.is_(True))
            .group_by(Talent.id)
            .order_by(sa.func.count().desc(), Talent.id)
            .limit(1)
        )
        with self.app.app_context():  # another site of this process may be the one at hand
            person = db.session.scalar(rows)
        assert person is not None
        return self.cookie_of(person, "/me/matches")

    def cookie_of(self, person: int, page: str) -> str:
        """The same of this account (its key), who may read `page`. Raises RuntimeError for who may
        not."""
        db.session.rollback()
        with self.app.app_context(), unit_of_work() as session:
            account = session.get(Account, person)
            assert account is not None
            account.is_demo = False  # whom no site but a demo lets in
            token = open_session(session, account, "benchmark")
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        value = signer.dumps({"_user_id": token, "_fresh": True})
        line = f"{self.app.config['SESSION_COOKIE_NAME']}={value}"
        client = self.app.test_client(use_cookies=False)  # its own would take the place of ours
        with self.app.app_context():  # which is told who reads, and is thrown away
            own = client.get(page, headers={"Cookie": line})
        if own.status_code != 200:
            raise RuntimeError(f"nobody is signed in: {own.status}")
        return line


def _server(settings: Settings) -> dict[str, str]:
    if not settings.elasticsearch_url:
        return {}
    return {
        "ELASTICSEARCH_URL": settings.elasticsearch_url,
        "ELASTICSEARCH_INDEX_PREFIX": settings.elasticsearch_index_prefix,
    }


@lru_cache(maxsize=1)
def market(jobs: int) -> Market:
    """The site with about so many published jobs, kept until this process ends."""
    held = ExitStack()
    atexit.register(held.close)
    app = held.enter_context(temporary_site())
    begin = time.perf_counter()
    plan = Plan(
        1,
        clock.now().replace(microsecond=0),
        organisations=max(60, jobs // JOBS_A_FIRM),
        talents=TALENTS,
        jobs=round(jobs / PUBLISHED),
        applications=0,
        mandates=0,
    )
    progress(f"market: loading {plan.jobs} jobs")
    load(plan)
    db.session.rollback()
    loaded = time.perf_counter()
    model.train(keep=False)
    with handle().writer() as backend:
        counts = rebuild(backend)
    db.session.rollback()
    lived_in()
    ended = time.perf_counter()
    progress(f"market: {counts}, {loaded - begin:.0f} s loaded, {ended - loaded:.0f} s indexed")
    return Market(app)


def lived_in() -> None:
    """What a worker has long done on a site that runs: events chained, changes numbered."""
    for kind in (Kind.JOB, Kind.TALENT):
        last = -1
        while (end := number_waiting(db.session(), kind.value, listed_ids).value) != last:
            last = end
    more = True
    while more:
        with unit_of_work() as session:
            more = bool(events.chain(session))


@contextmanager
def elsewhere(site: Market, url: str, prefix: str) -> Iterator[Market]:
    """The same site with its index on a server, removed again after the block."""
    app = create_app(site.settings.with_(elasticsearch_url=url, elasticsearch_index_prefix=prefix))
    with app.app_context():
        engine = app.extensions["talentmarket_search"]
        engine.read_timeout = 60.0  # what is measured is how long it takes
        with engine.writer() as backend:
            try:
                counts = rebuild(backend)
                progress(f"market: {counts} in Elasticsearch")
                backend.refresh(Kind.JOB)
                yield Market(app)
            finally:
                backend.drop()
                engine.reset()
                db.session.remove()
                for one in db.engines.values():
                    one.dispose()


@contextmanager
def process(
    site: Market, name: str, *command: str, **environ: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the site, ended with the block; it writes to a file in the instance folder."""
    with (instance(site.app) / f"{name}.log").open("ab") as log:
        running = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            cwd=ROOT,
            env=site.environment(**environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextmanager
def served(site: Market, app: str = "wsgi:app", **environ: str) -> Iterator[tuple[int, int]]:
    """Gunicorn with the site's own settings for it: its port and the number of its process."""
    port = free_port()
    with process(site, "web", "gunicorn", app, PORT=str(port), **environ) as running:
        until = time.monotonic() + 180
        while not _answers(port):
            if running.poll() is not None or time.monotonic() > until:
                log = (instance(site.app) / "web.log").read_text(errors="replace")
                raise RuntimeError(f"gunicorn does not answer\n{log[-3000:]}")
            time.sleep(0.1)
        yield port, running.pid


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
