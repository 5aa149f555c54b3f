"""The site at another time: its processes read from a file how far their clock is ahead."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from talentmarket.core.clock import SystemClock

FILE = "ahead"


class ShiftedClock:
    """The machine's time and what the file says, seconds."""

    def __init__(self, path: Path) -> None:
        self.path, self.machine = path, SystemClock()

    @property
    def ahead(self) -> float:
        """Seconds; 0 before anybody moved the clock."""
        try:
            return float(self.path.read_text())
        except FileNotFoundError:
            return 0.0

    def now(self) -> datetime:
        """The moment it is on the site."""
        return self.machine.now() + timedelta(seconds=self.ahead)

    def move(self, to: datetime) -> None:
        """Let it be `to` in all processes of the site; never back."""
        seconds = (to - self.machine.now()).total_seconds()
        assert seconds >= self.ahead - 1, "time goes one way"
        beside = self.path.with_suffix(".part")
        beside.write_text(f"{seconds:.3f}")
        beside.replace(self.path)


def app() -> Flask:
    """For gunicorn and flask: the site of the environment with the clock of its folder."""
    from talentmarket.factory import create_app

    return create_app(clock=ShiftedClock(Path(os.environ["TALENTMARKET_INSTANCE"]) / FILE))
