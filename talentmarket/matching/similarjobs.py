"""Jobs like one job: a job laid out as if it were the profile of whoever fits it, and how well that
suits others.

So two jobs are near by the rules, skills and space by which a person is near a job, on either engine;
where they are, what they pay and how one works there is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.exchange.models import Job
from talentmarket.matching import recall, serving
from talentmarket.matching.facts import Evidence, Held, JobFacts, TalentFacts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.loading import job_facts, jobs_facts
from talentmarket.matching.reading import read_jobs
from talentmarket.matching.similar import LIKE, SHARED
from talentmarket.matching.tables import people_of
from talentmarket.matching.vector import score_all

#: Candidates of recall: of a page that everybody opens, and of which three are shown.
CANDIDATES = 200


@dataclass(frozen=True)
class SimilarJob:
    """A job like another: public id, whole points of a hundred, skills that both ask for, and whether
    both are of one occupation."""

    job: str
    points: int
    shared: tuple[str, ...]
    same_occupation: bool


def similar_jobs(session: Session, job: Job, most: int) -> list[SimilarJob]:
    """Published jobs most like this one, the most alike first; it may itself be closed. Raises
    SearchError while recall has no engine."""
    own = job_facts(job)
    kinship, _weights, _version = serving.models()
    like = as_person(own)
    today = int(clock.start_of_day(clock.today()).timestamp())
    asked = recall.jobs_for(_uncertified(like, kinship), kinship, today=today, limit=CANDIDATES)
    if not asked.clauses:
        return []
    search = current_app.extensions["talentmarket_search"]
    ids = [one.id for one in search.call(lambda backend: backend.recall(asked))]
    others = read_jobs(session, [one for one in ids if one != job.public_id])
    scores = score_all(others, people_of([like]), kinship, clock.today().year, LIKE)
    # No hard condition: what one cannot do without may be no part of the other.
    best = sorted(
        (one for one in scores.standings() if one.total),
        key=lambda one: (-round(one.exact, 9), one.job),
    )[:most]
    facts = jobs_facts(session, [one.job for one in best])
    return [_like(own, facts[one.job], one.total or 0, kinship) for one in best if one.job in facts]


def _like(own: JobFacts, other: JobFacts, points: int, kinship: Kinship) -> SimilarJob:
    shared = {one.skill for one in own.wanted} & {one.skill for one in other.wanted}
    told = sorted(shared, key=lambda skill: (-kinship.weight(skill), skill))[:SHARED]
    same = own.occupation is not None and own.occupation == other.occupation
    return SimilarJob(other.id, points, tuple(told), same)


def as_person(job: JobFacts) -> TalentFacts:
    """Whoever has just what a job asks for, proved: skills at their levels, the occupation, years and
    schooling."""
    proof = (Evidence("project", "", True),)
    return TalentFacts(
        "",
        tuple(
            Held(one.skill, one.level, 10 * one.years if one.years else None, None, proof)
            for one in job.wanted
        ),
        (job.occupation,) if job.occupation else (),
        job.education_rank,
        True,
        None if job.years_min is None else 10 * job.years_min,
        True,
    )


def _uncertified(person: TalentFacts, kinship: Kinship) -> TalentFacts:
    """Without certificates, which would shut out jobs with another licence."""
    held = tuple(one for one in person.held if not kinship.is_certificate(one.skill))
    return replace(person, held=held)
