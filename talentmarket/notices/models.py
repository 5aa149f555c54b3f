"""Rows of the notices room. Texts are codes with arguments, rendered in the reader's language."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed


class Channel(StrEnum):
    """By which way a message leaves the site."""

    MAIL = "mail"
    SMS = "sms"


class DeliveryState(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class Notice(Row):
    """A message on the site to one account. `code` names the text, `arguments` fill it.

    `urgent`: the next mail does not wait for the day's hour.
    """

    __tablename__ = "notices"
    __table_args__ = (
        sa.Index("ix_notices_account", "account_id", "read_at", "id"),
        sa.Index("uq_notices_key", "key", unique=True),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(sa.String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str | None] = mapped_column(sa.String(300))
    key: Mapped[str | None] = mapped_column(sa.String(120))
    deadline: Mapped[datetime | None]
    urgent: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    digested_at: Mapped[datetime | None]


class Delivery(Row):
    """One mail or short message. The key makes sending happen once."""

    __tablename__ = "deliveries"
    __table_args__ = (sa.Index("ix_deliveries_waiting", "state", "due_at", "id"),)

    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    channel: Mapped[Channel] = mapped_column(text_enum(Channel))
    receiver: Mapped[str | None] = mapped_column(Sealed)
    account_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    locale: Mapped[str] = mapped_column(sa.String(8))
    code: Mapped[str] = mapped_column(sa.String(60))
    arguments: Mapped[str | None] = mapped_column(Sealed)
    state: Mapped[DeliveryState] = mapped_column(
        text_enum(DeliveryState), default=DeliveryState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
