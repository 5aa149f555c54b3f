"""People who write over HTTP while things break, and remember what the site said was done."""

from __future__ import annotations

import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from tests.fixtures.sites import Site

if TYPE_CHECKING:
    from flask import Flask

    from talentmarket.exchange.models import Job
    from talentmarket.members.models import Talent

PROFILE = "/me/profile/basics"


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer: it is not followed."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Visitor:
    """A signed-in browser without a browser: fills in a form as the page gave it."""

    def __init__(self, site: Site, cookie: dict[str, Any]) -> None:
        self._site = site
        self._cookie = f"{cookie['name']}={cookie['value']}"
        #: What the site said when it did not take a form.
        self.refusal = ""
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)

    def ask(
        self, path: str, fields: dict[str, str] | None = None, timeout: float = 60
    ) -> tuple[int, str, str]:
        """Status, place sent to, text. OSError when nobody answers."""
        data = None if fields is None else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self._site.url + path, data)
        request.add_header("Cookie", self._cookie)
        try:
            with self._opener.open(request, timeout=timeout) as answer:
                self._remember(answer.headers)
                return answer.status, "", answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                self._remember(error.headers)
                return error.code, error.headers.get("Location", ""), error.read().decode()

    def _remember(self, headers: Message) -> None:
        """The session goes on in the cookie the site has sent last."""
        for cookie in headers.get_all("Set-Cookie", ()):
            pair = cookie.partition(";")[0]
            if pair.partition("=")[0] == self._cookie.partition("=")[0]:
                self._cookie = pair

    def send(self, path: str, **fields: str) -> str | None:
        """Open the page of a form, fill it in, send it: the place it leads to, or None."""
        status, _, page = self.ask(path)
        if status != 200:
            self.refusal = f"{path} {status}: {page[-1500:]}"
            return None
        status, place, page = self.ask(path, self.filled(page, **fields))
        if status in (302, 303):
            return place
        self.refusal = f"{path} {status}: {page[-1500:]}"
        return None

    @staticmethod
    def filled(page: str, **fields: str) -> dict[str, str]:
        """The fields of a form together with what it carries hidden."""
        hidden = {name: _value(page, name) for name in ("csrf_token", "version")}
        return {name: value for name, value in hidden.items() if value is not None} | fields


def _value(page: str, name: str) -> str | None:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = found and re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else None


@dataclass
class Writer:
    """Edits one profile and applies to jobs, one after the other, until told to end.

    `edits`: how many edits were acknowledged, `last`: the number in the newest one.
    `applied`: job → number of the application the site led to.
    """

    visitor: Visitor
    public_id: str
    jobs: list[str]
    edits: int = 0
    last: int = 0
    tried: int = 0
    applied: dict[str, str] = field(default_factory=dict)

    def work(self, stop: threading.Event) -> None:
        """Write until `stop`; nobody answering is part of the day."""
        while not stop.is_set():
            for act in (self.edit, self.apply):
                with suppress(OSError, HTTPException):  # or an answer cut in its middle
                    act()
                stop.wait(0.2)  # a person takes a while, and the machine is shared

    def edit(self) -> None:
        """Give the profile a headline with the next number."""
        self.tried += 1
        if self.visitor.send(PROFILE, name="周予安", headline=headline(self.tried)):
            self.edits += 1
            self.last = self.tried

    def apply(self) -> None:
        """Apply to the next job."""
        for job in self.jobs:
            if job not in self.applied:
                place = self.visitor.send(f"/jobs/{job}/apply", contact_when="interview")
                if place and (found := re.search(r"/me/applications/(\w+)", place)):
                    self.applied[job] = found[1]
                return


def headline(number: int) -> str:
    return f"大数据开发工程师 第{number}版"


@contextmanager
def at_work(writers: list[Writer]) -> Iterator[None]:
    """All of them write at the same time while the block runs."""
    stop = threading.Event()
    threads = [threading.Thread(target=one.work, args=(stop,)) for one in writers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(300)


def make_writers(site: Site, app: Flask, people: int, jobs: int) -> list[Writer]:
    """People with a profile each and jobs to apply to, in the site's database."""
    from talentmarket.core import outbox
    from talentmarket.core.uow import unit_of_work
    from talentmarket.members.models import Account
    from tests.factories import make_job, make_organisation, make_talent

    with app.app_context():
        organisation = make_organisation()
        open_jobs: list[Job] = [make_job(organisation) for _ in range(jobs)]
        talents: list[Talent] = [make_talent() for _ in range(people)]
        with unit_of_work() as session:
            outbox.changed(session, "organisation", organisation.public_id)
            outbox.changed(session, "job", *(job.public_id for job in open_jobs))
            outbox.changed(session, "talent", *(talent.public_id for talent in talents))
        ids = [job.public_id for job in open_jobs]
        return [
            Writer(
                Visitor(site, site.cookie(app, session.get_one(Account, talent.account_id))),
                talent.public_id,
                random.Random(n).sample(ids, len(ids)),
            )
            for n, talent in enumerate(talents)
        ]


def lost(app: Flask, writers: list[Writer]) -> list[str]:
    """What was acknowledged and is not in the database; one line each."""
    import sqlalchemy as sa

    from talentmarket.core.db import db
    from talentmarket.core.events import Event
    from talentmarket.exchange.models import Application
    from talentmarket.members.models import Talent

    found = []
    with app.app_context():
        kept = set(db.session.scalars(sa.select(Application.public_id)))
        doubled = db.session.execute(
            sa.select(Application.job_id, Application.talent_id)
            .group_by(Application.job_id, Application.talent_id)
            .having(sa.func.count() > 1)
        ).all()
        found += [f"two applications: {row}" for row in doubled]
        for one in writers:
            found += [
                f"application {number} of {one.public_id}"
                for number in one.applied.values()
                if number not in kept
            ]
            talent = db.session.scalars(
                sa.select(Talent).where(Talent.public_id == one.public_id)
            ).one()
            number = int(re.sub(r"\D", "", talent.headline) or 0)
            if number < one.last:
                found.append(f"{one.public_id}: edit {one.last}, the row has {talent.headline!r}")
            events = db.session.scalar(
                sa.select(sa.func.count())
                .select_from(Event)
                .where(Event.subject_id == one.public_id, Event.verb.like("%edit%"))
            )
            if (events or 0) < one.edits:
                found.append(f"{one.public_id}: {one.edits} edits, {events} events")
        db.session.remove()
    return found


def unfound(app: Flask, writers: list[Writer]) -> list[str]:
    """Whose acknowledged edit does not stand in the index; one line each."""
    from search.fields import Kind
    from talentmarket.indexing.engine import handle

    found = []
    with app.app_context():
        for one in writers:
            stored = handle().call(lambda backend, one=one: backend.get(Kind.TALENT, one.public_id))
            held = "" if stored is None else str(stored.values["headline"])
            if int(re.sub(r"\D", "", held) or 0) < one.last:
                found.append(f"{one.public_id}: edit {one.last}, the index has {held!r}")
        handle().reset()
    return found


def soon(met: Callable[[], bool], seconds: float = 240) -> bool:
    """Whether it becomes true within this time."""
    until = time.monotonic() + seconds
    while not met():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True
