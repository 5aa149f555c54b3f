"""Errors for programs: problem documents of RFC 9457, in the reader's language.

One shape for all: what the domain refuses, what a parameter cannot be, what the router, the
database or a fault says. `errors` names each parameter at fault.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from apiflask.exceptions import HTTPError
from flask import Flask, current_app, json, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from talentmarket.api import answers
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid, TooMany, Unavailable
from talentmarket.core.events import request_id

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
RETRY_AFTER = 5  # seconds, when the database does not answer

#: code → (status, title). Each is explained on the page of the interface.
PROBLEMS: dict[str, tuple[int, Any]] = {
    "invalid": (422, _l("参数有误")),
    "not-found": (404, _l("没有这项内容")),
    "gone": (410, _l("岗位已经结束")),
    "cursor-gone": (410, _l("游标已经失效")),
    "too-many": (429, _l("读取太频繁")),
    "unavailable": (503, _l("暂时不能回答")),
}
_STATUS_TEXTS = {
    400: _l("请求有误。"),
    404: _l("没有找到这个内容，可能已经下架或地址有误。"),
    405: _l("这个地址只能读取，请用 GET。"),
    500: _l("这个请求出了故障，已经记录。"),
    503: _l("数据库暂时没有回应，请 %(seconds)s 秒后再试。", seconds=RETRY_AFTER),
}


def problem(
    status: int,
    detail: object = None,
    *,
    code: str = "",
    errors: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document. `errors`: parameter → what is wrong with it."""
    answers.speak()
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase}
    if code in PROBLEMS:
        body["type"] = url_for("interface.page", _anchor=f"problem-{code}", _external=True)
        body["title"] = str(PROBLEMS[code][1])
    body |= {
        "status": status,
        "detail": str(detail or _STATUS_TEXTS.get(status) or body["title"]),
        "instance": quote(request.path),
        "request_id": request_id.get(),
    }
    if errors:
        body["errors"] = [{"parameter": name, "detail": str(text)} for name, text in errors.items()]
    response = current_app.response_class(
        json.dumps(body, ensure_ascii=False, sort_keys=False), status, mimetype=MEDIA_TYPE
    )
    response.headers.update(headers or {})
    response.headers["Cache-Control"] = "no-store"
    return answers.finished(response)


def for_programs(status: int, message: object, headers: Mapping[str, str]) -> Response | None:
    """The answer to an error that no part of the interface has seen (an unknown address, a wrong
    method); None for addresses of pages, which have error pages."""
    if not request.path.startswith(PREFIX):
        return None
    code = "not-found" if status == HTTPStatus.NOT_FOUND else ""
    return problem(status, message, code=code, headers=headers)


def register(app: Flask) -> None:
    """Put the document in the place of error pages below `/api/`."""
    app.extensions["talentmarket_problem"] = for_programs


def handle(blueprint: Any) -> None:
    """Have all errors of a blueprint's routes told as problems."""
    blueprint.register_error_handler(DomainError, _domain)
    blueprint.register_error_handler(HTTPError, parameters)
    blueprint.register_error_handler(HTTPException, _http)
    blueprint.register_error_handler(OperationalError, _database)
    blueprint.register_error_handler(InterfaceError, _database)
    blueprint.register_error_handler(Exception, _fault)


def parameters(error: HTTPError) -> Response:
    """What APIFlask raises: parameters that do not fit their schema."""
    if error.status_code != HTTPStatus.UNPROCESSABLE_ENTITY:
        return problem(error.status_code)
    found: dict[str, object] = {}
    for wrong in error.detail.values():  # by location: query, path
        for name, said in wrong.items():
            found[name] = _first(said)
    return problem(422, _("有参数不能用，逐项说明见 errors。"), code="invalid", errors=found)


def _first(said: Any) -> object:
    """The first message about a parameter, or about one of its values."""
    while isinstance(said, (dict, list)):
        said = next(iter(said.values() if isinstance(said, dict) else said), "")
    return said


def _domain(error: DomainError) -> Response:
    db.session.rollback()
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    elif isinstance(error, Unavailable):
        headers["Retry-After"] = str(RETRY_AFTER)
    errors = error.errors if isinstance(error, Invalid) else None
    code = error.code if error.code in PROBLEMS else ""
    return problem(error.status, error.message, code=code, errors=errors, headers=headers)


def _http(error: HTTPException) -> Response | HTTPException:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    return problem(error.code)


def _database(error: Exception) -> Response:
    db.session.rollback()
    current_app.logger.error(
        "the database did not answer on %s: %s", request.endpoint, type(error.__cause__).__name__
    )
    return problem(503, code="unavailable", headers={"Retry-After": str(RETRY_AFTER)})


def _fault(error: Exception) -> Response:
    if current_app.config["PROPAGATE_EXCEPTIONS"]:
        raise error
    db.session.rollback()
    current_app.logger.exception("unexpected fault on %s", request.endpoint)
    return problem(500)
