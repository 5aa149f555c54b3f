"""The rows of a firm's book.

The firm is the handler of what stands in them, the exchange processes it on the firm's behalf
(个人信息保护法 arts. 20-21, 59): no search, match, index, count or page of anybody else reads these
tables. Names, ways to reach a person and free text are sealed; they are found by digests that are
keyed by the firm, so that the books of two firms have nothing in common to compare.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentmarket.core.db import Key, PublicId, Row, text_enum
from talentmarket.core.files import StoredFile
from talentmarket.core.ids import new_public_id
from talentmarket.core.secrecy import Sealed
from talentmarket.members.models import Account, Organisation


class LegalBasis(StrEnum):
    """On what the firm rests that it holds the record (个人信息保护法 art. 13)."""

    CONSENT = "consent"
    CONTRACT = "contract"  # needed for a contract the person is a party to
    DUTY = "duty"  # a duty laid down by law
    PUBLIC = "public"  # made public by the person, handled within reason


_LINKED = sa.text("account_id IS NOT NULL")


def _firm_key(index: bool = False) -> Any:
    return mapped_column(Key, sa.ForeignKey("organisations.id", ondelete="CASCADE"), index=index)


class FirmPerson(Row):
    """A record of a firm's book.

    `profile`: what a score reads, in the form of a frozen profile
    (:func:`talentmarket.members.cards.snapshot_profile`). `delete_on`: the first day on which the
    record is no longer there. `account_id`: once the person has accepted an invitation.
    """

    __tablename__ = "firm_people"
    __table_args__ = (
        sa.Index("ix_firm_people_name", "organisation_id", "name_digest"),
        sa.Index("ix_firm_people_phone", "organisation_id", "phone_digest"),
        sa.Index("ix_firm_people_mail", "organisation_id", "mail_digest"),
        sa.Index("ix_firm_people_delete", "delete_on", "id"),
        sa.Index("ix_firm_people_account", "account_id"),
        sa.Index(
            "uq_firm_people_linked",
            "organisation_id",
            "account_id",
            unique=True,
            sqlite_where=_LINKED,
            postgresql_where=_LINKED,
        ),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = _firm_key()
    name: Mapped[str | None] = mapped_column(Sealed)
    name_digest: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str | None] = mapped_column(Sealed)  # E.164
    phone_digest: Mapped[str | None] = mapped_column(sa.String(64))
    mail: Mapped[str | None] = mapped_column(Sealed)
    mail_digest: Mapped[str | None] = mapped_column(sa.String(64))
    headline: Mapped[str] = mapped_column(sa.String(120), default="")
    home_region: Mapped[str | None] = mapped_column(sa.String(12))
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: Skills as they were typed that the vocabulary does not know: shown, never scored.
    other_skills: Mapped[list[str]] = mapped_column(default=list)
    resume: Mapped[str | None] = mapped_column(Sealed)
    note: Mapped[str | None] = mapped_column(Sealed)
    source: Mapped[str] = mapped_column(sa.String(160), default="")
    basis: Mapped[LegalBasis | None] = mapped_column(text_enum(LegalBasis))
    obtained_on: Mapped[date | None]
    contacted_on: Mapped[date | None]  # the last contact
    consultant_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    delete_on: Mapped[date]
    warned_for: Mapped[date | None]  # the `delete_on` the firm was told of
    account_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    accepted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    consultant: Mapped[Account | None] = relationship(foreign_keys=[consultant_id])
    account: Mapped[Account | None] = relationship(foreign_keys=[account_id])
    invitations: Mapped[list[FirmInvitation]] = relationship(
        back_populates="person",
        order_by="FirmInvitation.id",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    @property
    def founded(self) -> bool:
        """Whether it says where it comes from, on what it rests and since when."""
        return bool(self.source and self.basis and self.obtained_on)


class FirmInvitation(Row):
    """A link by which somebody in the book may join: used once, for a time."""

    __tablename__ = "firm_invitations"
    __table_args__ = (
        sa.Index("ix_firm_invitations_firm", "organisation_id", "receiver_digest", "created_at"),
    )

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("firm_people.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = _firm_key()
    token_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    receiver_digest: Mapped[str] = mapped_column(sa.String(64))  # keyed by the firm
    sender_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # accepted
    refused_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[FirmPerson] = relationship(back_populates="invitations")
    organisation: Mapped[Organisation] = relationship()


class FirmRefusal(Row):
    """A number or address this firm may not invite any more; outlives the record it was in."""

    __tablename__ = "firm_refusals"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "digest"),)

    organisation_id: Mapped[int] = _firm_key()
    digest: Mapped[str] = mapped_column(sa.String(64))  # keyed by the firm
    refused_at: Mapped[datetime]


class FirmImport(Row):
    """A file that was sent to the book: looked at first, then taken in, then forgotten.

    `preview`, `result`: counts and faults (line, column, code): nothing of what the rows say.
    """

    __tablename__ = "firm_imports"

    public_id: Mapped[str] = mapped_column(PublicId, unique=True, default=new_public_id)
    organisation_id: Mapped[int] = _firm_key(index=True)
    sender_id: Mapped[int | None] = mapped_column(
        Key, sa.ForeignKey("accounts.id", ondelete="SET NULL")
    )
    file_id: Mapped[int | None] = mapped_column(Key, sa.ForeignKey("files.id"))
    name: Mapped[str] = mapped_column(sa.String(160), default="")  # of the file
    #: What rows without these of their own are said to have.
    source: Mapped[str] = mapped_column(sa.String(160), default="")
    basis: Mapped[LegalBasis | None] = mapped_column(text_enum(LegalBasis, "importbasis"))
    obtained_on: Mapped[date | None]
    preview: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class FirmImportKey(Row):
    """Which row of an imported file stands behind a record: the same row is taken in once.

    Both are digests keyed by the firm. A merged record has the keys of both.
    """

    __tablename__ = "firm_import_keys"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "key"),)

    organisation_id: Mapped[int] = _firm_key()
    key: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[str] = mapped_column(sa.String(64))
    person_id: Mapped[int] = mapped_column(
        Key, sa.ForeignKey("firm_people.id", ondelete="CASCADE"), index=True
    )
