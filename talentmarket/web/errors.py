"""Errors become pages in the house style, in the reader's language."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import refresh
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, TooMany
from talentmarket.core.extensions import login_manager
from talentmarket.web.locale import plain_locale

RETRY_AFTER = "5"  # seconds
PAGES = {403: "403", 404: "404", 429: "429", 503: "503"}


def register(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(InterfaceError, _database)
    app.register_error_handler(Exception, _fault)


def page(status: int, message: object = None, **headers: str) -> Response:
    """The error page of a status (500's for one that has no page of its own); for an address of
    the program interface its own answer."""
    problem = current_app.extensions.get("talentmarket_problem")
    if problem and (answer := problem(status, message, headers)) is not None:
        return cast(Response, answer)
    name = PAGES.get(status, "500" if status >= 500 else "400")
    response = make_response(
        render_template(f"errors/{name}.html", message=message, status=status), status
    )
    response.headers.update(headers)
    return response


def _domain(error: DomainError) -> Response:
    db.session.rollback()
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return page(error.status, error.message, **headers)


def _csrf(_error: CSRFError) -> Response:
    return page(400, _("这个页面打开太久了，请返回上一页，刷新后再提交。您填写的内容还在上一页。"))


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < 400:
        return error
    message = (
        _("提交的内容太大了，没有保存。您填写的内容还在上一页，请返回后减少内容再提交。")
        if error.code == 413
        else None
    )
    allowed = getattr(error, "valid_methods", None)
    return page(error.code, message, **({"Allow": ", ".join(allowed)} if allowed else {}))


def _database(error: Exception) -> Response:
    """The database is away, or another writer held it too long: say so, ask it nothing more."""
    db.session.rollback()
    current_app.logger.error(
        "the database did not answer on %s: %s", request.endpoint, type(error.__cause__).__name__
    )
    # Every template is given the reader; loading one would ask the database again.
    g._login_user = login_manager.anonymous_user()
    g.locale = plain_locale()
    refresh()
    return page(503, **{"Retry-After": RETRY_AFTER})


def _fault(error: Exception) -> Response:
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    db.session.rollback()
    current_app.logger.exception("unexpected fault on %s", request.endpoint)
    if g.get("in_fault"):
        return make_response(_("网站出了故障。"), 500)
    g.in_fault = True
    return page(500)
