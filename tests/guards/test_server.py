"""The server's own file: where it may listen, and what it shares."""

from __future__ import annotations

import os
import runpy
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

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
        ({"SECRET_KEY": "k" * 39}, "SECRET_KEY has 39 characters, a public address needs 40"),
        ({"SECRET_KEY": "k" * 40, "TALENTMARKET_DEMO": "1"}, "TALENTMARKET_DEMO"),
    ],
)
def test_a_public_address_is_refused(tmp_path, environment, reason):
    process = start(tmp_path, "0.0.0.0", **environment)
    said, _ = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert reason in said


def test_a_key_of_forty_characters_may_serve_a_public_address(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "k" * 40)
    monkeypatch.delenv("TALENTMARKET_DEMO", raising=False)
    started = runpy.run_path(str(ROOT / "gunicorn.conf.py"))["on_starting"]
    started(SimpleNamespace(address=[("0.0.0.0", 8000)]))
    monkeypatch.setenv("SECRET_KEY", "k" * 39)
    started(SimpleNamespace(address=[("127.0.0.1", 8000)]))
    with pytest.raises(SystemExit, match="39 characters"):
        started(SimpleNamespace(address=[("127.0.0.1", 8000), ("0.0.0.0", 8000)]))


def test_workers_multiply_in_their_own_threads(monkeypatch):
    for said, holds in (("", "1"), ("3", "3")):
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", said)
        if not said:
            monkeypatch.delenv("OPENBLAS_NUM_THREADS")
        runpy.run_path(str(ROOT / "gunicorn.conf.py"))
        assert os.environ["OPENBLAS_NUM_THREADS"] == holds


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


def ask(site, target: bytes) -> tuple[int, str]:
    """What the server answers to an address of these very bytes."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as link:
        link.sendall(
            b"GET " + target + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        )
        raw = b"".join(iter(lambda: link.recv(65536), b""))
    return int(raw.split(b" ", 2)[1]), raw.decode(errors="replace")


@on_sqlite
def test_an_address_as_people_type_it_is_understood(make_site):
    site = make_site(web_processes=1)
    site.start_web()
    for target in ("/jobs?q=大数据", "/api/v1/jobs?q=大数据&region=510100&limit=5"):
        status, typed = ask(site, target.encode())
        encoded = ask(site, quote(target, safe="/?&=").encode())
        assert (status, encoded[0]) == (200, 200)
        assert typed.count("大数据") == encoded[1].count("大数据")
    assert 'value="大数据"' in ask(site, "/jobs?q=大数据".encode())[1]
    assert ask(site, "/没有的页".encode())[0] == 404
    for unread in (
        b"/jobs?q=" + "大数据".encode("gb18030"),
        b"/jobs?q=\xff\xfe",
        b"/api/v1/jobs?\xa3=1",
    ):
        assert ask(site, unread)[0] == 400
    for unlawful in (b"/jobs?q=a b", b"/jobs?q=\x01", b"/jobs?q=\x7f"):
        assert ask(site, unlawful)[0] == 400


@on_sqlite
def test_what_was_asked_for_stands_in_no_log(make_site):
    site = make_site(web_processes=1)
    site.start_web()
    told = "/jobs?q=张三丰 zhang.san@example.cn+13812345678"  # a blank: no valid HTTP
    assert ask(site, told.encode())[0] == 400
    assert ask(site, told.replace(" ", "+").encode() + b"\xff")[0] == 400
    assert ask(site, b"/jobs?q=" + b"a" * 9000 + b"13812345678")[0] == 414
    log = site.log("web")
    assert "no valid HTTP was refused" in log
    for private in ("张三丰", "zhang.san", "13812345678", "127.0.0.1:"):
        assert private not in log.replace(f"127.0.0.1:{site.port}", ""), log
