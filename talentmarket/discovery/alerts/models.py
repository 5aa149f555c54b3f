"""Saved searches, what was found for them, and how far the run has come."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Base, Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.members.models import Account, Organisation


class SearchedKind(StrEnum):
    """What a saved search looks for."""

    JOB = "job"
    TALENT = "talent"


class Frequency(StrEnum):
    """How often the person wants to be told."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class Urgency(IntEnum):
    """The same as a number, the most urgent first."""

    AT_ONCE = 0
    DAILY = 1
    WEEKLY = 2


#: Frequency → urgency of what is found; what is off finds nothing.
URGENCY = {
    Frequency.AT_ONCE: Urgency.AT_ONCE,
    Frequency.DAILY: Urgency.DAILY,
    Frequency.WEEKLY: Urgency.WEEKLY,
}


class SavedSearch(Row):
    """A search that a person keeps. `query`: what the address of the search page says.

    `query_key`: a digest of the query without anything personal: equal searches are run once.
    Searches for people belong to a member in an organisation and keep their `purpose`, the public
    id of the job people are looked for. `feed_version`: counts the secret addresses of its feed; 0
    before the first, below 0 while the last one is taken back. `by_match`: nothing is searched; what
    suits the person's profile, or the job of `purpose`, comes from the lists of the night.
    """

    __tablename__ = "saved_searches"
    __table_args__ = (
        sa.Index("uq_saved_searches_query", "account_id", "query_key", unique=True),
        sa.Index("ix_saved_searches_run", "kind", "query_key", "id"),
        sa.Index("ix_saved_searches_match", "by_match", "id"),
        sa.CheckConstraint(
            "(kind = 'talent') = (organisation_id IS NOT NULL)", name="organisation"
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[SearchedKind] = mapped_column(text_enum(SearchedKind))
    name: Mapped[str] = mapped_column(sa.String(80))
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    query_key: Mapped[str] = mapped_column(sa.String(64))
    purpose: Mapped[str | None] = mapped_column(PublicId)
    frequency: Mapped[Frequency] = mapped_column(text_enum(Frequency))
    by_match: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    feed_version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class KnownPeople(Base):
    """Whom a search for people found when it was saved, as :mod:`.known` packs them."""

    __tablename__ = "known_people"

    search_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("saved_searches.id", ondelete="CASCADE"), primary_key=True
    )
    people: Mapped[bytes]


class _Alert(Row):
    """Something found for a person, told at most once.

    `told_at`: None while it waits; `search_id`: None when that search was deleted after it was told.
    """

    __abstract__ = True

    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    search_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("saved_searches.id", ondelete="SET NULL"), index=True
    )
    urgency: Mapped[int]
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]


class JobAlert(_Alert):
    """A job for a person: one row, whichever of the person's searches found it."""

    __tablename__ = "job_alerts"
    __table_args__ = (
        sa.Index("uq_job_alerts_person", "account_id", "job_id", unique=True),
        sa.Index("ix_job_alerts_waiting", "told_at", "urgency", "account_id"),
    )

    job_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("jobs.id", ondelete="CASCADE"), index=True
    )


class TalentAlert(_Alert):
    """A person for a member of an organisation."""

    __tablename__ = "talent_alerts"
    __table_args__ = (
        sa.Index(
            "uq_talent_alerts_person", "account_id", "organisation_id", "talent_id", unique=True
        ),
        sa.Index("ix_talent_alerts_waiting", "told_at", "urgency", "account_id"),
    )

    organisation_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("organisations.id", ondelete="CASCADE"), index=True
    )
    talent_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("talents.id", ondelete="CASCADE"), index=True
    )


class AlertHead(Base):
    """How far the run of a kind has come in the order of changes.

    All up to `done` was looked at for every search. While a run goes on, `target` is where it ends
    and (`at_key`, `at_id`) the last search that was looked at: it is moved in the transaction that
    notes what was found, so a run that is killed goes on there. `leased_until`: until then one process
    has it.
    """

    __tablename__ = "alert_heads"

    kind: Mapped[SearchedKind] = mapped_column(text_enum(SearchedKind), primary_key=True)
    done: Mapped[int] = mapped_column(Key)
    target: Mapped[int | None] = mapped_column(Key)
    at_key: Mapped[str] = mapped_column(sa.String(64), default="")
    at_id: Mapped[int] = mapped_column(Key, default=0)
    leased_until: Mapped[datetime | None]
