"""One truth per person and job: the application, however it came."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.files import StoredFile
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed
from talentmarket.exchange.models.jobs import Job
from talentmarket.members.models import Organisation, Talent


class ApplicationState(StrEnum):
    """Stages and ends; the moves are in :mod:`talentmarket.exchange.stages`."""

    SUBMITTED = "submitted"
    VIEWED = "viewed"
    SHORTLISTED = "shortlisted"
    INTERVIEW = "interview"
    OFFER = "offer"
    ACCEPTED = "accepted"
    STARTED = "started"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    JOB_CLOSED = "job_closed"
    UNANSWERED = "unanswered"
    OFFER_DECLINED = "offer_declined"
    OFFER_RESCINDED = "offer_rescinded"
    NOT_STARTED = "not_started"


#: Ends: nothing moves on from here.
ENDED = (
    ApplicationState.CONFIRMED,
    ApplicationState.REJECTED,
    ApplicationState.WITHDRAWN,
    ApplicationState.JOB_CLOSED,
    ApplicationState.UNANSWERED,
    ApplicationState.OFFER_DECLINED,
    ApplicationState.OFFER_RESCINDED,
    ApplicationState.NOT_STARTED,
)
_OPEN = sa.text("state NOT IN (" + ", ".join(f"'{state.value}'" for state in ENDED) + ")")


class ApplicationRoute(StrEnum):
    """How the application came about."""

    OWN = "own"
    INVITATION = "invitation"
    REFERRAL = "referral"


class ContactWhen(StrEnum):
    """When phone and mail open to the employer; the person chooses, nothing is ticked before."""

    NOW = "now"
    INTERVIEW = "interview"


class EndReason(StrEnum):
    """Why an application was refused; `requirement` names the row that is not met."""

    REQUIREMENT = "requirement"
    PLACE = "place"
    PAY = "pay"
    START = "start"
    FILLED = "filled"
    STRONGER = "stronger"
    NOT_REACHABLE = "not_reachable"
    OTHER = "other"


class Side(StrEnum):
    """Which side wrote or proposed something."""

    TALENT = "talent"
    ORGANISATION = "organisation"


class InterviewState(StrEnum):
    """A proposed time."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """Stages of an invitation."""

    SENT = "sent"
    SEEN = "seen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Application(Row):
    """A person's application to a job; at most one open one for the pair."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.Index(
            "uq_applications_open",
            "job_id",
            "talent_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        sa.Index("ix_applications_organisation", "organisation_id", "state"),
        sa.Index("ix_applications_talent", "talent_id", "id"),
        sa.Index("ix_applications_due", "state", "due_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    number: Mapped[str] = mapped_column(sa.String(12))  # what the employer sees first
    job_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("jobs.id"))
    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    talent_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("talents.id"))
    route: Mapped[ApplicationRoute] = mapped_column(text_enum(ApplicationRoute))
    state: Mapped[ApplicationState] = mapped_column(
        text_enum(ApplicationState), default=ApplicationState.SUBMITTED
    )
    contact_when: Mapped[ContactWhen] = mapped_column(text_enum(ContactWhen))
    contact_opened_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime]
    viewed_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime]  # the reply promise
    answered_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]  # the clock that runs now
    late: Mapped[bool] = mapped_column(default=False)
    moved_at: Mapped[datetime]
    moved_from: Mapped[ApplicationState | None] = mapped_column(
        text_enum(ApplicationState, "moved_from")
    )
    moved_by_side: Mapped[Side | None] = mapped_column(text_enum(Side))
    skipped: Mapped[list[str]] = mapped_column(default=list)
    end_reason: Mapped[EndReason | None] = mapped_column(text_enum(EndReason))
    end_requirement: Mapped[str | None] = mapped_column(sa.String(80))
    end_text: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None]
    score: Mapped[int | None]  # as it stood when the application was made
    model_version: Mapped[str | None] = mapped_column(sa.String(40))
    revision: Mapped[int] = mapped_column(default=1)

    job: Mapped[Job] = relationship()
    organisation: Mapped[Organisation] = relationship()
    talent: Mapped[Talent] = relationship()
    snapshot: Mapped[Snapshot | None] = relationship(back_populates="application", uselist=False)


