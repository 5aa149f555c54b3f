"""One requirement after the other: its state, its points, its proof. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import floor
from operator import add
from typing import Any, NamedTuple

from talentmarket.matching import weights as w
from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts, Wanted
from talentmarket.matching.kinship import Kinship, Licence, Near
from talentmarket.matching.weights import Part, State, Weights

NOTHING: dict[str, Any] = {}  # never added to
_CONDITIONS = frozenset(w.CONDITIONS)


class Row(NamedTuple):
    """One requirement against one person.

    `key` names it stably (`skill:spark`, `years`, `education` …); `most` are the points it can
    give and `exact` those it gives, before rounding; `near` is (skill, nearness, why) of a
    related skill; `asked` and `has` are the values compared; `hard`: whoever misses it is in no list,
    and `after`: it is not known to be met, and the pair stands behind those in which it is.
    `common`: how far what is no part of the work counts in this pair (:func:`asks.in_common`); the
    `exact` of such a row is what is left of it.
    """

    key: str
    part: Part
    state: State
    most: float
    exact: float
    near: tuple[str, float, str] | None = None
    evidence: tuple[Evidence, ...] = ()
    asked: dict[str, Any] = NOTHING
    has: dict[str, Any] = NOTHING
    hard: bool = False
    common: float = 1.0
    after: bool = False

    @property
    def condition(self) -> bool:
        """Whether it is no part of the work itself: years, education, place and terms."""
        return self.key in _CONDITIONS


def points_of(job: JobFacts, kinship: Kinship, weights: Weights | None = None) -> dict[str, float]:
    """How many points each requirement of a job can give: a function of the job alone.

    `weights`: None for the table.
    """
    given = weights or w.table()
    parts: dict[Part, float] = dict(zip(Part, given.points, strict=True))
    must, wish, certificates = _split(job, kinship)
    years = job.years_min is not None and job.years_min > 0
    education = job.education_rank is not None and job.education_rank > 0
    asked = {
        Part.MUST: bool(must),
        Part.WISH: bool(wish),
        Part.EXPERIENCE: years or job.occupation is not None,
        Part.EDUCATION: education or bool(certificates),
        Part.PLACE: bool(job.places) and not job.remote,
        Part.TERMS: True,
    }
    heir = next(part for part in Part if asked[part])
    spare = sum(parts[part] for part in Part if not asked[part])
    parts = {part: points if asked[part] else 0.0 for part, points in parts.items()}
    parts[heir] += spare
    found: dict[str, float] = {}
    if must and any(item.skill in kinship.placed for item in (*must, *wish)):
        found["whole"] = parts[Part.MUST] * w.WHOLE_SHARE
        parts[Part.MUST] = parts[Part.MUST] * (1 - w.WHOLE_SHARE)
    for group, points in ((must, parts[Part.MUST]), (wish, parts[Part.WISH])):
        total = in_order(kinship.weight(item.skill) for item in group)
        for item in group:
            found[f"skill:{item.skill}"] = points * kinship.weight(item.skill) / total
    found |= _shared(parts[Part.EXPERIENCE], "occupation", "years", given.occupation_share,
                     job.occupation is not None, years)  # fmt: skip
    share = given.certificate_share if education else 1.0
    for item in certificates:
        found[f"skill:{item.skill}"] = parts[Part.EDUCATION] * share / len(certificates)
    if education:
        rest = 1 - share if certificates else 1.0
        found["education"] = parts[Part.EDUCATION] * rest
    found["place"] = parts[Part.PLACE]
    if job.mode is not None:
        found["mode"] = 0.0  # a condition alone
    pay = job.pay_high is not None or job.pay_low is not None
    found |= _shared(parts[Part.TERMS], "pay", "availability", given.pay_share, pay, True)
    return found


def in_order(values: Iterable[float]) -> float:
    """The sum, added one after the other as arrays add: `sum` mends lost digits from Python 3.12
    on, and the same pair would differ in the last one."""
    return reduce(add, values, 0.0)


def largest_remainder(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers next to `values` (all ≥ 0) that add up to `total`, the rounded sum of them.

    Each is its value rounded down, or up where the remainders are largest.
    """
    if not values:
        return []
    found = [floor(value + 1e-9) for value in values]
    short = total - sum(found)
    lacking = [whole - value for whole, value in zip(found, values, strict=True)]
    for n in sorted(range(len(values)), key=lacking.__getitem__)[:short]:  # the first of equals
        found[n] += 1
    return found


def _shared(
    points: float, one: str, other: str, share: float, has_one: bool, has_other: bool
) -> dict[str, float]:
    if not has_one:
        return {other: points}
    return {one: points * share, other: points * (1 - share)} if has_other else {one: points}


def _split(job: JobFacts, kinship: Kinship) -> tuple[list[Wanted], list[Wanted], list[Wanted]]:
    certificates = [item for item in job.wanted if kinship.is_certificate(item.skill)]
    rest = [item for item in job.wanted if not kinship.is_certificate(item.skill)]
    return (
        [item for item in rest if item.must],
        [item for item in rest if not item.must],
        certificates,
    )


