"""Many jobs at once beside all people of a pool, by compiled loops: the first of each, in one go.

The steps of :mod:`pool` take milliseconds a job, most of them ways to memory that every job goes
anew. Here people are gone through once for a block of jobs that stand side by side, a lane each
(:mod:`compiled`). The first step adds up in bytes what each thing known of a person is worth: only where
several of their skills meet one that is asked for that is more than the score, which takes the best.
The second scores whoever comes high enough with all that is known. What is lost is measured
(`python -m benchmarks matching --only batch`).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

import structlog

#: From so many people on, and jobs asked for at once. With fewer of either the steps of the pool do.
PEOPLE, JOBS = 20_000, 16


log = structlog.get_logger(__name__)


@cache
def installed() -> bool:
    """Whether loops can be compiled here: numba is there and goes with the NumPy beside it."""
    try:
        import_module("numba")
    except ModuleNotFoundError:
        return False
    except ImportError as error:
        log.warning("loops are not compiled", reason=str(error))
        return False
    return True
