"""Bytecode is there after an install, even where the environment forbids writing it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tools.bytecode import modules

ROOT = Path(__file__).resolve().parents[3]


def test_it_is_written_although_the_environment_says_no(tmp_path: Path) -> None:
    (tmp_path / "one_module.py").write_text("import two_module\n", "utf-8")
    (tmp_path / "two_module.py").write_text("NUMBER = 2\n", "utf-8")
    environ = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPYCACHEPREFIX": str(tmp_path / "written"),
        "PYTHONPATH": str(tmp_path),
    }
    command = [sys.executable, "-m", "tools.bytecode", "one_module"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, timeout=60)
    written = {path.name.split(".")[0] for path in (tmp_path / "written").rglob("*.pyc")}
    assert {"one_module", "two_module"} <= written


def test_the_whole_site_is_meant() -> None:
    named = set(modules())
    assert {"talentmarket.factory", "talentmarket.cli.worker", "search.analysis"} <= named
    assert {"gunicorn.app.wsgiapp", "skops.io"} <= named
