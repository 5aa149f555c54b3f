"""The cache of compiled templates helps where it can and fails nothing where it cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from talentmarket.web.compiled import compiled_templates


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files is one of the test's own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def said(text: str) -> str:
    loader = DictLoader({"a.html": text})
    templates = Environment(loader=loader, autoescape=True, bytecode_cache=compiled_templates())
    return templates.get_template("a.html").render(name="数才汇")


def test_kept_and_made_anew_when_the_text_changes(temporary: Path) -> None:
    assert said("{{ name }}") == "数才汇"
    (kept,) = temporary.rglob("*.cache")
    before = kept.stat().st_mtime_ns
    assert said("{{ name }}") == "数才汇"
    assert kept.stat().st_mtime_ns == before, "compiled once"
    assert said("<b>{{ name }}</b>") == "<b>数才汇</b>"


def test_a_cache_that_is_broken_or_has_no_room_fails_nothing(temporary: Path) -> None:
    said("{{ name }}")
    (kept,) = temporary.rglob("*.cache")
    kept.write_bytes(b"")
    assert said("{{ name }}") == "数才汇"
    kept.unlink()
    kept.mkdir()  # nothing can be read from it or put in its place
    assert said("{{ name }}") == "数才汇"


def test_a_folder_others_may_write_is_not_used(temporary: Path) -> None:
    compiled_templates()
    (folder,) = temporary.iterdir()
    folder.rmdir()
    folder.write_text("")
    assert compiled_templates() is None
    assert said("{{ name }}") == "数才汇"
