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
from talentmarket.core.ids import new_public_id

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


class Side(StrEnum):
    """Which lists a trial is about."""

    JOBS = "jobs"  # a person's own page of jobs
    PEOPLE = "people"  # those recommended for a job
    BOTH = "both"

    def holds(self, other: Side) -> bool:
        """Whether lists of this side are in it."""
        return self in (other, Side.BOTH)


class RankingTrial(Row):
    """Two rankings in one list, until a day. `candidate`: the version of the learned weights beside
    what serves, `baseline`: that of the weights which serve (None: the table); when other ones come
    to serve, it is over. One is `open` at a time."""

    __tablename__ = "ranking_trials"
    __table_args__ = (
        sa.Index(
            "uq_ranking_trials_open",
            "open",
            unique=True,
            sqlite_where=sa.text("open"),
            postgresql_where=sa.text("open"),
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    candidate: Mapped[str] = mapped_column(sa.String(40))
    baseline: Mapped[str | None] = mapped_column(sa.String(40))
    side: Mapped[Side] = mapped_column(text_enum(Side))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    open: Mapped[bool]


class ShownList(Row):
    """A list that was shown in the order of the match.

    `public_id` is drawn when the list is shown: what is loaded twice is stored once. `viewer`: the
    account, `organisation`: for which; `subject`: the job whose people or the person whose jobs
    they are. `model`: what the rows were scored with. `trial`: of two rankings, if it was in one.
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
    trial: Mapped[str | None] = mapped_column(PublicId)


class ShownRow(Base):
    """One row of it. `rank`: from 1 over all pages; `exact`: the sum before rounding.

    `parts`: a list for each requirement: key, number of the part, state, points, points it could
    give, and both before rounding in thousandths (with the weights of then). `opened_at`: when the
    reader opened it from the list; `team`: in a trial the ranking that picked it (`interleaving.Team`).
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
    team: Mapped[str | None] = mapped_column(sa.String(1))
