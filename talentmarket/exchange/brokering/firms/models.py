"""What a firm says of its field of work, its figures as last counted, and what it lost by the rules."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering.firms.steps import Step
from talentmarket.members.models import Organisation


class FirmProfile(Row):
    """In which industries and where a firm works, by its own word: codes of the taxonomy."""

    __tablename__ = "firm_profiles"

    organisation_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("organisations.id", ondelete="CASCADE"), unique=True
    )
    fields: Mapped[list[str]] = mapped_column(default=list)
    regions: Mapped[list[str]] = mapped_column(default=list)
    updated_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()


class FirmFigures(Row):
    """The figures of one firm as counted on a day (:mod:`figures` says what is in them).

    `median_days` is twice the median, so that a half is a whole number; None without a mandate.
    """

    __tablename__ = "firm_figures"

    organisation_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("organisations.id", ondelete="CASCADE"), unique=True
    )
    counted_on: Mapped[date]
    since: Mapped[date]
    referrals: Mapped[int] = mapped_column(default=0)
    interviewed: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)
    decided: Mapped[int] = mapped_column(default=0, server_default="0")
    disputes: Mapped[int] = mapped_column(default=0)
    mandates: Mapped[int] = mapped_column(default=0)
    median_days: Mapped[int | None]


class MeasureRuling(StrEnum):
    """What the office decided on a measure: an appeal against it, or a proposed suspension."""

    STANDS = "stands"
    LIFTED = "lifted"


class FirmMeasure(Row):
    """A step that the rules took against a firm. `key`: the same strikes lead to it once.

    `counted`: kind → how many. `until`: the moment it ends; None until the office decides.
    """

    __tablename__ = "firm_measures"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "key"),
        sa.Index("ix_firm_measures_due", "ruling", "due_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("organisations.id", ondelete="CASCADE")
    )
    step: Mapped[Step] = mapped_column(text_enum(Step))
    key: Mapped[str] = mapped_column(sa.String(60))
    counted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    taken_at: Mapped[datetime]
    until: Mapped[datetime | None]
    appeal: Mapped[str] = mapped_column(sa.Text, default="")
    appealed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # when the office's decision is due
    ruling: Mapped[MeasureRuling | None] = mapped_column(text_enum(MeasureRuling))
    reasons: Mapped[str] = mapped_column(sa.Text, default="")
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )

    organisation: Mapped[Organisation] = relationship()
