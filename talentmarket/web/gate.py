"""Before each request: its id, and the permission table's answer."""

from __future__ import annotations

import random
import re
from urllib.parse import urlsplit

from flask import Flask, Request, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.events import request_id
from talentmarket.core.permissions import TABLE, Decision, Rule, Who, decide
from talentmarket.members import consents
from talentmarket.web import licensing

_WITHOUT_CONSENT = ("me.visibility", "me.openings")
#: Who may not act for an organisation may still leave it.
_WITHOUT_NUMBER = ("org.leave",)
_READING = ("GET", "HEAD", "OPTIONS")
_NUL = re.compile(rb"%00|\x00")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,40}")


def register(app: Flask) -> None:
    """Put the gate before every route of the app."""
    # First of all, before what the extensions have registered: what they log carries the id.
    app.before_request_funcs.setdefault(None, []).insert(0, _name_request)
    app.before_request(_ask_permission)


def _name_request() -> None:
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    # It has to differ, not to be secret: the system's own chance is a call of the system, and lets
    # another thread go first. Each process of the server has a beginning of its own.
    named = _REQUEST_ID.fullmatch(given)
    request_id.set(given if named else f"{random.getrandbits(64):016x}")


def _refuse_nul(asked: Request) -> None:
    """No text of the site holds a NUL, PostgreSQL takes none, and no browser types one."""
    if "\x00" in asked.path:
        abort(404)
    if _NUL.search(asked.query_string) or not _is_text(asked.query_string):
        abort(400)
    if not asked.environ.get("CONTENT_TYPE"):
        return  # no form was sent
    for name, value in asked.form.items(multi=True):
        if "\x00" in name or "\x00" in value:
            abort(400)


def _is_text(raw: bytes) -> bool:
    """Whether bytes that were not encoded are UTF-8, as the encoded ones are read."""
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ask_permission() -> Response | None:
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    endpoint = asked.endpoint
    if endpoint is None:
        return None  # 404 and 405 are raised by the router
    _refuse_nul(asked)
    rule = TABLE.get(endpoint)
    if rule is None:
        current_app.logger.error("no permission rule for %s", endpoint)
        abort(404)
    org = (asked.view_args or {}).get("org")
    answer = decide(rule, current_user, org, demo=current_app.config["DEMO"])
    if answer is Decision.ALLOW:
        if rule.who is Who.MEMBER and org and request.method not in _READING:
            if not current_user.is_verified and endpoint not in _WITHOUT_NUMBER:
                return _lead_to("account.verify")
            licensing.ask(endpoint, org)
        return _ask_consent(rule)
    if answer is Decision.NOT_FOUND:
        abort(404)
    if answer is Decision.FORBIDDEN:
        abort(403)
    target = "account.verify" if answer is Decision.VERIFY else "account.sign_in"
    if request.path.startswith("/api/"):
        abort(401 if answer is Decision.SIGN_IN else 403)
    return _lead_to(target)


def _lead_to(target: str) -> Response:
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_before()
    response: Response = redirect(url_for(target, next=back))
    return response


def _page_before() -> str | None:
    """The page of this site on which was what is being sent: there the person goes on."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _ask_consent(rule: Rule) -> Response | None:
    """Lead to the new privacy notice who agreed to an older one, before any page of their own.

    What is being sent goes through, so that nothing is lost; what is public stays open, and so do
    the person's rights: who looked, who may find them, the copy, the end and the way out.
    """
    if rule.who is Who.PUBLIC or rule.who is Who.DEMO or request.method != "GET":
        return None
    if request.blueprint == "account" or request.endpoint in _WITHOUT_CONSENT:
        return None
    if not consents.is_outdated(db.session(), current_user.account):
        return None
    back = request.full_path.rstrip("?")
    response: Response = redirect(url_for("account.data", next=back))
    return response
