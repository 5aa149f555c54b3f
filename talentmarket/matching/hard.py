"""What rules a pair out besides the place, in arrays: the way of working, and licences.

A licence is a certificate that a job names as a must. Whoever has it, or a more special one of its
kind, meets it; whoever has only a related one, or names no certificate at all, is not known to have it
and stands after those; whoever names certificates, and none that is near, is in no list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from talentmarket.matching.facts import MODES
from talentmarket.matching.kinship import Kinship, Licence
from talentmarket.matching.tables import Flags, Floats, Ints, Jobs, People

#: Whether each person holds any of these skills.
Holds = Callable[[Iterable[str]], Flags]


def fitting(mode: str) -> tuple[str, ...]:
    """The ways of working that can be agreed on with this one."""
    return tuple(one for one, at in MODES.items() if abs(at - MODES[mode]) < len(MODES) - 1)


def apart(asked: Floats, wanted: Floats) -> Flags:
    """Whether two ways of working cannot be agreed on; not where either is not said."""
    return np.asarray(np.abs(asked - wanted) >= len(MODES) - 1)


def licences(jobs: Jobs, kinship: Kinship) -> Iterator[tuple[Licence, Flags]]:
    """Each licence that any of these jobs asks for, and which of them do."""
    certificate = np.array(list(map(kinship.is_certificate, jobs.skills.names)), dtype=np.bool_)
    if not certificate.any():
        return
    asked = jobs.must & certificate[jobs.skills.codes]
    rows = jobs.skills.rows
    for code in np.unique(jobs.skills.codes[asked]).tolist():
        licence = kinship.licence(jobs.skills.names[code])
        assert licence is not None
        wants = np.zeros(len(jobs.ids), dtype=np.bool_)
        wants[rows[asked & (jobs.skills.codes == code)]] = True
        yield licence, wants


def of_people(licence: Licence, holds: Holds, names_any: Flags) -> tuple[Flags, Flags]:
    """Of each person, who is ruled out by a licence and who is not known to have it.
    `names_any`: who names certificates at all."""
    ruled_out = names_any & ~holds(licence.near)
    return ruled_out, ~ruled_out & ~holds(licence.same)


def of_pairs(
    jobs: Jobs, people: People, job: Ints, person: Ints, kinship: Kinship
) -> tuple[Flags, Flags]:
    """Of each pair, whether it is ruled out, and whether something is not known to be met. `job` and
    `person`: its rows in the tables."""
    asked, wanted = jobs.mode[job], people.mode[person]
    failed, unknown = apart(asked, wanted), ~np.isnan(asked) & np.isnan(wanted)
    some = list(licences(jobs, kinship))
    if not some:
        return failed, unknown
    holds = _holding(people)
    names_any = holds(filter(kinship.is_certificate, people.skills.names))
    for licence, wants in some:
        out, unsaid = of_people(licence, holds, names_any)
        failed |= wants[job] & out[person]
        unknown |= wants[job] & unsaid[person]
    return failed, unknown


def _holding(people: People) -> Holds:
    number = {name: code for code, name in enumerate(people.skills.names)}
    rows, size = people.skills.rows, len(people.ids)

    def holds(skills: Iterable[str]) -> Flags:
        counts = np.zeros(len(number), dtype=np.bool_)
        counts[[number[one] for one in skills if one in number]] = True
        found = np.zeros(size, dtype=np.bool_)
        found[rows[counts[people.skills.codes]]] = True
        return found

    return holds
