"""A new index beside the live one: nothing lost, nothing half done."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from search.backend import SearchBackend
from search.documents import Document, Tombstone
from search.errors import (
    ForeignIndex,
    IndexLocked,
    IndexMissing,
    NotWritable,
    RebuildRefused,
)
from search.fields import Kind
from search.requests import SearchRequest
from search.settings import SearchSettings
from tests.contracts.documents import MARKET, fill, found, found_set, job
from tests.fixtures.search_engines import Opener


def test_a_rebuild_takes_the_place_of_the_live_index(backend: SearchBackend) -> None:
    fill(backend)
    before = backend.info().indexes[Kind.JOB].name
    with backend.rebuild(Kind.JOB) as writer:
        writer.write([job(8, "全新的岗位"), job(9, "另一个岗位")])
        assert found_set(backend) == {1, 2, 3, 4, 5}
    assert found_set(backend) == {8, 9}
    info = backend.info().indexes[Kind.JOB]
    assert info.name != before
    assert info.documents == 2
    assert backend.upsert(Kind.JOB, [job(10, "以后的岗位")]).written
    backend.refresh(Kind.JOB)
    assert found_set(backend) == {8, 9, 10}


def test_writes_meanwhile_reach_both_and_versions_decide(backend: SearchBackend) -> None:
    fill(backend)
    with backend.rebuild(Kind.JOB) as writer:
        writer.write(MARKET[:2])
        backend.bulk(
            Kind.JOB, [job(3, "改过的标题", version=9), Tombstone("job000000004", 9), job(6, "新")]
        )
        backend.refresh(Kind.JOB)
        assert found(backend, words="改过的标题") == [3]
        result = writer.write(MARKET[2:])
        assert set(result.kept) == {"job000000003", "job000000004"}
    assert found_set(backend) == {1, 2, 3, 5, 6}
    assert found(backend, words="改过的标题") == [3]


def test_deletions_are_remembered_through_a_rebuild(backend: SearchBackend) -> None:
    fill(backend)
    backend.delete(Kind.JOB, [Tombstone("job000000002", 5)])
    with backend.rebuild(Kind.JOB) as writer:
        writer.write(MARKET[:2])
    assert found_set(backend) == {1}
    assert backend.upsert(Kind.JOB, [job(2, "旧的写入", version=4)]).kept
    assert dict(backend.versions(Kind.JOB, deleted=True)) == {"job000000002": 5}


def test_an_error_leaves_the_live_index_alone(backend: SearchBackend) -> None:
    fill(backend)
    before = backend.info()

    def interrupted() -> Iterator[Document]:
        yield job(8, "半途")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), backend.rebuild(Kind.JOB) as writer:
        writer.write(interrupted())
    assert backend.info() == before
    assert backend.upsert(Kind.JOB, [job(6, "之后")]).written
    with backend.rebuild(Kind.JOB) as writer:
        writer.write(MARKET)
    assert found_set(backend) == {1, 2, 3, 4, 5}


def test_too_small_an_index_is_refused(backend: SearchBackend) -> None:
    fill(backend)
    with pytest.raises(RebuildRefused), backend.rebuild(Kind.JOB, minimum_ratio=0.8) as writer:
        writer.write(MARKET[:3])
    assert found_set(backend) == {1, 2, 3, 4, 5}
    with backend.rebuild(Kind.JOB, minimum_ratio=0.8) as writer:
        writer.write(MARKET[:4])
    assert found_set(backend) == {1, 2, 3, 4}


def test_a_second_rebuild_waits_its_turn(backend: SearchBackend) -> None:
    fill(backend)
    with backend.rebuild(Kind.JOB) as writer:
        with pytest.raises(IndexLocked), backend.rebuild(Kind.JOB):
            pass
        writer.write(MARKET)
    assert found_set(backend) == {1, 2, 3, 4, 5}


def test_nothing_written_while_it_runs_is_lost(backend: SearchBackend) -> None:
    """A thread writes on while another one rebuilds from the same growing table."""
    table = dict.fromkeys(range(200), 1)
    guard = threading.Lock()
    stop = threading.Event()
    fill(backend, [job(number, "岗位") for number in table])

    def write_on() -> None:
        number = 0
        while not stop.is_set():
            with guard:
                table[number % 250] = table.get(number % 250, 0) + 1
                version = table[number % 250]
            backend.upsert(Kind.JOB, [job(number % 250, "岗位", version=version)])
            number += 7

    thread = threading.Thread(target=write_on)
    thread.start()
    try:
        for _ in range(3):
            with backend.rebuild(Kind.JOB) as writer:
                for start in range(0, 250, 25):
                    with guard:
                        rows = {n: v for n, v in table.items() if start <= n < start + 25}
                    writer.write([job(n, "岗位", version=v) for n, v in rows.items()])
    finally:
        stop.set()
        thread.join()
    backend.refresh(Kind.JOB)
    held = {int(one.removeprefix("job")): version for one, version in backend.versions(Kind.JOB)}
    assert held == table


def test_another_handle_sees_writes_and_swaps(backend: SearchBackend, open_engine: Opener) -> None:
    reader = open_engine(writable=False)
    fill(backend)
    assert found_set(reader) == {1, 2, 3, 4, 5}
    backend.upsert(Kind.JOB, [job(1, "改了", version=2)])
    backend.refresh(Kind.JOB)
    assert found(reader, words="改了") == [1]
    with backend.rebuild(Kind.JOB) as writer:
        writer.write([job(7, "换了索引")])
    assert found(reader) == [7]
    assert reader.get(Kind.JOB, "job000000007") is not None
    with pytest.raises(NotWritable):
        reader.upsert(Kind.JOB, [job(1, "不许")])
    with pytest.raises(NotWritable), reader.rebuild(Kind.JOB):
        pass


def test_closing_and_opening_again_keeps_everything(
    backend: SearchBackend, open_engine: Opener
) -> None:
    fill(backend)
    backend.delete(Kind.JOB, [Tombstone("job000000001", 2)])
    backend.close()
    again = open_engine(writable=True)
    again.ensure(Kind.JOB)
    again.refresh(Kind.JOB)
    assert found_set(again) == {2, 3, 4, 5}
    assert again.upsert(Kind.JOB, [job(1, "旧", version=1)]).kept


def test_an_index_that_was_never_built_says_so(open_engine: Opener) -> None:
    reader = open_engine(writable=False)
    for act in (
        lambda: reader.search(SearchRequest(Kind.JOB)),
        lambda: reader.get(Kind.JOB, "job000000001"),
        lambda: reader.count(Kind.JOB),
        lambda: list(reader.versions(Kind.JOB)),
        lambda: reader.ensure(Kind.JOB),
        lambda: open_engine(writable=True).bulk(Kind.JOB, MARKET),
    ):
        with pytest.raises(IndexMissing):
            act()
    assert reader.database_id() is None


def test_an_index_of_another_database_is_refused(
    backend: SearchBackend, open_engine: Opener, search_settings: SearchSettings
) -> None:
    fill(backend)
    assert backend.database_id() == search_settings.database_id
    backend.close()
    stranger = replace(search_settings, database_id="another-database")

    def use(*, writable: bool) -> None:
        handle = open_engine(stranger, writable=writable)
        handle.ensure(Kind.JOB)
        handle.search(SearchRequest(Kind.JOB))

    for writable in (False, True):
        with pytest.raises(ForeignIndex):
            use(writable=writable)
    assert found_set(open_engine(writable=False)) == {1, 2, 3, 4, 5}


def test_drop_removes_the_indexes(backend: SearchBackend) -> None:
    fill(backend)
    backend.drop()
    assert backend.info().indexes == {}
    backend.ensure(Kind.JOB)
    assert found(backend) == []
