"""The parts of the JSON API, in one list."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Register the API."""
