"""The reader's language and its texts, found once for each request.

Flask-Babel asks for the locale and its catalogue anew at each text, hundreds of times a page. Both
are kept where it keeps the locale, so that its own `refresh` and `force_locale` change them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import flask_babel
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_locale, get_translations

Texts = NullTranslations


def _held(name: str) -> Any:
    """What Flask-Babel holds for this request under a name; None before it was asked for."""
    try:
        return getattr(g.get("_flask_babel"), name, None)
    except RuntimeError:  # outside of an app
        return None


def language() -> str:
    """`zh` or `en`: the reader's language."""
    locale = _held("babel_locale") or get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def texts() -> Texts:
    """The reader's texts. The same object for each reader of a language."""
    found: Texts | None = _held("babel_translations")
    return get_translations() if found is None else found


class _Domain(flask_babel.Domain):  # type: ignore[misc]  # it declares no types
    def get_translations(self) -> Texts:
        """The catalogue of the reader's language, looked up once."""
        found: Texts | None = _held("babel_translations")
        if found is None:
            found = super().get_translations()
            if (held := g.get("_flask_babel") if g else None) is not None:
                held.babel_translations = found
        return found


class Babel(flask_babel.Babel):  # type: ignore[misc]
    """Flask-Babel with one look-up of the catalogue for each request."""

    @cached_property
    def domain_instance(self) -> flask_babel.Domain:
        """Where the site's texts are."""
        return _Domain(domain=self.domain)

    def init_app(self, app: Flask, *args: Any, **named: Any) -> None:
        """Bind to an app, with texts for its templates."""
        super().init_app(app, *args, **named)
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=lambda text: texts().gettext(text),
            ngettext=lambda one, many, count: texts().ngettext(one, many, count),
            newstyle=True,
        )
