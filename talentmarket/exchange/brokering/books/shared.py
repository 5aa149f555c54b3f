"""What the firms of a split owe and paid each other, as the books have it: read by both alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from talentmarket.exchange.brokering.books import vouchers
from talentmarket.exchange.brokering.books.models import (
    AccountKind,
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    Posting,
)
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members.models import Organisation

K = AccountKind
KINDS = (EntryKind.SHARE_SAID, EntryKind.SHARE_PAID)
#: What the key of an entry begins with that confirms what another said.
CONFIRMS = "got"
_ACCOUNTS = (K.OWNER, K.PARTNER, K.ON_WAY, K.SETTLED)


@dataclass(frozen=True, slots=True)
class Share:
    """One firm's part of the fee of one placement, fen; both firms read the same three amounts.

    `owes`: this firm holds the mandate, and the part is the other's. `due`: the part as it stands
    after refunds and rulings, `paid`: what its receiver has confirmed, less what was paid back.
    `on_way`: said to be paid and not confirmed, below zero where it is on its way back.
    """

    placement: str
    number: str
    other: str
    owes: bool
    started_on: date | None
    due: int
    paid: int
    on_way: int

    @property
    def open(self) -> int:
        """What is not confirmed yet; below zero: to be paid back."""
        return self.due - self.paid

    @property
    def unsaid(self) -> int:
        """Of that, what nobody has said to have paid."""
        return self.open - self.on_way

    @property
    def pays(self) -> bool:
        """Whether this firm is the one to pay what is open; of what is settled: whether it owed."""
        left = self.unsaid or self.open
        return self.owes if left >= 0 else not self.owes


class PaidState(StrEnum):
    """How far one payment between firms came."""

    SAID = "said"
    RECEIVED = "received"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class SharePayment:
    """One payment between two firms, `amount` in fen. `came`: to this firm, else to the other.
    `said`: by its payer; else its receiver recorded it. `on`: the day it was confirmed, or taken
    back, for this `reason`; of one that waits again: why its confirmation was taken back."""

    id: str
    day: date
    at: datetime
    number: str
    other: str
    reference: str
    amount: int
    came: bool
    said: bool
    state: PaidState
    on: date | None
    reason: str | None

    @property
    def waits(self) -> bool:
        """Whether this firm has to say that it has it, or that it has not."""
        return self.state is PaidState.SAID and self.came

    @property
    def may_take_back(self) -> bool:
        """Whether it is this firm's to take it back."""
        if self.state is PaidState.SAID:
            return True
        return self.state is PaidState.RECEIVED and self.came


def recorded() -> sa.ColumnElement[bool]:
    """Entries that a firm recorded as a payment, which confirmations are not."""
    return ~LedgerEntry.key.startswith(f"{CONFIRMS}:", autoescape=True)


def _sum(*kinds: AccountKind) -> sa.ColumnElement[int]:
    matching = sa.case((LedgerAccount.kind.in_(kinds), Posting.amount), else_=0)
    return sa.func.coalesce(sa.func.sum(matching), 0)


def shares(session: Session, firm: Organisation, *, placement: str | None = None) -> list[Share]:
    """What the firm shares with others, open ones first. `placement`: only this one."""
    wanted = [] if placement is None else [LedgerEntry.subject_id == placement]
    rows = session.execute(
        sa.select(
            LedgerEntry.subject_id,
            sa.func.max(LedgerAccount.with_whom).label("other"),
            sa.func.max(sa.case((LedgerAccount.kind == K.PARTNER, 1), else_=0)).label("owes"),
            _sum(K.OWNER, K.PARTNER).label("claim"),
            _sum(K.ON_WAY).label("on_way"),
            _sum(K.SETTLED).label("settled"),
        )
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.organisation_id == firm.id, LedgerAccount.kind.in_(_ACCOUNTS), *wanted)
        .group_by(LedgerEntry.subject_id)
    ).all()
    numbers = _numbers(session, [one.subject_id for one in rows])
    names = _names(session, {one.other for one in rows})
    found = []
    for one in rows:
        sign = -1 if one.owes else 1
        claim, on_way, paid = (
            sign * int(amount) for amount in (one.claim, one.on_way, one.settled)
        )
        number, started_on = numbers.get(one.subject_id, (one.subject_id, None))
        sums = (claim + on_way + paid, paid, on_way)
        other = names.get(one.other, "")
        found.append(Share(one.subject_id, number, other, bool(one.owes), started_on, *sums))
    return sorted(found, key=lambda one: (one.open == 0, one.started_on or date.max, one.number))


