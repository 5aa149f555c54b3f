"""Accounts: who can sign in, with what, and what they agreed to.

No birth date is kept: "16 or older" is declared and dated (未成年人保护法 art. 61). Numbers and
addresses are sealed and found by keyed digest.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed


class AccountState(StrEnum):
    """Whether the account can be used."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ERASED = "erased"


class IdentifierKind(StrEnum):
    """What a person signs in with."""

    PHONE = "phone"
    MAIL = "mail"


class ConsentKind(StrEnum):
    """What a person agreed to; each is asked alone (个人信息保护法 arts. 14, 23, 25)."""

    PRIVACY_NOTICE = "privacy_notice"
    VISIBILITY = "visibility"
    SNAPSHOT = "snapshot"
    CONTACT = "contact"
    REFERRAL = "referral"


class Account(Row):
    """A person who can sign in."""

    __tablename__ = "accounts"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(sa.String(80), default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    is_operator: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_last_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    locale: Mapped[str] = mapped_column(sa.String(8), default="zh")
    personal_ranking: Mapped[bool] = mapped_column(default=True)
    daily_mail: Mapped[bool] = mapped_column(default=True)
    state: Mapped[AccountState] = mapped_column(
        text_enum(AccountState), default=AccountState.ACTIVE
    )
    state_reason: Mapped[str | None] = mapped_column(sa.String(40))
    is_demo: Mapped[bool] = mapped_column(default=False)
    sixteen_declared_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]

    identifiers: Mapped[list[Identifier]] = relationship(
        back_populates="account", cascade="all, delete-orphan", passive_deletes=True
    )


_HELD = sa.text("verified_at IS NOT NULL AND released_at IS NULL")


class Identifier(Row):
    """A mobile number or mail address of an account. Verified ones are held by one account."""

    __tablename__ = "identifiers"
    __table_args__ = (
        sa.Index(
            "uq_identifiers_held",
            "kind",
            "digest",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
    )

    account_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[IdentifierKind] = mapped_column(text_enum(IdentifierKind))
    value: Mapped[str | None] = mapped_column(Sealed)
    digest: Mapped[str] = mapped_column(sa.String(64))
    verified_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(back_populates="identifiers")


class SignInSession(Row):
    """A signed-in browser. The cookie holds the token, the row its digest; revoked ones end."""

    __tablename__ = "sessions"

    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    device: Mapped[str] = mapped_column(sa.String(80), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class OneTimeCode(Row):
    """A code that was sent. Only its keyed digest is kept; used once, few tries, short life."""

    __tablename__ = "one_time_codes"

    purpose: Mapped[str] = mapped_column(sa.String(30))
    receiver_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    code_digest: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class Consent(Row):
    """One consent: to what, in which version, for which receiver, until when."""

    __tablename__ = "consents"
    __table_args__ = (sa.Index("ix_consents_account", "account_id", "kind", "id"),)

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[ConsentKind] = mapped_column(text_enum(ConsentKind))
    version: Mapped[str] = mapped_column(sa.String(20))
    receiver_type: Mapped[str | None] = mapped_column(sa.String(32))
    receiver_id: Mapped[str | None] = mapped_column(PublicId)
    subject_type: Mapped[str | None] = mapped_column(sa.String(32))
    subject_id: Mapped[str | None] = mapped_column(PublicId)
    purpose: Mapped[str | None] = mapped_column(sa.String(40))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    given_at: Mapped[datetime]
    until: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Draft(Row):
    """What somebody typed into a form and has not sent yet; autosave loses nothing."""

    __tablename__ = "drafts"
    __table_args__ = (sa.UniqueConstraint("account_id", "form"),)

    account_id: Mapped[int] = mapped_column(Key, sa.ForeignKey("accounts.id", ondelete="CASCADE"))
    form: Mapped[str] = mapped_column(sa.String(80))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    saved_at: Mapped[datetime]
