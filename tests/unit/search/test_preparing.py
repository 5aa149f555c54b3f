"""Projections made by processes of their own are those made here, and no process is needed."""

import gc
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.documents import (
    Document,
    Operation,
    Pack,
    Packed,
    Prepared,
    Tombstone,
    body_of,
    prepared,
)
from search.elastic import packing as elastic
from search.embedded import packing as embedded
from search.errors import BadDocument
from search.fields import Kind
from search.preparing import LOOK_AFTER, MANY, Listed, Preparer, helpers_for

pytestmark = pytest.mark.slow

LISTS: list[Listed] = [
    (
        Kind.JOB,
        [
            Document("one", 3, {"title": "数据工程师", "skills": ["spark"], "pay_low": 800_000}),
            Document("bad", 1, {"title": "坏", "nobody": "knows"}),
            Tombstone("gone", 7),
        ],
    ),
    (Kind.ORGANISATION, [Document("org", 1, {"name": "岷江软件", "verified": True})]),
    *[(Kind.JOB, [Document(f"job{n}", n + 1, {"title": f"第{n}个岗位"})]) for n in range(9)],
]
PACKERS = [("embedded", embedded.pack), ("elasticsearch", elastic.pack)]
HERE = [(kind, prepared(kind, operations)) for kind, operations in LISTS]


@pytest.fixture(scope="module")
def preparer() -> Iterator[Preparer]:
    with Preparer(2) as made:
        yield made


def test_processes_make_the_same_in_the_same_order(preparer: Preparer) -> None:
    assert preparer.helpers == 2
    assert list(preparer.prepared(LISTS)) == HERE


def test_without_processes_it_is_done_here() -> None:
    with Preparer() as preparer:
        assert list(preparer.prepared(LISTS)) == HERE


def test_what_cannot_be_projected_stays_for_the_engine_to_refuse() -> None:
    made: list[Operation] = HERE[0][1]
    assert isinstance(made[0], Prepared)
    assert made[1:] == LISTS[0][1][1:]


def _processes(preparer: Preparer) -> list[int]:
    """The first process of a preparer that has given lists back, and those made of it."""
    assert preparer._process is not None
    first = preparer._process.pid
    made = Path(f"/proc/{first}/task/{first}/children").read_text().split()
    return [first, *map(int, made)]


def _wait_for_the_end_of(pids: list[int]) -> None:
    until = time.monotonic() + 60
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < until
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("lost", [[0], [1], [2], [0, 1, 2]])
def test_the_work_of_a_lost_process_is_done_here(lost: list[int]) -> None:
    """Of the first one too, and none of the others is lost with it."""
    with Preparer(3) as preparer:
        assert list(preparer.prepared(LISTS)) == HERE
        pids = _processes(preparer)
        assert len(pids) == 3
        rows = preparer.prepared(LISTS)
        first = next(rows)
        for number in lost:
            os.kill(pids[number], signal.SIGKILL)
        assert [first, *rows] == HERE
        _wait_for_the_end_of([pids[number] for number in lost])
        assert all(_runs(pids[number]) for number in range(3) if number not in lost)


def test_processes_that_never_began_are_no_fault() -> None:
    with Preparer(2) as preparer:
        assert preparer._process is not None
        preparer._process.kill()
        assert list(preparer.prepared(LISTS)) == HERE


def test_no_process_is_left() -> None:
    with Preparer(3) as preparer:
        assert list(preparer.prepared(LISTS)) == HERE
        pids = _processes(preparer)
    _wait_for_the_end_of(pids)


def test_processes_end_with_their_input() -> None:
    """As when the one that started them is killed."""
    with Preparer(2) as preparer:
        assert list(preparer.prepared(LISTS)) == HERE
        pids = _processes(preparer)
        for helper in preparer._helpers:
            helper.close()
        _wait_for_the_end_of(pids[1:])
        assert preparer._process is not None
        assert preparer._process.wait(timeout=60) == 0


def test_each_process_ends_with_its_own_input() -> None:
    """None holds an end of the pipes of another."""
    with Preparer(2) as preparer:
        assert list(preparer.prepared(LISTS)) == HERE
        pids = _processes(preparer)
        preparer._helpers[1].close()
        _wait_for_the_end_of(pids[1:])
        assert _runs(pids[0])


def test_few_documents_need_no_process() -> None:
    assert helpers_for(MANY - 1) == 0


@pytest.mark.parametrize(("engine", "pack"), PACKERS)
def test_processes_put_documents_into_the_words_of_an_engine(
    preparer: Preparer, engine: str, pack: Pack
) -> None:
    """As the engine itself would; it takes them as they are, and no other engine does."""
    for (kind, made), (_, here) in zip(preparer.prepared(LISTS, engine), HERE, strict=True):
        for one, plainly in zip(made, here, strict=True):
            if not isinstance(plainly, Prepared):
                assert one == plainly
                continue
            assert isinstance(one, Packed)
            assert (one.id, one.version, one.values) == (
                plainly.id,
                plainly.version,
                plainly.values,
            )
            assert one.body == body_of(kind, plainly, engine, pack)
            assert body_of(kind, one, engine, pack) is one.body
            with pytest.raises(BadDocument):
                body_of(kind, one, "another", pack)


def test_an_engine_nobody_packs_for_gets_projections(preparer: Preparer) -> None:
    assert list(preparer.prepared(LISTS, "of somebody's own")) == HERE


def test_the_collector_is_as_it_was_after_the_lists() -> None:
    before = gc.get_threshold()
    with Preparer(1):
        assert gc.get_threshold() == (LOOK_AFTER, *before[1:])
    assert gc.get_threshold() == before
