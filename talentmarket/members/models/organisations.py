"""Organisations: employers, HR service firms, public services and sources of references."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.core.roles import OrgRole
from talentmarket.core.secrecy import Sealed
from talentmarket.members.models.accounts import Account


class OrganisationKind(StrEnum):
    """What an organisation is on the exchange."""

    EMPLOYER = "employer"  # 用人单位
    HR_FIRM = "hr_firm"  # 人力资源服务机构
    PUBLIC_SERVICE = "public_service"  # 公共就业服务机构
    SOURCE = "source"  # made by imports: where a reference posting came from


class OrganisationState(StrEnum):
    """Verification of an organisation."""

    UNVERIFIED = "unverified"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    VERIFIED = "verified"
    RENEWAL_DUE = "renewal_due"
    LAPSED = "lapsed"
    REFUSED = "refused"
    SUSPENDED = "suspended"


#: States in which an organisation's published things may be seen.
STANDING = (
    OrganisationState.VERIFIED,
    OrganisationState.RENEWAL_DUE,
    OrganisationState.LAPSED,
)
#: States in which an organisation may publish, invite and search people.
TRUSTED = (OrganisationState.VERIFIED, OrganisationState.RENEWAL_DUE)


class LicenceState(StrEnum):
    """Review of an HR service licence; expiry is a matter of dates."""

    IN_REVIEW = "in_review"
    RETURNED = "returned"
    VALID = "valid"
    REFUSED = "refused"
    REVOKED = "revoked"


class DocumentKind(StrEnum):
    """The proofs of an organisation."""

    REGISTRATION = "registration"  # 营业执照 or founding approval
    HANDLER_LETTER = "handler_letter"  # 经办人授权书
    LICENCE = "licence"
    OTHER = "other"


class ClaimState(StrEnum):
    """A second claim on a credit code: first the owner answers, then the operator."""

    AT_OWNER = "at_owner"
    AT_OPERATOR = "at_operator"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Organisation(Row):
    """An organisation. Credit code (USCC) by GB 32100-2015."""

    __tablename__ = "organisations"
    __table_args__ = (
        sa.Index(
            "uq_organisations_uscc",
            "uscc",
            unique=True,
            sqlite_where=sa.text("uscc IS NOT NULL"),
            postgresql_where=sa.text("uscc IS NOT NULL"),
        ),
        sa.Index("ix_organisations_state", "state", "kind"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    kind: Mapped[OrganisationKind] = mapped_column(text_enum(OrganisationKind))
    name: Mapped[str] = mapped_column(sa.String(160))
    name_folded: Mapped[str] = mapped_column(sa.String(160), index=True)
    name_pinyin: Mapped[str] = mapped_column(sa.String(120), default="")
    short_name: Mapped[str] = mapped_column(sa.String(60), default="")
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    uscc: Mapped[str | None] = mapped_column(sa.String(18))
    legal_form: Mapped[str | None] = mapped_column(sa.String(24))
    nature: Mapped[str | None] = mapped_column(sa.String(24))
    size: Mapped[str | None] = mapped_column(sa.String(16))
    industry: Mapped[str | None] = mapped_column(sa.String(16))
    region_code: Mapped[str | None] = mapped_column(sa.String(12))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    intro: Mapped[str] = mapped_column(sa.Text, default="")
    website: Mapped[str] = mapped_column(sa.String(200), default="")
    contact_phone: Mapped[str | None] = mapped_column(Sealed)
    fee_standard: Mapped[str] = mapped_column(sa.Text, default="")  # 国令700号 art. 32
    parent_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("organisations.id"))
    state: Mapped[OrganisationState] = mapped_column(
        text_enum(OrganisationState), default=OrganisationState.UNVERIFIED
    )
    state_reason: Mapped[str | None] = mapped_column(sa.String(40))
    state_text: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    renewal_due_at: Mapped[datetime | None]
    state_before_suspension: Mapped[str | None] = mapped_column(sa.String(32))
    handler_name: Mapped[str] = mapped_column(sa.String(80), default="")
    # answers of the last 90 days, kept by the exchange room for lists
    answers_due: Mapped[int] = mapped_column(default=0)
    answers_on_time: Mapped[int] = mapped_column(default=0)
    posting_held: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    parent: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")
    licences: Mapped[list[Licence]] = relationship(order_by="Licence.id.desc()")
    documents: Mapped[list[OrganisationDocument]] = relationship(
        order_by="OrganisationDocument.id.desc()"
    )
    memberships: Mapped[list[Membership]] = relationship(back_populates="organisation")


def _organisation_key() -> Any:
    return mapped_column(Key, sa.ForeignKey("organisations.id", ondelete="CASCADE"), index=True)


class Licence(Row):
    """人力资源服务许可证 of an HR service firm (国令700号 art. 18)."""

    __tablename__ = "licences"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = _organisation_key()
    number: Mapped[str] = mapped_column(sa.String(60))
    scope: Mapped[list[str]] = mapped_column(default=list)
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    issuer: Mapped[str] = mapped_column(sa.String(120), default="")
    supervisor_phone: Mapped[str] = mapped_column(sa.String(40), default="")
    #: Full-time staff as the firm declares them (人力资源服务机构管理规定 art. 6); None of one that was
    #: handed in before this was asked. `staff_checked`: the reviewer found it so.
    full_time_staff: Mapped[int | None]
    staff_checked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    file_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("files.id"))
    state: Mapped[LicenceState] = mapped_column(
        text_enum(LicenceState), default=LicenceState.IN_REVIEW
    )
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    reason_text: Mapped[str] = mapped_column(sa.Text, default="")
    submitted_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    reviewer_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("accounts.id"))

    organisation: Mapped[Organisation] = relationship(back_populates="licences")


class OrganisationDocument(Row):
    """A proof that was handed in."""

    __tablename__ = "organisation_documents"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = _organisation_key()
    kind: Mapped[DocumentKind] = mapped_column(text_enum(DocumentKind))
    file_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("files.id"))
    uploaded_at: Mapped[datetime]


_OPEN_CLAIM = sa.text("state IN ('at_owner', 'at_operator')")


class OrganisationClaim(Row):
    """Somebody else says that this organisation is theirs; one open claim per person."""

    __tablename__ = "organisation_claims"
    __table_args__ = (
        sa.Index(
            "uq_organisation_claims_open",
            "organisation_id",
            "account_id",
            unique=True,
            sqlite_where=_OPEN_CLAIM,
            postgresql_where=_OPEN_CLAIM,
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = _organisation_key()
    account_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("files.id"))
    state: Mapped[ClaimState] = mapped_column(text_enum(ClaimState), default=ClaimState.AT_OWNER)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


_ACTIVE = sa.text("removed_at IS NULL")


class Membership(Row):
    """A person's role in an organisation; removed rows stay for the history."""

    __tablename__ = "memberships"
    __table_args__ = (
        sa.Index(
            "uq_memberships_active",
            "organisation_id",
            "account_id",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        sa.Index("ix_memberships_account", "account_id"),
    )

    organisation_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("organisations.id", ondelete="CASCADE")
    )
    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    role: Mapped[OrgRole] = mapped_column(text_enum(OrgRole))
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
    account: Mapped[Account] = relationship()


class MemberInvitation(Row):
    """A link that makes its opener a member: single use, expiring."""

    __tablename__ = "member_invitations"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = _organisation_key()
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[OrgRole] = mapped_column(text_enum(OrgRole))
    receiver: Mapped[str | None] = mapped_column(Sealed)
    invited_by: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("accounts.id"))
    revoked_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
