"""The parts of the program interface, in one list."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

#: Modules that hold a blueprint named `bp`.
AREAS = (
    "talentmarket.api.routes",
    "talentmarket.api.feeds",
    "talentmarket.api.page",
)


def register(app: Flask) -> None:
    """Register the interface, its errors and its description."""
    from talentmarket.api import description, problems

    problems.register(app)
    description.register(app)
    for name in AREAS:
        app.register_blueprint(import_module(name).bp)
