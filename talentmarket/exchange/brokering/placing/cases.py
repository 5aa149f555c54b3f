"""Proof of a start that one side does not confirm: what was filed, answered and decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.files import StoredFile
from talentmarket.core.ids import new_public_id
from talentmarket.exchange.brokering.placing.models import Placement


class StartParty(StrEnum):
    """Who has a say about a start."""

    EMPLOYER = "employer"
    PERSON = "person"
    FIRM = "firm"


class StartCaseKind(StrEnum):
    """What was brought forward. Each once for a placement."""

    PROOF = "proof"
    APPEAL = "appeal"


class StartRuling(StrEnum):
    """What became of it."""

    STARTED = "started"
    NOT_PROVEN = "not_proven"
    CONFIRMED = "confirmed"  # the silent side said it after all: nothing was left to decide


class StartCase(Row):
    """A proof or an appeal. Texts and files are erased with the person who gave them.

    `takes_effect_at`: when the ruling is carried out, unless it is appealed against before.
    """

    __tablename__ = "start_cases"
    __table_args__ = (
        sa.UniqueConstraint("placement_id", "kind"),
        sa.Index("ix_start_cases_due", "ruling", "due_at"),
        sa.Index("ix_start_cases_effect", "takes_effect_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    placement_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("placements.id"))
    kind: Mapped[StartCaseKind] = mapped_column(text_enum(StartCaseKind))
    party: Mapped[StartParty] = mapped_column(text_enum(StartParty))
    text: Mapped[str] = mapped_column(sa.Text)
    file_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("files.id", ondelete="SET NULL"))
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    #: The other side's words, once.
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    ruling: Mapped[StartRuling | None] = mapped_column(text_enum(StartRuling))
    reasons: Mapped[str] = mapped_column(sa.Text, default="")
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    takes_effect_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    placement: Mapped[Placement] = relationship()
    file: Mapped[StoredFile | None] = relationship()
