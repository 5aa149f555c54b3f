"""The site as gunicorn serves it, with its own yardstick beside it in the same processes.

A request that carries ``X-Benchmark: constants`` is answered by the template of its page from the
values that the page had the first time: no permission, no database, no search, the same bytes. One
with ``X-Benchmark: bare`` is answered by a Flask app of one route that knows the JSON by heart.
"""

from __future__ import annotations

import contextvars
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, json, template_rendered
from jinja2 import Template
from werkzeug.wrappers import Response

from talentmarket.core.extensions import db
from talentmarket.factory import create_app

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
#: What is drawn anew for each answer: signed values, such as the token of a form.
_SIGNED = re.compile(rb"[\w.-]{50,}")


@dataclass(frozen=True)
class Held:
    """A page: its template, the values it was given, its viewer, and the head of the answer."""

    template: Template
    values: dict[str, Any]
    viewer: object
    headers: list[tuple[str, str]]


class Yardstick:
    """Wraps the site's WSGI function."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._site: Wsgi = app.wsgi_app
        self._lock = threading.Lock()
        self._pages: dict[tuple[str, str], Held] = {}
        self._kept: list[object] = []  # contexts whose objects the pages hold
        self._bare = Flask("bare")
        self._known: dict[str, Any] = {}
        self._bare.add_url_rule("/<path:_path>", "known", lambda _path: self._known)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        match environ.get("HTTP_X_BENCHMARK"):
            case "constants":
                return self._constant(environ)(environ, start)
            case "bare":
                if not self._known:
                    self._learn(environ)
                return self._bare(environ, start)
            case _:
                return self._site(environ, start)

    def _constant(self, environ: dict[str, Any]) -> Response:
        key = (f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}", environ.get("HTTP_COOKIE", ""))
        held = self._pages.get(key)
        if held is None:
            with self._lock:
                held = self._pages.get(key) or contextvars.copy_context().run(self._first, environ)
                self._pages[key] = held
        body = self._rendered(held, environ)
        return Response(body, headers=held.headers)

    def _rendered(self, held: Held, environ: dict[str, Any]) -> str:
        with self._app.request_context(environ):
            g._login_user = held.viewer
            return held.template.render(held.values)

    def _first(self, environ: dict[str, Any]) -> Held:
        """Answer as the site does and keep what the template was given; the context stays open, so
        that its objects may still be read."""
        context = self._app.request_context(dict(environ))
        context.push()
        self._kept.append(context)
        seen: list[tuple[Template, dict[str, Any]]] = []

        def see(_sender: object, template: Template, context: dict[str, Any], **_: object) -> None:
            seen.append((template, context))

        with template_rendered.connected_to(see, self._app):
            response = self._app.full_dispatch_request()
        if response.status_code != 200 or not seen:
            raise RuntimeError(f"no page to hold: {response.status}")
        template, values = seen[-1]
        held = Held(template, values, g.get("_login_user"), list(response.headers))
        self._compare(response.get_data(), held, environ)
        self._kept.append(db.session())
        return held

    def _compare(self, told: bytes, held: Held, environ: dict[str, Any]) -> None:
        """Raise unless the constants give the same bytes, but for what is signed anew."""
        body = self._rendered(held, environ)
        if len(body.encode()) != len(told) or _masked(body.encode()) != _masked(told):
            raise RuntimeError(f"the constants give {len(body.encode())} bytes, not {len(told)}")

    def _learn(self, environ: dict[str, Any]) -> None:
        with self._app.request_context(dict(environ)):
            response = self._app.full_dispatch_request()
            self._known = json.loads(response.get_data())


def _masked(body: bytes) -> bytes:
    return _SIGNED.sub(b"-", body)


def measured() -> Flask:
    """The site with the yardstick in it, for gunicorn."""
    app = create_app()
    app.wsgi_app = Yardstick(app)  # type: ignore[method-assign]
    return app
