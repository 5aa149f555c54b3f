"""Vendored front-end files are what their manifest says, and the check can fail."""

from __future__ import annotations

import shutil
from pathlib import Path

from tools.vendor import VENDOR, main, problems, without_source_map


def test_files_equal_their_checksums() -> None:
    assert problems() == []
    assert main(["check"]) == 0


def test_a_changed_a_missing_and_an_unlisted_file_are_named(tmp_path: Path) -> None:
    copy = tmp_path / "vendor"
    shutil.copytree(VENDOR, copy)
    (copy / "htmx/htmx.min.js").write_text("changed", encoding="utf-8")
    (copy / "bootstrap/LICENSE").unlink()
    (copy / "extra.js").write_text("", encoding="utf-8")
    assert problems(copy) == [
        "bootstrap/LICENSE: missing",
        "htmx/htmx.min.js: checksum differs",
        "extra.js: not in the manifest",
    ]


def test_source_maps_are_not_asked_for() -> None:
    assert without_source_map(b"a{}\n/*# sourceMappingURL=a.css.map */") == b"a{}\n"
    for path in VENDOR.rglob("*.[cj]s*"):
        if path.suffix in {".css", ".js"}:
            assert b"sourceMappingURL=" not in path.read_bytes()[-200:]
