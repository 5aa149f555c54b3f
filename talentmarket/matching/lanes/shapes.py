"""What compiled loops are given: arrays by name, and the way they are compiled.

A block of jobs stands side by side, a lane each: for every fact of a person the table has a row with
what it is worth to each of the jobs, in bytes. A person's row of sums is then a sum of rows, which
the processor adds 32 or 64 lanes at a time. Who comes high enough is scored by each of their skills.

Needs numba, as the other files of loops do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

#: Jobs side by side, a constant of the compiled code: the table of so many is a megabyte.
LANES = 128
#: Candidates that are kept of a job at most; of more the higher half is.
MOST = 4096
HEAD = 5  # numbers of a person in `told` before the skills

Bytes = NDArray[np.uint8]
Sums = NDArray[np.float32]
Numbers = NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., Any])


def kernel(function: Function) -> Function:
    """Compiled without the interpreter's lock; kept on disk where a folder can be written."""
    how: dict[str, Any] = {"nogil": True, "boundscheck": False, "error_model": "numpy"}
    try:
        return cast(Function, numba.njit(function, cache=True, **how))
    except RuntimeError:  # nowhere to keep it: compiled by each process
        return cast(Function, numba.njit(function, **how))


def inlined(function: Function) -> Function:
    """A part of a kernel."""
    return cast(Function, numba.njit(function, inline="always", error_model="numpy"))


class Crowd(NamedTuple):
    """People, those of one group one after the other: of a group wishes for work and place are equal.

    `terms[first[i]:first[i + 1]]` are person i's rows of the table, four or a multiple of it;
    `told[at[i]:]` the row in the pool, the group, the codes, the wish, how many skills, and each
    skill << 16 | how well.
    """

    first: Numbers
    terms: NDArray[np.uint32]
    at: NDArray[np.uint32]
    told: NDArray[np.uint32]
    start: Numbers
    place: NDArray[np.int32]
    aim: NDArray[np.int32]


class Jobs(NamedTuple):
    """A block of jobs. `table`: rows × lanes, in bytes; `closed`: 255 where a place is not the job's.

    Skills asked for are numbered through the block: those of job j are `slot[j]:slot[j + 1]`, each
    worth `of` points, its credits in the row `credit`; the skills that meet it and how far are
    `skill` and `share` from `near[k, 0]` to `near[k, 1]`. `worth` is that of each skill near the job
    as a whole; `years` … are points, `years_row` … rows of :class:`Tables`. `barred`: rows of people,
    in order, from `barred_from[j]` on, who may not come.
    """

    table: Bytes
    place_at: int
    aim_at: int
    closed: Bytes
    unsaid: NDArray[np.bool_]
    place: Sums
    aim: Sums
    slot: Numbers
    of: Sums
    credit: NDArray[np.int32]
    near: Numbers
    skill: NDArray[np.int32]
    share: Sums
    worth: Sums
    whole: Sums
    level_row: NDArray[np.int32]
    occupation: Sums
    says_work: NDArray[np.bool_]
    years: Sums
    years_row: NDArray[np.int32]
    education: Sums
    education_row: NDArray[np.int32]
    start: Sums
    pay: Sums
    pay_row: NDArray[np.int32]
    barred: NDArray[np.int32]
    barred_from: Numbers


class Tables(NamedTuple):
    """Credits by code, a row for each that is asked for; those of skills (`credit`) one row of
    `width` after the other, `entry` the column by :func:`credits.entry_code`. `enough` and `common`:
    those of :mod:`weights`."""

    entry: NDArray[np.uint16]
    credit: Sums
    width: int
    years: Sums
    education: Sums
    start: Sums
    pay: Sums
    enough: np.float32
    common: np.float32


class Found(NamedTuple):
    """Lanes × candidates: where in `told` each is, and its sum in bytes; how many of each lane."""

    told: NDArray[np.uint32]
    sums: Bytes
    size: Numbers
