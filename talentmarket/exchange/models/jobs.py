"""Jobs (岗位) and the letters of entrustment behind an agency's.

The six elements of 国令700号 art. 24: employer, headcount, conditions, work, place, basic pay.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Fen, Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.members.models import Organisation, RestDays, WorkMode


class JobState(StrEnum):
    """Stages of a job; the moves are in :mod:`talentmarket.exchange.stages`."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REJECTED = "rejected"
    PUBLISHED = "published"
    PAUSED = "paused"
    FILLED = "filled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Origin(StrEnum):
    """Own posting, or one reprinted from a named source (转载参考)."""

    OWN = "own"
    REFERENCE = "reference"


class Channel(StrEnum):
    """Who stands between the person and the employer."""

    DIRECT = "direct"  # 直招
    AGENCY = "agency"  # 代招
    OUTSOURCED = "outsourced"  # 外包
    DISPATCHED = "dispatched"  # 派遣


class JobKind(StrEnum):
    """Full post, part-time, internship, project."""

    FULL = "full"
    PART = "part"
    INTERNSHIP = "internship"
    PROJECT = "project"


class PayUnit(StrEnum):
    """What the pay range is for."""

    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    PROJECT = "project"


class Contract(StrEnum):
    """The kind of contract that is offered."""

    FIXED = "fixed"
    OPEN = "open"
    TASK = "task"
    SERVICE = "service"  # 劳务
    INTERN = "intern"


class Insurance(StrEnum):
    """Social insurance and housing fund."""

    FULL_AND_FUND = "full_and_fund"  # 五险一金
    FULL = "full"  # 五险
    INJURY_ONLY = "injury_only"
    NONE = "none"


class Exclusion(StrEnum):
    """What a person may never want to see among jobs."""

    OUTSOURCED = "outsourced"  # 不看外包
    DISPATCHED = "dispatched"  # 不看派遣
    AGENCY = "agency"  # 不看代招
    REFERENCE = "reference"  # 不看转载参考
    ONLY_TWO_DAYS = "only_two_days"  # 只看双休
    ONLY_INSURED = "only_insured"  # 只看五险一金


class EntrustmentState(StrEnum):
    """Review of a letter of entrustment."""

    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Job(Row):
    """A posting. Pay is in fen per `pay_unit`; `month_low/high` are the same per month."""

    __tablename__ = "jobs"
    __table_args__ = (
        sa.Index("ix_jobs_state", "state", "published_at"),
        sa.Index("ix_jobs_organisation", "organisation_id", "state"),
        sa.Index("ix_jobs_employer_name", "employer_name"),
        sa.Index(
            "uq_jobs_external",
            "organisation_id",
            "external_id",
            unique=True,
            sqlite_where=sa.text("external_id IS NOT NULL"),
            postgresql_where=sa.text("external_id IS NOT NULL"),
        ),
        sa.CheckConstraint("reply_days BETWEEN 1 AND 5", name="reply_days"),
        sa.CheckConstraint("headcount > 0", name="headcount"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    employer_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("organisations.id"), index=True
    )
    employer_name: Mapped[str] = mapped_column(sa.String(160), default="")
    client_name: Mapped[str] = mapped_column(sa.String(160), default="")  # site or host unit
    entrustment_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("entrustments.id"))
    created_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    manager_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    origin: Mapped[Origin] = mapped_column(text_enum(Origin), default=Origin.OWN)
    external_id: Mapped[str | None] = mapped_column(sa.String(80))
    source_date: Mapped[date | None]
    content_digest: Mapped[str | None] = mapped_column(sa.String(64))

    title: Mapped[str] = mapped_column(sa.String(120))
    occupation_code: Mapped[str | None] = mapped_column(sa.String(16))
    #: Of a reference posting whose title the vocabulary does not know: what it may be, and the chance
    #: in percent. Where that is high enough `occupation_code` is the same, and is found by.
    occupation_guess: Mapped[str | None] = mapped_column(sa.String(16))
    occupation_chance: Mapped[int | None]
    description: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[JobKind] = mapped_column(text_enum(JobKind), default=JobKind.FULL)
    channel: Mapped[Channel] = mapped_column(text_enum(Channel), default=Channel.DIRECT)
    headcount: Mapped[int | None]
    education_rank: Mapped[int | None]  # 0 none asked … 7 doctor; a floor
    years_min: Mapped[int | None]
    years_max: Mapped[int | None]
    region_code: Mapped[str | None] = mapped_column(sa.String(12))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    work_mode: Mapped[WorkMode | None] = mapped_column(text_enum(WorkMode))
    rest_days: Mapped[RestDays | None] = mapped_column(text_enum(RestDays))
    hours: Mapped[str] = mapped_column(sa.String(80), default="")
    insurance: Mapped[Insurance | None] = mapped_column(text_enum(Insurance))
    contract: Mapped[Contract | None] = mapped_column(text_enum(Contract))
    contract_months: Mapped[int | None]
    probation_months: Mapped[int | None]
    benefits: Mapped[list[str]] = mapped_column(default=list)

    pay_unit: Mapped[PayUnit] = mapped_column(text_enum(PayUnit), default=PayUnit.MONTH)
    pay_low: Mapped[int | None] = mapped_column(Fen)
    pay_high: Mapped[int | None] = mapped_column(Fen)
    pay_months: Mapped[int] = mapped_column(default=12)
    base_pay: Mapped[int | None] = mapped_column(Fen)
    month_low: Mapped[int | None] = mapped_column(Fen)
    month_high: Mapped[int | None] = mapped_column(Fen)

    reply_days: Mapped[int] = mapped_column(default=3)
    valid_until: Mapped[date | None]
    #: The key of the job that this one, and those it was copied from, began with.
    copied_from_id: Mapped[int | None] = mapped_column(Key, index=True)
    listed: Mapped[bool] = mapped_column(default=True)
    state: Mapped[JobState] = mapped_column(text_enum(JobState), default=JobState.DRAFT)
    submitted_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    review_reason: Mapped[str | None] = mapped_column(sa.String(40))
    review_text: Mapped[str] = mapped_column(sa.Text, default="")
    published_at: Mapped[datetime | None]
    first_published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    applications_count: Mapped[int] = mapped_column(default=0)
    #: What was published last, while the row says what nobody has approved; see exchange.published.
    approved: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    #: Raised by whoever changes what the job says, its skills too, with `updated_at`: what is kept of
    #: it in memory holds as long as both are the same.
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    employer: Mapped[Organisation | None] = relationship(foreign_keys=[employer_id])
    entrustment: Mapped[Entrustment | None] = relationship()
    skills: Mapped[list[JobSkill]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="JobSkill.position"
    )

    @property
    def shown_title(self) -> str:
        """The title as people outside the organisation may read it: as it was published last."""
        return str(self.approved["title"]) if self.approved else self.title