def _numbers(session: Session, ids: list[str]) -> dict[str, tuple[str, date | None]]:
    """Number of the referral and first day of work, by placement."""
    found: dict[str, tuple[str, date | None]] = {}
    for at in range(0, len(ids), 500):
        rows = session.execute(
            sa.select(Placement.public_id, Referral.number, Placement.started_on)
            .join(Referral, Referral.id == Placement.referral_id)
            .where(Placement.public_id.in_(ids[at : at + 500]))
        )
        found |= {one[0]: (one[1], one[2]) for one in rows}
    return found


def _names(session: Session, ids: set[str]) -> dict[str, str]:
    rows = session.execute(
        sa.select(Organisation.public_id, Organisation.name).where(Organisation.public_id.in_(ids))
    )
    return dict(rows.tuples().all())


def payments(
    session: Session, firm: Organisation, *, entry: str | None = None, limit: int | None = None
) -> list[SharePayment]:
    """What the firm and others paid each other, the newest first. `entry`: only this one."""
    back = aliased(LedgerEntry)
    wanted = [] if entry is None else [LedgerEntry.public_id == entry]
    rows = session.execute(
        sa.select(
            LedgerEntry.public_id,
            LedgerEntry.kind,
            LedgerEntry.day,
            LedgerEntry.at,
            LedgerEntry.subject_id,
            LedgerEntry.key,
            LedgerAccount.with_whom,
            Posting.amount,
            back.day.label("reversed_on"),
            back.reason,
        )
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .outerjoin(back, back.reversal_of == LedgerEntry.id)
        .where(
            LedgerAccount.organisation_id == firm.id,
            LedgerAccount.kind.in_((K.ON_WAY, K.SETTLED)),
            LedgerEntry.kind.in_(KINDS),
            recorded(),
            *wanted,
        )
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    ).all()
    numbers = _numbers(session, sorted({one.subject_id for one in rows}))
    names = _names(session, {one.with_whom for one in rows})
    got = _confirmed(session, sorted({one.subject_id for one in rows}))
    return [_payment(one, numbers, names, got) for one in rows]


@dataclass(frozen=True, slots=True)
class _Got:
    """The last confirmation of what was said: its day, None once it was taken back for `reason`."""

    day: date | None
    reason: str | None


_NOT_YET = _Got(None, None)


def _confirmed(session: Session, placements: list[str]) -> dict[str, _Got]:
    """Public id of what was said → what became of it at its receiver's."""
    back = aliased(LedgerEntry)
    found: dict[str, _Got] = {}
    for at in range(0, len(placements), 500):
        rows = session.execute(
            sa.select(LedgerEntry.key, LedgerEntry.day, back.id, back.reason)
            .outerjoin(back, back.reversal_of == LedgerEntry.id)
            .where(
                LedgerEntry.subject_type == "placement",
                LedgerEntry.subject_id.in_(placements[at : at + 500]),
                LedgerEntry.kind == EntryKind.SHARE_PAID,
                ~recorded(),
            )
            .order_by(LedgerEntry.id)
        )
        for key, day, gone, reason in rows:
            found[key.split(":")[1]] = _Got(None if gone else day, reason)
    return found


def _payment(
    row: sa.Row[Any],
    numbers: dict[str, tuple[str, date | None]],
    names: dict[str, str],
    got: dict[str, _Got],
) -> SharePayment:
    said, reason = row.kind is EntryKind.SHARE_SAID, row.reason
    if row.reversed_on is not None:
        state, on = PaidState.TAKEN_BACK, row.reversed_on
    elif said:
        last = got.get(row.public_id, _NOT_YET)
        on, reason = last.day, last.reason
        state = PaidState.SAID if on is None else PaidState.RECEIVED
    else:
        state, on = PaidState.RECEIVED, row.day
    return SharePayment(
        id=row.public_id,
        day=row.day,
        at=row.at,
        number=numbers.get(row.subject_id, (row.subject_id, None))[0],
        other=names.get(row.with_whom, ""),
        reference=vouchers.number_in(row.key),
        amount=abs(int(row.amount)),
        came=int(row.amount) > 0,
        said=said,
        state=state,
        on=on,
        reason=reason,
    )
