"""The search engine of this process: opened on first use, behind a circuit breaker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from search.backend import SearchBackend
from search.errors import (
    EngineUnavailable,
    IndexLocked,
    IndexMissing,
    MappingConflict,
    RebuildRefused,
    SearchError,
)
from search.settings import SearchSettings, open_backend
from talentmarket.core.config import Settings
from talentmarket.core.db import db, insert_for
from talentmarket.core.ids import new_public_id
from talentmarket.core.outbox import DatabaseIdentity
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing.choice import Choice, Mark

__all__ = [
    "EngineUnavailable",
    "IndexLocked",
    "MappingConflict",
    "RebuildRefused",
    "SearchBackend",
    "SearchError",
    "SearchHandle",
    "database_id",
    "handle",
]

T = TypeVar("T")

FIRST_PAUSE = 1.0  # seconds the breaker stays open after the first failure
LONGEST_PAUSE = 15.0
FIRST_ANSWER = 5.0  # seconds that a server just moved to may take for its first answer


class Breaker:
    """Lets calls through until one fails; then refuses for a while, and lets one try again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pause = 0.0
        self._open_until = 0.0
        self._probing = False

    def admits(self) -> bool:
        """Whether a call may be made now; after a pause only one at a time may (half-open)."""
        with self._lock:
            if self._pause == 0.0:
                return True
            if time.monotonic() < self._open_until or self._probing:
                return False
            self._probing = True
            return True

    def succeeded(self) -> None:
        """The call worked: closed again."""
        with self._lock:
            self._pause, self._probing = 0.0, False

    def failed(self) -> None:
        """The call failed: open, each time for longer."""
        with self._lock:
            self._pause = min(LONGEST_PAUSE, self._pause * 2 or FIRST_PAUSE)
            self._open_until = time.monotonic() + self._pause
            self._probing = False


