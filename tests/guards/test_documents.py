"""What can be typed or set is documented, and what is documented exists."""

from __future__ import annotations

import ast
import re

import click
import pytest

from talentmarket import create_app
from talentmarket.core.config import SETTINGS
from tests.fixtures.apps import make_settings
from tests.guards.sources import ROOT, python_files, tree

OPERATIONS = ROOT / "docs" / "operations.md"
#: Commands that Flask and its extensions bring along, documented by them.
FOREIGN = {"run", "shell", "routes", "db", "openapi", "spec", "limiter"}
ENVIRONMENTS = {"os.environ", "environ", "env"}
#: Read by programs beside the site; listed in the same document.
BESIDE = {"TALENTMARKET_TEST_SCALE", "TEST_POSTGRES_URL"}


def section(title: str) -> str:
    """The text below a heading of the document, up to the next of its kind."""
    text = OPERATIONS.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"no section {title!r}"
    return found[1]


def documented(title: str, pattern: str) -> set[str]:
    """The first cells of the section's tables that match, without their arguments."""
    found = re.findall(rf"^\| `({pattern})", section(title), re.M)
    return {name.split(" -")[0] for name in found}


def commands(group: click.Group, *path: str) -> set[str]:
    """The full names of all commands below a group."""
    found = set()
    for name, command in group.commands.items():
        if not path and name in FOREIGN:
            continue
        if isinstance(command, click.Group):
            found |= commands(command, *path, name)
        else:
            found.add(" ".join([*path, name]))
    return found


def test_settings():
    names = documented("Settings", r"[A-Z][A-Z0-9_]+")
    assert names == set(SETTINGS) | BESIDE


def test_every_variable_read_is_a_setting():
    """`os.environ` is read in the settings and in the server's file, by known names only."""
    read = set()
    for path in python_files("talentmarket", "gunicorn.conf.py"):
        for node in ast.walk(tree(path)):
            names = []
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                called = ast.unparse(node.func) if node.func.attr in {"get", "getenv"} else ""
                if called in {"os.getenv", *(f"{name}.get" for name in ENVIRONMENTS)}:
                    names = node.args[:1]
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ENVIRONMENTS:
                names = [node.slice]
            read |= {n.value for n in names if isinstance(n, ast.Constant)}
    assert read
    assert read <= set(SETTINGS)


def test_commands(tmp_path):
    app = create_app(make_settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
    names = documented("Commands", r"flask [a-z][a-z -]*[a-z]")
    assert names == {f"flask {name}" for name in commands(app.cli)}


def test_every_command_says_what_it_does(tmp_path):
    app = create_app(make_settings(f"sqlite:///{tmp_path / 'none.db'}", tmp_path))
    for name in commands(app.cli):
        command: click.Command = app.cli
        for part in name.split():
            assert isinstance(command, click.Group)
            command = command.commands[part]
        assert command.help or command.short_help, name


def make_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*## ", text, re.M))


def test_make_targets():
    assert documented("Make", r"make [a-z-]+") == {f"make {name}" for name in make_targets()}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_texts_name_targets_that_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)?)\b(?=[`\s]*(?:#|$|`))", text, re.M)) <= (
        make_targets()
    )
