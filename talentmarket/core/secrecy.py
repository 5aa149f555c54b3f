"""Values that must not stand in the database in clear: sealed columns and keyed digests.

个人信息保护法 art. 51 asks for encryption and de-identification. Numbers and mail addresses are
sealed with the site's file keys (rotating: the newest seals, all open) and looked up by a keyed
digest.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from talentmarket.core.config import Settings


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def fernet() -> MultiFernet:
    """The app's sealing keys."""
    return _fernet(tuple(current_app.extensions["talentmarket_settings"].file_keys))


def seal(text: str) -> str:
    """Encrypt a short text."""
    return fernet().encrypt(text.encode()).decode()


def unseal(text: str) -> str | None:
    """Decrypt; None when no key opens it (the key was lost, or the value was tampered with)."""
    try:
        return fernet().decrypt(text.encode()).decode()
    except InvalidToken:
        return None


class Sealed(TypeDecorator[str]):
    """A text column that is encrypted at rest."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Seal."""
        return None if value is None else seal(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Open."""
        return None if value is None else unseal(value)


def digest(purpose: str, value: str) -> str:
    """A keyed digest (64 hex signs) to find a sealed value by; differs from purpose to purpose."""
    return _digest(_settings().secret_key, purpose, value)


def digests(purpose: str, value: str) -> list[str]:
    """The digest under the site's key and under each former one, newest first: what a value that
    was stored or printed earlier may be known by."""
    settings = _settings()
    keys = (settings.secret_key, *settings.former_secret_keys)
    return [_digest(key, purpose, value) for key in keys]


def _settings() -> Settings:
    found: Settings = current_app.extensions["talentmarket_settings"]
    return found


def _digest(secret: str, purpose: str, value: str) -> str:
    return hmac.digest(_purpose_key(secret, purpose), value.encode(), "sha256").hex()


@lru_cache(maxsize=64)
def _purpose_key(secret: str, purpose: str) -> bytes:
    """There are a dozen purposes, and one of them is asked for at each read of a program."""
    return hmac.digest(secret.encode(), f"digest:{purpose}".encode(), "sha256")
