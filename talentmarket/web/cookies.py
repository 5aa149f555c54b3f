"""The signed cookie of a browser, as Flask keeps it, at less cost for each request."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer


class Cookies(SecureCookieSessionInterface):
    """Makes the signer once, and none for a browser without a cookie."""

    def __init__(self) -> None:
        self._made = lru_cache(maxsize=4)(self._make)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie holds; an empty session without one."""
        sent = "HTTP_COOKIE" in request.environ  # what programs do not send is not taken apart
        if app.secret_key and not (sent and self.get_cookie_name(app) in request.cookies):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what was changed. Of a session that holds nothing, and held nothing, all there is to
        say is whether the answer depends on it."""
        if session or session.modified:
            super().save_session(app, session, response)
        elif session.accessed:
            held = response.headers.get("Vary", "")
            if "cookie" not in (name.strip().lower() for name in held.split(",")):
                response.headers["Vary"] = f"{held}, Cookie" if held else "Cookie"

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of the app's keys."""
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        return self._made(app, keys)

    def _make(self, app: Flask, _keys: tuple[object, ...]) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


def register(app: Flask) -> None:
    """Keep the app's sessions this way."""
    app.session_interface = Cookies()
