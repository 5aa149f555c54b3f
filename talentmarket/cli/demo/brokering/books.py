"""Entries of the demo in the firms' books, in the words of :mod:`books.posting`.

The keys of accounts are kept while loading: as many as there are pairs of firms and employers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from talentmarket.cli.demo.brokering.facts import Placed
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.store import Store
from talentmarket.core.clock import local
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.books.posting import content_digest
from talentmarket.exchange.brokering.fees import Line, LineKind

K = AccountKind
_Move = tuple[AccountKind, str, int]


class Books:
    """Writes entries; each sums to zero."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._accounts: dict[tuple[int, AccountKind, str], int] = {}

    def lines(
        self, firm: int, employer: str, placement: str, placed: Placed,
        who: dict[str, tuple[str | None, str | None]],
    ) -> None:  # fmt: skip
        """The lines of a placement, each when it was told."""
        person, employers, office = who["person"][0], who["employer"][0], who["office"][0]
        actors = {
            LineKind.FEE: person, LineKind.HOLD: employers, LineKind.RELEASE: office,
            LineKind.WAIVE: office, LineKind.REFUND: who["firm"][0],
        }  # fmt: skip
        for place, (line, at) in enumerate(zip(placed.lines, placed.told, strict=True)):
            if line.net:
                self._entry(
                    firm, f"placement:{placement}:{place}", EntryKind(line.kind), line.on,
                    placement, at, actors[line.kind], _moves(line, employer),
                )  # fmt: skip

    def payment(
        self, firm: tuple[int, str], employer: str, placement: str, placed: Placed, actor: str
    ) -> None:
        """The employer paid the fee, a few weeks after it was due."""
        at = placed.paid_at
        assert at is not None
        amount = next(line.gross for line in placed.lines if line.kind is LineKind.FEE)
        reference = f"{local(at):%Y%m%d}-{Dice(f'voucher:{placement}').randint(10_000, 99_999)}"
        moves = [(K.PAID, employer, amount), (K.EMPLOYER, employer, -amount)]
        self._entry(
            firm[0], f"payment:{firm[1]}:{reference}:{placement}"[:80], EntryKind.PAYMENT,
            local(at).date(), placement, at, actor, moves,
        )  # fmt: skip

    def _account(self, firm: int, kind: AccountKind, whom: str) -> int:
        name = (firm, kind, whom)
        if name not in self._accounts:
            self._accounts[name] = self.store.add(
                LedgerAccount, organisation_id=firm, kind=kind, with_whom=whom
            )
        return self._accounts[name]

    def _entry(
        self, firm: int, key: str, kind: EntryKind, day: date, placement: str, at: datetime,
        actor: str | None, moves: Sequence[_Move],
    ) -> None:  # fmt: skip
        public_id = Dice(f"entry:{key}").public_id()
        rows = [(self._account(firm, one, whom), amount) for one, whom, amount in moves if amount]
        assert sum(amount for _, amount in rows) == 0
        entry = self.store.add(
            LedgerEntry, public_id=public_id, key=key, kind=kind, day=day,
            subject_type="placement", subject_id=placement, at=at, actor=actor, reason=None,
            reversal_of=None,
        )  # fmt: skip
        for account, amount in rows:
            self.store.add(Posting, entry_id=entry, account_id=account, amount=amount)
        said: Any = SimpleNamespace(
            key=key, kind=kind, day=day, subject_id=placement, reversal_of=None
        )
        self.store.event(
            at, ("ledger_entry", public_id), "post", actor=actor, states=(None, kind),
            data={"of": placement, "digest": content_digest(said, rows)},
        )  # fmt: skip


def _moves(line: Line, employer: str) -> list[_Move]:
    if line.kind in (LineKind.HOLD, LineKind.RELEASE):
        sign = 1 if line.kind is LineKind.HOLD else -1
        return [(K.HELD, employer, sign * line.gross), (K.EMPLOYER, employer, -sign * line.gross)]
    sign = 1 if line.kind is LineKind.FEE else -1
    return [
        (K.EMPLOYER, employer, sign * line.gross), (K.TAX, "", -sign * line.tax),
        (K.INCOME, "", -sign * line.own),
    ]  # fmt: skip
