"""What a firm says of its field of work, and the figures that were last counted."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, Row
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
