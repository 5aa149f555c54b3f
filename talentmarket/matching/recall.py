"""From a job or a person to a recall request: hard conditions as filters, skills as constants.

Weights are multiples of 1/64, so that sums are exact and both engines give the same candidates.
"""

from __future__ import annotations

from collections.abc import Iterable

from search.fields import Kind
from search.requests import AnyOf, Clause, Filter, Not, Range, RecallRequest, Terms
from talentmarket.matching.facts import JobFacts, TalentFacts
from talentmarket.matching.hard import fitting
from talentmarket.matching.kinship import Kinship

LIMIT = 1_000
NEIGHBOURS = 8  # related skills per asked one
#: Skills that are asked for at most, the most telling ones: each gives up to three conditions, and an
#: engine takes no more than 512. Exact scores count all of them.
MOST_SKILLS = 100
DISCOUNT = 0.5


def grid(value: float) -> float:
    """The nearest multiple of 1/64 above zero."""
    return max(1, round(value * 64)) / 64


def talents_for(
    job: JobFacts,
    kinship: Kinship,
    *,
    visibility: Iterable[str],
    not_blocking: Iterable[str] = (),
    limit: int = LIMIT,
) -> RecallRequest:
    """People for a job. `not_blocking`: tokens of the employer and of those it acts for."""
    clauses = _skill_clauses(
        ((item.skill, 1.0 if item.must else 0.4) for item in job.wanted), kinship, "skills"
    )
    if job.occupation:
        clauses.append(Clause("occupations", (job.occupation,), 1.0))
        clauses.append(Clause("occupation_path", (job.occupation.rsplit("-", 1)[0],), 0.5))
    filters: list[Filter] = [Terms("visibility", tuple(visibility))]
    if job.places and not job.remote:
        filters.append(
            AnyOf(
                (
                    Terms("wanted_regions", job.places, or_missing=True),
                    Terms("moves", (True,)),
                )
            )
        )
    if job.mode is not None:
        filters.append(Terms("work_mode", fitting(job.mode), or_missing=True))
    filters += [
        _licensed(item.skill, kinship)
        for item in job.wanted
        if item.must and kinship.is_certificate(item.skill)
    ]
    if blocked := tuple(not_blocking):
        filters.append(Not(Terms("blocked_organisations", blocked)))
    return RecallRequest(Kind.TALENT, tuple(clauses), tuple(filters), limit)


def jobs_for(
    talent: TalentFacts, kinship: Kinship, *, today: int, limit: int = LIMIT
) -> RecallRequest:
    """Jobs for a person that are valid `today` (seconds)."""
    clauses = _skill_clauses(((item.skill, 1.0) for item in talent.held), kinship, "skills")
    clauses += [
        Clause("wish_skills", clause.values, grid(clause.weight * 0.4))
        for clause in clauses
        if len(clause.values) == 1
    ]
    for code in talent.occupations:
        clauses.append(Clause("occupation", (code,), 1.0))
        clauses.append(Clause("occupation_path", (code.rsplit("-", 1)[0],), 0.5))
    filters: list[Filter] = [Range("valid_until", low=today, or_missing=True)]
    if talent.places and not talent.moves:
        filters.append(
            AnyOf(
                (
                    Terms("regions", talent.places, or_missing=True),
                    Terms("work_mode", ("remote",)),
                )
            )
        )
    if talent.mode is not None:
        filters.append(Terms("work_mode", fitting(talent.mode), or_missing=True))
    if lacking := _lacking(talent, kinship):
        filters.append(Not(Terms("skills", lacking)))
    return RecallRequest(Kind.JOB, tuple(clauses), tuple(filters), limit)


def _licensed(skill: str, kinship: Kinship) -> Filter:
    """Who has the licence or one near it, or names no certificate at all."""
    licence = kinship.licence(skill)
    assert licence is not None
    return AnyOf(
        (
            Terms("skills", tuple(sorted(licence.near))),
            Not(Terms("skills", kinship.certificate_codes)),
        )
    )


def _lacking(talent: TalentFacts, kinship: Kinship) -> tuple[str, ...]:
    """The licences that rule out whoever names these certificates; none for who names none."""
    named = set(filter(kinship.is_certificate, talent.by_skill))
    if not named:
        return ()
    asked = ((code, kinship.licence(code)) for code in kinship.certificate_codes)
    return tuple(code for code, one in asked if one is not None and named.isdisjoint(one.near))


def _skill_clauses(
    skills: Iterable[tuple[str, float]], kinship: Kinship, field: str
) -> list[Clause]:
    weighed = ((share * kinship.weight(skill) / 4, skill) for skill, share in skills)
    telling = sorted(weighed, key=lambda one: (-one[0], one[1]))[:MOST_SKILLS]
    clauses = []
    for weight, skill in telling:
        clauses.append(Clause(field, (skill,), grid(weight)))
        near = kinship.similar(skill, NEIGHBOURS)
        if near:
            mean = sum(item.nearness for item in near) / len(near)
            codes = tuple(item.skill for item in near)
            clauses.append(Clause(field, codes, grid(weight * mean * DISCOUNT)))
    return clauses
