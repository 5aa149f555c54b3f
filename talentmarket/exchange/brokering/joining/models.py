"""Another firm's part in a mandate that its terms open (委托对外开放)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.members.models import Account, Organisation


class JoiningState(StrEnum):
    """Stages; the moves are in :mod:`talentmarket.exchange.brokering.joining.stages`."""

    ASKED = "asked"
    JOINED = "joined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # taken back before the answer
    LEFT = "left"
    EXCLUDED = "excluded"


#: States in which a firm has something to do with the mandate now: one row of these per firm.
OPEN = (JoiningState.ASKED, JoiningState.JOINED)
_OPEN = sa.text("state IN (" + ", ".join(f"'{one.value}'" for one in OPEN) + ")")


class Joining(Row):
    """A firm asks to work on another firm's mandate, and does so until it leaves."""

    __tablename__ = "mandate_joinings"
    __table_args__ = (
        sa.Index(
            "uq_mandate_joinings_open",
            "mandate_id",
            "firm_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_mandate_joinings_firm", "firm_id", "state"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    mandate_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("mandates.id", ondelete="CASCADE"), index=True
    )
    firm_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    consultant_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[JoiningState] = mapped_column(text_enum(JoiningState), default=JoiningState.ASKED)
    #: The words of who refused, left or excluded.
    reason_text: Mapped[str] = mapped_column(sa.Text, default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    mandate: Mapped[Mandate] = relationship()
    firm: Mapped[Organisation] = relationship()
    consultant: Mapped[Account | None] = relationship()
