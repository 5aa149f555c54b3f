"""Somebody was first: the second is told on the page that shows what stands there now."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Conflict

View = Callable[..., Any]


def told(endpoint: str) -> Callable[[View], View]:
    """Turn a Conflict of the view into a message on `endpoint`, with the view's own address
    parts."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(**parts: str) -> Any:
            try:
                return view(**parts)
            except Conflict as conflict:
                db.session.rollback()
                return _tell(endpoint, conflict, parts)

        return wrapped

    return decorate


def _tell(endpoint: str, conflict: Conflict, parts: dict[str, Any]) -> Response:
    if request.method == "GET":
        raise conflict
    flash(str(conflict.message), "warning")
    response: Response = redirect(url_for(endpoint, **parts))
    return response
