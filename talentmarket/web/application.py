"""The application: Flask, with addresses made once, quicker look-ups in templates and plain heads.

A page names a hundred addresses, most of them the same on each page; making one costs Flask thirty
times what looking it up does. A list of results reads two thousand values of plain mappings. The
lines of an answer's head are looked at once, where they are made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from apiflask import APIFlask
from flask import Response
from flask.globals import _cv_request
from flask.templating import Environment
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Addresses kept, and how long a value of one may be: long ones (cursors, words) come once.
KEPT, LONGEST = 8_192, 80

_Values = tuple[tuple[str, str | int | None], ...]


_OF_DICTS = frozenset(dir(dict))


class PageTemplate(Template):
    """Jinja's, which asks ten times a page whether it was given names that are not everybody's
    before it imports a template; it subtracts sets in Python to find out."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        if ctx is not None and self.environment.globals.keys() >= ctx.globals_keys:
            ctx = None
        return super()._get_default_module(ctx)


class TemplateEnvironment(Environment):
    """Jinja's, which reads `row.title` as an attribute first and as a key when that has failed; a
    plain mapping has no attributes but its methods, so that its key is read at once."""

    template_class = PageTemplate

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What a template's `obj.attribute` stands for."""
        if type(obj) is dict and attribute in obj and attribute not in _OF_DICTS:
            return obj[attribute]
        return super().getattr(obj, attribute)


#: Lines of a head that the server may not be given as they stand.
_MADE_OVER = frozenset(("location", "content-location"))


class Answer(Response):
    """Flask's answer. Werkzeug makes the lines of its head anew for the server, and looks at each of
    them again, for what only redirects and answers of unknown length have in it."""

    def get_wsgi_response(
        self, environ: WSGIEnvironment
    ) -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """Body, status and head as the server is given them."""
        if self.status_code == 200:
            lines = self.headers.to_wsgi_list()
            names = {name.lower() for name, _value in lines}
            if "content-length" in names and names.isdisjoint(_MADE_OVER):
                return self.get_app_iter(environ), self.status, lines
        return super().get_wsgi_response(environ)


class Application(APIFlask):
    """What `create_app` makes.

    Kept is what the rules alone decide: an address within the site, of short plain values, asked for
    during a request. What may differ from request to request (a relative endpoint, an address with
    scheme and host, lists) is made each time. While templates reload nothing is kept, since the
    address of a static file names its content.
    """

    jinja_environment = TemplateEnvironment
    response_class = Answer

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._kept = lru_cache(maxsize=KEPT)(self._made)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Flask looks at each function of each request whether it is a coroutine; none is here."""
        return func

    def url_for(self, endpoint: str, **values: Any) -> str:
        """The address of a page; as Flask's, with `_anchor` and `_external`."""
        context = _cv_request.get(None)
        plain = context is not None and endpoint[0] != "." and not self.debug
        if plain and values:
            plain = all(map(_plain, values.values())) and not (
                values.get("_external") or values.get("_scheme")
            )
        if context is None or not plain:
            return str(super().url_for(endpoint, **values))
        asked = context.request
        return self._kept(asked.root_path, asked.method, endpoint, tuple(values.items()))

    def _made(self, _root: str, _method: str, endpoint: str, values: _Values) -> str:
        given: dict[str, Any] = dict(values)
        return str(super().url_for(endpoint, **given))


def _plain(value: object) -> bool:
    kind = type(value)
    return (kind is str and len(value) <= LONGEST) or kind is int or value is None  # type: ignore[arg-type]
