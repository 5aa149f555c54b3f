"""``python -m tools.bytecode [MODULE …]``: compile what the site imports, once.

Packages are installed without bytecode, since most of what they hold is never imported. Where
``PYTHONDONTWRITEBYTECODE`` is set, as in many containers, nothing would ever write it, and each of
the site's processes would compile some two thousand modules at each start.
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterator
from importlib import import_module

PACKAGES = ("talentmarket", "search")
#: What is imported by name or on first use only.
LATER = (
    "alembic.command",
    "elasticsearch",
    "flask.cli",
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    "honcho.command",
    "psycopg",
    "pypinyin",
    "pypinyin.seg.simpleseg",
    "skops.io",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.dialects.sqlite",
    "tools.run",
)


def modules() -> Iterator[str]:
    """All modules of the site, and the libraries that load late."""
    for name in PACKAGES:
        package = import_module(name)
        for found in pkgutil.walk_packages(package.__path__, f"{name}."):
            yield found.name
    yield from LATER


def main(names: list[str]) -> int:
    """Import them all: the interpreter writes the bytecode of each."""
    sys.dont_write_bytecode = False
    for name in names or modules():
        import_module(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
