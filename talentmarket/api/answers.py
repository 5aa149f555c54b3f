"""What every answer to a program carries: language, tag, freshness, limits, who may read it."""

from __future__ import annotations

import ipaddress
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, json, request
from flask_babel import refresh
from werkzeug.http import generate_etag, quote_etag
from werkzeug.wrappers import Response

from talentmarket.core import clock, counters
from talentmarket.core.errors import TooMany
from talentmarket.core.heads import add_plain
from talentmarket.core.language import language, preferred
from talentmarket.core.secrecy import digest

READS = 600  # a minute, for an address
MINUTE = timedelta(minutes=1)
LANGUAGES = ("zh", "en")
#: What a reader sends who holds an answer, as WSGI names it.
CONDITIONS = (
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
)
METHODS = "GET, HEAD, OPTIONS"
#: Any page of any site may read: there is nothing here that is not public.
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Language, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_OPEN = tuple(OPEN.items())
_POLICY = ("RateLimit-Policy", f'"reads";q={READS};w=60')


def speak() -> None:
    """Take the language from Accept-Language alone: an answer depends on no cookie."""
    chosen = preferred(request.environ.get("HTTP_ACCEPT_LANGUAGE", ""), LANGUAGES)
    if g.get("locale") != chosen:
        g.locale = chosen
        refresh()


def count_read() -> None:
    """Count this read for its address. Raises TooMany past :data:`READS` in a minute.

    The window begins with each minute and is shared by all processes.
    """
    if request.method == "OPTIONS":
        return
    used = tally().count(f"reads:{_reader()}")
    g.reads_left = max(0, READS - used)
    if used > READS:
        raise TooMany(retry_after=_seconds_left())


def tally() -> counters.Tally:
    """The reads that this process has counted."""
    held = current_app.extensions
    found: counters.Tally | None = held.get("talentmarket_reads")
    return found or held.setdefault("talentmarket_reads", counters.Tally(MINUTE, READS))


def _reader() -> str:
    """The address that reads, as a keyed digest; of IPv6 the network that one line is given."""
    text = request.remote_addr or ""  # nothing for a socket
    if ":" in text:
        with suppress(ValueError):
            address = ipaddress.IPv6Address(text)
            if address.ipv4_mapped is None:
                text = str(ipaddress.ip_network((address, 64), strict=False))
    return digest("reader", text)[:32]


def _seconds_left() -> int:
    return 60 - int(clock.now().timestamp()) % 60


def finished(response: Response) -> Response:
    """Put on what every answer carries."""
    kept = g._get_current_object()
    lines = [*_OPEN, ("Content-Language", kept.get("locale") or language())]
    if "Vary" in response.headers:
        response.vary.add("Accept-Language")
    else:
        lines.append(("Vary", "Accept-Language"))
    if (left := kept.get("reads_left")) is not None:
        # draft-ietf-httpapi-ratelimit-headers
        lines.append(_POLICY)
        lines.append(("RateLimit", f'"reads";r={left};t={_seconds_left()}'))
    add_plain(response, lines)
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = (
            "Accept, Accept-Language, If-Modified-Since, If-None-Match"
        )
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def answer(
    values: dict[str, Any], *, changed_at: datetime | None = None, following: str | None = None
) -> Response:
    """Values as JSON; 304 when the reader holds them. `following`: the address of the next part."""
    return answer_written(written(values), changed_at=changed_at, following=following)


@dataclass(frozen=True, slots=True)
class Written:
    """Values as JSON in UTF-8, and the tag of these bytes."""

    body: bytes
    tag: str


def answer_written(
    ready: Written, *, changed_at: datetime | None = None, following: str | None = None
) -> Response:
    """The same of values that are JSON already."""
    response = current_app.response_class(ready.body, mimetype="application/json")
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return _conditional(response, ready.tag, changed_at)


def written(values: dict[str, Any]) -> Written:
    """Values as the interface writes JSON."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    body = text.encode()
    return Written(body, quote_etag(generate_etag(body), weak=True))


def conditional(response: Response, changed_at: datetime | None = None) -> Response:
    """Tag an answer by its content, to be kept but asked for anew each time."""
    tag = quote_etag(generate_etag(response.get_data()), weak=True)
    return _conditional(response, tag, changed_at)


def _conditional(response: Response, tag: str, changed_at: datetime | None) -> Response:
    # What left the exchange must not live on in a cache: kept, and never used unasked.
    add_plain(response, (("ETag", tag), ("Cache-Control", "no-cache")))
    if changed_at is not None:
        response.last_modified = changed_at
    asked = request.environ
    if any(name in asked for name in CONDITIONS):
        response.make_conditional(asked)
    return response
