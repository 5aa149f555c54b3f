"""Which language and which theme the reader gets."""

from __future__ import annotations

from flask import current_app, g, has_request_context, request
from flask_login import current_user

from talentmarket.core.language import language, preferred

COOKIE = "lang"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def select_locale() -> str:
    """The reader's language: chosen by cookie, else the account's, else the browser's, else zh."""
    if not has_request_context():
        return "zh"
    if forced := g.get("locale"):
        return str(forced)
    if (chosen := _chosen()) is not None:
        return chosen
    if request.endpoint != "static" and current_user and current_user.is_authenticated:
        return str(current_user.account.locale)
    return plain_locale()


def plain_locale() -> str:
    """The reader's language without asking the database: by cookie, else by the browser."""
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    return _chosen() or preferred(request.headers.get("Accept-Language", ""), languages)


def _chosen() -> str | None:
    chosen = request.cookies.get(COOKIE)
    return chosen if chosen in current_app.config["LANGUAGES"] else None


def html_lang() -> str:
    """The value of the page's `lang` attribute."""
    return "en" if language() == "en" else "zh-CN"


def theme() -> str | None:
    """The chosen theme; None when the reader's system decides."""
    value = request.cookies.get(THEME_COOKIE)
    return value if value in THEMES else None
