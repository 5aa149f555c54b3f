"""Projections made by processes of their own are those made here, and no process is needed."""

import os
import signal
from collections.abc import Iterator

import pytest

from search.documents import Document, Operation, Prepared, Tombstone, prepared
from search.fields import Kind
from search.preparing import MANY, Listed, Preparer, helpers_for

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
