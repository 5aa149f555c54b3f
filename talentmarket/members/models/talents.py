"""Talents: one profile a person keeps, with evidence, and who opened it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Fen, Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed
from talentmarket.members.models.accounts import Account


class Visibility(StrEnum):
    """Who may find and open the profile; the first is the default."""

    PRIVATE = "private"  # 仅自己
    APPLIED = "applied"  # 申请后
    ORGANISATIONS = "organisations"  # 已核验单位, anonymous
    PUBLIC = "public"  # 公开


class TalentState(StrEnum):
    """Whether the profile takes part."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class WorkMode(StrEnum):
    """Where the work is done."""

    ONSITE = "onsite"
    HYBRID = "hybrid"
    REMOTE = "remote"


class RestDays(StrEnum):
    """Weekly rest."""

    TWO = "two"  # 双休
    ALTERNATE = "alternate"  # 大小周
    ONE = "one"  # 单休
    SHIFTS = "shifts"  # 轮休
    FLEXIBLE = "flexible"  # 弹性


class Availability(StrEnum):
    """When the person could start."""

    NOW = "now"
    TWO_WEEKS = "two_weeks"
    MONTH = "month"
    QUARTER = "quarter"
    LOOKING_AROUND = "looking_around"


class EntryKind(StrEnum):
    """The sections of a profile that hold evidence."""

    EXPERIENCE = "experience"
    EDUCATION = "education"
    CERTIFICATE = "certificate"
    PROJECT = "project"


class VerificationState(StrEnum):
    """What somebody other than the person said about an entry."""

    CLAIMED = "claimed"
    IN_REVIEW = "in_review"
    VERIFIED = "verified"
    REFUSED = "refused"


class OpeningLevel(StrEnum):
    """How much of a profile was opened."""

    CARD = "card"  # anonymous card, whole
    SNAPSHOT = "snapshot"
    NAME = "name"
    CONTACT = "contact"
    FILE = "file"
    FULL = "full"  # by the operator, with a reason


