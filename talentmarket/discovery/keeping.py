"""What a process need not find out twice while an index stands as it is."""

from __future__ import annotations

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
        self._found: dict[Hashable, T] = {}

    def get(self, state: Hashable, key: Hashable, make: Callable[[], T]) -> T:
        """The value of the key in this state; `make` finds it. What an earlier state held goes."""
        with self._lock:
            if state != self._state:
                self._state, self._found = state, {}
            found = self._found
            if key in found:
                return found[key]
        value = make()
        if len(found) < self._most:
            found[key] = value
        return value
