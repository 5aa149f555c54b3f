"""The signed cookie of a browser, as Flask keeps it, at less cost for each request."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Cookies(SecureCookieSessionInterface):
    """Makes the signer once, and none for a browser without a cookie."""

    def __init__(self) -> None:
        self._made = lru_cache(maxsize=4)(self._make)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; an empty session without one."""
        if app.secret_key and self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the app's keys."""
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        return self._made(app, keys)

    def _make(self, app: Flask, _keys: tuple[object, ...]) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


def register(app: Flask) -> None:
    """Keep the app's sessions this way."""
    app.session_interface = Cookies()
