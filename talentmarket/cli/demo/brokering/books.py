"""Entries of the demo in the firms' books, in the words of :mod:`books.posting`.

The keys of accounts are kept while loading: as many as there are pairs of firms and employers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from talentmarket.cli.demo.brokering.facts import Placed
from talentmarket.cli.demo.brokering.partners import Settled
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
_Move = tuple[int, AccountKind, str, int]
Side = tuple[int, str]  # a firm: its key and its public id


class Books:
    """Writes entries; each sums to zero."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._accounts: dict[tuple[int, AccountKind, str], int] = {}

    def lines(
        self, firm: Side, employer: str, placement: str, placed: Placed,
        who: dict[str, tuple[str | None, str | None]], partner: Side | None = None,
    ) -> None:  # fmt: skip
        """The lines of a placement, each when it was told. `partner`: who brought the person to the
        mandate of `firm`."""
        person, employers, office = who["person"][0], who["employer"][0], who["office"][0]
        actors = {
            LineKind.FEE: person, LineKind.HOLD: employers, LineKind.RELEASE: office,
            LineKind.WAIVE: office, LineKind.REFUND: who["firm"][0],
        }  # fmt: skip
        for place, (line, at) in enumerate(zip(placed.lines, placed.told, strict=True)):
            if line.net:
                self._entry(
                    f"placement:{placement}:{place}", EntryKind(line.kind), line.on,
                    placement, at, actors[line.kind], _moves(line, firm, employer, partner),
                )  # fmt: skip

    def payment(
        self, firm: Side, employer: str, placement: str, placed: Placed, actor: str
    ) -> None:
        """The employer paid the fee, a few weeks after it was due."""
        at = placed.paid_at
        assert at is not None
        amount = next(line.gross for line in placed.lines if line.kind is LineKind.FEE)
        reference = f"{local(at):%Y%m%d}-{placement}"
        moves = [(firm[0], K.PAID, employer, amount), (firm[0], K.EMPLOYER, employer, -amount)]
        self._entry(
            f"payment:{firm[1]}:{reference}", EntryKind.PAYMENT,
            local(at).date(), placement, at, actor, moves,
        )  # fmt: skip

    def share(
        self, owner: Side, partner: Side, placement: str, paid: Settled, who: tuple[str, str]
    ) -> None:
        """The holder says that it paid the share, and the other firm that it has it, where it does.
        `who`: who says the one and the other."""
        reference = f"{local(paid.said_at):%Y%m%d}-{placement}"
        said = self._entry(
            f"said:{owner[1]}:{reference}", EntryKind.SHARE_SAID, local(paid.said_at).date(),
            placement, paid.said_at, who[0],
            _between(owner, partner, (K.PARTNER, K.OWNER), K.ON_WAY, paid.amount),
        )  # fmt: skip
        if paid.received_at is not None:
            self._entry(
                f"got:{said}:said", EntryKind.SHARE_PAID, local(paid.received_at).date(),
                placement, paid.received_at, who[1],
                _between(owner, partner, (K.ON_WAY, K.ON_WAY), K.SETTLED, paid.amount),
            )  # fmt: skip

    def _account(self, firm: int, kind: AccountKind, whom: str) -> int:
        name = (firm, kind, whom)
        if name not in self._accounts:
            self._accounts[name] = self.store.add(
                LedgerAccount, organisation_id=firm, kind=kind, with_whom=whom
            )
        return self._accounts[name]

    def _entry(
        self, key: str, kind: EntryKind, day: date, placement: str, at: datetime,
        actor: str | None, moves: Sequence[_Move],
    ) -> str:  # fmt: skip
        public_id = Dice(f"entry:{key}").public_id()
        rows = [
            (self._account(firm, one, whom), amount) for firm, one, whom, amount in moves if amount
        ]
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
        return public_id


def _between(
    owner: Side, partner: Side, out: tuple[AccountKind, AccountKind], into: AccountKind, amount: int
) -> list[_Move]:
    return [
        (owner[0], out[0], partner[1], amount), (owner[0], into, partner[1], -amount),
        (partner[0], out[1], owner[1], -amount), (partner[0], into, owner[1], amount),
    ]  # fmt: skip


def _moves(line: Line, owner: Side, employer: str, partner: Side | None) -> list[_Move]:
    firm = owner[0]
    if line.kind in (LineKind.HOLD, LineKind.RELEASE):
        sign = 1 if line.kind is LineKind.HOLD else -1
        return [
            (firm, K.HELD, employer, sign * line.gross),
            (firm, K.EMPLOYER, employer, -sign * line.gross),
        ]
    sign = 1 if line.kind is LineKind.FEE else -1
    moves = [
        (firm, K.EMPLOYER, employer, sign * line.gross), (firm, K.TAX, "", -sign * line.tax),
        (firm, K.INCOME, "", -sign * line.own),
    ]  # fmt: skip
    if line.share:
        assert partner is not None
        moves += [
            (firm, K.PARTNER, partner[1], -sign * line.share),
            (partner[0], K.OWNER, owner[1], sign * line.share),
            (partner[0], K.INCOME, "", -sign * line.share),
        ]
    return moves