class Talent(Row):
    """A person's profile. `years` is professional experience in tenths of a year."""

    __tablename__ = "talents"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"), unique=True
    )
    headline: Mapped[str] = mapped_column(sa.String(120), default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    education_rank: Mapped[int | None]
    years_tenths: Mapped[int | None]
    pay_low: Mapped[int | None] = mapped_column(Fen)
    pay_high: Mapped[int | None] = mapped_column(Fen)
    work_mode: Mapped[WorkMode | None] = mapped_column(text_enum(WorkMode))
    rest_days: Mapped[RestDays | None] = mapped_column(text_enum(RestDays))
    availability: Mapped[Availability | None] = mapped_column(text_enum(Availability))
    willing_to_move: Mapped[bool | None]
    home_region: Mapped[str | None] = mapped_column(sa.String(12))
    visibility: Mapped[Visibility] = mapped_column(
        text_enum(Visibility), default=Visibility.PRIVATE
    )
    sections: Mapped[dict[str, Any]] = mapped_column(default=dict)  # section -> visibility
    visibility_chosen_at: Mapped[datetime | None]
    blocks_confirmed_at: Mapped[datetime | None]
    onboarded_at: Mapped[datetime | None]
    state: Mapped[TalentState] = mapped_column(text_enum(TalentState), default=TalentState.ACTIVE)
    completeness: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    account: Mapped[Account] = relationship()
    occupations: Mapped[list[TalentOccupation]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="TalentOccupation.position"
    )
    regions: Mapped[list[TalentRegion]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="TalentRegion.position"
    )
    entries: Mapped[list[TalentEntry]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="TalentEntry.start_month.desc(), TalentEntry.id",
    )
    skills: Mapped[list[TalentSkill]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="TalentSkill.id"
    )
    blocks: Mapped[list[TalentBlock]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="TalentBlock.id"
    )


def _talent_key(index: bool = True) -> Any:
    return mapped_column(Key, sa.ForeignKey("talents.id", ondelete="CASCADE"), index=index)


class TalentOccupation(Row):
    """A target occupation, in the person's order."""

    __tablename__ = "talent_occupations"
    __table_args__ = (sa.UniqueConstraint("talent_id", "occupation_code"),)

    talent_id: Mapped[int] = _talent_key(index=False)
    occupation_code: Mapped[str] = mapped_column(sa.String(16))
    position: Mapped[int] = mapped_column(default=0)


class TalentRegion(Row):
    """A place where the person would work."""

    __tablename__ = "talent_regions"
    __table_args__ = (sa.UniqueConstraint("talent_id", "region_code"),)

    talent_id: Mapped[int] = _talent_key(index=False)
    region_code: Mapped[str] = mapped_column(sa.String(12))
    position: Mapped[int] = mapped_column(default=0)


class TalentEntry(Row):
    """A job held, a study, a certificate or a project.

    `organisation` is the employer, school or issuer; `title` the post, degree subject, certificate
    name or project name; months are `YYYY-MM` (an open end means "until today").
    """

    __tablename__ = "talent_entries"
    __table_args__ = (
        sa.Index(
            "ix_talent_entries_waiting",
            "asked_at",
            sqlite_where=sa.text("verification = 'in_review'"),
            postgresql_where=sa.text("verification = 'in_review'"),
        ),
        sa.Index(
            "ix_talent_entries_valid_until",
            "valid_until",
            sqlite_where=sa.text("valid_until IS NOT NULL"),
            postgresql_where=sa.text("valid_until IS NOT NULL"),
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    talent_id: Mapped[int] = _talent_key()
    kind: Mapped[EntryKind] = mapped_column(text_enum(EntryKind))
    organisation: Mapped[str] = mapped_column(sa.String(160), default="")
    organisation_uscc: Mapped[str | None] = mapped_column(sa.String(18))
    organisation_industry: Mapped[str | None] = mapped_column(sa.String(16))
    organisation_size: Mapped[str | None] = mapped_column(sa.String(16))
    title: Mapped[str] = mapped_column(sa.String(160))
    subject: Mapped[str] = mapped_column(sa.String(120), default="")
    level: Mapped[str | None] = mapped_column(sa.String(16))  # education rank or certificate level
    number: Mapped[str | None] = mapped_column(Sealed)
    start_month: Mapped[str | None] = mapped_column(sa.String(7))
    end_month: Mapped[str | None] = mapped_column(sa.String(7))
    valid_until: Mapped[date | None]
    lapsed_on: Mapped[date | None]  # the last day the index was told of when it was over
    text: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("files.id"))
    verification: Mapped[VerificationState] = mapped_column(
        text_enum(VerificationState), default=VerificationState.CLAIMED
    )
    asked_at: Mapped[datetime | None]  # since when the office owes an answer
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(PublicId)
    return_reason: Mapped[str | None] = mapped_column(sa.String(40))
    return_text: Mapped[str | None] = mapped_column(sa.Text)


class TalentSkill(Row):
    """A skill the person has: level 1 (了解) to 4 (精通), years, last used, and the evidence."""

    __tablename__ = "talent_skills"
    __table_args__ = (
        sa.UniqueConstraint("talent_id", "skill_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level"),
    )

    talent_id: Mapped[int] = _talent_key(index=False)
    skill_id: Mapped[str] = mapped_column(sa.String(64), index=True)
    level: Mapped[int | None]
    years_tenths: Mapped[int | None]
    last_used: Mapped[int | None]  # calendar year

    # Whoever shows one skill shows all of them: one question for all, not one for each.
    evidence: Mapped[list[TalentSkillEvidence]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, lazy="selectin"
    )


class TalentSkillEvidence(Row):
    """Which entry proves a skill."""

    __tablename__ = "talent_skill_evidence"
    __table_args__ = (sa.UniqueConstraint("talent_skill_id", "entry_id"),)

    talent_skill_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("talent_skills.id", ondelete="CASCADE")
    )
    entry_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("talent_entries.id", ondelete="CASCADE"), index=True
    )


class TalentBlock(Row):
    """An employer that must never see this person; also binds every firm acting for it."""

    __tablename__ = "talent_blocks"
    __table_args__ = (
        sa.UniqueConstraint("talent_id", "name_folded"),
        sa.Index("ix_talent_blocks_uscc", "uscc"),
    )

    talent_id: Mapped[int] = _talent_key()
    name: Mapped[str] = mapped_column(sa.String(160))
    name_folded: Mapped[str] = mapped_column(sa.String(160))
    uscc: Mapped[str | None] = mapped_column(sa.String(18))
    created_at: Mapped[datetime]


class ProfileOpening(Row):
    """Somebody else opened the profile: who, for which organisation, why, how much.

    `listed_on` is set for a name read in a list: one row a day for an organisation and a list.
    """

    __tablename__ = "profile_openings"
    __table_args__ = (
        sa.Index("ix_profile_openings_talent", "talent_id", "id"),
        sa.Index(
            "uq_profile_openings_listed",
            *("organisation_id", "subject_id", "listed_on", "talent_id"),
            unique=True,
            sqlite_where=sa.text("listed_on IS NOT NULL"),
            postgresql_where=sa.text("listed_on IS NOT NULL"),
        ),
    )

    talent_id: Mapped[int] = _talent_key(index=False)
    at: Mapped[datetime]
    viewer_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    organisation_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("organisations.id"), index=True
    )
    purpose: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[OpeningLevel] = mapped_column(text_enum(OpeningLevel))
    subject_type: Mapped[str | None] = mapped_column(sa.String(32))
    subject_id: Mapped[str | None] = mapped_column(PublicId)
    listed_on: Mapped[date | None]
