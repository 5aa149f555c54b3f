"""Mobile numbers and mail addresses: one folded form each, a digest to find them by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Invalid
from talentmarket.core.folding import clean_line, fold_mail, fold_phone
from talentmarket.core.secrecy import digest, digests
from talentmarket.members.models import Account, Identifier, IdentifierKind
from talentmarket.notices.models import Channel
from talentmarket.notices.send import channel_open

#: Operators of mobile networks give a number to somebody else 90 days after it was given up.
STALE_AFTER = timedelta(days=90)


@dataclass(frozen=True)
class Identity:
    """A number (E.164) or address (folded) and the keyed digest it is found by."""

    kind: IdentifierKind
    value: str

    @property
    def digest(self) -> str:
        """The digest in the row of an identifier."""
        return digest("identifier", self.value)

    @property
    def digests(self) -> list[str]:
        """The same under the site's key and under each former one: what a row that was written
        before the key was changed is found by."""
        return digests("identifier", self.value)

    @property
    def channel(self) -> Channel:
        """How a code reaches it."""
        return Channel.MAIL if self.kind is IdentifierKind.MAIL else Channel.SMS

    @property
    def shown(self) -> str:
        """Enough of it for its owner to know it: 138****4417, w***@example.cn."""
        if self.kind is IdentifierKind.MAIL:
            name, _at, domain = self.value.rpartition("@")
            return f"{name[:1]}***@{domain}"
        number = self.value.removeprefix("+86")
        return f"{number[:3]}****{number[-4:]}"


def identify(text: str) -> Identity:
    """The identity somebody typed. Raises :class:`Invalid` for field `identifier`."""
    text = clean_line(text)
    if "@" in text:
        return Identity(IdentifierKind.MAIL, _mail(text))
    phone = fold_phone(text)
    if phone is None:
        raise Invalid(
            {"identifier": _l("请填写手机号或邮箱，例如 138 0000 4417 或 name@example.cn。")}
        )
    return Identity(IdentifierKind.PHONE, phone)


def _mail(text: str) -> str:
    if len(text) > 254:
        raise Invalid({"identifier": _l("这个邮箱地址太长。")})
    testing = current_app.extensions["talentmarket_settings"].testing
    try:
        found = validate_email(text, check_deliverability=False, test_environment=testing)
    except EmailNotValidError:
        message = _l("这个邮箱地址不完整，例如应为 name@example.cn。")
        raise Invalid({"identifier": message}) from None
    return fold_mail(found.normalized)


def needed_kinds() -> tuple[IdentifierKind, ...]:
    """Of which kind a verified identity has to be for somebody to apply, write, be found and post:
    a mobile number; also an address on a site that cannot send to numbers."""
    number = (IdentifierKind.PHONE,)
    return number if channel_open(Channel.SMS) else (*number, IdentifierKind.MAIL)


def of_row(row: Identifier) -> Identity | None:
    """The identity of a row; None when its value was wiped or cannot be opened."""
    return Identity(row.kind, row.value) if row.value else None


def holder(session: Session, identity: Identity) -> Identifier | None:
    """The row of the account that holds this identity now, verified."""
    return session.scalar(
        sa.select(Identifier).where(
            Identifier.kind == identity.kind,
            Identifier.digest.in_(identity.digests),
            Identifier.verified_at.is_not(None),
            Identifier.released_at.is_(None),
        )
    )


def held_by(session: Session, account: Account) -> list[Identifier]:
    """The verified identifiers of an account, oldest first."""
    return list(
        session.scalars(
            sa.select(Identifier)
            .where(
                Identifier.account_id == account.id,
                Identifier.verified_at.is_not(None),
                Identifier.released_at.is_(None),
            )
            .order_by(Identifier.id)
        )
    )


def is_stale(row: Identifier) -> bool:
    """Whether the number may belong to somebody else by now. Addresses are not given on."""
    if row.kind is not IdentifierKind.PHONE:
        return False
    last = row.last_used_at or row.verified_at
    return last is None or last < clock.now() - STALE_AFTER
