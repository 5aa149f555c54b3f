"""What a process need not find out twice while an index stands as it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by key, of one state alone, and no more than `most`; threads may share it.

    Only for what every reader is told alike: nothing of a person may be kept here.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._state: Hashable = None
        self._looked = 0.0
        self._found: dict[Hashable, T] = {}

    def lately(self, part: Hashable, key: Hashable, seconds: float) -> T | None:
        """The value of the key in the state that was looked at within so many seconds; None where
        that is to be looked at again. `part`: what has to be in that state, a tuple."""
        with self._lock:
            held = isinstance(self._state, tuple) and part in self._state
            if held and time.monotonic() - self._looked < seconds:
                return self._found.get(key)
        return None

    def get(self, state: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """The value of the key in this state; `make` finds it. What an earlier state held goes."""
        with self._lock:
            if state != self._state:
                self._state, self._found = state, {}
            self._looked = time.monotonic()
            found = self._found
            if key in found:
                return found[key]
        value = make()
        if len(found) < self._most:
            found[key] = value
        return value
