"""A firm's statement of a month: what stood open, what happened, what stands open.

Four statements to the database, however long the month: balances before, what happened, names,
numbers of the placements.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import NotFound
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members.models import Organisation

#: Whose accounts: a condition on them.
Mine = sa.ColumnElement[bool]
#: What is owed to the firm (and by it, below zero): these make up what stands open.
OPEN = (
    *(AccountKind.EMPLOYER, AccountKind.HELD),
    *(AccountKind.OWNER, AccountKind.PARTNER, AccountKind.ON_WAY),
)

#: The accounts an employer sees from its side.
_PAYERS = (AccountKind.EMPLOYER, AccountKind.HELD, AccountKind.PAID)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One entry as the firm sees it; amounts in fen, signed as they change what stands open.

    `placement` is its public id, `number` that of its referral, which people know it by.
    `fee`: the whole net fee, `share`: of that, what another firm has (or, for that firm, what is
    its own), `paid`: what came in from employers, `settled`: from the other firm of a split, below
    zero to it.
    """

    day: date
    kind: EntryKind
    placement: str
    number: str
    with_whom: str
    name: str
    fee: int
    share: int
    tax: int
    held: int
    paid: int
    settled: int
    open: int


@dataclass(frozen=True)
class Statement:
    """A month. `opening` + the rows' `open` = `closing`, fen."""

    month: date
    opening: int
    closing: int
    held: int
    rows: tuple[StatementRow, ...]
    totals: dict[str, int] = field(default_factory=dict)


def month_of(text: str) -> date:
    """The first day of the month that ``2026-11`` names. Raises NotFound."""
    try:
        year, month = text.split("-")
        if len(year) != 4 or len(month) != 2 or not (year + month).isascii():
            raise ValueError(text)
        found = date(int(year), int(month), 1)
    except ValueError as error:
        raise NotFound() from error
    if not 2000 <= found.year < 3000:
        raise NotFound()
    return found


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)


def months(session: Session, organisation: Organisation) -> list[date]:
    """The months with something in the books and this one, newest first; five years at most."""
    codes = [code for code in (organisation.public_id, organisation.uscc) if code]
    first = session.scalar(
        sa.select(sa.func.min(LedgerEntry.day))
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(
            sa.or_(
                LedgerAccount.organisation_id == organisation.id,
                LedgerAccount.with_whom.in_(codes),
            )
        )
    )
    month = clock.today().replace(day=1)
    least = (first or month).replace(day=1)
    found = [month]
    while found[-1] > least and len(found) < 60:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


def statement(session: Session, firm: Organisation, month: date) -> Statement:
    """The firm's statement of the month that begins on `month`."""
    mine = LedgerAccount.organisation_id == firm.id
    before = _balances(session, mine, month)
    pieces = _pieces(session, mine, month, next_month(month))
    names = _names(session, firm, {one.with_whom for one in pieces if one.with_whom})
    numbers = _numbers(session, pieces)
    rows = [_row(group, names, numbers) for group in _entries(pieces)]
    return _sum(month, before, rows)


def owed(session: Session, employer: Organisation, month: date) -> Statement:
    """What the employer owes all firms, in the month that begins on `month`: the same entries as in
    the firms' books, with tax, seen from the other side."""
    codes = [code for code in (employer.public_id, employer.uscc) if code]
    mine = sa.and_(LedgerAccount.with_whom.in_(codes), LedgerAccount.kind.in_(_PAYERS))
    before = _balances(session, mine, month)
    pieces = _pieces(session, mine, month, next_month(month))
    names = _firms(session, {one.organisation_id for one in pieces})
    numbers = _numbers(session, pieces)
    rows = [
        replace(_row(group, {}, numbers), name=names[group[0].organisation_id])
        for group in _entries(pieces)
    ]
    return _sum(month, before, rows)


def _sum(month: date, before: dict[AccountKind, int], rows: list[StatementRow]) -> Statement:
    opening = sum(before.get(kind, 0) for kind in OPEN)
    columns = ("fee", "share", "tax", "held", "paid", "settled", "open")
    totals = {name: sum(getattr(row, name) for row in rows) for name in columns}
    held = before.get(AccountKind.HELD, 0) + totals["held"]
    return Statement(month, opening, opening + totals["open"], held, tuple(rows), totals)


