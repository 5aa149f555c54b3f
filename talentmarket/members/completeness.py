"""How complete a profile is, and which step brings the most. One table; pure.

Every row is worth `unit` points for each of up to `most` things; all rows together are worth 100.
The weights follow what a match asks for: skills with evidence first, then what is wanted, then
the rest (see :data:`talentmarket.core.words.WORDS`, "part").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from talentmarket.members.models import EntryKind, Talent


@dataclass(frozen=True)
class Facts:
    """What the table looks at."""

    headline: bool = False
    summary: bool = False
    years: bool = False
    education_rank: bool = False
    occupations: int = 0
    regions: int = 0
    pay: bool = False
    availability: bool = False
    work_mode: bool = False
    rest_days: bool = False
    move: bool = False
    skills: int = 0
    levels: int = 0
    evidence: int = 0
    experiences: int = 0
    educations: int = 0
    works: int = 0


@dataclass(frozen=True)
class Item:
    """One row: what is counted, in which section of the page, worth how much."""

    code: str
    section: str
    unit: int
    most: int
    count: Callable[[Facts], int]


TABLE: tuple[Item, ...] = (
    Item("skills", "skills", 3, 5, lambda f: f.skills),
    Item("evidence", "skills", 3, 5, lambda f: f.evidence),
    Item("levels", "skills", 1, 5, lambda f: f.levels),
    Item("headline", "basics", 8, 1, lambda f: int(f.headline)),
    Item("occupations", "wishes", 8, 1, lambda f: f.occupations),
    Item("education", "education", 8, 1, lambda f: f.educations),
    Item("regions", "wishes", 6, 1, lambda f: f.regions),
    Item("pay", "wishes", 6, 1, lambda f: int(f.pay)),
    Item("experience", "experience", 5, 1, lambda f: f.experiences),
    Item("availability", "wishes", 5, 1, lambda f: int(f.availability)),
    Item("years", "basics", 4, 1, lambda f: int(f.years)),
    Item("works", "project", 3, 1, lambda f: f.works),
    Item("summary", "basics", 3, 1, lambda f: int(f.summary)),
    Item("work_mode", "wishes", 3, 1, lambda f: int(f.work_mode)),
    Item("education_rank", "basics", 2, 1, lambda f: int(f.education_rank)),
    Item("rest_days", "wishes", 2, 1, lambda f: int(f.rest_days)),
    Item("move", "wishes", 2, 1, lambda f: int(f.move)),
)


@dataclass(frozen=True)
class Step:
    """What could be added next and the points it brings."""

    code: str
    section: str
    gain: int


@dataclass(frozen=True)
class Completeness:
    """Whole points of a hundred, the steps that are left (best first), points by section."""

    percent: int
    steps: tuple[Step, ...]
    sections: dict[str, tuple[int, int]]


def measure(facts: Facts) -> Completeness:
    """Add up the table."""
    percent = 0
    steps = []
    sections: dict[str, tuple[int, int]] = {}
    for item in TABLE:
        points = item.unit * min(item.count(facts), item.most)
        percent += points
        have, of_ = sections.get(item.section, (0, 0))
        sections[item.section] = (have + points, of_ + item.unit * item.most)
        # Evidence and levels belong to skills that are there.
        possible = item.code not in ("evidence", "levels") or facts.skills > item.count(facts)
        if points < item.unit * item.most and possible:
            steps.append(Step(item.code, item.section, item.unit))
    steps.sort(key=lambda step: -step.gain)
    return Completeness(percent, tuple(steps), sections)


def facts_of(talent: Talent) -> Facts:
    """Read the facts off a profile."""
    kinds = [entry.kind for entry in talent.entries]
    return Facts(
        headline=bool(talent.headline),
        summary=bool(talent.summary),
        years=talent.years_tenths is not None,
        education_rank=talent.education_rank is not None,
        occupations=len(talent.occupations),
        regions=len(talent.regions),
        pay=talent.pay_low is not None or talent.pay_high is not None,
        availability=talent.availability is not None,
        work_mode=talent.work_mode is not None,
        rest_days=talent.rest_days is not None,
        move=talent.willing_to_move is not None,
        skills=len(talent.skills),
        levels=sum(skill.level is not None for skill in talent.skills),
        evidence=sum(bool(skill.evidence) for skill in talent.skills),
        experiences=kinds.count(EntryKind.EXPERIENCE),
        educations=kinds.count(EntryKind.EDUCATION),
        works=kinds.count(EntryKind.PROJECT) + kinds.count(EntryKind.CERTIFICATE),
    )


def of(talent: Talent) -> Completeness:
    """The completeness of a profile."""
    return measure(facts_of(talent))
