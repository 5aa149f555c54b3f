"""The worker's rounds of alerts, and what other rooms are given."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask

from talentmarket.discovery.alerts import running, suiting
from talentmarket.discovery.alerts.jobs import Jobs
from talentmarket.discovery.alerts.people import People
from talentmarket.discovery.alerts.running import Finder, Ran
from talentmarket.discovery.alerts.telling import forget_old, still_so, tell_due

FINDERS: tuple[Callable[[], Finder], ...] = (Jobs, People)


def run_once(step: Callable[[Ran], None] = lambda ran: None) -> list[Ran]:
    """Go through the next range of changes, for jobs and for people."""
    return [running.run(finder(), step) for finder in FINDERS]


def run_all(step: Callable[[Ran], None] = lambda ran: None) -> list[Ran]:
    """Go through everything that is new, and tell what is due."""
    done: list[Ran] = []
    for finder in FINDERS:
        while (ran := running.run(finder(), step)).did:
            done.append(ran)
        done.append(ran)
    suiting.work()
    while tell_due():
        continue
    return done


def work() -> int:
    """The worker's round."""
    return sum(ran.did for ran in run_once()) + tell_due()


def register(app: Flask) -> None:
    """Tell the worker and the notices room."""
    app.extensions.setdefault("talentmarket_before_digest", []).append(tell_due)
    app.extensions["talentmarket_still_so"] = still_so
    app.extensions.setdefault("talentmarket_rounds", []).extend(
        [
            ("saved searches", 30.0, work),
            ("what suits", 30.0, suiting.work),
            ("old alerts", 3600.0, forget_old),
        ]
    )
