"""Rooms and floors: who may import whom, and what importing a room may load."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.guards.sources import ROOT

PACKAGES = sorted(
    path.name for path in (ROOT / "talentmarket").iterdir() if (path / "__init__.py").is_file()
)


def run_python(source: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def contracts() -> list[dict[str, object]]:
    with (ROOT / "pyproject.toml").open("rb") as handle:
        settings = tomllib.load(handle)
    return settings["tool"]["importlinter"]["contracts"]


def test_the_contracts_hold():
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_import_is_excused():
    assert not [c["id"] for c in contracts() if c.get("ignore_imports")]


def test_every_room_stands_on_a_floor():
    layers = next(c["layers"] for c in contracts() if c["id"] == "floors")
    named = {name.strip() for layer in layers for name in layer.split("|")}
    assert {f"talentmarket.{name}" for name in PACKAGES} <= named


def test_loading_the_package_loads_nothing_else():
    loaded = run_python(
        "import sys, talentmarket\n"
        "print(*[m for m in sys.modules if m.startswith('talentmarket.')])"
    )
    assert loaded.split() == []


@pytest.mark.slow
@pytest.mark.parametrize("room", ["core", "taxonomy"])
def test_a_low_room_loads_no_route(room):
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "talentmarket" / room).rglob("*.py"))
        if path.stem != "__init__"
    ]
    loaded = run_python(
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        "print(*[m for m in sys.modules if m.startswith('talentmarket.')])"
    ).split()
    above = ("talentmarket.web", "talentmarket.api", "talentmarket.cli", "talentmarket.factory")
    assert not [name for name in loaded if name.startswith(above)]


@pytest.mark.slow
def test_the_search_engine_works_without_the_exchange():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "search").rglob("*.py"))
        if path.stem != "__init__"
    ]
    assert modules
    run_python(
        "import importlib, sys\n"
        "for name in ('talentmarket', 'flask', 'sqlalchemy', 'werkzeug'):\n"
        "    sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )


@pytest.mark.slow
def test_starting_loads_nothing_that_takes_seconds():
    """Commands and `/readyz` must not wait for scikit-learn: it is imported where it is used."""
    loaded = run_python(
        "import sys, talentmarket.factory, talentmarket.models\n"
        "import talentmarket.web.blueprints as web, talentmarket.api.blueprints as api\n"
        "from importlib import import_module\n"
        "from talentmarket.cli.register import COMMANDS\n"
        "for name in web.AREAS: import_module(name)\n"
        "for name in COMMANDS: import_module(f'talentmarket.cli.{name}')\n"
        "print(*sys.modules)"
    ).split()
    heavy = {"sklearn", "scipy", "skops", "pandas", "matplotlib"}
    assert heavy & {name.partition(".")[0] for name in loaded} == set()
    assert "pypinyin.phrases_dict" not in loaded
