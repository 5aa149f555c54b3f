"""Home page, language and theme switches, health."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.uow import unit_of_work
from talentmarket.web.locale import COOKIE, THEME_COOKIE, THEMES
from talentmarket.web.site import health, notices, skills
from talentmarket.web.site import home as first_page

bp = Blueprint("site", __name__)
health.routes(bp)
notices.routes(bp)
skills.routes(bp)

YEAR = 365 * 86_400
LONGEST_ADDRESS = 2000


def safe_next(value: str | None, fallback: str) -> str:
    """`value` when it is an address of this site, else `fallback`.

    Browsers drop control signs from an address, and some take a backslash for a slash.
    """
    if not value or not value.startswith("/") or value.startswith(("//", "/\\")):
        return fallback
    if len(value) > LONGEST_ADDRESS or not value.isprintable():
        return fallback
    parts = urlsplit(value)
    return fallback if parts.scheme or parts.netloc else value


@bp.get("/")
def home() -> str:
    """The home page."""
    return first_page.page()


@bp.route("/language/<code>", methods=["GET", "POST"])
def language(code: str) -> Response:
    """Switch the language, kept in a cookie; sent as a form also with the account, whose mails it
    is the language of. A link alone, which another site can have opened, changes no row."""
    response = redirect(safe_next(request.args.get("next"), url_for("site.home")))
    if code in ("zh", "en"):
        response.set_cookie(COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True)
        own = request.method == "POST" and current_user.is_authenticated
        if own and current_user.account.locale != code:
            with unit_of_work():
                current_user.account.locale = code
    return response


@bp.get("/theme/<name>")
def theme(name: str) -> Response:
    """Switch between light, dark and the system's choice."""
    response = redirect(safe_next(request.args.get("next"), url_for("site.home")))
    if name in THEMES:
        response.set_cookie(THEME_COOKIE, name, max_age=YEAR, samesite="Lax")
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@bp.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read: public jobs, nothing of persons."""
    closed = ("/me", "/org", "/operator", "/talents")
    where = url_for("feeds.sitemap", _external=True)
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {where}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
