"""The first step: everybody's sums for a block of jobs, in bytes, and who comes high enough."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from talentmarket.matching.lanes.shapes import (
    LANES,
    MOST,
    Bytes,
    Crowd,
    Found,
    Jobs,
    Numbers,
    Sums,
    inlined,
    kernel,
)


@kernel
def worth_of(near: Sums, weight: Sums, least: np.float32, most: np.float32) -> None:
    """From cosines with the job as a whole to how many skills each counts for, in place."""
    for job in range(near.shape[0]):
        for skill in range(near.shape[1]):
            one = min(near[job, skill], most)
            near[job, skill] = one * one * one * weight[skill] if one >= least else np.float32(0)


@kernel
def fill_skills(jobs: Jobs, at: int, quality: Sums, scale: np.float32, related: np.float32,
                enough: np.float32) -> None:  # fmt: skip
    """The rows of skills, from `at` on, one for each quality. Of several skills asked for that one
    meets the best counts here, a `related` one in part."""
    best = np.zeros(jobs.worth.shape[1], np.float32)
    for j in range(len(jobs.slot) - 1):
        for k in range(jobs.slot[j], jobs.slot[j + 1]):
            for p in range(jobs.near[k, 0], jobs.near[k, 1]):
                skill = jobs.skill[p]
                share = jobs.share[p] if jobs.share[p] == 1 else jobs.share[p] * related
                best[skill] = max(best[skill], jobs.of[k] * share)
        whole = jobs.whole[j] / enough
        for skill in range(len(best)):
            points = best[skill] + jobs.worth[j, skill] * whole
            if points > 0:
                best[skill] = 0
                for n in range(len(quality)):
                    one = min(points * quality[n] * scale + np.float32(0.5), np.float32(255))
                    jobs.table[at + skill * len(quality) + n, j] = np.uint8(one)


@inlined
def add_rows(sums: Bytes, table: Bytes, terms: NDArray[np.uint32], first: int, last: int) -> None:
    """Add the rows that a person has, four at a time; what is more than a byte holds stays 255."""
    for p in range(first, last, 4):
        a, b, c, d = terms[p], terms[p + 1], terms[p + 2], terms[p + 3]
        for j in range(LANES):
            one = np.uint8(table[a, j] + table[b, j])
            one = one if one >= table[a, j] else np.uint8(255)
            two = np.uint8(table[c, j] + table[d, j])
            two = two if two >= table[c, j] else np.uint8(255)
            four = np.uint8(one + two)
            four = four if four >= two else np.uint8(255)
            all_ = np.uint8(sums[j] + four)
            sums[j] = all_ if all_ >= four else np.uint8(255)


@kernel
def levels(crowd: Crowd, jobs: Jobs, open_at: Bytes, group: NDArray[np.int32], step: int,
           wanted: Numbers) -> Bytes:  # fmt: skip
    """For each lane the highest level that so many people of all come above, told from each
    `step`-th of them."""
    people = len(crowd.at) - 1
    size = (people - 1 - step // 2) // step + 1
    sums = np.zeros((size, LANES), np.uint8)
    for n in range(size):
        i = step // 2 + n * step
        place, aim = crowd.place[group[i]], crowd.aim[group[i]]
        if open_at[place]:
            row = sums[n]
            for j in range(LANES):
                row[j] = jobs.table[jobs.place_at + place, j] + jobs.table[jobs.aim_at + aim, j]
            add_rows(row, jobs.table, crowd.terms, crowd.first[i], crowd.first[i + 1])
            for j in range(LANES):
                row[j] = row[j] if jobs.closed[place, j] == 0 else np.uint8(0)
    low, count = np.zeros(LANES, np.uint8), np.empty(LANES, np.int32)
    bit = 128
    while bit:  # the highest level, bit by bit
        count[:] = 0
        for n in range(size):
            for j in range(LANES):
                count[j] += sums[n, j] > np.uint8(low[j] + bit)
        for j in range(len(wanted)):
            if count[j] * step >= wanted[j]:
                low[j] += bit
        bit >>= 1
    return low


@kernel
def candidates(crowd: Crowd, jobs: Jobs, open_at: Bytes, level: Bytes, found: Found) -> None:
    """Everybody who comes above the level of a lane; a lane that is full keeps the higher half, and
    its level rises."""
    sums, base = np.empty(LANES, np.uint8), np.empty(LANES, np.uint8)
    low, over = np.empty(LANES, np.uint8), np.empty(LANES, np.uint8)
    eight = over.view(np.uint64)
    for g in range(len(crowd.place)):
        place, aim = crowd.place[g], crowd.aim[g]
        if open_at[place] == 0:
            continue
        for j in range(LANES):
            base[j] = jobs.table[jobs.place_at + place, j] + jobs.table[jobs.aim_at + aim, j]
            low[j] = max(level[j], jobs.closed[place, j])
        for i in range(crowd.start[g], crowd.start[g + 1]):
            for j in range(LANES):
                sums[j] = base[j]
            add_rows(sums, jobs.table, crowd.terms, crowd.first[i], crowd.first[i + 1])
            some = np.uint8(0)
            for j in range(LANES):
                some |= np.uint8(sums[j] > low[j])
            if some == 0:
                continue
            for j in range(LANES):
                over[j] = np.uint8(sums[j] > low[j])
            for n in range(LANES // 8):
                if eight[n] == 0:
                    continue
                for j in range(n * 8, n * 8 + 8):
                    if over[j]:
                        if found.size[j] == MOST:
                            level[j] = raised(found, j, level[j])
                            low[j] = max(level[j], jobs.closed[place, j])
                        if sums[j] > low[j]:
                            found.told[j, found.size[j]] = crowd.at[i]
                            found.sums[j, found.size[j]] = sums[j]
                            found.size[j] += 1


@kernel
def raised(found: Found, lane: int, level: int) -> np.uint8:
    """Keep the higher half of a lane; returns the level that they are above."""
    at = np.zeros(256, np.int64)
    for n in range(MOST):
        at[found.sums[lane, n]] += 1
    low, above = 255, 0
    while low > level + 1 and above + at[low] <= MOST // 2:
        above += at[low]
        low -= 1
    kept = 0
    for n in range(MOST):
        if found.sums[lane, n] > low:
            found.sums[lane, kept] = found.sums[lane, n]
            found.told[lane, kept] = found.told[lane, n]
            kept += 1
    found.size[lane] = kept
    return np.uint8(low)