class JobSkill(Row):
    """A skill a job asks for: must or wish, the level (1–4) and years wanted."""

    __tablename__ = "job_skills"
    __table_args__ = (
        sa.UniqueConstraint("job_id", "skill_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level"),
    )

    job_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("jobs.id", ondelete="CASCADE"))
    skill_id: Mapped[str] = mapped_column(sa.String(64), index=True)
    must: Mapped[bool] = mapped_column(default=True)
    level: Mapped[int | None]
    years: Mapped[int | None]
    position: Mapped[int] = mapped_column(default=0)


class Entrustment(Row):
    """A letter by which a client entrusts a firm with finding people (国令700号 art. 26)."""

    __tablename__ = "entrustments"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"), index=True)
    client_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    client_name: Mapped[str] = mapped_column(sa.String(160))
    client_uscc: Mapped[str] = mapped_column(sa.String(18))
    file_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("files.id"))
    valid_until: Mapped[date]
    state: Mapped[EntrustmentState] = mapped_column(
        text_enum(EntrustmentState), default=EntrustmentState.IN_REVIEW
    )
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    reason_text: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )


class SavedJob(Row):
    """A job a person put aside to look at again."""

    __tablename__ = "saved_jobs"
    __table_args__ = (sa.UniqueConstraint("account_id", "job_id"),)

    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    job_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("jobs.id", ondelete="CASCADE"))
    saved_at: Mapped[datetime]


class JobExclusion(Row):
    """One thing a person never wants to see among jobs."""

    __tablename__ = "job_exclusions"
    __table_args__ = (sa.UniqueConstraint("account_id", "exclusion"),)

    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    exclusion: Mapped[Exclusion] = mapped_column(text_enum(Exclusion))
    created_at: Mapped[datetime]


class JobCluster(Row):
    """What a posting may be the same as. Written while indexing; can be thrown away.

    `block`: a digest of employer and place; `cluster`: the key of the oldest posting it stands for
    one with, None when it stands alone.
    """

    __tablename__ = "job_clusters"

    job_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("jobs.id", ondelete="CASCADE"), unique=True
    )
    block: Mapped[str] = mapped_column(sa.String(32), index=True)
    cluster: Mapped[int | None] = mapped_column(Key)