def _balances(session: Session, mine: Mine, day: date) -> dict[AccountKind, int]:
    rows = session.execute(
        sa.select(LedgerAccount.kind, sa.func.sum(Posting.amount))
        .join(Posting, Posting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == Posting.entry_id)
        .where(mine, LedgerEntry.day < day)
        .group_by(LedgerAccount.kind)
    )
    return {kind: int(amount) for kind, amount in rows}


def _pieces(session: Session, mine: Mine, first: date, after: date) -> list[sa.Row[Any]]:
    return list(
        session.execute(
            sa.select(
                LedgerEntry.id,
                LedgerEntry.day,
                LedgerEntry.kind,
                LedgerEntry.subject_id,
                LedgerAccount.organisation_id,
                LedgerAccount.kind.label("account"),
                LedgerAccount.with_whom,
                Posting.amount,
            )
            .join(Posting, Posting.entry_id == LedgerEntry.id)
            .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
            .where(
                mine,
                LedgerEntry.day >= first,
                LedgerEntry.day < after,
            )
            .order_by(LedgerEntry.day, LedgerEntry.id, Posting.id)
        )
    )


def _names(session: Session, firm: Organisation, codes: set[str]) -> dict[str, str]:
    """Names behind public ids, and behind the credit codes of clients that are not on the site."""
    if not codes:
        return {}
    on_site = sa.select(Organisation.public_id, Organisation.name).where(
        Organisation.public_id.in_(codes)
    )
    clients = sa.select(Mandate.client_uscc, Mandate.client_name).where(
        Mandate.organisation_id == firm.id, Mandate.client_uscc.in_(codes)
    )
    rows = session.execute(on_site.union_all(clients)).tuples()
    return dict(rows.all())


def _firms(session: Session, ids: set[int]) -> dict[int, str]:
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    return dict(rows.tuples().all())


def _numbers(session: Session, pieces: list[sa.Row[Any]]) -> dict[str, str]:
    """Public id of a placement → the number of its referral."""
    rows = session.execute(
        sa.select(Placement.public_id, Referral.number)
        .join(Referral, Referral.id == Placement.referral_id)
        .where(Placement.public_id.in_({one.subject_id for one in pieces}))
    )
    return dict(rows.tuples().all())


def _entries(pieces: list[sa.Row[Any]]) -> list[list[sa.Row[Any]]]:
    found: dict[tuple[int, int], list[sa.Row[Any]]] = {}
    for piece in pieces:
        found.setdefault((piece.id, piece.organisation_id), []).append(piece)
    return list(found.values())


def _row(group: list[sa.Row[Any]], names: dict[str, str], numbers: dict[str, str]) -> StatementRow:
    A = AccountKind  # noqa: N806
    sums = {kind: sum(one.amount for one in group if one.account is kind) for kind in A}
    first = group[0]
    between = any(one.account in (A.ON_WAY, A.SETTLED) for one in group)  # a share is paid
    whom = group[0].with_whom if between else _whom(group)
    share = 0 if between else sums[A.OWNER] or -sums[A.PARTNER]
    fee = 0 if between else -sums[A.INCOME] - sums[A.PARTNER]
    return StatementRow(
        day=first.day,
        kind=first.kind,
        placement=first.subject_id,
        number=numbers.get(first.subject_id, first.subject_id),
        with_whom=whom,
        name=names.get(whom, whom),
        fee=fee,
        share=share,
        tax=-sums[A.TAX],
        held=sums[A.HELD],
        paid=sums[A.PAID],
        settled=sums[A.SETTLED],
        open=sum(sums[kind] for kind in OPEN),
    )


def _whom(group: list[sa.Row[Any]]) -> str:
    kinds = (AccountKind.EMPLOYER, AccountKind.OWNER)
    return next((one.with_whom for one in group if one.account in kinds), "")
