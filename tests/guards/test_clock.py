"""No time but the clock's: what reads the machine's time cannot be tested or replayed."""

from __future__ import annotations

import ast

import pytest

from tests.guards.sources import ROOT, python_files, tree, where

CLOCK = ROOT / "talentmarket" / "core" / "clock.py"
FORBIDDEN = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("func", "now"),
    ("func", "current_timestamp"),
    ("func", "current_date"),
}
NAMES = {"now", "utcnow", "today", "time", "time_ns", "localtime", "gmtime", "CURRENT_TIMESTAMP"}


def own_time(module: ast.Module) -> list[int]:
    """The lines that read a time of their own."""
    lines = []
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if (name, node.attr) in FORBIDDEN:
                lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            lines += [node.lineno for alias in node.names if alias.name in NAMES]
        elif isinstance(node, ast.Constant) and "CURRENT_TIMESTAMP" in str(node.value):
            lines.append(node.lineno)
    return lines


def test_time_comes_from_the_clock():
    found = [
        where(path, line)
        for path in python_files("talentmarket", "search", "wsgi.py")
        if path != CLOCK
        for line in own_time(tree(path))
    ]
    assert not found, f"ask talentmarket.core.clock: {found}"


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now()",
        "datetime.datetime.utcnow()",
        "dt.date.today()",
        "x = time.time()",
        "from time import time",
        "sa.func.now()",
        "default=func.current_timestamp()",
        "text('CURRENT_TIMESTAMP')",
    ],
)
def test_the_guard_sees(source):
    source = source.removeprefix("default=")
    assert own_time(ast.parse(source))


@pytest.mark.parametrize("source", ["clock.now()", "time.monotonic()", "time.perf_counter()"])
def test_the_guard_lets_pass(source):
    assert not own_time(ast.parse(source))
