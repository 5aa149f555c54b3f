"""The search engine of this process, opened on first use."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask

from talentmarket.core.config import Settings


class SearchHandle:
    """Gives the process its reading backend, and a worker its writing one."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._lock = threading.Lock()
        self._reader: Any = None

    @property
    def engine_name(self) -> str:
        """`elastic` or `embedded`."""
        return "elastic" if self._settings.elasticsearch_url else "embedded"

    def answers(self) -> bool:
        """Whether the engine answers now."""
        return False
