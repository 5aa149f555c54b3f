"""Tables of what was shown: ids, codes and numbers only, for twelve months.

A row keeps each requirement with its state and points, so that a list of last month can be
explained today, whatever became of the profile, the job and the model since.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from talentmarket.core.db import Base, Key, PublicId, Row, text_enum

#: Days after which a shown list goes: long enough for an application to reach its end (reply, talks,
#: start, confirmation) and to be learned from in the year after, and no longer (个人信息保护法 art. 19).
KEEP_DAYS = 365


class Surface(StrEnum):
    """Where a list was shown. People for a job on the first three, jobs for a person on the rest."""

    DESK = "desk"  # those who applied
    RECOMMENDED = "recommended"  # those who did not, among the applicants
    PEOPLE = "people"  # search of people for a job
    MATCHES = "matches"  # the person's own page
    SEARCH = "search"  # a search of jobs in the order of the match

    @property
    def of_people(self) -> bool:
        """Whether its rows are people."""
        return self in (Surface.DESK, Surface.RECOMMENDED, Surface.PEOPLE)


class ShownList(Row):
    """A list that was shown in the order of the match.

    `public_id` is drawn when the list is shown: what is loaded twice is stored once. `viewer`: the
    account, `organisation`: for which; `subject`: the job whose people or the person whose jobs
    they are. `model`: what the rows were scored with.
    """

    __tablename__ = "shown_lists"
    __table_args__ = (sa.Index("ix_shown_lists_subject", "subject", "at"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True)
    at: Mapped[datetime] = mapped_column(index=True)
    surface: Mapped[Surface] = mapped_column(text_enum(Surface))
    viewer: Mapped[str | None] = mapped_column(PublicId, index=True)
    organisation: Mapped[str | None] = mapped_column(PublicId)
    subject: Mapped[str] = mapped_column(PublicId)
    model: Mapped[str] = mapped_column(sa.String(80))


class ShownRow(Base):
    """One row of it. `rank`: from 1 over all pages; `exact`: the sum before rounding.

    `parts`: a list for each requirement: key, number of the part, state, points, points it could
    give, and both before rounding in thousandths (with the weights of then). `opened_at`: when the
    reader opened it from the list.
    """

    __tablename__ = "shown_rows"
    __table_args__ = (sa.Index("ix_shown_rows_talent", "talent", "list_id"),)

    list_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("shown_lists.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    job: Mapped[str] = mapped_column(PublicId)
    talent: Mapped[str] = mapped_column(PublicId)
    total: Mapped[int]
    exact: Mapped[float]
    parts: Mapped[list[Any]]
    opened_at: Mapped[datetime | None]
