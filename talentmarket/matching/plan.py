"""What each requirement of many jobs can give, in arrays: `points_of` of :mod:`requirements`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talentmarket.matching import weights as w
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.tables import Flags, Floats, Ints, Jobs
from talentmarket.matching.weights import Part, Weights

PARTS = {part: number for number, part in enumerate(Part)}


@dataclass(frozen=True)
class Plan:
    """Jobs × requirements, the columns in the order of the rows that explain a score.

    `part` is the part of each column, `most` and `of` the points it can give, exact and whole,
    `asked` whether a job has it at all; `of_skill` the column of each skill that jobs ask for,
    `column` those of the other requirements.
    """

    part: Ints
    most: Floats
    of: Ints
    asked: Flags
    of_skill: Ints
    column: dict[str, int]

    def of_job(self, row: int, skills: slice) -> Plan:
        """The plan of one of the jobs; `skills`: where those that it asks for stand among all."""
        one = slice(row, row + 1)
        most, of, asked = self.most[one], self.of[one], self.asked[one]
        return Plan(self.part, most, of, asked, self.of_skill[skills], self.column)


def plan_of(jobs: Jobs, kinship: Kinship, weights: Weights | None = None) -> Plan:
    """The plan of these jobs: a function of the jobs alone. `weights`: None for the table."""
    given = weights or w.table()
    kind, weight = _kinds(jobs, kinship)
    rows, size = jobs.skills.rows, len(jobs.ids)
    counts = np.stack(
        [np.bincount(rows[kind == n], minlength=size) for n in range(len(PARTS))], axis=1
    )
    parts = _points_of_parts(jobs, counts, given)
    whole = _points_of_whole(jobs, kind, parts, kinship)
    parts[:, PARTS[Part.MUST]] -= whole
    widths = counts.max(axis=0, initial=0)
    part, column, first = _layout(widths)
    of_skill = first[kind] + _places_in_groups(rows * len(PARTS) + kind)
    most = np.zeros((size, len(part)))
    asked = np.zeros((size, len(part)), dtype=np.bool_)
    most[rows, of_skill] = _points_of_skills(jobs, kind, weight, parts, counts, given)
    asked[rows, of_skill] = True
    others = {"whole": whole} | _points_of_others(jobs, parts, counts, given)
    for name, points in others.items():
        most[:, column[name]] = points
        asked[:, column[name]] = points > 0
    asked[:, column["mode"]] = ~np.isnan(jobs.mode)
    of = largest_remainders(most, np.full(size, 100), asked)
    return Plan(part, most, of, asked, of_skill, column)


def largest_remainders(values: Floats, totals: Ints, asked: Flags) -> Ints:
    """`largest_remainder` of :mod:`score` for each row; what is not asked stays 0."""
    whole = np.floor(values + 1e-9).astype(np.int64)
    short = totals - whole.sum(axis=1)
    lacking = np.where(asked, whole - values, np.inf)
    order = np.argsort(lacking, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(order.shape[1])[None, :], axis=1)
    return np.asarray(whole + ((rank < short[:, None]) & asked), dtype=np.int64)


def _kinds(jobs: Jobs, kinship: Kinship) -> tuple[Ints, Floats]:
    """The part of each skill asked for, and its weight."""
    names, codes = jobs.skills.names, jobs.skills.codes
    certificate = np.array([name in kinship.certificates for name in names], dtype=np.bool_)
    weight = np.array([kinship.weight(name) for name in names], dtype=np.float64)
    wanted = np.where(jobs.must, PARTS[Part.MUST], PARTS[Part.WISH])
    kind = np.where(certificate[codes], PARTS[Part.EDUCATION], wanted)
    return kind, weight[codes]


def _points_of_parts(jobs: Jobs, counts: Ints, given: Weights) -> Floats:
    """Jobs × parts; the first part a job asks for inherits what the others do not use."""
    occupation = np.array([bool(code) for code in jobs.occupation], dtype=np.bool_)
    asked = np.stack(
        [
            counts[:, PARTS[Part.MUST]] > 0,
            counts[:, PARTS[Part.WISH]] > 0,
            occupation | (jobs.years > 0),
            (jobs.education > 0) | (counts[:, PARTS[Part.EDUCATION]] > 0),
            jobs.places.counts > 0,
            np.ones(len(jobs.ids), dtype=np.bool_),
        ],
        axis=1,
    )
    whole = np.array(given.points, dtype=np.float64)
    points = np.where(asked, whole, 0.0)
    heir = np.argmax(asked, axis=1)
    points[np.arange(len(heir)), heir] += whole.sum() - points.sum(axis=1)
    return points


def _layout(widths: Ints) -> tuple[Ints, dict[str, int], Ints]:
    """The part of each column, the columns of what is no skill, and each part's first column."""
    part: list[int] = []
    column: dict[str, int] = {}
    first = np.zeros(len(PARTS), dtype=np.int64)
    for kind, number in PARTS.items():
        first[number] = len(part)
        part += [number] * int(widths[number])
        for name in _OTHERS.get(kind, ()):
            column[name] = len(part)
            part.append(number)
    return np.array(part, dtype=np.int64), column, first


