"""The Flask extensions, made once and bound by the factory."""

from __future__ import annotations

from typing import cast

from flask import Response, session
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from talentmarket.core.db import db
from talentmarket.core.language import Babel


class Logins(LoginManager):  # type: ignore[misc]  # it declares no types
    """Flask-Login, which asks less of a browser that is not signed in."""

    def _load_user(self) -> None:
        if session:
            super()._load_user()
        else:  # no cookie besides the session's signs anybody in
            self._update_request_context_with_user()

    def _update_remember_cookie(self, response: Response) -> Response:
        if session:
            return cast(Response, super()._update_remember_cookie(response))
        return response  # nothing is remembered of a browser whose session holds nothing


babel = Babel()
csrf = CSRFProtect()
login_manager = Logins()
migrate = Migrate(render_as_batch=True, compare_type=True)

__all__ = ["babel", "csrf", "db", "login_manager", "migrate"]
