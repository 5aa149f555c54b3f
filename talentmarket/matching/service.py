"""Matches for pages and commands: recall through the search engine, then exact scores."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm import Session

from search.requests import Candidate, Filter, Lift, RecallRequest, Terms
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.exchange.models import Job
from talentmarket.matching import proposing, recall, retraining, serving
from talentmarket.matching.facts import TalentFacts
from talentmarket.matching.frozen import snapshot_facts
from talentmarket.matching.loading import (
    job_facts,
    jobs_facts,
    ranked_talents,
    talent_facts,
    without,
)
from talentmarket.matching.mutual import Mutual
from talentmarket.matching.outcomes import trials
from talentmarket.matching.outcomes.recording import Drafted
from talentmarket.matching.outcomes.trials import Trial, draft
from talentmarket.matching.reading import read_jobs, read_people
from talentmarket.matching.score import Match, score, score_pairs
from talentmarket.matching.tables import jobs_of, people_of
from talentmarket.matching.vector import Scores, Standing, score_all
from talentmarket.matching.weights import Weights
from talentmarket.matching.wishes import jobs_for_both
from talentmarket.members.models import Talent, Visibility
from talentmarket.members.talents import closed_sections

FINDABLE = (Visibility.ORGANISATIONS.value, Visibility.PUBLIC.value)


@dataclass(frozen=True)
class Ranking:
    """A ranked list: matches best first, how many candidates were scored, the model's version; how it
    came about where two rankings were drafted into it. `mutual`: of a list for both sides, how each
    job stands there."""

    matches: tuple[Match, ...]
    considered: int
    model: str
    drafted: Drafted | None = None
    mutual: Mapping[str, Mutual] = field(default_factory=dict)


class Seeker:
    """A person who looks at jobs: what a match needs to know is read once for all lists of a page."""

    def __init__(self, session: Session, talent: Talent) -> None:
        self.session = session
        self.talent = talent

    @property
    def ranked(self) -> bool:
        """Whether the person lets jobs be put in order by their profile."""
        return self.talent.account.personal_ranking

    @cached_property
    def own(self) -> TalentFacts:
        """All of it. What the person keeps to themselves still finds jobs for their own eyes; it
        scores nothing."""
        return talent_facts(self.session, self.talent)

    @cached_property
    def sent(self) -> TalentFacts:
        """The person as an employer reads them after an application now.

        The person's own pages score this, so that the employer's desk shows the same number.
        """
        talent = self.talent
        return without(
            self.own, closed_sections(talent.sections, talent.visibility, Visibility.APPLIED)
        )


def match_talents(
    session: Session,
    job: Job,
    *,
    not_blocking: Iterable[str] = (),
    without: Container[str] = (),
    limit: int = 50,
    trial: Trial | None = None,
) -> Ranking:
    """People for a job, best first. Raises EngineUnavailable when recall has no engine.

    Those who switched personal ranking off are in no such list, nor those of `without`. `trial`:
    of weights whose ranking is drafted into the same list.
    """
    kinship, _weights, version = serving.models()
    facts = job_facts(job)
    request = recall.talents_for(facts, kinship, visibility=FINDABLE, not_blocking=not_blocking)
    found = [item.id for item in _recall(request) if item.id not in without]
    scores = _scores_of_talents(session, job, found)
    best, drafted = scores.best(limit), None
    if trial is not None:
        others = _scores_of_talents(session, job, found, trial.weights)
        ranked = scores.best(len(found)), others.best(limit)
        best, drafted = draft(trial, *ranked, limit, of_people=True)
    shown = score_talents(session, job, [one.talent for one in best])
    matches = tuple(shown[one.talent] for one in best if one.talent in shown)
    return Ranking(matches, len(scores.people), version, drafted)


def match_jobs(
    session: Session,
    talent: Talent,
    *,
    limit: int = 50,
    filters: Iterable[Filter] = (),
    trial: Trial | None = None,
    mutual: bool = False,
) -> Ranking:
    """Jobs for a person, best first; empty when the person switched personal ranking off.

    `filters`: what the person never wants to see; `trial` as for :func:`match_talents`. `mutual`:
    first those that would want the person too (:mod:`mutual`), which no trial takes part in.
    """
    kinship, _weights, version = serving.models()
    seeker = Seeker(session, talent)
    if not seeker.ranked:
        return Ranking((), 0, version)
    today = int(clock.start_of_day(clock.today()).timestamp())
    request = recall.jobs_for(seeker.own, kinship, today=today)
    found = _recall(replace(request, filters=(*request.filters, *filters)))
    ids = [item.id for item in found]
    scores = _scores_of_jobs(seeker, ids)
    if mutual:
        pairs = jobs_for_both(session, talent, scores.standings(), limit)
        both = {one.standing.job: one for one in pairs}
        shown = score_jobs(seeker, list(both))
        matches = tuple(shown[one] for one in both if one in shown)
        return Ranking(matches, len(scores.jobs), version, mutual=both)
    best, drafted = scores.best(limit), None
    if trial is not None:
        others = _scores_of_jobs(seeker, ids, trial.weights)
        ranked = scores.best(len(ids)), others.best(limit)
        best, drafted = draft(trial, *ranked, limit, of_people=False)
    shown = score_jobs(seeker, [one.job for one in best])
    matches = tuple(shown[one.job] for one in best if one.job in shown)
    return Ranking(matches, len(scores.jobs), version, drafted)


def explain_pair(job: Job, talent: Talent) -> Match | None:
    """The match of a pair; None when the person switched personal ranking off."""
    if not talent.account.personal_ranking:
        return None
    kinship, weights, version = serving.models()
    year = clock.today().year
    return score(job_facts(job), Seeker(db.session(), talent).sent, kinship, year, version, weights)


def score_jobs(seeker: Seeker, job_ids: Sequence[str]) -> dict[str, Match]:
    """Matches of one person with the jobs of a page, by job id."""
    if not seeker.ranked:
        return {}
    kinship, weights, version = serving.models()
    year = clock.today().year
    jobs = list(jobs_facts(seeker.session, job_ids).values())
    found = score_pairs(jobs, [seeker.sent], kinship, year, version, weights)
    return {match.job: match for match in found}


def stand_jobs(
    seeker: Seeker, job_ids: Sequence[str], weights: Weights | None = None
) -> dict[str, Standing]:
    """Where many jobs stand for one person, by job id: points, without the rows that explain them.
    `weights`: None for those that serve."""
    if not seeker.ranked:
        return {}
    return {one.job: one for one in _scores_of_jobs(seeker, job_ids, weights).standings()}


def stand_talents(
    session: Session, job: Job, talent_ids: Sequence[str], weights: Weights | None = None
) -> dict[str, Standing]:
    """Where many people stand for one job, by talent id: points, without the rows that explain
    them. `weights`: None for those that serve."""
    found = _scores_of_talents(session, job, talent_ids, weights)
    return {one.talent: one for one in found.standings()}


def _scores_of_jobs(
    seeker: Seeker, job_ids: Sequence[str], weights: Weights | None = None
) -> Scores:
    kinship, present, _version = serving.models()
    person, postings = people_of([seeker.sent]), read_jobs(seeker.session, job_ids)
    return score_all(postings, person, kinship, clock.today().year, weights or present)


def _scores_of_talents(
    session: Session, job: Job, talent_ids: Sequence[str], weights: Weights | None = None
) -> Scores:
    kinship, present, _version = serving.models()
    posting, people = jobs_of([job_facts(job)]), read_people(session, talent_ids)
    return score_all(posting, people, kinship, clock.today().year, weights or present)


def match_lifts(seeker: Seeker) -> tuple[Lift, ...]:
    """What brings the jobs that suit a person to the front of a search, for exact scores after."""
    kinship, _weights, _version = serving.models()
    today = int(clock.start_of_day(clock.today()).timestamp())
    asked = recall.jobs_for(seeker.own, kinship, today=today)
    return tuple(Lift(Terms(one.field, one.values), one.weight) for one in asked.clauses)


def score_talents(session: Session, job: Job, talent_ids: Sequence[str]) -> dict[str, Match]:
    """Matches of one job with the people of a page, by talent id."""
    kinship, weights, version = serving.models()
    people = list(ranked_talents(session, talent_ids).values())
    year = clock.today().year
    found = score_pairs([job_facts(job)], people, kinship, year, version, weights)
    return {match.talent: match for match in found}


def score_snapshots(job: Job, profiles: Mapping[str, Mapping[str, Any]]) -> dict[str, Match]:
    """Matches of one job with frozen profiles, by the key they are given under (the public id).

    The caller leaves out who switched personal ranking off and what is not open any more.
    """
    kinship, weights, version = serving.models()
    people = [snapshot_facts(one, profile) for one, profile in profiles.items()]
    year = clock.today().year
    found = score_pairs([job_facts(job)], people, kinship, year, version, weights)
    return {match.talent: match for match in found}


def stand_snapshots(job: Job, profiles: Mapping[str, Mapping[str, Any]]) -> dict[str, Standing]:
    """Where frozen profiles stand for one job, under the keys of :func:`score_snapshots`."""
    kinship, weights, _version = serving.models()
    people = people_of([snapshot_facts(one, profile) for one, profile in profiles.items()])
    found = score_all(jobs_of([job_facts(job)]), people, kinship, clock.today().year, weights)
    return {one.talent: one for one in found.standings()}


def register(app: Flask) -> None:
    """Give lower rooms and pages the functions they may call without knowing this room."""
    serving.register(app)
    proposing.register(app)
    trials.register(app)
    app.extensions.setdefault("talentmarket_rounds", []).append(
        ("skill space", 3600.0, retraining.when_due)
    )
    app.extensions["talentmarket_match"] = explain_pair


def _recall(request: RecallRequest) -> tuple[Candidate, ...]:
    if not request.clauses:
        return ()
    search = current_app.extensions["talentmarket_search"]
    found: tuple[Candidate, ...] = search.call(lambda backend: backend.recall(request))
    return found
