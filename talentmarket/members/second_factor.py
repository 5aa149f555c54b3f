"""The second factor: time-based codes (RFC 6238), each good once."""

from __future__ import annotations

import hmac

import pyotp
import segno
import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.errors import Forbidden, Invalid
from talentmarket.core.events import Actor
from talentmarket.core.folding import digits_of
from talentmarket.members.models import Account

ISSUER = "Shucai Exchange"
STEP = 30
#: Steps before and after the present one that are taken: clocks of phones go wrong.
DRIFT = 1


def new_secret() -> str:
    """A fresh secret in base32 (160 bits)."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, label: str) -> str:
    """What an authenticator reads; `label` tells the person which account it is."""
    return pyotp.TOTP(secret).provisioning_uri(name=label, issuer_name=ISSUER)


def qr_svg(uri: str) -> bytes:
    """The address as a QR code; an image of its own, without any style."""
    import io

    out = io.BytesIO()
    segno.make(uri, error="m").save(out, kind="svg", scale=5, border=4, light="#fff")
    return out.getvalue()


def matching_step(secret: str, code: str) -> int | None:
    """The time step `code` belongs to, or None."""
    totp = pyotp.TOTP(secret)
    digits = digits_of(code)
    present = int(clock.now().timestamp()) // STEP
    found = None
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            found = step
    return found


def use_second_factor(session: Session, account: Account, code: str) -> bool:
    """True once for a right code: a step that was used, or an earlier one, opens nothing."""
    step = matching_step(account.totp_secret, code) if account.totp_secret else None
    if step is None:
        return False
    won = session.execute(
        sa.update(Account)
        .where(
            Account.id == account.id,
            sa.or_(Account.totp_last_step.is_(None), Account.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(won.rowcount)  # type: ignore[attr-defined]


def enable(session: Session, account: Account, secret: str, code: str, *, actor: Actor) -> None:
    """Turn the second factor on with a first right code. Raises :class:`Invalid`."""
    step = matching_step(secret, code)
    if step is None:
        raise Invalid({"code": _l("动态口令不对。请确认手机时间准确，再输入当前的 6 位数字。")})
    account.totp_secret = secret
    account.totp_last_step = step
    events.record(session, "account", account.public_id, "second_factor_on", actor=actor)


def disable(session: Session, account: Account, *, actor: Actor) -> None:
    """Turn it off. Raises :class:`Forbidden` for operators, who must have one."""
    if account.is_operator:
        raise Forbidden(_l("秘书处账号必须使用动态口令，不能停用。"))
    account.totp_secret = None
    account.totp_last_step = None
    events.record(session, "account", account.public_id, "second_factor_off", actor=actor)
