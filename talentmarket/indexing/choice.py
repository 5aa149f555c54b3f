"""Which engine a site uses: that of the environment, else the one it was moved to, else files.

A site that runs cannot be given another environment. What it was moved to stands in a file of the
instance folder, which every process looks at again before it uses the engine.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from search.errors import EngineUnavailable
from talentmarket.core.config import Settings

FILE = "engine.json"
_NAMES = (
    "elasticsearch_url",
    "elasticsearch_api_key",
    "elasticsearch_ca_certs",
    "elasticsearch_index_prefix",
)
#: What tells one state of the file from another; None without a file.
Mark = tuple[int, int] | None


class Choice:
    """The engine as the settings and the file say it now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = settings.instance / FILE

    def mark(self) -> Mark:
        """Changes when the site was moved. Costs one look at the file's name."""
        if self._settings.elasticsearch_url:
            return None  # what the environment says holds
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino

    def settings(self) -> Settings:
        """The settings with the engine to use. Raises EngineUnavailable for a file that says none."""
        if self.mark() is None:
            return self._settings
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            return self._settings.with_(**{name: kept[name] for name in _NAMES})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise EngineUnavailable(f"{self._path} does not say which engine: {error}") from error


def keep(settings: Settings) -> None:
    """Have every process of the instance use the server of these settings from now on.

    The file holds the server's credentials, so only the owner may read it.
    """
    certificates = settings.elasticsearch_ca_certs
    kept = {name: getattr(settings, name) for name in _NAMES} | {
        "elasticsearch_ca_certs": certificates and str(Path(certificates).absolute())
    }
    path = settings.instance / FILE
    fresh = path.with_name(f"{FILE}.{secrets.token_hex(4)}.new")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as out:
        out.write(json.dumps(kept))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
