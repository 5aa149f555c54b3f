"""Accounts, entries and postings. Nothing in them is edited: an entry is reversed by another.

Amounts are signed fen: what an account is charged with is positive, what it is relieved of
negative. The postings of an entry sum to zero, and so do those of each firm within it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.appending import append_only
from talentmarket.core.db import Fen, Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id


class AccountKind(StrEnum):
    """What an account of a firm's books counts."""

    EMPLOYER = "employer"  # what an employer owes the firm
    HELD = "held"  # of that, what waits for a ruling
    OWNER = "owner"  # what the owner of a mandate owes the firm that brought the person
    PARTNER = "partner"  # what the owner owes to that firm
    INCOME = "income"  # the firm's fees, without tax
    TAX = "tax"  # tax on them, to be handed on
    PAID = "paid"  # what an employer paid
    ON_WAY = "on_way"  # of a share, what its payer says it paid and its receiver has not confirmed
    SETTLED = "settled"  # of a share, what its receiver says it has


class LedgerAccount(Row):
    """One account in a firm's books. `with_whom`: public id of an organisation on the site, or the
    credit code of an employer that is not; empty for the firm's own accounts."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "kind", "with_whom"),)

    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    kind: Mapped[AccountKind] = mapped_column(text_enum(AccountKind))
    with_whom: Mapped[str] = mapped_column(PublicId, default="")


class EntryKind(StrEnum):
    """What an entry tells."""

    FEE = "fee"
    HOLD = "hold"
    RELEASE = "release"
    WAIVE = "waive"
    REFUND = "refund"
    PAYMENT = "payment"
    SHARE_SAID = "share_said"  # one firm says it paid another its share
    SHARE_PAID = "share_paid"  # the other says it has it
    REVERSAL = "reversal"


class LedgerEntry(Row):
    """One thing that happened to the money of a placement.

    `key`: what may be told once (``placement:…:0``); a second entry of the same key is none.
    `day`: the day in Shanghai it counts for. `reversal_of`: the entry that it takes back whole.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (sa.Index("ix_ledger_entries_subject", "subject_type", "subject_id"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    kind: Mapped[EntryKind] = mapped_column(text_enum(EntryKind))
    day: Mapped[date] = mapped_column(index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[str] = mapped_column(PublicId)
    at: Mapped[datetime]
    actor: Mapped[str | None] = mapped_column(PublicId)
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    reversal_of: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("ledger_entries.id"), unique=True
    )

    postings: Mapped[list[Posting]] = relationship(order_by="Posting.id")


class Posting(Row):
    """What an entry does to one account; never zero."""

    __tablename__ = "ledger_postings"
    __table_args__ = (
        sa.UniqueConstraint("entry_id", "account_id"),
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
    )

    entry_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("ledger_entries.id"))
    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("ledger_accounts.id"), index=True)
    amount: Mapped[int] = mapped_column(Fen)

    account: Mapped[LedgerAccount] = relationship()


for _table in (LedgerAccount, LedgerEntry, Posting):
    append_only(_table.__table__)  # type: ignore[arg-type]
