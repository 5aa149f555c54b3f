"""The circuit breaker: closed, open, half-open."""

from __future__ import annotations

import pytest

from talentmarket.indexing import engine
from talentmarket.indexing.engine import FIRST_PAUSE, LONGEST_PAUSE, Breaker


class Watch:
    """A stopwatch that a test sets forward."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    made = Watch()
    monkeypatch.setattr(engine, "time", made)
    return made


def test_it_admits_everything_until_a_call_fails(watch: Watch) -> None:
    breaker = Breaker()
    assert all(breaker.admits() for _ in range(5))
    breaker.failed()
    assert not breaker.admits()
    watch.at += FIRST_PAUSE - 0.01
    assert not breaker.admits()


def test_after_the_pause_one_call_probes_and_the_others_are_refused(watch: Watch) -> None:
    breaker = Breaker()
    breaker.failed()
    watch.at += FIRST_PAUSE
    assert breaker.admits()
    assert not breaker.admits()
    breaker.succeeded()
    assert breaker.admits()
    assert breaker.admits()


def test_each_failed_probe_doubles_the_pause_up_to_the_longest(watch: Watch) -> None:
    breaker = Breaker()
    breaker.failed()
    pause = FIRST_PAUSE
    for _ in range(8):
        watch.at += pause - 0.01
        assert not breaker.admits()
        watch.at += 0.01
        assert breaker.admits()
        breaker.failed()
        pause = min(LONGEST_PAUSE, pause * 2)
    assert pause == LONGEST_PAUSE
