"""Counters are shared by all processes, through the database or through Redis."""

from __future__ import annotations

import itertools
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as NotThere

from talentmarket.core import counters
from talentmarket.core.db import commits
from talentmarket.core.errors import TooMany
from talentmarket.core.uow import unit_of_work

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from talentmarket.core.clock import FixedClock

HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis on a free port, ended after the tests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("redis")
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    client = Redis(port=port)
    for _ in range(100):
        try:
            client.ping()
            break
        except NotThere:
            time.sleep(0.05)
    client.close()
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(10)


@pytest.fixture(params=["database", pytest.param("redis", marks=pytest.mark.redis)])
def counting(request: pytest.FixtureRequest, app: Flask, session: Session) -> Iterator[str]:
    """The app with its counters in the database or in Redis."""
    before = app.extensions["talentmarket_settings"]
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        with Redis.from_url(url) as client:
            client.flushall()
        app.extensions["talentmarket_settings"] = before.with_(redis_url=url)
    yield request.param
    app.extensions["talentmarket_settings"] = before
    counters._connection.cache_clear()


def test_a_limit_holds_and_ends_with_its_window(counting: str, clock: FixedClock) -> None:
    for _ in range(3):
        with unit_of_work() as session:
            counters.limit(session, f"try:{counting}", HOUR, 3)
    with pytest.raises(TooMany) as refused, unit_of_work() as session:
        counters.limit(session, f"try:{counting}", HOUR, 3)
    assert 0 < refused.value.retry_after <= 3600
    clock.advance(hours=1)
    with unit_of_work() as session:
        counters.limit(session, f"try:{counting}", HOUR, 3)


def test_peek_does_not_count(counting: str) -> None:
    with unit_of_work() as session:
        assert counters.peek(session, f"peek:{counting}", HOUR) == 0
        assert counters.count(session, f"peek:{counting}", HOUR, by=2) == 2
        assert counters.peek(session, f"peek:{counting}", HOUR) == 2


def test_a_daily_counter_begins_at_the_readers_midnight(counting: str, clock: FixedClock) -> None:
    day = timedelta(days=1)
    with unit_of_work() as session:
        assert counters.count(session, f"day:{counting}", day) == 1
    clock.advance(hours=13)  # 23:00 in Shanghai, another day in UTC
    with unit_of_work() as session:
        assert counters.count(session, f"day:{counting}", day) == 2
    clock.advance(hours=1)
    with unit_of_work() as session:
        assert counters.count(session, f"day:{counting}", day) == 1


def test_a_tally_tells_in_steps_and_near_the_limit_at_once(
    counting: str, clock: FixedClock
) -> None:
    mine, other = (counters.Tally(HOUR, 50, step=10, exact=20) for _ in range(2))
    name = f"tally:{counting}"
    assert [mine.count(name) for _ in range(9)] == list(range(1, 10))
    assert shared(name) == 0
    assert mine.count(name) == 10 == shared(name)
    assert [other.count(name) for _ in range(10)] == [*range(1, 10), 20]
    assert [mine.count(name) for _ in range(10)][-1] == 30
    assert [other.count(name) for _ in range(10)][-1] == 40
    assert mine.count(name) == 41 == shared(name)
    assert [mine.count(name) for _ in range(9)][-1] == 50 == shared(name)
    assert other.count(name) == 51 == shared(name)
    clock.advance(hours=1)
    assert mine.count(name) == other.count(name) == 1


def test_far_from_its_limit_a_tally_tells_seldom(counting: str) -> None:
    name = f"far:{counting}"
    mine, other = (counters.Tally(HOUR, 600) for _ in range(2))
    told = [shared(name) for _ in range(300) if mine.count(name)]
    steps = [after - before for before, after in itertools.pairwise(told)]
    assert max(steps) == 31, "a sixteenth of the five hundred that are left"
    assert sorted({step for step in steps if step}, reverse=True)[-1] < 20, (
        "smaller as it comes near"
    )
    assert [other.count(name) for _ in range(31)][-1] == shared(name) > 300
    both = [one.count(name) for _ in range(200) for one in (mine, other)]
    over = [value for value in both if value > 600]
    assert over
    assert 300 + 31 + len(both) - len(over) <= 600 + 31, "who goes through past the limit"


def test_counting_reads_makes_nothing_old_that_was_read_before(counting: str) -> None:
    reads = counters.Tally(HOUR, 50, step=2, exact=20)
    before = commits()
    assert [reads.count(f"quiet:{counting}") for _ in range(4)][-1] == 4
    assert commits() == before
    with unit_of_work() as session:  # what else is stored makes it old, counters with it
        counters.count(session, f"quiet:{counting}", HOUR)
    assert commits() == before + 1
    with unit_of_work() as session:
        reads.count(f"quiet:{counting}")
        reads.count(f"quiet:{counting}")  # told within the unit that is open
    assert commits() == before + 2


def shared(name: str) -> int:
    with unit_of_work() as session:
        return counters.peek(session, name, HOUR)


def test_windows_that_are_over_are_dropped(app: Flask, session: Session, clock: FixedClock) -> None:
    with unit_of_work() as inner:
        counters.count(inner, "old", HOUR)
    clock.advance(hours=3)
    with unit_of_work() as inner:
        assert counters.expire(inner) == 1
