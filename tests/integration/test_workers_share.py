"""gunicorn's workers share what comes in: several browsers at once are not all served by one process."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.guards.sources import ROOT
from tools.cache import free_port

CONNECTIONS, ROUNDS = 8, 10
CONF = """
import runpy, sys

sys.path.insert(0, {root!r})
worker_class = runpy.run_path({conf!r})["SharingWorker"]
bind = "127.0.0.1:{port}"
workers, threads, keepalive = 2, 4, 5
control_socket_disable = True
"""
APP = """
import os, time

def app(environ, start_response):
    begun = time.process_time()
    while time.process_time() - begun < 0.004:  # as a page keeps its process busy
        pass
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@pytest.fixture
def port(tmp_path):
    port = free_port()
    (tmp_path / "conf.py").write_text(
        CONF.format(root=str(ROOT), conf=str(ROOT / "gunicorn.conf.py"), port=port)
    )
    (tmp_path / "pages.py").write_text(APP)
    command = [str(Path(sys.executable).parent / "gunicorn"), "-c", "conf.py", "pages:app"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(30)


def ask(port: int) -> list[str]:
    """Which process answers each of the connections that are opened at once and kept."""
    held = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(CONNECTIONS)]
    try:
        for one in held:
            one.request("GET", "/")
        return [one.getresponse().read().decode() for one in held]
    finally:
        for one in held:
            one.close()


def ready(port: int) -> bool:
    try:
        ask(port)
    except OSError:
        return False
    return True


def test_connections_at_once_go_to_both_workers(port):
    until = time.monotonic() + 30
    while not ready(port):
        assert time.monotonic() < until, "gunicorn does not answer"
        time.sleep(0.1)
    served = Counter(pid for _ in range(ROUNDS) for pid in ask(port))
    assert len(served) == 2, served
    assert min(served.values()) > CONNECTIONS * ROUNDS / 5, served
