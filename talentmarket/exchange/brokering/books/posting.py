"""Writing into the books: lines of fees, payments, reversals. Each entry sums to zero or is none.

The sums are read back from the database before the transaction ends, so that what stands there is
what was checked. What may be told once has a key; who tells it a second time is given the entry
that stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for, upsert
from talentmarket.core.errors import Conflict, Invalid
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.fees import Line, LineKind
from talentmarket.members.models import Organisation

K = AccountKind


class NotBalanced(RuntimeError):
    """An entry whose postings do not sum to zero: a fault of the program, nothing is stored."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Who stands behind the lines of a placement. `employer`: public id or credit code."""

    placement: str
    owner: Organisation
    employer: str
    partner: Organisation | None = None


def post_lines(
    session: Session, sides: Sides, lines: Sequence[Line], *, actor: Actor = SYSTEM
) -> list[LedgerEntry]:
    """Tell the books all lines of a placement; those they know already are left as they are.

    The lines of a placement only grow (:func:`fees.reckon`), so a line's place is its key.
    """
    return [
        _write(
            session,
            f"placement:{sides.placement}:{place}",
            EntryKind(line.kind),
            line.on,
            ("placement", sides.placement),
            _moves(sides, line),
            actor=actor,
        )
        for place, line in enumerate(lines)
        if line.net
    ]


_Move = tuple[Organisation, AccountKind, str, int]


def _moves(sides: Sides, line: Line) -> list[_Move]:
    owner, partner = sides.owner, sides.partner
    if line.kind in (LineKind.HOLD, LineKind.RELEASE):
        sign = 1 if line.kind is LineKind.HOLD else -1
        return [
            (owner, K.HELD, sides.employer, sign * line.gross),
            (owner, K.EMPLOYER, sides.employer, -sign * line.gross),
        ]
    sign = 1 if line.kind is LineKind.FEE else -1
    moves: list[_Move] = [
        (owner, K.EMPLOYER, sides.employer, sign * line.gross),
        (owner, K.TAX, "", -sign * line.tax),
        (owner, K.INCOME, "", -sign * line.own),
    ]
    if line.share:
        if partner is None:
            raise Invalid(code="no-partner")
        moves += [
            (owner, K.PARTNER, partner.public_id, -sign * line.share),
            (partner, K.OWNER, owner.public_id, sign * line.share),
            (partner, K.INCOME, "", -sign * line.share),
        ]
    return moves


def post_payment(
    session: Session,
    firm: Organisation,
    employer: str,
    amount: int,
    day: date,
    *,
    placement: str,
    reference: str,
    actor: Actor,
) -> LedgerEntry:
    """The employer paid `amount` fen (below zero: the firm paid back). `reference`: the number of
    the bank's voucher; the same one twice is one payment. Raises Invalid."""
    if not amount or not reference or day > clock.today():
        raise Invalid(code="no-payment")
    return _write(
        session,
        f"payment:{firm.public_id}:{reference}",
        EntryKind.PAYMENT,
        day,
        ("placement", placement),
        [(firm, K.PAID, employer, amount), (firm, K.EMPLOYER, employer, -amount)],
        actor=actor,
    )


def post_share(
    session: Session,
    sides: Sides,
    amount: int,
    day: date,
    *,
    key: str,
    kind: EntryKind,
    said_before: bool = False,
    actor: Actor,
) -> LedgerEntry:
    """The owner paid its partner `amount` fen of a share (below zero: the partner paid back).

    ``SHARE_SAID`` puts it on its way, ``SHARE_PAID`` settles it: from what is on its way where that
    was `said_before`, else from the claim itself. Raises Invalid.
    """
    owner, partner = sides.owner, sides.partner
    if partner is None or not amount or day > clock.today():
        raise Invalid(code="no-payment")
    out = (K.ON_WAY, K.ON_WAY) if said_before else (K.PARTNER, K.OWNER)
    into = K.ON_WAY if kind is EntryKind.SHARE_SAID else K.SETTLED
    moves: list[_Move] = [
        (owner, out[0], partner.public_id, amount),
        (owner, into, partner.public_id, -amount),
        (partner, out[1], owner.public_id, -amount),
        (partner, into, owner.public_id, amount),
    ]
    return _write(session, key, kind, day, ("placement", sides.placement), moves, actor=actor)