class Snapshot(Row):
    """The profile as it stood when the person applied. `person` holds name and contact, sealed."""

    __tablename__ = "snapshots"

    application_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("applications.id", ondelete="CASCADE"), unique=True
    )
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    person: Mapped[str | None] = mapped_column(Sealed)
    taken_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="snapshot")


class Invitation(Row):
    """An organisation asks a person to apply to one of its jobs."""

    __tablename__ = "invitations"
    __table_args__ = (
        sa.Index(
            "uq_invitations_open",
            "job_id",
            "talent_id",
            unique=True,
            sqlite_where=sa.text("state IN ('sent', 'seen')"),
            postgresql_where=sa.text("state IN ('sent', 'seen')"),
        ),
        sa.Index("ix_invitations_talent", "talent_id", "state"),
        sa.Index("ix_invitations_organisation", "organisation_id", "state"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    job_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("jobs.id"))
    talent_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("talents.id"))
    sender_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(sa.Text, default="")
    state: Mapped[InvitationState] = mapped_column(
        text_enum(InvitationState), default=InvitationState.SENT
    )
    sent_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    application_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("applications.id"))

    job: Mapped[Job] = relationship()
    organisation: Mapped[Organisation] = relationship()
    talent: Mapped[Talent] = relationship()


class Message(Row):
    """A line in the thread of an application."""

    __tablename__ = "messages"
    __table_args__ = (sa.Index("ix_messages_application", "application_id", "id"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("applications.id", ondelete="CASCADE")
    )
    side: Mapped[Side] = mapped_column(text_enum(Side))
    author_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(sa.Text)
    key: Mapped[str | None] = mapped_column(sa.String(40), unique=True)
    sent_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    files: Mapped[list[MessageFile]] = relationship(
        order_by="MessageFile.id", passive_deletes=True, cascade="all, delete-orphan"
    )


class MessageFile(Row):
    """A file that came with a line; its bytes lie in the file store."""

    __tablename__ = "message_files"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    message_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("files.id"), unique=True)

    file: Mapped[StoredFile] = relationship()


class Interview(Row):
    """An interview: times proposed by one side, one of them chosen by the other.

    `starts_at`: the time that was chosen, before that the first of `options` (moments as ISO text;
    empty in rows of the time when there was one). `by_side`: who proposed, or who ended it, with
    `reason`. `missed_by`: who did not come as the other side says, with an answer to it.
    """

    __tablename__ = "interviews"
    __table_args__ = (sa.Index("ix_interviews_starts", "state", "starts_at"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    application_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=60)
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    by_video: Mapped[bool] = mapped_column(default=False)
    state: Mapped[InterviewState] = mapped_column(
        text_enum(InterviewState), default=InterviewState.PROPOSED
    )
    by_phone: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    options: Mapped[list[str]] = mapped_column(default=list)
    by_side: Mapped[Side | None] = mapped_column(text_enum(Side, "by_side"))
    #: The firm that proposed for the employer, which let it.
    firm_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    missed_by: Mapped[Side | None] = mapped_column(text_enum(Side, "missed_by"))
    missed_at: Mapped[datetime | None]
    missed_text: Mapped[str] = mapped_column(sa.Text, default="")
    missed_answer: Mapped[str] = mapped_column(sa.Text, default="")
    missed_answered_at: Mapped[datetime | None]

    firm: Mapped[Organisation | None] = relationship()

    @property
    def times(self) -> list[datetime]:
        """The times on the table, in their order."""
        return [datetime.fromisoformat(one) for one in self.options] or [self.starts_at]

    @property
    def manner(self) -> str:
        """On site, by video or by phone."""
        return "phone" if self.by_phone else "video" if self.by_video else "onsite"


class Note(Row):
    """A private note of the organisation on an application."""

    __tablename__ = "notes"

    application_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("applications.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime]
