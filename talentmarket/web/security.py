"""Security headers. The content policy allows nothing inline and no other host."""

from __future__ import annotations

from flask import Flask, Request, request
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.heads import add_plain

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "X-Frame-Options": "DENY",
}
_LOWERED = {pair[0].lower(): pair for pair in HEADERS.items()}


def register(app: Flask) -> None:
    """Add the headers to every answer."""
    app.after_request(_add)


def _signed_in() -> bool:
    viewer = current_user._get_current_object()
    return viewer is not None and bool(viewer.is_authenticated)


def _add(response: Response) -> Response:
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    held = {name.lower() for name, _value in response.headers}
    add_plain(response, [pair for name, pair in _LOWERED.items() if name not in held])
    if asked.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    way_in = asked.blueprint == "account"  # holds the number somebody typed a moment ago
    if way_in or (asked.endpoint != "static" and _signed_in()):
        # A shared cache or the back button after signing out must not show a person's page.
        response.headers["Cache-Control"] = "no-store"
    return response
