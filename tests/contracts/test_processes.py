"""Real processes, killed and stopped in the middle of their work."""

import fcntl
import json
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from search.backend import SearchBackend
from search.errors import EngineUnavailable, IndexLocked
from search.fields import Kind
from search.settings import SearchSettings
from tests.contracts.documents import fill, job
from tests.fixtures.search_engines import DATABASE, Opener
from tests.scale import scale

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
WRITER = """
import json, pathlib, sys
from search.documents import Document, Tombstone
from search.fields import Kind
from search.settings import SearchSettings, open_backend
given = json.loads(sys.argv[1])
if given["folder"]:
    given["folder"] = pathlib.Path(given["folder"])
backend = open_backend(SearchSettings(**given), writable=True)
backend.ensure(Kind.JOB)
first = int(sys.argv[2])
rebuilds = sys.argv[3] == "rebuild"
def batch(number):
    documents = [Document(f"job{number * 5 + n:09d}", 1, {"title": "数据工程师"}) for n in range(5)]
    return documents
number = first
while True:
    if rebuilds and number % 4 == 3:
        with backend.rebuild(Kind.JOB) as writer:
            writer.write([d for past in range(number) for d in batch(past)])
    backend.bulk(Kind.JOB, batch(number))
    print(number, flush=True)
    number += 1
"""


FORKING = """
import json, os, pathlib, sys
from search.fields import Kind
from search.requests import SearchRequest
from search.settings import SearchSettings, open_backend
given = json.loads(sys.argv[1])
if given["folder"]:
    given["folder"] = pathlib.Path(given["folder"])
backend = open_backend(SearchSettings(**given), writable=False)
def say(who):
    print(who, backend.search(SearchRequest(Kind.JOB)).total, flush=True)
say("parent")
child = os.fork()
if child == 0:
    try:
        say("child")
    finally:
        os._exit(0)
os.waitpid(child, 0)
say("parent")
"""


def given(settings: SearchSettings) -> str:
    """The settings for a process of its own."""
    folder = str(settings.folder) if settings.folder else None
    return json.dumps({**asdict(settings), "folder": folder})


def start(settings: SearchSettings, first: int, mode: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, given(settings), str(first), mode],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def acknowledged(process: subprocess.Popen[str], batches: int) -> int:
    assert process.stdout is not None
    last = -1
    for _ in range(batches):
        line = process.stdout.readline()
        assert line, "the writer ended by itself"
        last = int(line)
    return last


@pytest.mark.parametrize("mode", ["write", "rebuild"])
def test_what_was_acknowledged_survives_kill_9(
    engine: str, search_settings: SearchSettings, open_engine: Opener, mode: str
) -> None:
    chooser = random.Random(5)
    done = -1
    for _ in range(scale(2, 60)):
        process = start(search_settings, done + 1, mode)
        try:
            done = max(done, acknowledged(process, chooser.randint(2, 6)))
            time.sleep(chooser.random() / 20)
        finally:
            process.send_signal(signal.SIGKILL)
            rest = process.communicate()[0].split()
        done = max([done, *map(int, rest)])
        backend = open_engine(writable=True)
        backend.ensure(Kind.JOB)
        backend.refresh(Kind.JOB)
        held = {int(one.removeprefix("job")) for one, _ in backend.versions(Kind.JOB)}
        assert set(range((done + 1) * 5)) <= held
        assert backend.upsert(Kind.JOB, [job(900_000, "还能写", version=done + 2)]).written
        backend.close()


@pytest.fixture
def folder_settings(tmp_path: Path) -> SearchSettings:
    return SearchSettings(DATABASE, folder=tmp_path / "index")


def test_a_stopped_writer_does_not_stop_the_readers(
    folder_settings: SearchSettings, open_engine: Opener
) -> None:
    process = start(folder_settings, 0, "write")
    try:
        acknowledged(process, 2)
        reader = open_engine(folder_settings, writable=False)
        assert reader.count(Kind.JOB) >= 10
        chooser = random.Random(9)
        for _ in range(scale(12)):
            time.sleep(chooser.random() / 30)
            process.send_signal(signal.SIGSTOP)
            before = time.monotonic()
            assert reader.count(Kind.JOB) >= 10
            assert time.monotonic() - before < 1
            with pytest.raises(IndexLocked):
                open_engine(folder_settings, writable=True)
            process.send_signal(signal.SIGCONT)
        later = acknowledged(process, 3)
        assert reader.count(Kind.JOB) >= (later + 1) * 5
    finally:
        process.kill()
        process.communicate()


def test_a_reader_that_comes_first_does_not_wait_for_a_stopped_writer(
    folder_settings: SearchSettings, open_engine: Opener
) -> None:
    """It was stopped while it held the list of files: the page is answered otherwise."""
    writer = open_engine(folder_settings, writable=True)
    writer.ensure(Kind.JOB)
    writer.upsert(Kind.JOB, [job(1, "数据")])
    assert folder_settings.folder is not None
    (lock,) = folder_settings.folder.glob("job-v*/.tantivy-meta.lock")
    reader = open_engine(folder_settings, writable=False)
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        before = time.monotonic()
        with pytest.raises(EngineUnavailable):
            reader.count(Kind.JOB)
        assert time.monotonic() - before < 1
    assert reader.count(Kind.JOB) == 1


def test_only_one_process_writes_and_a_dead_one_leaves_no_lock(
    folder_settings: SearchSettings, open_engine: Opener
) -> None:
    process = start(folder_settings, 0, "write")
    try:
        acknowledged(process, 1)
        with pytest.raises(IndexLocked):
            open_engine(folder_settings, writable=True)
    finally:
        process.kill()
        process.communicate()
    writer = open_engine(folder_settings, writable=True)
    assert writer.upsert(Kind.JOB, [job(1, "接手", version=2)]).written


def test_a_handle_opened_before_a_fork_serves_in_the_child(
    backend: SearchBackend, search_settings: SearchSettings
) -> None:
    """As a web server does it: the parent reads and forks. (The parent is a process that writes
    nothing: a lock that a writing thread holds at that moment would stay with the child.)"""
    fill(backend)
    backend.refresh(Kind.JOB)
    done = subprocess.run(
        [sys.executable, "-c", FORKING, given(search_settings)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == ["parent 5", "child 5", "parent 5"], done.stderr


@pytest.mark.parametrize("engine", [pytest.param("elastic", marks=pytest.mark.elastic)])
def test_workers_that_start_at_once_make_one_index(engine: str, open_engine: Opener) -> None:
    """Several processes may write to a server; each makes sure first that the index is there."""
    handles = [open_engine(writable=True) for _ in range(6)]
    together = threading.Barrier(len(handles))

    def begin(handle: SearchBackend) -> None:
        together.wait()
        handle.ensure(Kind.JOB)

    threads = [threading.Thread(target=begin, args=(handle,)) for handle in handles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, handle in enumerate(handles):
        assert handle.upsert(Kind.JOB, [job(number, "同时开始")]).written
    handles[0].refresh(Kind.JOB)
    assert handles[0].count(Kind.JOB) == len(handles)
