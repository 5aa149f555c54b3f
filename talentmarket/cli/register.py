"""The commands, in one list."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

#: Modules under :mod:`talentmarket.cli` that hold a click group or command named `cli`.
COMMANDS: tuple[str, ...] = (
    "alerts",
    "backup",
    "demo",
    "evaluate",
    "index",
    "jobs",
    "match",
    "model",
    "privacy",
    "restore",
    "search",
    "taxonomy",
    "users",
    "worker",
)


def register(app: Flask) -> None:
    """Add the commands to `flask`."""
    for name in COMMANDS:
        app.cli.add_command(import_module(f"talentmarket.cli.{name}").cli)
