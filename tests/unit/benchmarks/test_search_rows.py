"""What the rows of the search are worked out from: references that find the same, fair clocks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.__main__ import main
from benchmarks.asking import Asked, ask
from benchmarks.people import people
from benchmarks.registry import Options, of_group
from benchmarks.scaling import HOUR, Cost, anonymous, between, copied, scale_row
from search import fields
from search.documents import Document, project
from search.fields import Kind

#: The rows that the search has to give.
NAMES = {
    "engine_numpy", "engine_fts5", "engine_disjunctive", "page_static", "page_signed_in",
    "page_elastic", "understand_us", "suggest_json", "rebuild_segment", "findable_p95",
    "scale_cost", "web_memory",
}  # fmt: skip


def test_all_rows_of_the_search_are_there() -> None:
    assert {name for one in of_group("search") for name in one.names} >= NAMES


def test_engines_are_compared_over_the_same_answers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The references are asked first: one that found something else would end the run."""
    monkeypatch.setattr(Options, "size", lambda self, whole, quick: 400 if whole > 1000 else 1)
    assert main(["search", "--quick", "--only", "engine_numpy", "--only", "engine_fts5"]) == 0
    said = capsys.readouterr()
    numpy, fts5 = map(json.loads, said.out.splitlines())
    assert (numpy["name"], fts5["name"]) == ("engine_numpy", "engine_fts5")
    assert numpy["value"] == fts5["value"] > 0
    assert numpy["ratio"] == pytest.approx(numpy["value"] / numpy["reference"], rel=1e-2)
    assert "same best" in said.err


def test_people_are_the_same_each_time() -> None:
    assert list(people(5)) == list(people(5))


def test_the_cost_that_grows_more_counts() -> None:
    few = Cost(100, writing=50.0, searching=200.0, memory=80.0)
    # A search of ten times as many takes eight times as long: less for each, but indexing more.
    indexing = scale_row(few, Cost(1000, writing=60.0, searching=1600.0, memory=90.0))
    assert (indexing.value, indexing.reference, indexing.ratio) == (60.0, 50.0, 1.2)
    searching = scale_row(few, Cost(1000, writing=40.0, searching=3000.0, memory=90.0))
    assert (searching.value, searching.reference, searching.ratio) == (3.0, 2.0, 1.5)
    # What few cost is seen before and after; of pages only before.
    assert between(few, Cost(100, 70.0, 300.0, 0.0)) == Cost(100, 60.0, 250.0, 80.0)


def test_a_copy_is_the_document_under_another_id() -> None:
    published = 1_700_000_000
    values = {"title": "数据工程师", "pay_low": 900_000, "published_at": published}
    once = project(Kind.JOB, Document("a000000001", 1, values))
    copy = copied(once, "c000000002", 3)
    moved = values | {"published_at": published - 3 * HOUR}
    apart = project(Kind.JOB, Document("c000000002", 1, moved))
    made = copy.projection
    assert (made.texts, made.codes, made.numbers) == (apart.texts, apart.codes, apart.numbers)
    assert made.numbers[fields.TIE] != once.numbers[fields.TIE]


def test_memory_is_what_belongs_to_no_file() -> None:
    status = "Name:\tgunicorn\nVmRSS:\t 300000 kB\nRssAnon:\t  81920 kB\nRssFile:\t 218080 kB\n"
    assert anonymous(status) == 80.0


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    dropped = 0

    def do_GET(self) -> None:
        if self.path == "/never" or (self.path == "/drop" and type(self).dropped % 2 == 0):
            type(self).dropped += 1
            self.close_connection = True
            return
        body = b"x" * 300_000 if self.path == "/long" else b"short"
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == "/once":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that goes away is what one test is about."""


@pytest.fixture
def port() -> Iterator[int]:
    with _Server(("127.0.0.1", 0), _Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_every_answer_is_timed_also_where_the_server_hangs_up(port: int) -> None:
    asked = [Asked("/long"), Asked("/once"), Asked("/short", {"Cookie": "a=b"})]
    took = ask(port, asked, 20, connections=4)
    assert len(took) == 20
    assert min(took) > 0


def test_what_was_lost_with_a_connection_is_asked_again(port: int) -> None:
    assert len(ask(port, [Asked("/drop"), Asked("/short")], 4, connections=1)) == 4
    with pytest.raises(ConnectionError, match="again and again"):
        ask(port, [Asked("/never")], 1)


def test_an_answer_that_is_no_page_ends_the_run(port: int) -> None:
    with pytest.raises(ValueError, match="404"):
        ask(port, [Asked("/none")], 3)
