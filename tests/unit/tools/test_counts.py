"""The closing count and the rule that a skipped test fails the run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.guards.sources import ROOT

pytestmark = pytest.mark.slow


def run(tmp_path, source):
    path = tmp_path / "test_sample.py"
    path.write_text(source, encoding="utf-8")
    return subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "pytest_socket",
            ),
            *("-p", "tests.fixtures.counts", "-c", str(ROOT / "pyproject.toml"), str(path)),
        ],
        cwd=ROOT,
        # The one plugin that the settings and the tests below ask for is named above.
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_each_engine_and_database_is_counted(tmp_path):
    done = run(
        tmp_path,
        "import pytest\n"
        "@pytest.mark.parametrize('x', ['sqlite', 'postgresql', 'embedded'])\n"
        "def test_a(x): pass\n"
        "@pytest.mark.browser\n"
        "def test_b(): pass\n",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "embedded 1, elastic 0, sqlite 1, postgresql 1, browser 1" in done.stdout


def test_a_skip_fails_the_run(tmp_path):
    done = run(tmp_path, "import pytest\ndef test_a(): pytest.skip('no server')\n")
    assert done.returncode == 1
    assert "1 skipped" in done.stdout


def test_the_network_is_closed(tmp_path):
    done = run(
        tmp_path,
        "import socket\ndef test_a(): socket.create_connection(('203.0.113.1', 80), timeout=1)\n",
    )
    assert done.returncode == 1
    assert "SocketConnectBlockedError" in done.stdout