def reverse(
    session: Session, entry: LedgerEntry, reason: str, *, day: date, actor: Actor
) -> LedgerEntry:
    """Take an entry back whole, by one that says the opposite. Raises Conflict the second time, and
    for a reversal: that is told by telling the thing again, with a key of its own."""
    if entry.kind is EntryKind.REVERSAL:
        raise Conflict(code="is-a-reversal")
    found = _insert(
        session,
        key=f"reversal:{entry.public_id}",
        kind=EntryKind.REVERSAL,
        day=day,
        subject=(entry.subject_type, entry.subject_id),
        actor=actor,
        reason=reason,
        reversal_of=entry.id,
    )
    if found is None:
        raise Conflict(code="reversed-already")
    rows = [(posting.account_id, -posting.amount) for posting in entry.postings]
    return _fill(session, found, rows, actor)


def _write(
    session: Session,
    key: str,
    kind: EntryKind,
    day: date,
    subject: tuple[str, str],
    moves: Iterable[_Move],
    *,
    actor: Actor,
) -> LedgerEntry:
    entry = _insert(session, key=key, kind=kind, day=day, subject=subject, actor=actor)
    if entry is None:
        return session.scalars(sa.select(LedgerEntry).where(LedgerEntry.key == key)).one()
    rows = [
        (_account(session, firm, account, whom), amount)
        for firm, account, whom, amount in moves
        if amount
    ]
    return _fill(session, entry, rows, actor)


def _insert(
    session: Session,
    *,
    key: str,
    kind: EntryKind,
    day: date,
    subject: tuple[str, str],
    actor: Actor,
    reason: str | None = None,
    reversal_of: int | None = None,
) -> LedgerEntry | None:
    """The new entry, or None where one of this key stands: the unique index decides."""
    values = {
        "public_id": new_public_id(),
        "key": key,
        "kind": kind,
        "day": day,
        "subject_type": subject[0],
        "subject_id": subject[1],
        "at": clock.now(),
        "actor": actor.account,
        "reason": reason,
        "reversal_of": reversal_of,
    }
    added = insert_for(session)(LedgerEntry).values(values).on_conflict_do_nothing()
    made = session.scalar(added.returning(LedgerEntry.id))
    return None if made is None else session.get_one(LedgerEntry, made)


def _account(session: Session, firm: Organisation, kind: AccountKind, whom: str) -> int:
    values = {"organisation_id": firm.id, "kind": kind, "with_whom": whom}
    table = LedgerAccount.__table__
    upsert(session, table, values, list(values))  # type: ignore[arg-type]
    return session.scalars(sa.select(LedgerAccount.id).filter_by(**values)).one()


def _fill(
    session: Session, entry: LedgerEntry, rows: Sequence[tuple[int, int]], actor: Actor
) -> LedgerEntry:
    values = [{"entry_id": entry.id, "account_id": one, "amount": amount} for one, amount in rows]
    if not values:
        raise NotBalanced(entry.key)
    session.execute(sa.insert(Posting), values)
    if unbalanced(session, entry.id):
        raise NotBalanced(entry.key)
    record(
        session,
        "ledger_entry",
        entry.public_id,
        "post",
        actor=actor,
        to_state=entry.kind,
        reason=entry.reason,
        of=entry.subject_id,
        digest=content_digest(entry, rows),
    )
    return entry


def content_digest(entry: LedgerEntry, rows: Iterable[tuple[int, int]]) -> str:
    """SHA-256 of what an entry says: kept with its event, and so in the chain of hashes."""
    said = (entry.key, str(entry.kind), entry.day.isoformat(), entry.subject_id, entry.reversal_of)
    return hashlib.sha256(repr((said, sorted(rows))).encode()).hexdigest()


def unbalanced(session: Session, entry_id: int | None = None) -> list[int]:
    """The ids of entries of which some firm's postings do not sum to zero, or that have none."""
    query = (
        sa.select(Posting.entry_id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .group_by(Posting.entry_id, LedgerAccount.organisation_id)
        .having(sa.func.sum(Posting.amount) != 0)
    )
    empty = sa.select(LedgerEntry.id).where(~sa.exists().where(Posting.entry_id == LedgerEntry.id))
    if entry_id is not None:
        query = query.where(Posting.entry_id == entry_id)
        empty = empty.where(LedgerEntry.id == entry_id)
    return sorted({*session.scalars(query), *session.scalars(empty)})
