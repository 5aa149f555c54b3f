"""Reports (投诉举报) of a job or an organisation, and reviews of a score; they land in the operator's
queue."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed


class ReportKind(StrEnum):
    """What is wrong."""

    FALSE_POSTING = "false_posting"
    DISCRIMINATION = "discrimination"
    FEE = "fee"
    FRAUD = "fraud"
    PRIVACY = "privacy"
    OTHER = "other"


class ReportState(StrEnum):
    """What became of it."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


#: The score of an application is under review once at a time.
_OPEN_REVIEW = sa.text("subject_type = 'application' AND state = 'open'")
#: And that of a person with a job for which they have not applied.
_OPEN_MATCH = sa.text("subject_type = 'match' AND state = 'open'")


class Report(Row):
    """One report and its answer. The reporter may stay unnamed; a contact is sealed. About an
    application it asks for a human review of its score; about a match, of the reporter's with a job:
    `told` is the score as it was then, rows of codes and points, with the model."""

    __tablename__ = "reports"
    __table_args__ = (
        sa.Index("ix_reports_queue", "state", "due_at"),
        sa.Index(
            "uq_reports_open_review",
            "subject_id",
            unique=True,
            sqlite_where=_OPEN_REVIEW,
            postgresql_where=_OPEN_REVIEW,
        ),
        sa.Index(
            "uq_reports_open_match",
            "subject_id",
            "reporter_id",
            unique=True,
            sqlite_where=_OPEN_MATCH,
            postgresql_where=_OPEN_MATCH,
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[str] = mapped_column(PublicId, index=True)
    reporter_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    contact: Mapped[str | None] = mapped_column(Sealed)
    kind: Mapped[ReportKind] = mapped_column(text_enum(ReportKind))
    text: Mapped[str] = mapped_column(sa.Text)
    told: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    state: Mapped[ReportState] = mapped_column(text_enum(ReportState), default=ReportState.OPEN)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
