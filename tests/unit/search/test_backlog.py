"""Who gives documents to tantivy waits for its thread, but never without end."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.documents import Document, prepared
from search.embedded import backlog
from search.embedded.writer import IndexWriter
from search.fields import Kind


@pytest.fixture
def busy() -> Iterator[None]:
    """A thread of the name of tantivy's that never sleeps."""
    ended = threading.Event()

    def spin() -> None:
        Path(f"/proc/self/task/{threading.get_native_id()}/comm").write_text(backlog.NAME)
        named.set()
        while not ended.is_set():
            pass

    named = threading.Event()
    thread = threading.Thread(target=spin)
    thread.start()
    named.wait()
    yield
    ended.set()
    thread.join()


def test_tantivys_thread_is_known_by_its_name(tmp_path: Path) -> None:
    writer = IndexWriter(Kind.JOB, tmp_path)
    names = [backlog._name_and_state(one)[0] for one in backlog.TASKS.iterdir()]
    assert backlog.NAME in names
    writer.close()


def test_it_sleeps_when_it_has_taken_in_what_it_was_given(tmp_path: Path) -> None:
    writer = IndexWriter(Kind.JOB, tmp_path)
    rows = [Document(f"job{n}", 1, {"title": f"数据工程师 {n}"}) for n in range(backlog.LOT)]
    writer.apply(prepared(Kind.JOB, rows))
    assert backlog.catch_up(patience=60)
    writer.close()


def test_a_thread_that_never_sleeps_is_not_waited_for(busy: None) -> None:
    assert not backlog.catch_up(patience=0.05)


def test_nobody_waits_where_the_system_does_not_tell(tmp_path: Path) -> None:
    assert not backlog.catch_up(tmp_path / "none")


def test_a_thread_that_has_ended_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "77").mkdir()
    assert backlog.catch_up(tmp_path)


def test_it_is_waited_for_after_each_lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[bool] = []
    catch_up = backlog.catch_up
    monkeypatch.setattr(backlog, "catch_up", lambda: waited.append(catch_up(patience=60)))
    writer = IndexWriter(Kind.JOB, tmp_path)
    rows = [Document(f"job{n}", 1, {"title": f"第{n}个岗位"}) for n in range(3 * backlog.LOT)]
    writer.apply(rows[: backlog.LOT])
    assert waited == []
    writer.apply(rows[backlog.LOT :])
    assert waited == [True, True]
    writer.commit()
    writer.apply([Document(one.id, 2, {"title": "无"}) for one in rows[: backlog.LOT]])
    assert waited == [True, True]  # a commit leaves nothing before the thread
    writer.finish()
    assert writer.documents == len(rows)
