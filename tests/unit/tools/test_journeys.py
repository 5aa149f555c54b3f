"""The command that walks the journeys: its exit code and its last line, on a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PASSES = "import pytest\n@pytest.mark.brokered\ndef test_{0}(): pass\ndef test_other(): assert 0\n"
FAILS = "import pytest\n@pytest.mark.brokered\ndef test_{0}(): assert 0\n"
BREAKS = (
    "import pytest\n@pytest.fixture\ndef site(): raise OSError\n"
    "@pytest.mark.brokered\ndef test_{0}(site): pass\n"
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "counted", "good"),
    [
        ((PASSES, PASSES), {"journeys": 2, "passed": 2}, True),
        ((PASSES, FAILS), {"journeys": 2, "passed": 1}, False),
        ((PASSES, BREAKS), {"journeys": 2, "passed": 1}, False),
        (("",), {"journeys": 0, "passed": 0}, False),
    ],
)
def test_counts_what_came_to_its_end(tmp_path, files, counted, good):
    folder = tmp_path / "tests" / "journeys"
    folder.mkdir(parents=True)
    for number, text in enumerate(files):
        (folder / f"test_{number}.py").write_text(text.format(number))
    done = subprocess.run(
        [sys.executable, "-m", "tools.journeys", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # loading them all is most of such a run
        },
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == counted, done.stdout
    assert (done.returncode == 0) is good
