"""A running site moves from the embedded index to a server: nobody notices, nothing is lost."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from search.fields import Kind
from search.settings import SearchSettings, open_backend
from tests.fixtures.sites import Site
from tests.integration.faults.visitors import Writer, at_work, lost, make_writers, soon


@pytest.fixture
def server(elasticsearch_url: str) -> Iterator[dict[str, str]]:
    """The settings of the command that moves; its indexes are removed afterwards."""
    name = f"test-{secrets.token_hex(5)}"
    yield {"ELASTICSEARCH_URL": elasticsearch_url, "ELASTICSEARCH_INDEX_PREFIX": name}
    cleaner = open_backend(
        SearchSettings("unused", url=elasticsearch_url, name=name), writable=True
    )
    cleaner.drop()
    cleaner.close()


@pytest.mark.elastic
@pytest.mark.slow
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_it_moves_while_people_write_and_read(
    make_site: Callable[..., Site], server: dict[str, str]
) -> None:
    site = make_site()
    app = site.inside()
    writers = make_writers(site, app, people=2, jobs=3)
    site.start_web()
    site.start_worker()
    site.wait(lambda: site.ready()["outbox_waiting"] == 0, "the first index", name="worker")
    assert site.ready()["engine"] == "embedded"

    seen: list[str] = []
    with at_work(writers), _reading(site, seen):
        site.environment |= server
        moved = site.flask("index", "move", "--timeout", "120")
        for name in server:
            del site.environment[name]
        assert moved.returncode in (0, 2), moved.stderr  # 2: people write, changes wait
        assert soon(lambda: site.ready()["engine"] == "elasticsearch")
        edits = _edits(writers)
        assert soon(lambda: _edits(writers) > edits + 2)
    assert seen
    assert set(seen) <= {"200", "200 from the database"}, "no page fails"
    assert seen[-1] == "200"
    assert seen[0] == "200", "a site whose first index is there answers from it at once"
    # A server on a busy machine may miss the time a page gives it; then the breaker rests a moment.
    assert seen.count("200 from the database") < len(seen) / 3
    assert lost(app, writers) == []

    site.kill("worker")
    drained = site.flask("index", "drain", "--timeout", "120")
    assert drained.returncode == 0, drained.stderr
    checked = site.flask("index", "check")
    found = json.loads(checked.stdout.splitlines()[-1])
    assert (checked.returncode, found["database"]) == (0, found["index"]), checked.stdout
    with app.app_context():
        handle = app.extensions["talentmarket_search"]
        assert handle.call(lambda backend: backend.info()).engine == "elasticsearch"
        held = handle.call(
            lambda backend: backend.get_many(Kind.TALENT, [one.public_id for one in writers])
        )
    assert all(str(one.last) in str(held[one.public_id].values["headline"]) for one in writers)


def _edits(writers: list[Writer]) -> int:
    return sum(one.edits for one in writers)


@contextmanager
def _reading(site: Site, seen: list[str]) -> Iterator[None]:
    """Somebody reads the list of jobs again and again; notes where it came from."""
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            status, text = site.get("/api/v1/jobs")
            instead = status == 200 and json.loads(text)["degraded"]
            seen.append(f"{status} from the database" if instead else str(status))
            stop.wait(0.25)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(120)
