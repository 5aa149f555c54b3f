"""Addresses that end the mails with one click, without signing in (RFC 8058).

Signed with the site's secret, for one account and for nothing else.
"""

from __future__ import annotations

from itsdangerous import BadData, URLSafeSerializer

from talentmarket.core import signing

LONGEST = 300


def token_of(person: str) -> str:
    """The last part of the address; `person`: an account's public id."""
    return str(_serializer().dumps(person))


def person_of(token: str) -> str | None:
    """Whose token it is; None for one that was not made here."""
    if len(token) > LONGEST:
        return None
    try:
        return str(_serializer().loads(token))
    except BadData:
        return None


def _serializer() -> URLSafeSerializer:
    return signing.serializer("unsubscribe")
