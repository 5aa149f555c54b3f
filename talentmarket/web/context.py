"""Names that templates may use."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from flask_babel import format_date, format_datetime, get_locale
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup, escape

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.files import MAX_BYTES
from talentmarket.core.folding import spaced_phone
from talentmarket.core.language import language
from talentmarket.core.words import tone, word
from talentmarket.members import demo
from talentmarket.web import legal
from talentmarket.web.compiled import compiled_templates
from talentmarket.web.locale import html_lang, theme
from talentmarket.web.terms import TERMS
from talentmarket.web.written import blocks

#: Chinese words with what stands between their characters, as in a firm's name.
_CHINESE = r"[\u3400-\u9fff\uf900-\ufaff]+"
_HAN = re.compile(rf"{_CHINESE}(?:[A-Za-z0-9·・、，：（）()—-]+{_CHINESE})*[）)]?")

#: The main navigation: (endpoint, label). Entries whose endpoint is not there are left out.
MAIN = (
    ("jobs.search", _l("找工作")),
    ("talents.search", _l("找人才")),
    ("organisations.firms", _l("人力资源服务")),
    ("organisations.search", _l("用人单位")),
)


def register(app: Flask) -> None:
    """Register context processors, filters and the address rule of static files."""
    app.context_processor(_names)
    app.url_defaults(_versioned)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = compiled_templates()
    app.jinja_env.globals.update(word=word, tone=tone, largest_file=MAX_BYTES, terms=TERMS)
    app.jinja_env.filters["day"] = day
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.filters["blocks"] = blocks
    app.jinja_env.filters["phone"] = spaced_phone


def _names() -> dict[str, Any]:
    return {
        "get_locale": get_locale,
        "html_lang": html_lang,
        "language": language,
        "theme": theme,
        "nav": _nav,
        "now": clock.now,
        "today": clock.today,
        "legal_lines": legal.lines,
        "demo": current_app.config["DEMO"],
        "demo_keys": lambda: demo.keys(db.session()),
    }


class _Nav:
    """What the layout shows around every page; read only when used."""

    @property
    def main(self) -> list[tuple[str, Any]]:
        return [item for item in MAIN if item[0] in current_app.view_functions]

    @property
    def desks(self) -> list[tuple[str, str, Any]]:
        return [
            (url_for("org.home", org=desk.org), desk.name, desk.role)
            for desk in current_user.desks
            if "org.home" in current_app.view_functions
        ]

    def to(self, endpoint: str, **values: Any) -> str | None:
        """The address of a page, or None where the site has no such page."""
        if endpoint not in current_app.view_functions:
            return None
        return url_for(endpoint, **values)

    @property
    def unread(self) -> int:
        count = current_app.extensions.get("talentmarket_unread")
        return count(current_user.account.id) if count and current_user.is_authenticated else 0


_nav = _Nav()


def _versioned(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "v" not in values and (name := values.get("filename")):
        path = Path(current_app.static_folder or "") / str(name)
        try:
            values["v"] = _digest(str(path), path.stat().st_mtime_ns)
        except OSError:
            return


@lru_cache(maxsize=512)
def _digest(path: str, _changed: int) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def day(value: date | datetime | str | None, form: str = "medium") -> str:
    """A date in the reader's language: 2026-11-20 in Chinese, 20 Nov 2026 in English. A text is one
    of ISO 8601, as snapshots hold it."""
    if not value:
        return ""
    if isinstance(value, str):
        value = date.fromisoformat(value)
    if isinstance(value, datetime):
        value = clock.local(value).date()
    if language() == "zh" and form == "medium":
        return value.isoformat()
    return str(format_date(value, "d MMM y" if form == "medium" else form))


def moment(value: datetime | None) -> str:
    """A date and time of day in the reader's language and the exchange's zone."""
    if value is None:
        return ""
    if language() == "zh":
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    return str(format_datetime(value, "d MMM y, HH:mm"))


def spoken(text: object) -> Markup | str:
    """`text` with its language said where it is Chinese on an English page: names among words."""
    words = str(text)
    if language() == "zh" or not _HAN.search(words):
        return words
    return Markup(_HAN.sub(r'<span lang="zh">\g<0></span>', str(escape(words))))
