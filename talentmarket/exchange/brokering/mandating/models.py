"""Mandates (委托): by which an employer has a firm look for people (国令700号 arts. 18, 26)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from talentmarket.core.db import Fen, Key, PublicId, Row, text_enum
from talentmarket.core.files import StoredFile
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed
from talentmarket.exchange.brokering.mandating.terms import NAMES, FeeBasis, Reach, Remedy, Terms
from talentmarket.exchange.models import Entrustment, Job
from talentmarket.members.models import Account, Organisation


class MandateState(StrEnum):
    """Stages of a mandate; the moves are in :mod:`talentmarket.exchange.brokering.mandating.stages`."""

    DRAFT = "draft"
    DOCUMENTS = "documents"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    AWAITING_COUNTERSIGNATURE = "awaiting_countersignature"
    ACTIVE = "active"
    PAUSED = "paused"
    FROZEN = "frozen"
    ENDED = "ended"
    REFUSED = "refused"
    EXPIRED = "expired"


#: Stages from which nothing moves on.
OVER = (MandateState.ENDED, MandateState.REFUSED, MandateState.EXPIRED)


class MandateDocumentKind(StrEnum):
    """The four documents of an entrusted recruitment (国令700号 art. 26)."""

    BRIEF = "brief"  # 招聘简章
    REGISTRATION = "registration"  # 营业执照 or founding approval
    HANDLER_IDENTITY = "handler_identity"  # 经办人身份证明
    LETTER = "letter"  # 委托书


class Party(StrEnum):
    """A side of the mandate."""

    FIRM = "firm"
    CLIENT = "client"


class Mandate(Row):
    """An employer's mandate to a firm. The client may not be on the site: `client_id` is None.

    `terms_number`: the version of the terms that is in force, None before the first was agreed.
    `job`: the posting it is for, once there is one. `entrustment`: the letter that carries an
    agency's postings, made (or taken over) when the mandate becomes active.
    """

    __tablename__ = "mandates"
    __table_args__ = (
        sa.Index("ix_mandates_organisation", "organisation_id", "state"),
        sa.Index("ix_mandates_client", "client_id", "state"),
        sa.Index("ix_mandates_client_uscc", "client_uscc"),
        sa.Index("ix_mandates_ends", "state", "valid_until"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    client_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    client_name: Mapped[str] = mapped_column(sa.String(160))
    client_uscc: Mapped[str] = mapped_column(sa.String(18))
    handler_name: Mapped[str | None] = mapped_column(Sealed)
    handler_contact: Mapped[str | None] = mapped_column(Sealed)  # mail address or mobile number
    handler_number: Mapped[str | None] = mapped_column(sa.String(24))  # identity number, masked
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    headcount: Mapped[int] = mapped_column(default=1)
    valid_until: Mapped[date]
    job_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("jobs.id"), index=True)
    entrustment_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("entrustments.id"), unique=True
    )
    consultant_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    reviewer_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    reviewed_at: Mapped[datetime | None]
    state: Mapped[MandateState] = mapped_column(text_enum(MandateState), default=MandateState.DRAFT)
    state_before_freeze: Mapped[str | None] = mapped_column(sa.String(32))
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    reason_text: Mapped[str] = mapped_column(sa.Text, default="")
    terms_number: Mapped[int | None]
    activated_at: Mapped[datetime | None]
    sampled_at: Mapped[datetime | None]
    sampled_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    moved_at: Mapped[datetime]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    client: Mapped[Organisation | None] = relationship(foreign_keys=[client_id])
    consultant: Mapped[Account | None] = relationship(foreign_keys=[consultant_id])
    reviewer: Mapped[Account | None] = relationship(foreign_keys=[reviewer_id])
    job: Mapped[Job | None] = relationship()
    entrustment: Mapped[Entrustment | None] = relationship()
    versions: Mapped[list[MandateTerms]] = relationship(
        order_by="MandateTerms.number", back_populates="mandate"
    )
    documents: Mapped[list[MandateDocument]] = relationship(order_by="MandateDocument.id")


def _mandate_key(index: bool = True) -> Any:
    return mapped_column(Key, sa.ForeignKey("mandates.id", ondelete="CASCADE"), index=index)


_CURRENT = sa.text("replaced_at IS NULL")


class MandateDocument(Row):
    """One of the four documents. `erase_on`: the day by which its bytes go (identity only)."""

    __tablename__ = "mandate_documents"
    __table_args__ = (
        sa.Index(
            "uq_mandate_documents_current",
            "mandate_id",
            "kind",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    mandate_id: Mapped[int] = _mandate_key()
    kind: Mapped[MandateDocumentKind] = mapped_column(text_enum(MandateDocumentKind))
    file_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("files.id"))
    uploaded_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    erase_on: Mapped[date | None] = mapped_column(index=True)

    file: Mapped[StoredFile] = relationship()


class MandateTerms(Row):
    """A version of the terms: written once, never changed (:class:`Terms` says what is in it)."""

    __tablename__ = "mandate_terms"
    __table_args__ = (sa.UniqueConstraint("mandate_id", "number"),)

    mandate_id: Mapped[int] = _mandate_key(index=False)
    number: Mapped[int]
    exclusive: Mapped[bool]
    fee_basis: Mapped[FeeBasis] = mapped_column(text_enum(FeeBasis))
    fee_share: Mapped[int]
    fee_amount: Mapped[int] = mapped_column(Fen)
    tax_rate: Mapped[int]
    guarantee_days: Mapped[int]
    remedy: Mapped[Remedy] = mapped_column(text_enum(Remedy))
    ownership_days: Mapped[int]
    reach: Mapped[Reach] = mapped_column(text_enum(Reach))
    objection_days: Mapped[int]
    opened: Mapped[bool]
    split: Mapped[int]
    record_name: Mapped[str] = mapped_column(sa.String(160))
    record_uscc: Mapped[str] = mapped_column(sa.String(18))
    host_name: Mapped[str] = mapped_column(sa.String(160))
    host_uscc: Mapped[str] = mapped_column(sa.String(18))
    digest: Mapped[str] = mapped_column(sa.String(64))
    proposed_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    proposed_at: Mapped[datetime]

    mandate: Mapped[Mandate] = relationship(back_populates="versions")
    confirmations: Mapped[list[TermsConfirmation]] = relationship(order_by="TermsConfirmation.id")

    @property
    def terms(self) -> Terms:
        """The version as a value."""
        return Terms(**{name: getattr(self, name) for name in NAMES})


@event.listens_for(MandateTerms, "before_update")
def _never_changed(_mapper: object, _connection: object, version: MandateTerms) -> None:
    if object_session(version).is_modified(version, include_collections=False):  # type: ignore[union-attr]
        raise TypeError("a version of the terms is never changed: propose another one")


class TermsConfirmation(Row):
    """One side's yes to one version; by a member, or by the handler through a link."""

    __tablename__ = "terms_confirmations"
    __table_args__ = (sa.UniqueConstraint("terms_id", "party"),)

    terms_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("mandate_terms.id", ondelete="CASCADE")
    )
    party: Mapped[Party] = mapped_column(text_enum(Party))
    account_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    link_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("mandate_links.id", ondelete="SET NULL")
    )
    confirmed_at: Mapped[datetime]


class MandateLink(Row):
    """A link by which the client's handler reads and signs without an account: once, for a time."""

    __tablename__ = "mandate_links"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    mandate_id: Mapped[int] = _mandate_key()
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    terms_number: Mapped[int]  # the version that is put before the handler
    receiver: Mapped[str | None] = mapped_column(Sealed)
    created_by: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]  # the handler proved to hold the contact
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    mandate: Mapped[Mandate] = relationship()
