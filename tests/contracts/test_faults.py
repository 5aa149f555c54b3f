"""What a broken engine looks like from outside: one typed error, soon."""

import json
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from search.elastic.client import connect
from search.elastic.indexes import Indexes
from search.embedded.backend import EmbeddedBackend
from search.errors import EngineUnavailable, MappingConflict
from search.fields import Kind
from search.requests import Clause, RecallRequest, SearchRequest, SuggestRequest, Terms
from search.settings import SearchSettings, open_backend
from tests.contracts.documents import MARKET, fill, found_set
from tests.fixtures.search_engines import DATABASE

HEAD = b"HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"


@contextmanager
def server(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A listener on loopback that treats each connection as told."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                try:
                    connection.recv(65536)
                    answer(connection)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def silent(connection: socket.socket) -> None:
    time.sleep(1.5)


def cut(connection: socket.socket) -> None:
    connection.sendall(HEAD + b'Content-Length: 500\r\n\r\n{"took": 1, "hi')


def garbled(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 12\r\n\r\n\x00\xff<html>{{{{\n")


def of_another_form(connection: socket.socket) -> None:
    connection.sendall(HEAD + b'Content-Length: 13\r\n\r\n{"hello": []}')


def of_another_product(connection: socket.socket) -> None:
    body = b"Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + body)


def busy(connection: socket.socket) -> None:
    connection.sendall(HEAD.replace(b"200 OK", b"503 Busy") + b"Content-Length: 2\r\n\r\n{}")


def everything(url: str) -> Iterator[Callable[[], object]]:
    settings = SearchSettings(DATABASE, url=url, read_timeout=0.3, write_timeout=0.3)
    backend = open_backend(settings, writable=True)
    clause = Clause("skills", ("a",), 1.0)
    yield lambda: backend.search(SearchRequest(Kind.JOB, words="数据"))
    yield lambda: backend.recall(RecallRequest(Kind.JOB, (clause,)))
    yield lambda: backend.suggest(SuggestRequest(Kind.JOB, "title_suggest", "a"))
    yield lambda: backend.count(Kind.JOB)
    yield lambda: backend.get(Kind.JOB, "a")
    yield lambda: backend.get_many(Kind.JOB, ["a", "b"])
    yield lambda: backend.bulk(Kind.JOB, MARKET)
    yield lambda: backend.ensure(Kind.JOB)
    yield lambda: list(backend.versions(Kind.JOB))
    yield lambda: backend.info()
    backend.close()


def refused_within(seconds: float, act: Callable[[], object]) -> bool:
    """Whether the typed error comes in time, at the best of three: another test may be busy."""
    for _ in range(3):
        before = time.monotonic()
        with pytest.raises(EngineUnavailable):
            act()
        if time.monotonic() - before < seconds:
            return True
    return False


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(silent, marks=pytest.mark.slow),
        *(cut, garbled, of_another_form, of_another_product, busy),
    ],
)
def test_a_sick_server_is_one_typed_error_soon(answer: Callable[[socket.socket], None]) -> None:
    with server(answer) as url:
        for act in everything(url):
            assert refused_within(4, act)


def test_no_server_at_all() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for act in everything(f"http://127.0.0.1:{port}"):
        assert refused_within(1, act)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    backend = EmbeddedBackend(tmp_path / "index", DATABASE, writable=True)
    backend.ensure(Kind.JOB)
    fill(backend)
    backend.close()
    return tmp_path / "index"


def test_index_files_that_are_gone_or_broken(folder: Path) -> None:
    live = next(path for path in folder.iterdir() if path.is_dir())
    for path in live.glob("*.store"):
        path.write_bytes(b"")
    reader = EmbeddedBackend(folder, DATABASE)
    with pytest.raises(EngineUnavailable):
        reader.get(Kind.JOB, "job000000001")
    shutil.rmtree(live)
    reader = EmbeddedBackend(folder, DATABASE)
    with pytest.raises(EngineUnavailable):
        reader.search(SearchRequest(Kind.JOB))


def test_a_rebuild_mends_broken_files(folder: Path) -> None:
    live = next(path for path in folder.iterdir() if path.is_dir())
    (live / "meta.json").write_text("{}", "utf-8")
    backend = EmbeddedBackend(folder, DATABASE, writable=True)
    with closing(backend), backend.rebuild(Kind.JOB, minimum_ratio=0.8) as writer:
        writer.write(MARKET)
    assert found_set(EmbeddedBackend(folder, DATABASE)) == {1, 2, 3, 4, 5}


def break_a_shard(settings: SearchSettings) -> None:
    """Overwrite the commit of one shard of the live index while it is closed."""
    client = connect(settings)
    (index,) = client.indices.get_alias(index=f"{settings.name}-job").body
    client.indices.close(index=index)
    uuid = client.indices.get_settings(index=index).body[index]["settings"]["index"]["uuid"]
    (node,) = client.nodes.info(metric="settings").body["nodes"].values()
    commits = list(Path(node["settings"]["path"]["data"], "indices", uuid, "0").rglob("segments_*"))
    assert commits
    for path in commits:
        path.write_bytes(b"\0" * path.stat().st_size)
    client.indices.open(index=index, wait_for_active_shards=0)
    indexes = Indexes(client, settings.name, DATABASE, 2, 0)
    until = time.monotonic() + 60
    while not indexes.lost(index):
        assert time.monotonic() < until
        time.sleep(0.1)
    client.close()


@pytest.mark.elastic
def test_a_red_index_answers_nothing_and_a_rebuild_mends_it(elasticsearch_url: str) -> None:
    """Half of an index is no index: a list, a count or a facet from it would be wrong unseen."""
    settings = SearchSettings(
        DATABASE,
        url=elasticsearch_url,
        name=f"test-{secrets.token_hex(5)}",
        read_timeout=30,
        write_timeout=30,
        shards=2,
    )
    with closing(open_backend(settings, writable=True)) as backend:
        backend.ensure(Kind.JOB)
        fill(backend)
        whole = found_set(backend)
        break_a_shard(settings)
        clause = Clause("skills", ("spark",), 1.0)
        for ask in (
            lambda: backend.search(SearchRequest(Kind.JOB)),
            lambda: backend.search_many([SearchRequest(Kind.JOB)]),
            lambda: backend.recall(RecallRequest(Kind.JOB, (clause,))),
            lambda: backend.suggest(SuggestRequest(Kind.JOB, "title_suggest", "大")),
            lambda: backend.count(Kind.JOB),
            lambda: backend.get_many(Kind.JOB, [one.id for one in MARKET]),
            lambda: list(backend.versions(Kind.JOB)),
        ):
            with pytest.raises(EngineUnavailable):
                ask()
        with backend.rebuild(Kind.JOB, minimum_ratio=0.8) as writer:
            writer.write(MARKET)
        assert found_set(backend) == whole
        backend.drop()


def test_an_index_of_other_fields_wants_a_rebuild(folder: Path) -> None:
    pointer = folder / "job.json"
    now = json.loads(pointer.read_text("utf-8"))
    pointer.write_text(json.dumps({**now, "schema": now["schema"] - 1}), "utf-8")
    with closing(EmbeddedBackend(folder, DATABASE, writable=True)) as writer:
        with pytest.raises(MappingConflict):
            writer.count(Kind.JOB, (Terms("kind", ("full",)),))
        with pytest.raises(MappingConflict):
            writer.upsert(Kind.JOB, MARKET)
        with writer.rebuild(Kind.JOB) as rebuild:
            rebuild.write(MARKET)
        assert writer.count(Kind.JOB) == 5
