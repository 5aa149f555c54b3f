"""Signed addresses: tokens for one purpose, which other keys than the newest still open.

A key of the site is changed now and then (``SECRET_KEY``); what was signed under a former one
(``SECRET_KEY_FALLBACKS``) goes on being good, what is signed now is signed with the new one.
"""

from __future__ import annotations

import hashlib

from flask import current_app
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer


def keys() -> list[str]:
    """The site's keys as itsdangerous wants them: former ones first, the one that signs last."""
    settings = current_app.extensions["talentmarket_settings"]
    return [*reversed(settings.former_secret_keys), settings.secret_key]


def serializer(purpose: str) -> URLSafeSerializer:
    """Signs values for one purpose (SHA-256), without a time: put the end into the value."""
    signing = {"digest_method": hashlib.sha256}
    return URLSafeSerializer(keys(), salt=purpose, signer_kwargs=signing)


def timed(purpose: str) -> URLSafeTimedSerializer:
    """Signs values for one purpose with the second they were signed in."""
    return URLSafeTimedSerializer(keys(), salt=purpose)
