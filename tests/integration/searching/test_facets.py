"""Facets are exact and ignore their own choice: counted again from the rows, on both engines."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from talentmarket.core import clock
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import jobfilters
from talentmarket.discovery.asking import EDUCATION_RANKS, POSTED_DAYS, YEARS_BANDS
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.exchange.models import Channel, Job, JobKind, Origin
from talentmarket.members.models import OrganisationKind, RestDays, WorkMode
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import make_job, make_organisation
from tests.fixtures.databases import on_sqlite

pytestmark = [
    on_sqlite,
    pytest.mark.parametrize(
        "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
    ),
]
CHOICES = [
    {},
    {"channel": ("direct", "agency")},
    {"region": ("510100",), "education": ("5", "6"), "pay": ("10-15", "15-20")},
    {"skill": ("sql",), "years": ("3-5",), "rest": ("two",), "nature": ("private",)},
    {"occupation": ("2-02-38",), "posted": ("7",), "kind": ("full",), "industry": ("04",)},
]


@pytest.fixture
def engine(request) -> str:
    """Counts are the same on both engines."""
    return str(request.param)


@pytest.fixture
def rows(session, drain):
    """Sixty jobs of every kind, by chance but the same each time."""
    dice = random.Random(11)
    firms = [
        make_organisation(nature=nature, size=size, industry=industry)
        for nature, size, industry in (("private", "20-99", "0406"), ("state", "500-999", "0502"))
    ]
    source = make_organisation(kind=OrganisationKind.SOURCE)
    bands = [(900_000, 1_200_000), (1_500_000, 1_800_000), (2_600_000, None), (None, None)]
    jobs = []
    for number in range(60):
        low, high = dice.choice(bands)
        firm, origin = dice.choice(firms), dice.choice(list(Origin))
        jobs.append(
            make_job(
                source if origin is Origin.REFERENCE else firm,
                employer_id=firm.id,
                title=f"工程师{number}",
                occupation_code=dice.choice(["2-02-38-03", "2-02-10-09", None]),
                region_code=dice.choice(["510116", "510104", "510722", None]),
                skills=dict.fromkeys(dice.sample(["sql", "spark", "python"], 2), True),
                month_low=low,
                month_high=high,
                education_rank=dice.choice([None, 0, 3, 4, 5, 6, 7]),
                years_min=dice.choice([None, 0, 1, 3]),
                years_max=dice.choice([None, 3, 5, 10]),
                kind=dice.choice(list(JobKind)),
                channel=dice.choice(list(Channel)),
                rest_days=dice.choice([None, *RestDays]),
                work_mode=dice.choice([None, *WorkMode]),
                origin=origin,
                published_at=clock.now() - timedelta(days=dice.choice([0, 2, 5, 20, 40]), hours=1),
            )
        )
    with unit_of_work() as unit:
        changed(unit, "job", *(job.public_id for job in jobs))
    drain()
    return session.scalars(
        sa.select(Job).options(joinedload(Job.employer), selectinload(Job.skills))
    ).all()


def codes(job: Job) -> dict[str, set[str]]:
    """Facet → the codes under which a row is counted, worked out from the row itself."""
    taxonomy = get_taxonomy()
    path = (job.occupation_code or "").split("-")
    low, high = job.month_low or job.month_high, job.month_high or job.month_low
    return {
        "channel": {job.channel.value},
        "kind": {job.kind.value},
        "origin": {job.origin.value},
        "rest": {job.rest_days.value} if job.rest_days else set(),
        "mode": {job.work_mode.value} if job.work_mode else set(),
        "skill": {row.skill_id for row in job.skills if row.must},
        "nature": {job.employer.nature},
        "size": {job.employer.size},
        "industry": {job.employer.industry[:at] for at in (2, 4)},
        "region": set(taxonomy.place_chain(job.region_code)) if job.region_code else set(),
        "occupation": {"-".join(path[:at]) for at in range(1, len(path) + 1)} - {""},
        "pay": {
            band.code
            for band in taxonomy.codes["salary_band"].values()
            if low is not None
            and low < (band.extra.get("high") or 2**60)
            and (high > (band.extra.get("low") or 0) or low == high == band.extra.get("low"))
        },
        "years": {code for code, least, most in YEARS_BANDS if _years(job, least, most)},
        "education": {
            str(rank)
            for rank in EDUCATION_RANKS
            if job.education_rank is not None
            and (job.education_rank <= 3 if rank == 0 else job.education_rank == rank)
        },
        "posted": {
            str(days) for days in POSTED_DAYS if job.published_at >= clock.now() - timedelta(days)
        },
    }


def _years(job: Job, least: int, most: int | None) -> bool:
    if job.years_min is None and job.years_max is None:
        return False
    begin = least + 1 if least else 0
    return (job.years_max is None or job.years_max >= begin) and (
        most is None or job.years_min is None or job.years_min <= most
    )


def test_counts_equal_those_of_the_rows(session, rows):
    of = {job.public_id: codes(job) for job in rows}
    for filters in CHOICES:
        found = search_jobs(session, JobQuery(filters=filters, sort="newest", collapse=False))

        def passes(job: Job, but: str = "", filters: dict[str, tuple[str, ...]] = filters) -> bool:
            return all(
                of[job.public_id][name] & set(chosen)
                for name, chosen in filters.items()
                if name != but
            )

        assert found.total == sum(map(passes, rows)), filters
        for name in jobfilters.FACETS:
            counted = Counter(
                code for job in rows if passes(job, name) for code in of[job.public_id][name]
            )
            assert {code: n for code, n in found.facets[name] if n} == counted, (name, filters)
