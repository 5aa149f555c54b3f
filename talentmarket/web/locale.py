"""Which language and which theme the reader gets."""

from __future__ import annotations

from flask import current_app, g, has_request_context, request
from flask_babel import get_locale
from flask_login import current_user

COOKIE = "lang"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def select_locale() -> str:
    """The reader's language: chosen by cookie, else the account's, else the browser's, else zh."""
    if not has_request_context():
        return "zh"
    if forced := g.get("locale"):
        return str(forced)
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    chosen = request.cookies.get(COOKIE)
    if chosen in languages:
        return chosen
    if request.endpoint != "static" and current_user and current_user.is_authenticated:
        return str(current_user.account.locale)
    return request.accept_languages.best_match(languages, "zh") or "zh"


def language() -> str:
    """`zh` or `en`: the reader's language."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def html_lang() -> str:
    """The value of the page's `lang` attribute."""
    return "en" if language() == "en" else "zh-CN"


def theme() -> str | None:
    """The chosen theme; None when the reader's system decides."""
    value = request.cookies.get(THEME_COOKIE)
    return value if value in THEMES else None
