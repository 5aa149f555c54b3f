"""A person asked on behalf of an employer, what the person agreed to, and the firm's claim.

A referral is a road to the application. It has two lives: the asking (a person who can say no)
and, once it was sent, the claim (the firm's against the employer, never a hold on the person).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.models.applications import Application, EndReason
from talentmarket.exchange.models.jobs import Job
from talentmarket.members.models import Account, Organisation, Talent


class ReferralState(StrEnum):
    """Stages of the asking; the moves are in :mod:`talentmarket.exchange.brokering.referring.stages`."""

    ASKED = "asked"
    INTERESTED = "interested"
    CONSENTED = "consented"
    SENT = "sent"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ReferralClaim(StrEnum):
    """What the firm may claim of the employer since it sent the person."""

    PENDING = "pending"  # the employer has not said yet whether the person is new to it
    STANDING = "standing"
    KNOWN = "known"  # the employer named a dated record from before
    DISPUTED = "disputed"
    REFUSED = "refused"  # by a ruling
    DORMANT = "dormant"  # the person took the consent back: only a hire revives it
    EXPIRED = "expired"


class KnownAnswer(StrEnum):
    """Whether the employer knew the person before it was sent."""

    NEW = "new"
    KNOWN = "known"
    SILENCE = "silence"  # counts as new


class DisputeKind(StrEnum):
    """Who contests what."""

    KNOWN_BEFORE = "known_before"  # the firm contests the employer's "known"
    OBJECTION = "objection"  # the employer, or another firm, objects to a standing claim
    APPEAL = "appeal"


class Ruling(StrEnum):
    """What the alliance office decided."""

    UPHELD = "upheld"  # the claim stands
    REFUSED = "refused"


#: States in which the asking goes on.
RUNNING = (ReferralState.ASKED, ReferralState.INTERESTED, ReferralState.CONSENTED)
#: States in which a claim may still come to something: one per employer, job and person.
LIVE_CLAIMS = (
    ReferralClaim.PENDING,
    ReferralClaim.STANDING,
    ReferralClaim.KNOWN,
    ReferralClaim.DISPUTED,
    ReferralClaim.DORMANT,
)
_RUNNING = sa.text("state IN (" + ", ".join(f"'{one.value}'" for one in RUNNING) + ")")
_LIVE = sa.text("claim IN (" + ", ".join(f"'{one.value}'" for one in LIVE_CLAIMS) + ")")
_CONSENTED = sa.text("state = 'consented'")


class Referral(Row):
    """A firm asks a person for a mandate's job, and sends them once they agreed to each receiver."""

    __tablename__ = "referrals"
    __table_args__ = (
        sa.Index(
            "uq_referrals_running",
            "firm_id",
            "job_id",
            "talent_id",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        sa.Index(
            "uq_referrals_consented",
            "job_id",
            "talent_id",
            unique=True,
            sqlite_where=_CONSENTED,
            postgresql_where=_CONSENTED,
        ),
        sa.Index(
            "uq_referrals_claim",
            "employer_id",
            "job_id",
            "talent_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        sa.Index("ix_referrals_talent", "talent_id", "state"),
        sa.Index("ix_referrals_firm", "firm_id", "state"),
        sa.Index("ix_referrals_employer", "employer_id", "claim"),
        sa.Index("ix_referrals_expires", "state", "expires_at"),
        sa.Index("ix_referrals_answer", "claim", "answer_due_at"),
        sa.Index("ix_referrals_reply", "state", "reply_due_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(sa.String(12))  # how papers and the employer call it
    mandate_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("mandates.id"))
    #: The version of the terms the person was shown and the employer is bound by.
    terms_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("mandate_terms.id"))
    job_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("jobs.id"))
    firm_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    employer_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    talent_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("talents.id"))
    consultant_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    #: Whether step one names the employer, or describes it by field and size.
    employer_named: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[ReferralState] = mapped_column(
        text_enum(ReferralState), default=ReferralState.ASKED
    )
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    interested_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: What the consent named: receivers (role, organisation, name, contact), purpose, manner, data.
    named: Mapped[dict[str, Any]] = mapped_column(default=dict)
    consent_until: Mapped[date | None]
    contact_now: Mapped[bool] = mapped_column(default=False)
    #: Since when the employer leaves the times of an interview to the firm.
    schedules_since: Mapped[datetime | None]
    application_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("applications.id"))
    claim: Mapped[ReferralClaim | None] = mapped_column(text_enum(ReferralClaim))
    claim_until: Mapped[date | None]  # the last day of ownership
    answer: Mapped[KnownAnswer | None] = mapped_column(text_enum(KnownAnswer))
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    known_on: Mapped[date | None]
    known_record: Mapped[str] = mapped_column(sa.Text, default="")
    object_until: Mapped[datetime | None]  # the end of the window for an objection
    #: The firm's posting that the person applied to; None where the firm asked.
    posting_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("jobs.id"), index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")  # the person's words to the receivers
    reply_due_at: Mapped[datetime | None]  # by when the firm forwards or refuses
    #: Why the firm did not forward: reason, requirement, text; the person reads all of it.
    refusal: Mapped[EndReason | None] = mapped_column(text_enum(EndReason, "refusal"))
    refusal_requirement: Mapped[str | None] = mapped_column(sa.String(80))
    refusal_text: Mapped[str] = mapped_column(sa.Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    job: Mapped[Job] = relationship(foreign_keys=[job_id])
    posting: Mapped[Job | None] = relationship(foreign_keys=[posting_id])
    frozen: Mapped[ReferralSnapshot | None] = relationship(uselist=False)
    firm: Mapped[Organisation] = relationship(foreign_keys=[firm_id])
    employer: Mapped[Organisation] = relationship(foreign_keys=[employer_id])
    talent: Mapped[Talent] = relationship()
    consultant: Mapped[Account | None] = relationship()
    application: Mapped[Application | None] = relationship()
    mandate: Mapped[Mandate] = relationship()


class ReferralSnapshot(Row):
    """The profile as it stood when the person applied to a firm's posting: what the firm reads, and
    what the application opens with. `person` holds name and contact, sealed."""

    __tablename__ = "referral_snapshots"

    referral_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("referrals.id", ondelete="CASCADE"), unique=True
    )
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    person: Mapped[str | None] = mapped_column(Sealed)
    taken_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Dispute(Row):
    """One objection, or one appeal against its ruling; the courts stay open besides."""

    __tablename__ = "referral_disputes"
    __table_args__ = (
        # Each side may object once, and appeal once.
        sa.UniqueConstraint("referral_id", "kind", "organisation_id"),
        sa.Index(
            "uq_referral_disputes_open",
            "referral_id",
            unique=True,
            sqlite_where=sa.text("ruling IS NULL"),
            postgresql_where=sa.text("ruling IS NULL"),
        ),
        sa.Index("ix_referral_disputes_due", "ruling", "due_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    referral_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("referrals.id"))
    kind: Mapped[DisputeKind] = mapped_column(text_enum(DisputeKind))
    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    record_on: Mapped[date]  # the day of the record that is brought forward
    record: Mapped[str] = mapped_column(sa.Text)
    filed_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ruling: Mapped[Ruling | None] = mapped_column(text_enum(Ruling))
    reasons: Mapped[str] = mapped_column(sa.Text, default="")
    ruled_at: Mapped[datetime | None]
    ruled_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )

    referral: Mapped[Referral] = relationship()
    organisation: Mapped[Organisation] = relationship()
