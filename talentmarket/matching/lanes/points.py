"""The second step: the points of who came high enough, from all that is known of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.lanes.shapes import (
    HEAD,
    Crowd,
    Found,
    Jobs,
    Sums,
    Tables,
    inlined,
    kernel,
)


class Records(NamedTuple):
    """What one job says of skills: `head` is 0 for one that is worth nothing to it, else the number
    of its record, with what it gives to the job as a whole and which of those asked for it meets:
    how far, and where their credits begin."""

    head: NDArray[np.uint16]
    skill: NDArray[np.int32]
    worth: Sums
    first: NDArray[np.int32]
    slot: NDArray[np.uint16]
    share: Sums
    credit: NDArray[np.uint32]
    seen: NDArray[np.int32]
    best: Sums


@kernel
def best(crowd: Crowd, jobs: Jobs, tables: Tables, found: Found, rows: NDArray[np.int32],
         points: Sums) -> None:  # fmt: skip
    """The first of each job: their rows in the pool and what they have, as many as `rows` has columns
    and there are (-1 from there on), all candidates scored with all that is known."""
    most = rows.shape[1]
    records, values = new_records(jobs), np.empty(found.told.shape[1], np.float32)
    for j in range(rows.shape[0]):
        used = note(records, jobs, tables.width, j)
        score(crowd, jobs, tables, records, j, found.told[j, : found.size[j]], values)
        for n in range(1, used + 1):
            records.head[records.skill[n]] = 0
        filled, barred = 0, jobs.barred_from[j] != jobs.barred_from[j + 1]
        for n in range(found.size[j]):
            one, row = values[n], np.int32(crowd.told[found.told[j, n]])
            z = filled
            if z == most:
                if not before(one, row, points[j, z - 1], rows[j, z - 1]):
                    continue
                z -= 1
            if barred and is_barred(jobs, j, row):
                continue
            while z > 0 and before(one, row, points[j, z - 1], rows[j, z - 1]):
                points[j, z], rows[j, z] = points[j, z - 1], rows[j, z - 1]
                z -= 1
            points[j, z], rows[j, z] = one, row
            filled = min(filled + 1, most)


@inlined
def before(one: np.float32, row: np.int32, other: np.float32, other_row: np.int32) -> bool:
    """Whether somebody stands before another: by points, then by row."""
    return bool(one > other or (one == other and row < other_row))


@inlined
def is_barred(jobs: Jobs, j: int, row: np.int32) -> bool:
    """Whether this person may not come."""
    low, high = jobs.barred_from[j], jobs.barred_from[j + 1]
    while low < high:
        middle = (low + high) // 2
        if jobs.barred[middle] < row:
            low = middle + 1
        else:
            high = middle
    return bool(low < jobs.barred_from[j + 1] and jobs.barred[low] == row)


@kernel
def new_records(jobs: Jobs) -> Records:
    """Room for those of any job of the block."""
    size, pairs, slots = jobs.worth.shape[1], 0, 0
    for j in range(len(jobs.slot) - 1):
        of_job = 0
        for k in range(jobs.slot[j], jobs.slot[j + 1]):
            of_job += jobs.near[k, 1] - jobs.near[k, 0]
        pairs = max(pairs, of_job)
        slots = max(slots, jobs.slot[j + 1] - jobs.slot[j])
    return Records(
        np.zeros(size, np.uint16),
        np.empty(size + 1, np.int32),
        np.empty(size + 1, np.float32),
        np.empty(size + 2, np.int32),
        np.empty(pairs + 1, np.uint16),
        np.empty(pairs + 1, np.float32),
        np.empty(pairs + 1, np.uint32),
        np.zeros(size, np.int32),
        np.empty(slots + 1, np.float32),
    )


@kernel
def note(records: Records, jobs: Jobs, width: int, j: int) -> int:
    """Write down what a job says of skills; returns how many records there are, from 1 on."""
    used, seen = 0, records.seen
    for k in range(jobs.slot[j], jobs.slot[j + 1]):
        for p in range(jobs.near[k, 0], jobs.near[k, 1]):
            skill = jobs.skill[p]
            if seen[skill] == 0:
                used += 1
                records.head[skill], records.skill[used] = used, skill
            seen[skill] += 1
    if jobs.whole[j] > 0:
        for skill in range(len(seen)):
            if jobs.worth[j, skill] > 0 and records.head[skill] == 0:
                used += 1
                records.head[skill], records.skill[used] = used, skill
    at = 0
    for n in range(1, used + 1):
        skill = records.skill[n]
        records.worth[n] = jobs.worth[j, skill] if jobs.whole[j] > 0 else np.float32(0)
        records.first[n] = at
        at += seen[skill]
        seen[skill] = 0
    records.first[used + 1] = at
    for k in range(jobs.slot[j], jobs.slot[j + 1]):
        for p in range(jobs.near[k, 0], jobs.near[k, 1]):
            skill = jobs.skill[p]
            at = records.first[records.head[skill]] + seen[skill]
            records.slot[at], records.share[at] = k - jobs.slot[j], jobs.share[p]
            records.credit[at] = jobs.credit[k] * width
            seen[skill] += 1
    for n in range(1, used + 1):
        seen[records.skill[n]] = 0
    return used


@kernel
def score(crowd: Crowd, jobs: Jobs, tables: Tables, records: Records, j: int,
          which: NDArray[np.uint32], values: Sums) -> None:  # fmt: skip
    """The points of a job with each of these people (where they stand in `told`); 1,000 fewer where
    somebody leaves a place unsaid.

    All that is the same for the job is looked up before, which halves the time.
    """
    one = np.float32(1)
    told, head, first, slot, share = (
        crowd.told,
        records.head,
        records.first,
        records.slot,
        records.share,
    )
    of_job, best, worth, credit, entry = (
        records.credit,
        records.best,
        records.worth,
        tables.credit,
        tables.entry,
    )
    of, level = jobs.of[jobs.slot[j] : jobs.slot[j + 1]], jobs.level_row[j] * tables.width
    years, education = tables.years[jobs.years_row[j]], tables.education[jobs.education_row[j]]
    start, pay = tables.start, tables.pay[jobs.pay_row[j]]
    of_years, of_education, of_start, of_pay = (
        jobs.years[j],
        jobs.education[j],
        jobs.start[j],
        jobs.pay[j],
    )
    of_occupation, of_whole, says_work = jobs.occupation[j], jobs.whole[j], jobs.says_work[j]
    for m in range(len(which)):
        at = which[m]
        for k in range(len(of)):
            best[k] = np.float32(0)
        count = np.float32(0)
        for p in range(at + HEAD, at + HEAD + told[at + 4]):
            n = head[told[p] >> np.uint32(16)]
            if n:
                well = np.uint32(entry[told[p] & np.uint32(0xFFFF)])
                count += worth[n] * credit[level + well]
                for q in range(first[n], first[n + 1]):
                    given, other = share[q] * credit[of_job[q] + well], best[slot[q]]
                    best[slot[q]] = given if given > other else other
        place, aim = crowd.place[told[at + 1]], crowd.aim[told[at + 1]]
        top = jobs.aim[aim, j]
        work = top * of_occupation
        for k in range(len(of)):
            work += best[k] * of[k]
            top = best[k] if best[k] > top else top
        if of_whole > 0:
            whole = count / tables.enough
            whole = whole if whole < one else one
            work += whole * of_whole
            top = whole if whole > top else top
        codes = told[at + 2]
        others = years[codes >> np.uint32(1) & np.uint32(511)] * of_years
        others += education[codes >> np.uint32(10) & np.uint32(63)] * of_education
        others += start[codes >> np.uint32(16) & np.uint32(7)] * of_start
        others += pay[told[at + 3]] * of_pay
        others += jobs.place[place, j]
        if says_work:
            common = top / tables.common
            others *= common if common < one else one
        if jobs.unsaid[place, j]:
            others -= np.float32(1000)
        values[m] = work + others
