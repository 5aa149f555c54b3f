"""How many people fit a job, and how many more without each of its requirements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, current_app

from search.backend import SearchBackend
from search.errors import SearchError
from search.fields import Kind
from search.requests import AnyOf, Filter, Not, Range, Terms
from talentmarket.core.errors import Unavailable
from talentmarket.exchange.models import Job
from talentmarket.matching.facts import JobFacts
from talentmarket.matching.hard import fitting
from talentmarket.matching.loading import job_facts
from talentmarket.matching.service import FINDABLE


@dataclass(frozen=True)
class Cost:
    """A requirement by its key (`skill:spark`, `years` …) and how many more fit without it."""

    key: str
    more: int


@dataclass(frozen=True)
class Costs:
    """`fits`: people who meet every requirement, or do not say (unknown never hides)."""

    fits: int
    rows: tuple[Cost, ...]


def costs(job: Job, not_blocking: Iterable[str] = ()) -> Costs:
    """Count for a job as it is written now. Raises Unavailable while the engine is off."""
    facts = job_facts(job)
    asked = requirements(facts)
    base: list[Filter] = [Terms("visibility", FINDABLE)]
    if blocked := tuple(not_blocking):
        base.append(Not(Terms("blocked_organisations", blocked)))

    def count(backend: SearchBackend) -> Costs:
        fits = backend.count(Kind.TALENT, (*base, *asked.values()))
        rows = []
        for key in asked:
            rest = [one for other, one in asked.items() if other != key]
            rows.append(Cost(key, backend.count(Kind.TALENT, (*base, *rest)) - fits))
        return Costs(fits, tuple(rows))

    try:
        found: Costs = current_app.extensions["talentmarket_search"].call(count)
    except SearchError as error:
        raise Unavailable() from error
    return found


def requirements(job: JobFacts) -> dict[str, Filter]:
    """The filter of each must requirement, by its key."""
    found: dict[str, Filter] = {
        f"skill:{item.skill}": Terms("skills", (item.skill,)) for item in job.wanted if item.must
    }
    if job.years_min:
        found["years"] = Range("years", low=job.years_min, or_missing=True)
    if job.education_rank:
        found["education"] = Range("education_rank", low=job.education_rank, or_missing=True)
    if job.places and not job.remote:
        found["place"] = AnyOf(
            (Terms("wanted_regions", job.places, or_missing=True), Terms("moves", (True,)))
        )
    if job.mode is not None:
        found["mode"] = Terms("work_mode", fitting(job.mode), or_missing=True)
    if job.pay_high:
        found["pay"] = Range("pay_wanted", high=job.pay_high, or_missing=True)
    return found


def register(app: Flask) -> None:
    """Give the pages that write jobs the function."""
    app.extensions["talentmarket_costs"] = costs
