"""Are the books whole: every entry sums to zero, and says what it said when it was written."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.events import Event
from talentmarket.exchange.brokering.books.models import LedgerEntry, Posting
from talentmarket.exchange.brokering.books.posting import content_digest, unbalanced

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Report:
    """What a check found. Public ids of entries; `total` is the sum of all postings, fen."""

    entries: int
    total: int
    not_balanced: tuple[str, ...]
    changed: tuple[str, ...]  # they no longer say what their event says
    unknown: tuple[str, ...]  # no event tells of them
    lost: tuple[str, ...]  # an event tells of them, and they are gone

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.total or self.not_balanced or self.changed or self.unknown or self.lost)


def check(session: Session) -> Report:
    """Go through all entries. The events themselves are checked by :func:`core.events.verify`."""
    total = session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Posting.amount), 0)))
    wrong = set(unbalanced(session))
    found: dict[str, list[str]] = {"balance": [], "changed": [], "unknown": []}
    count, last = 0, 0
    while entries := _page(session, last):
        last, count = entries[-1].id, count + len(entries)
        said = _said(session, [one.public_id for one in entries])
        posted = _posted(session, entries[0].id, last)
        for entry in entries:
            if entry.id in wrong:
                found["balance"].append(entry.public_id)
            known = said.get(entry.public_id)
            if known is None:
                found["unknown"].append(entry.public_id)
            elif known != content_digest(entry, posted.get(entry.id, ())):
                found["changed"].append(entry.public_id)
            session.expunge(entry)
    return Report(
        count,
        int(total or 0),
        tuple(found["balance"]),
        tuple(found["changed"]),
        tuple(found["unknown"]),
        _lost(session),
    )


def _page(session: Session, after: int) -> list[LedgerEntry]:
    query = sa.select(LedgerEntry).where(LedgerEntry.id > after).order_by(LedgerEntry.id)
    return list(session.scalars(query.limit(_AT_ONCE)))


def _said(session: Session, ids: list[str]) -> dict[str, str]:
    rows = session.execute(
        sa.select(Event.subject_id, Event.data).where(
            Event.subject_type == "ledger_entry", Event.verb == "post", Event.subject_id.in_(ids)
        )
    )
    return {subject: str(data.get("digest")) for subject, data in rows}


def _lost(session: Session) -> tuple[str, ...]:
    rows = session.scalars(
        sa.select(Event.subject_id)
        .outerjoin(LedgerEntry, LedgerEntry.public_id == Event.subject_id)
        .where(Event.subject_type == "ledger_entry", Event.verb == "post", LedgerEntry.id.is_(None))
        .order_by(Event.id)
    )
    return tuple(rows)


def _posted(session: Session, first: int, last: int) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    query = sa.select(Posting.entry_id, Posting.account_id, Posting.amount)
    for entry, account, amount in session.execute(
        query.where(Posting.entry_id.between(first, last))
    ):
        found.setdefault(entry, []).append((account, amount))
    return found