#: What each part asks besides skills. They stand behind a part's skills, as in the explanation.
_OTHERS: dict[Part, tuple[str, ...]] = {
    Part.MUST: ("whole",),
    Part.EXPERIENCE: ("occupation", "years"),
    Part.EDUCATION: ("education",),
    Part.PLACE: ("place", "mode"),
    Part.TERMS: ("pay", "availability"),
}


def _places_in_groups(groups: Ints) -> Ints:
    """For each value how many equal ones stand before it."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    first = np.searchsorted(ordered, ordered)
    found = np.empty_like(order)
    found[order] = np.arange(len(order)) - first
    return found


def _points_of_skills(
    jobs: Jobs, kind: Ints, weight: Floats, parts: Floats, counts: Ints, given: Weights
) -> Floats:
    """Within must and wish by weight, certificates alike."""
    rows, size = jobs.skills.rows, len(jobs.ids)
    group = rows * len(PARTS) + kind
    total = np.bincount(group, weights=weight, minlength=size * len(PARTS))[group]
    points = parts[rows, kind]
    share = np.where(jobs.education > 0, given.certificate_share, 1.0)[rows]
    certificate = kind == PARTS[Part.EDUCATION]
    return np.where(certificate, points * share / counts[rows, kind], points * weight / total)


def _points_of_whole(jobs: Jobs, kind: Ints, parts: Floats, kinship: Kinship) -> Floats:
    """Of the must skills' points those for the job as a whole, where the space knows any skill."""
    size = len(jobs.ids)
    placed = np.array([name in kinship.placed for name in jobs.skills.names], dtype=np.bool_)
    known = placed[jobs.skills.codes] & (kind != PARTS[Part.EDUCATION])
    must = np.bincount(jobs.skills.rows[kind == PARTS[Part.MUST]], minlength=size) > 0
    asked = (np.bincount(jobs.skills.rows[known], minlength=size) > 0) & must
    return np.where(asked, parts[:, PARTS[Part.MUST]] * w.WHOLE_SHARE, 0.0)


def _points_of_others(jobs: Jobs, parts: Floats, counts: Ints, given: Weights) -> dict[str, Floats]:
    occupation = np.array([bool(code) for code in jobs.occupation], dtype=np.bool_)
    years, paid = jobs.years > 0, ~np.isnan(jobs.pay)
    experience, terms = parts[:, PARTS[Part.EXPERIENCE]], parts[:, PARTS[Part.TERMS]]
    certificates = counts[:, PARTS[Part.EDUCATION]] > 0
    degree = np.where(certificates, 1 - given.certificate_share, 1.0)
    studied = parts[:, PARTS[Part.EDUCATION]] * degree
    share, rest = given.occupation_share, 1 - given.occupation_share
    return {
        "occupation": np.where(occupation, experience * np.where(years, share, 1.0), 0.0),
        "years": np.where(years, experience * np.where(occupation, rest, 1.0), 0.0),
        "education": np.where(jobs.education > 0, studied, 0.0),
        "place": parts[:, PARTS[Part.PLACE]],
        "mode": np.zeros(len(jobs.ids)),  # a condition alone
        "pay": np.where(paid, terms * given.pay_share, 0.0),
        "availability": terms * np.where(paid, 1 - given.pay_share, 1.0),
    }
