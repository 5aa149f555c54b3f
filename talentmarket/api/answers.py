"""What every answer to a program carries: language, tag, freshness, limits, who may read it."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, g, json, request
from flask_babel import refresh
from werkzeug.wrappers import Response

from talentmarket.core import clock, counters
from talentmarket.core.errors import TooMany
from talentmarket.core.language import language
from talentmarket.core.secrecy import digest

READS = 600  # a minute, for an address
MINUTE = timedelta(minutes=1)
LANGUAGES = ("zh", "en")
METHODS = "GET, HEAD, OPTIONS"
#: Any page of any site may read: there is nothing here that is not public.
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Content-Language, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def speak() -> None:
    """Take the language from Accept-Language alone: an answer depends on no cookie."""
    chosen = request.accept_languages.best_match(LANGUAGES, "zh") or "zh"
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
    found: counters.Tally = current_app.extensions.setdefault(
        "talentmarket_reads", counters.Tally(MINUTE, READS)
    )
    return found


def _reader() -> str:
    """The address that reads, as a keyed digest; of IPv6 the network that one line is given."""
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
            text = str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        pass  # a socket without an address
    return digest("reader", text)[:32]


def _seconds_left() -> int:
    return 60 - int(clock.now().timestamp()) % 60


def finished(response: Response) -> Response:
    """Put on what every answer carries."""
    response.headers.extend({**OPEN, "Content-Language": language()})
    if "Vary" in response.headers:
        response.vary.add("Accept-Language")
    else:
        response.headers.add("Vary", "Accept-Language")
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = (
            "Accept, Accept-Language, If-Modified-Since, If-None-Match"
        )
        response.headers["Access-Control-Max-Age"] = "86400"
    if (left := g.get("reads_left")) is not None:
        # draft-ietf-httpapi-ratelimit-headers
        response.headers["RateLimit-Policy"] = f'"reads";q={READS};w=60'
        response.headers["RateLimit"] = f'"reads";r={left};t={_seconds_left()}'
    return response


def answer(
    values: dict[str, Any], *, changed_at: datetime | None = None, following: str | None = None
) -> Response:
    """Values as JSON; 304 when the reader holds them. `following`: the address of the next part."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    response = current_app.response_class(text, mimetype="application/json")
    if following:
        response.headers["Link"] = f'<{following}>; rel="next"'
    return conditional(response, changed_at)


def conditional(response: Response, changed_at: datetime | None = None) -> Response:
    """Tag an answer by its content, to be kept but asked for anew each time."""
    response.add_etag(weak=True)
    # What left the exchange must not live on in a cache: kept, and never used unasked.
    response.headers["Cache-Control"] = "no-cache"
    if changed_at is not None:
        response.last_modified = changed_at
    response.make_conditional(request)
    return response
