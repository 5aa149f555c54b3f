"""The server's own file: where it may listen, and what it shares."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.databases import on_sqlite
from tests.fixtures.processes import descendants, left
from tests.guards.sources import ROOT
from tools.cache import free_port

GUNICORN = str(Path(sys.executable).parent / "gunicorn")


pytestmark = pytest.mark.slow


def start(tmp_path: Path, address: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [GUNICORN, "--bind", f"{address}:{free_port()}", "wsgi:app"],
        cwd=ROOT,
        env={**kept, "TALENTMARKET_INSTANCE": str(tmp_path), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "chosen", "TALENTMARKET_DEMO": "1"}, "TALENTMARKET_DEMO"),
    ],
)
def test_a_public_address_is_refused(tmp_path, environment, reason):
    process = start(tmp_path, "0.0.0.0", **environment)
    said, _ = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert reason in said


@on_sqlite
def test_it_serves_with_a_chosen_key_and_ends_when_asked(make_site):
    site = make_site(web_processes=2)
    site.start_web()
    assert site.get("/healthz")[0] == 200
    assert site.web is not None
    site.wait(lambda: len(descendants(site.web.pid)) >= 2, "both processes")
    children = descendants(site.web.pid)
    site.signal("web", signal.SIGTERM)
    assert site.web.wait(20) == 0
    assert not left(children)
