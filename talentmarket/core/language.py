"""The reader's language and its texts, found once for each request.

Flask-Babel asks for the locale and its catalogue anew at each text, hundreds of times a page. Both
are kept where it keeps the locale, so that its own `refresh` and `force_locale` change them.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask.globals import _cv_app
from flask_babel import get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

Texts = NullTranslations
#: Signs of an Accept-Language that is kept; browsers send some thirty.
LONGEST = 80


def _held(name: str) -> Any:
    """What Flask-Babel holds for this request under a name; None before it was asked for. Asked for
    each text of a page: Flask's own `g` is found at a third of what it costs by its name."""
    context = _cv_app.get(None)
    if context is None:  # outside of an app
        return None
    return getattr(vars(context.g).get("_flask_babel"), name, None)


def language() -> str:
    """`zh` or `en`: the reader's language."""
    locale = _held("babel_locale") or get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def texts() -> Texts:
    """The reader's texts. The same object for each reader of a language."""
    found: Texts | None = _held("babel_translations")
    return get_translations() if found is None else found


def preferred(accepted: str, languages: tuple[str, ...]) -> str:
    """The best of `languages` by a browser's Accept-Language, else Chinese."""
    return (_preferred if len(accepted) <= LONGEST else _preferred.__wrapped__)(accepted, languages)


@lru_cache(maxsize=1_024)
def _preferred(accepted: str, languages: tuple[str, ...]) -> str:
    """Taken apart once: there are some hundreds of them, the same at each request."""
    return parse_accept_header(accepted, LanguageAccept).best_match(languages, "zh") or "zh"


@lru_cache(maxsize=8)
def _locale(code: str) -> Locale:
    """Babel looks at the disk for each it makes."""
    return Locale.parse(code)


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
        """Bind to an app, with texts for its templates. `locale_selector`: the language's code."""
        if (selector := named.get("locale_selector")) is not None:
            named["locale_selector"] = lambda: _locale(selector())
        super().init_app(app, *args, **named)
        app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
            gettext=lambda text: texts().gettext(text),
            ngettext=lambda one, many, count: texts().ngettext(one, many, count),
            pgettext=lambda context, text: texts().pgettext(context, text),
            newstyle=True,
        )
        app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _printed


#: Texts without values, ready to print, of each catalogue: there are some thousands of them.
_ready: WeakKeyDictionary[Texts, dict[str, Markup]] = WeakKeyDictionary()


@pass_eval_context
def _printed(printing: EvalContext, text: str, /, **values: Any) -> str:
    """A text in the reader's language with its values, as Jinja's own does it; those without
    values are made once."""
    catalogue = texts()
    if values or not printing.autoescape:
        said = catalogue.gettext(text)
        return (Markup(said) if printing.autoescape else said) % values
    ready = _ready.get(catalogue)
    if ready is None:
        ready = _ready.setdefault(catalogue, {})
    found = ready.get(text)
    if found is None:
        found = ready[text] = Markup(catalogue.gettext(text)) % {}
    return found