class SearchHandle:
    """Gives the process its reading backend, and a worker its writing one."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._choice = Choice(settings)
        self._lock = threading.Lock()
        self._reader: SearchBackend | None = None
        self._opened: Mark = None
        self._breaker = Breaker()
        #: Seconds a reader waits for a server; then the database answers.
        self.read_timeout = 0.7
        #: Seconds that a command waits for it.
        self.patience = 60.0
        self.wrap: Callable[[SearchBackend], SearchBackend] = lambda backend: backend

    @property
    def engine_name(self) -> str:
        """`elasticsearch` or `embedded`; `unknown` where a file that should say it cannot be read."""
        try:
            return "elasticsearch" if self._choice.settings().elasticsearch_url else "embedded"
        except EngineUnavailable:
            return "unknown"

    @property
    def mark(self) -> Mark:
        """Another one than before: the site was moved, and what is open is to be opened anew."""
        return self._choice.mark()

    def settings(self, database: str) -> SearchSettings:
        """The search room's settings for a database of this id."""
        return self._settings_of(self._choice.settings(), database)

    def _settings_of(self, given: Settings, database: str) -> SearchSettings:
        return SearchSettings(
            database_id=database,
            folder=given.instance / "index",
            url=given.elasticsearch_url,
            api_key=given.elasticsearch_api_key,
            ca_certs=given.elasticsearch_ca_certs,
            name=given.elasticsearch_index_prefix,
            shards=given.elasticsearch_shards,
            replicas=given.elasticsearch_replicas,
            read_timeout=self.read_timeout,
        )

    def call(self, use: Callable[[SearchBackend], T]) -> T:
        """Use the reading backend. Raises :class:`EngineUnavailable` at once while it is off."""
        if not self._breaker.admits():
            raise EngineUnavailable("the engine did not answer a moment ago")
        try:
            answer = use(self._open())
        except IndexMissing:
            self._breaker.succeeded()  # said at once: the first index is found the moment it is there
            raise
        except EngineUnavailable:
            self._breaker.failed()
            raise
        except BaseException:
            self._breaker.succeeded()  # the engine answered; the request was at fault
            raise
        self._breaker.succeeded()
        return answer

    def slow(self) -> list[tuple[str, str]]:
        """Kinds whose index answers more slowly than it should, as this process found, and why."""
        try:
            unread = self.call(lambda backend: backend.info().unread)
        except SearchError:
            return []
        return [(str(kind), why) for kind, why in sorted(unread.items())]

    def answers(self) -> bool:
        """Whether the engine answers now and holds an index."""
        try:
            return bool(self.call(lambda backend: backend.info().indexes))
        except SearchError:
            return False

    @contextmanager
    def reader(self) -> Iterator[SearchBackend]:
        """A reading backend for a command or a task, as patient as a writer: no page waits.

        Before the first index was made it holds none.
        """
        # No index bears an id made up here: the engine itself says whether it answers.
        database = _known() or new_public_id()
        settings = replace(self.settings(database), read_timeout=self.patience)
        backend = open_backend(settings, writable=False)
        try:
            yield self.wrap(backend)
        finally:
            backend.close()

    @contextmanager
    def writer(self) -> Iterator[SearchBackend]:
        """A writing backend for a worker or a command. Raises IndexLocked, ForeignIndex."""
        while True:
            mark = self.mark
            backend = open_backend(self.settings(database_id()), writable=True)
            if self.mark == mark:
                break
            backend.close()  # moved while the files were taken: nothing may be written there
        try:
            yield self.wrap(backend)
        finally:
            backend.close()

    @contextmanager
    def files_held(self, settings: Settings) -> Iterator[None]:
        """Be the writer of the embedded index, whatever engine is in use. Raises IndexLocked."""
        files = replace(self._settings_of(settings, database_id()), url=None)
        backend = open_backend(files, writable=True)
        try:
            yield
        finally:
            backend.close()

    def reset(self) -> None:
        """Close the reader; the next call opens it anew."""
        with self._lock:
            if self._reader is not None:
                self._reader.close()
            self._reader = None
            self._breaker = Breaker()

    def _open(self) -> SearchBackend:
        with self._lock:
            if (mark := self.mark) != self._opened:
                # Another thread may still ask the former: it is not closed.
                self._reader, self._opened = self._warmed() if self._reader else None, mark
            if self._reader is None:
                database = known_or_refused()
                self._reader = self.wrap(open_backend(self.settings(database), writable=False))
            return self._reader

    def _warmed(self) -> SearchBackend | None:
        """The engine the site was moved to, after it has answered once, however long that takes:
        the first answer of a connection is slow. None if it does not answer."""
        database = known_or_refused()
        patient = replace(self.settings(database), read_timeout=FIRST_ANSWER)
        try:
            with closing(open_backend(patient, writable=False)) as first:
                first.info()
            backend = self.wrap(open_backend(self.settings(database), writable=False))
            backend.info()
        except SearchError:
            return None
        return backend


def handle() -> SearchHandle:
    """The current app's handle."""
    found: SearchHandle = current_app.extensions["talentmarket_search"]
    return found


def known_database_id() -> str | None:
    """The id that indexes of this database carry; None before the first was made."""
    return db.session.scalar(sa.select(DatabaseIdentity.value).where(DatabaseIdentity.id == 1))


def known_or_refused() -> str:
    """The same. Raises IndexMissing before the first index was made."""
    found = _known()
    if found is None:
        raise IndexMissing("no index was ever made of this database")
    return found


def _known() -> str | None:
    try:
        return known_database_id()
    except SQLAlchemyError as error:
        raise EngineUnavailable("the database does not answer") from error


def database_id() -> str:
    """The same, made on first use."""
    found = known_database_id()
    if found is not None:
        return found
    with unit_of_work() as session:
        statement = insert_for(session)(DatabaseIdentity).values(id=1, value=new_public_id())
        session.execute(statement.on_conflict_do_nothing())
    found = known_database_id()
    assert found is not None
    return found