# -- skills --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SkillAsked:
    """A skill that a job asks for, with what is the same beside anybody."""

    wanted: Wanted
    part: Part
    most: float
    known: Mapping[str, Near]
    fields: frozenset[str]
    asked: dict[str, Any]
    year: int
    licence: Licence | None

    @classmethod
    def of(cls, wanted: Wanted, most: float, kinship: Kinship, year: int) -> SkillAsked:
        """`most`: the points it can give."""
        certificate = kinship.is_certificate(wanted.skill)
        part = Part.EDUCATION if certificate else Part.MUST if wanted.must else Part.WISH
        asked = {"level": wanted.level, "years": wanted.years, "must": wanted.must}
        known, fields = kinship.neighbours(wanted.skill), kinship.field(wanted.skill)
        licence = kinship.licence(wanted.skill) if wanted.must else None
        return cls(wanted, part, most, known, fields, asked, year, licence)

    def missing(self, talent: TalentFacts, fields: frozenset[str]) -> bool:
        """Whether somebody who does not show it is known not to have it: they speak of its field, or
        of a licence name others of its kind."""
        if self.licence is not None:
            return any(map(self.licence.is_certificate, talent.by_skill))
        return len(talent.by_skill) >= w.SAYS_MUCH and not self.fields.isdisjoint(fields)


def skill_row(it: SkillAsked, talent: TalentFacts, fields: frozenset[str]) -> Row:
    """The skill itself or a related one, whichever gives most; else missing where the person speaks
    of its field, or unknown. `fields`: :meth:`Kinship.fields` of the skills that are held."""
    wanted, key = it.wanted, f"skill:{it.wanted.skill}"
    best, exact, near = None, -1.0, (1.0, "same")
    for held, nearness, why in _candidates(it, talent):
        given = it.most * nearness * _credit(held)
        given *= _degree(wanted.level, wanted.years, held, it.year)
        if nearness != 1.0:
            given *= w.RELATED_CREDIT
        if given > exact:
            best, exact, near = held, given, (nearness, why)
    hard = it.licence is not None
    if best is None:
        state = State.MISSING if it.missing(talent, fields) else State.UNKNOWN
        return Row(
            key, it.part, state, it.most, 0.0, asked=it.asked, has=kept_back(talent, "skills"),
            hard=hard, after=hard and state is State.UNKNOWN,
        )  # fmt: skip
    state = State.RELATED
    if near[0] == 1.0:
        state = State.MET if best.verified else State.CLAIMED
    return Row(
        key, it.part, state, it.most, exact,
        near=(best.skill, *near) if state is State.RELATED else None,
        evidence=best.evidence, asked=it.asked,
        has={"level": best.level, "years_tenths": best.years_tenths,
             "last_used": best.last_used},
        hard=hard, after=it.licence is not None and it.licence.same.isdisjoint(talent.by_skill),
    )  # fmt: skip


def kept_back(talent: TalentFacts, section: str) -> dict[str, Any]:
    """What an unknown row says of the person: that the section is closed, where it is."""
    return {"hidden": True} if section in talent.hidden else {}


def _candidates(it: SkillAsked, talent: TalentFacts) -> list[tuple[Held, float, str]]:
    """The skill itself, or else every related one that is held: the best one counts."""
    known, own = it.known, talent.by_skill.get(it.wanted.skill)
    found = [
        (held, known[code].nearness, known[code].why)
        for code, held in talent.by_skill.items()
        if code in known
    ]
    return found if own is None else [(own, 1.0, "same"), *found]


#: How near a skill is to a job as a whole, and how many skills it counts for.
WholeSkill = tuple[float, float]


@dataclass(frozen=True)
class WholeAsked:
    """A job as a whole, with what is the same beside anybody. `near`: of each skill that anybody
    holds."""

    most: float
    level: int | None
    near: Mapping[str, WholeSkill]
    asked: dict[str, Any]
    year: int

    @classmethod
    def of(
        cls, job: JobFacts, most: float, near: Mapping[str, WholeSkill], year: int
    ) -> WholeAsked:
        """`most`: the points it can give."""
        level = level_of([item.level for item in job.wanted])
        return cls(most, level, near, {"enough": w.WHOLE_ENOUGH, "level": level}, year)


def whole_row(it: WholeAsked, talent: TalentFacts) -> Row:
    """What the person has near the job as a whole: each skill counts as much as it is near, at the
    level that the job asks for on average."""
    # Of a skill that is far nothing is left, whatever it is otherwise worth.
    worth = [
        near * _credit(held) * _degree(it.level, None, held, it.year)
        if (near := it.near[code][1])
        else 0.0
        for code, held in talent.by_skill.items()
    ]
    count = in_order(worth)
    told = zip(worth, talent.by_skill, strict=True)
    first = sorted((-each, code) for each, code in told if each > 0)[:3]
    has = {"count": count, "skills": [(code, it.near[code][0]) for _worth, code in first]}
    state = State.RELATED if count > 0 else State.UNKNOWN
    exact = it.most * min(1.0, count / w.WHOLE_ENOUGH)
    has |= kept_back(talent, "skills")
    return Row("whole", Part.MUST, state, it.most, exact, asked=it.asked, has=has)


def level_of(levels: Iterable[int | None]) -> int | None:
    """The mean of the levels that are asked for, to the nearest whole; None where none is."""
    asked = [level for level in levels if level is not None]
    return floor(sum(asked) / len(asked) + 0.5) if asked else None


def _credit(held: Held) -> float:
    return 1.0 if held.verified else w.CLAIMED_CREDIT


def _degree(level: int | None, years: int | None, held: Held, year: int) -> float:
    """Level, years and freshness in degrees; what is not asked costs nothing."""
    degree = 1.0
    if level is not None:
        if held.level is None:
            degree *= w.LEVEL_UNKNOWN
        else:
            degree *= 1.0 - w.LEVEL_STEP * max(0, level - held.level)
    if years and held.years_tenths is not None:
        degree *= min(1.0, held.years_tenths / (10 * years))
    if held.last_used is not None:
        age = year - held.last_used
        degree *= (
            w.STALE_CREDIT if age > w.STALE_AFTER else w.OLD_CREDIT if age > w.OLD_AFTER else 1
        )
    return degree
