"""What every test can rely on: databases, an app, a clock, a browser, and a fair count at the end.

The network is closed but for loopback, the order is random, warnings are errors; a server that is
missing is a failure, never a skip.
"""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.scale import FACTOR, scale
from tools import messages

if TYPE_CHECKING:
    from tests.fixtures.sites import Site

# Settings of the developer's own shell must not reach the site under test.
for _name in ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "SECRET_KEY", "PORT", "WEB_CONCURRENCY"):
    os.environ.pop(_name, None)
for _name in [name for name in os.environ if name.startswith("TALENTMARKET_")]:
    if _name != "TALENTMARKET_TEST_SCALE":
        del os.environ[_name]

# scikit-learn's estimator checks include array API input only where SciPy was told so at import.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

#: Free bytes that the memory must have for the tests to keep their files there.
_ROOM = 4 * 2**30


def _in_memory(folder: Path = Path("/dev/shm")) -> bool:
    """Whether temporary files may live there: room enough, and programs may be run."""
    if not folder.is_dir():
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize > _ROOM and not found.f_flag & os.ST_NOEXEC


# Databases and indexes of tests are written safely a thousand times: nobody waits for the disk.
if _in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")

settings.register_profile(
    "exchange",
    max_examples=scale(30),
    deadline=None,  # two shared cores: how long an example takes says nothing
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("exchange")

pytest_plugins = [
    "tests.fixtures.counts",
    "tests.fixtures.databases",
    "tests.fixtures.apps",
    "tests.fixtures.sites",
    "tests.fixtures.browsers",
    "tests.fixtures.indexes",
    "tests.fixtures.search_engines",
    "tests.fixtures.own_engine",
]


def pytest_configure(config: pytest.Config) -> None:
    """Have the English texts compiled, once, before any worker starts."""
    if not hasattr(config, "workerinput"):
        with messages.lock():
            messages.compile_catalogues()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests begin: what is left for the end is short, and no core waits for one.

    Within both halves the random order stays as it is.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def base_url(live_app: Site) -> str:
    """`page.goto("/jobs")` goes to the live site. (Here, to stand before the plugin's own.)"""
    return live_app.url


def pytest_report_header() -> str:
    return f"test scale: {FACTOR}"
