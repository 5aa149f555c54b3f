"""The accounts of the demo: invented people, of whom only the listed ones can sign in.

Every account of a demo carries ``is_demo``. It opens in demo mode alone, and only with a password;
passwords and the operator's second factor are made from the site's own secret, so that no two
sites share them and none stands in the source.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pyotp
import sqlalchemy as sa
from flask import current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.secrecy import digest
from talentmarket.members.models import Account, Identifier, IdentifierKind


@dataclass(frozen=True)
class Listed:
    """A demo account that can sign in: `key` names it, `name` is the person, `does` their part."""

    key: str
    name: str
    does: LazyString
    operator: bool = False

    @property
    def mail(self) -> str:
        """The address to sign in with; the domain is kept for examples (RFC 6761)."""
        return f"{self.key}@shucai.example"


LISTED: tuple[Listed, ...] = (
    Listed("talent", "周予安", _l("求职者：档案、推荐、申请、邀请")),
    Listed("owner", "何立群", _l("用人单位负责人：成员、材料、岗位、人才")),
    Listed("recruiter", "林若溪", _l("用人单位招聘：收到的申请、超期的答复")),
    Listed("manager", "赵明远", _l("用人经理：自己岗位的入围名单")),
    Listed("firm", "蒋书宁", _l("人力资源服务机构负责人：许可证、委托、代招岗位")),
    Listed("consultant", "唐雨桐", _l("机构顾问：代招岗位的申请")),
    Listed("operator", "秘书处", _l("联盟秘书处：核验、审核、举报"), operator=True),
)


@dataclass(frozen=True)
class Key:
    """What opens a listed account now; `code` is the second factor's of this half minute."""

    listed: Listed
    password: str
    totp_secret: str | None
    code: str | None


def password_of(key: str) -> str:
    """The password of a listed account on this site: three groups of four signs."""
    signs = digest("demo-password", key)
    return "-".join(signs[start : start + 4] for start in (0, 4, 8))


def totp_secret_of(key: str) -> str:
    """The second factor's secret of a listed account on this site (base32)."""
    raw = bytes.fromhex(digest("demo-second-factor", key))[:20]
    return base64.b32encode(raw).decode()


def may_enter(account: Account) -> bool:
    """Whether a demo account opens: in demo mode, and only one that was given a password."""
    demo = current_app.extensions["talentmarket_settings"].demo
    return not account.is_demo or bool(demo and account.password_hash)


def keys(session: Session) -> list[Key]:
    """The listed accounts that are there, with what opens them; empty outside demo mode."""
    if not current_app.extensions["talentmarket_settings"].demo:
        return []
    digests = {digest("identifier", one.mail): one for one in LISTED}
    there = session.scalars(
        sa.select(Identifier.digest)
        .join(Account, Account.id == Identifier.account_id)
        .where(
            Identifier.kind == IdentifierKind.MAIL,
            Identifier.digest.in_(digests),
            Account.is_demo.is_(True),
        )
    ).all()
    found = {digests[one].key for one in there}
    return [_key(one) for one in LISTED if one.key in found]


def _key(listed: Listed) -> Key:
    secret = totp_secret_of(listed.key) if listed.operator else None
    code = pyotp.TOTP(secret).at(clock.now()) if secret else None
    return Key(listed, password_of(listed.key), secret, code)
