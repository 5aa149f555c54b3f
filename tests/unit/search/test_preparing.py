"""Projections made by processes of their own are those made here, and no process is needed."""

import gc
import os
import signal
from collections.abc import Iterator

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


def test_the_work_of_a_lost_process_is_done_here() -> None:
    with Preparer(1) as preparer:
        rows = preparer.prepared(LISTS)
        first = next(rows)
        os.kill(preparer._helpers[0]._process.pid, signal.SIGKILL)
        assert [first, *rows] == HERE


def test_a_process_ends_with_its_input() -> None:
    """As when the one that started it is killed."""
    with Preparer(1) as preparer:
        process = preparer._helpers[0]._process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=60) == 0


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
