"""A bare application with the templates of the site: no database, only what layouts link to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_babel import gettext as _
from flask_wtf import CSRFProtect

from talentmarket.core.words import tone, word
from talentmarket.web.context import spoken

ROOT = Path(__file__).resolve().parents[3]


@cache
def bare_app(locale: str = "zh", signed_in: bool = False) -> Flask:
    """An application that renders any template in `locale`, for a visitor or a signed-in person."""
    app = Flask("bare", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config.update(
        SECRET_KEY="bare",
        TESTING=True,
        BABEL_DEFAULT_LOCALE="zh",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "talentmarket" / "translations"),
    )
    Babel(app, locale_selector=lambda: locale)
    CSRFProtect(app)
    app.jinja_env.globals.update(word=word, tone=tone)
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.add_url_rule("/language/<code>", "site.language", lambda code: code)
    app.add_url_rule("/theme/<name>", "site.theme", lambda name: name)
    app.add_url_rule("/jobs", "jobs.search", lambda: "")
    app.add_url_rule("/talents", "talents.search", lambda: "")
    app.context_processor(lambda: _context(locale, signed_in))
    return app


class _Nav:
    """The names of the real navigation, with fixed values."""

    def __init__(self, signed_in: bool) -> None:
        self.unread = 3 if signed_in else 0
        self.desks = [("/org/x", "天工云谱科技", "owner")] if signed_in else []

    @property
    def main(self) -> list[tuple[str, str]]:
        return [("jobs.search", _("找工作")), ("talents.search", _("找人才"))]

    def to(self, endpoint: str) -> str:
        return "/" + endpoint.replace(".", "/")


def _context(locale: str, signed_in: bool) -> dict[str, Any]:
    user = SimpleNamespace(is_authenticated=signed_in, is_operator=False, name="周予安")
    return {
        "nav": _Nav(signed_in),
        "current_user": user,
        "html_lang": lambda: "en" if locale == "en" else "zh-CN",
        "language": lambda: locale,
        "theme": lambda: None,
        "legal_lines": list,
    }
