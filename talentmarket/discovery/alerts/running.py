"""The run: what is new is held against every saved search, in steps that are stored whole.

New rows are taken from the order of changes (:mod:`talentmarket.core.changes`), which loses nothing
that commits late. A run fixes where it ends, drops what waits for rows that changed again (edited or
closed since), and then goes through the searches in slices. Each slice notes what it found and moves
the head in one transaction, so a run that is killed goes on after the last slice; the unique index
on person and row keeps what is seen twice from being noted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.fields import Kind
from search.requests import Hit, SearchRequest
from talentmarket.core import changes, clock
from talentmarket.core.db import db, insert_for
from talentmarket.core.outbox import IndexState
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts.models import (
    URGENCY,
    AlertHead,
    Frequency,
    JobAlert,
    SavedSearch,
    SearchedKind,
    TalentAlert,
)
from talentmarket.discovery.alerts.side import side_index
from talentmarket.members.models import Account, AccountState

MOST_ROWS = 10_000  # new rows in one run; more are left for the next
SLICE = 2_000  # searches of one transaction
LEASE = timedelta(minutes=5)
#: Hits asked of one query, the newest; what one search notes of a run at most.
HITS, MOST_NOTED = 250, 50
TOGETHER = 200  # queries sent at once

Wanted = Mapping[int, Sequence[int]]


@dataclass(frozen=True)
class Kept:
    """A saved search as the run reads it."""

    id: int
    account_id: int
    organisation_id: int | None
    query: dict[str, Any]
    query_key: str
    purpose: str | None
    frequency: Frequency
    created_at: datetime


@dataclass(frozen=True)
class Group:
    """One query and the searches it is asked for."""

    request: SearchRequest
    searches: Sequence[Kept]


class Finder(Protocol):
    """What differs between jobs and people."""

    @property
    def kind(self) -> SearchedKind:
        """What is looked for."""

    @property
    def document(self) -> Kind:
        """Its documents."""

    @property
    def table(self) -> type[JobAlert] | type[TalentAlert]:
        """Where it is noted."""

    @property
    def subject(self) -> str:
        """The column there that names what was found."""

    def readable(self, session: Session, ids: Sequence[str]) -> set[str]:
        """Which of these everybody may read: for the stream of changes."""

    def fresh(self, session: Session, ids: sa.Select[tuple[str]]) -> list[str]:
        """Which of these documents can be found and are new; remembers what :meth:`pick` needs."""

    def groups(self, session: Session, searches: Sequence[Kept]) -> Iterable[Group]:
        """The queries to ask for these searches; equal ones once."""

    def pick(self, search: Kept, hits: Sequence[Hit]) -> list[int]:
        """Keys of the rows that this search notes, at most :data:`MOST_NOTED`."""

    def keys(self, ids: sa.Select[tuple[str]]) -> sa.Select[tuple[int]]:
        """Keys of the rows with these public ids."""


@dataclass
class Ran:
    """What a run has done."""

    kind: SearchedKind
    rows: int = 0
    searches: int = 0
    queries: int = 0
    noted: int = 0
    did: int = 0  # ranges of changes that were gone through
    held: bool = False  # another process has it


class Lost(Exception):
    """Another process has taken the run over."""


def run(finder: Finder, step: Callable[[Ran], None] = lambda ran: None) -> Ran:
    """Go on with the run of a kind to its end; `step` is told when the new rows are
    indexed, and after each slice.

    Returns at once, with `held`, while another process has it.
    """
    ran = Ran(finder.kind)
    if not _begin(finder):
        ran.held = True
        return ran
    head = db.session.get_one(AlertHead, finder.kind, populate_existing=True)
    done, target, at = head.done, head.target, (head.at_key, head.at_id)
    if target is None:
        return ran
    try:
        _go_through(finder, done, target, at, ran, step)
    except Lost:
        ran.held = True
    except Exception:  # an engine that is away, say: the next try need not wait for the lease
        _let_go(finder, target)
        raise
    return ran


def _let_go(finder: Finder, target: int) -> None:
    db.session.rollback()
    with unit_of_work() as session:
        session.execute(
            sa.update(AlertHead)
            .where(AlertHead.kind == finder.kind, AlertHead.target == target)
            .values(leased_until=None)
            .execution_options(synchronize_session=False)
        )


def _go_through(
    finder: Finder,
    done: int,
    target: int,
    at: tuple[str, int],
    ran: Ran,
    step: Callable[[Ran], None],
) -> None:
    session = db.session()
    ids = finder.fresh(session, _changed(finder.document, done, target))
    searches = _slice(session, finder.kind, at)
    ran.rows, ran.did = len(ids), 1
    if not ids or not searches:
        _store(finder, target, at, None, {}, [])
        return
    with side_index(session, finder.document, ids) as backend:
        step(ran)
        while True:
            wanted = _found(session, finder, backend, searches, ran)
            last = (searches[-1].query_key, searches[-1].id) if len(searches) == SLICE else None
            ran.noted += _store(finder, target, at, last, wanted, searches)
            ran.searches += len(searches)
            step(ran)
            if last is None:
                return
            at = last
            searches = _slice(session, finder.kind, at)


def _begin(finder: Finder) -> bool:
    """Take the lease, and fix where the run ends unless one was begun before."""
    end = _numbered(finder)
    at = clock.now()
    with unit_of_work() as session:
        session.execute(
            insert_for(session)(AlertHead)
            .values(kind=finder.kind, done=0, at_key="", at_id=0)
            .on_conflict_do_nothing()
        )
        head = session.execute(
            sa.update(AlertHead)
            .where(
                AlertHead.kind == finder.kind,
                sa.or_(AlertHead.leased_until.is_(None), AlertHead.leased_until < at),
            )
            .values(leased_until=at + LEASE)
            .returning(AlertHead.done, AlertHead.target)
        ).one_or_none()
        if head is None:
            return False
        if head.target is None:
            _set_out(session, finder, head.done, end)
    return True


def _numbered(finder: Finder) -> int:
    """Give every committed change its number, a batch at a time; returns the last."""
    last = -1
    while True:
        head = changes.number_waiting(db.session(), finder.document.value, finder.readable)
        db.session.rollback()
        if head.value == last:
            return last
        last = head.value


def _set_out(session: Session, finder: Finder, done: int, end: int) -> None:
    numbers = sa.select(IndexState.sequence).where(
        IndexState.kind == finder.document.value, IndexState.sequence > done
    )
    last = session.scalar(numbers.order_by(IndexState.sequence).offset(MOST_ROWS - 1).limit(1))
    target = last if last is not None and last < end else end
    values: dict[str, Any] = {"target": target, "at_key": "", "at_id": 0}
    if target <= done:
        values = {"target": None, "leased_until": None}
    else:
        ids = finder.keys(_changed(finder.document, done, target))
        table = finder.table
        session.execute(
            sa.delete(table)
            .where(
                table.told_at.is_(None),
                getattr(table, finder.subject).in_(ids),
                # What suits is scored again when it is told.
                sa.or_(table.search_id.is_(None), table.search_id.not_in(by_match())),
            )
            .execution_options(synchronize_session=False)
        )
    session.execute(sa.update(AlertHead).where(AlertHead.kind == finder.kind).values(**values))


def by_match() -> sa.Select[tuple[int]]:
    """The keys of those that are told what suits, from the lists of the night."""
    return sa.select(SavedSearch.id).where(SavedSearch.by_match.is_(True))


def _changed(kind: Kind, done: int, target: int) -> sa.Select[tuple[str]]:
    return sa.select(IndexState.document_id).where(
        IndexState.kind == kind.value, IndexState.sequence > done, IndexState.sequence <= target
    )


def _slice(session: Session, kind: SearchedKind, after: tuple[str, int]) -> list[Kept]:
    """The searches that follow, those with equal queries beside each other."""
    place = sa.tuple_(SavedSearch.query_key, SavedSearch.id)
    mark = sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
    rows = session.execute(
        sa.select(
            SavedSearch.id,
            SavedSearch.account_id,
            SavedSearch.organisation_id,
            SavedSearch.query,
            SavedSearch.query_key,
            SavedSearch.purpose,
            SavedSearch.frequency,
            SavedSearch.created_at,
        )
        .join(Account, Account.id == SavedSearch.account_id)
        .where(
            SavedSearch.kind == kind,
            SavedSearch.by_match.is_(False),
            SavedSearch.frequency != Frequency.OFF,
            Account.state == AccountState.ACTIVE,
            place > mark,
        )
        .order_by(SavedSearch.query_key, SavedSearch.id)
        .limit(SLICE)
    ).all()
    found = [Kept(**row._mapping) for row in rows]
    session.rollback()
    return found


def _found(
    session: Session, finder: Finder, backend: SearchBackend, searches: Sequence[Kept], ran: Ran
) -> Wanted:
    """Key of the search → keys of the rows it notes."""
    groups = list(finder.groups(session, searches)) if searches else []
    session.rollback()
    wanted: dict[int, Sequence[int]] = {}
    for start in range(0, len(groups), TOGETHER):
        some = groups[start : start + TOGETHER]
        answers = backend.search_many([group.request for group in some])
        for group, answer in zip(some, answers, strict=True):
            for search in group.searches:
                if answer.hits and (keys := finder.pick(search, answer.hits)):
                    wanted[search.id] = keys
    ran.queries += len(groups)
    return wanted


def _store(
    finder: Finder,
    target: int,
    at: tuple[str, int],
    to: tuple[str, int] | None,
    wanted: Wanted,
    searches: Sequence[Kept],
) -> int:
    """Note what a slice found and move the head; `to` None: the run has come to its end."""
    moved: dict[str, Any] = {"leased_until": clock.now() + LEASE}
    if to is None:
        moved = {"done": target, "target": None, "at_key": "", "at_id": 0, "leased_until": None}
    else:
        moved |= {"at_key": to[0], "at_id": to[1]}
    with unit_of_work() as session:
        won = session.execute(
            sa.update(AlertHead)
            .where(
                AlertHead.kind == finder.kind,
                AlertHead.target == target,
                AlertHead.at_key == at[0],
                AlertHead.at_id == at[1],
            )
            .values(**moved)
            .execution_options(synchronize_session=False)
        )
        if not won.rowcount:  # type: ignore[attr-defined]
            raise Lost
        return _note(session, finder, wanted, searches)


def _note(session: Session, finder: Finder, wanted: Wanted, searches: Sequence[Kept]) -> int:
    """A row found by two searches of one person waits for the more urgent of them."""
    by_id = {search.id: search for search in searches}
    now = _frequencies(session, list(wanted))
    at = clock.now()
    rows: list[dict[str, Any]] = []
    for key, subjects in wanted.items():
        if (frequency := now.get(key)) not in URGENCY:
            continue  # deleted or turned off meanwhile
        search = by_id[key]
        own: dict[str, Any] = {"account_id": search.account_id, "search_id": key}
        if search.organisation_id is not None:
            own["organisation_id"] = search.organisation_id
        own |= {"urgency": int(URGENCY[frequency]), "found_at": at}
        rows += [{**own, finder.subject: subject} for subject in subjects]
    if not rows:
        return 0
    table = finder.table
    statement = insert_for(session)(table.__table__)  # of the table: nothing of it is loaded
    people = ["organisation_id"] if table is TalentAlert else []
    statement = statement.on_conflict_do_update(
        index_elements=["account_id", *people, finder.subject],
        set_={"search_id": statement.excluded.search_id, "urgency": statement.excluded.urgency},
        where=sa.and_(table.told_at.is_(None), statement.excluded.urgency < table.urgency),
    )
    session.execute(statement, rows)
    return len(rows)


def _frequencies(session: Session, keys: Sequence[int]) -> dict[int, Frequency]:
    found: dict[int, Frequency] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        rows = sa.select(SavedSearch.id, SavedSearch.frequency).where(SavedSearch.id.in_(some))
        found |= {row.id: row.frequency for row in session.execute(rows)}
    return found


def by_query(searches: Sequence[Kept], whose: Callable[[Kept], Any]) -> dict[Any, list[Kept]]:
    """Searches with an equal query and an equal `whose` together, in their order."""
    found: defaultdict[Any, list[Kept]] = defaultdict(list)
    for search in searches:
        found[search.query_key, whose(search)].append(search)
    return found
