"""Reprinted postings that name a suspended organisation in words alone."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, Origin
from talentmarket.exchange.showing import listed_jobs
from talentmarket.exchange.suspended import spellings
from talentmarket.members.models import Organisation, OrganisationKind, OrganisationState
from tests.factories import make_job, make_organisation

WIDE, NARROW = "岷江云（成都）有限公司", "岷江云(成都)有限公司"


def change(row, **values):
    with unit_of_work() as unit:
        unit.execute(sa.update(type(row)).where(type(row).id == row.id).values(**values))


def test_brackets_are_spelled_both_ways():
    assert set(spellings(WIDE)) == set(spellings(NARROW)) == {WIDE, NARROW}
    assert spellings("岷江云") == ("岷江云",)


def test_they_follow_the_organisation_of_that_name(session, client):
    firm = make_organisation(WIDE)
    source = make_organisation(
        "某招聘站", kind=OrganisationKind.SOURCE, state=OrganisationState.UNVERIFIED
    )
    jobs = {
        name: make_job(source, origin=Origin.REFERENCE, employer_id=None, base_pay=None)
        for name in (WIDE, NARROW, "岷江云（绵阳）有限公司")
    }
    for name, job in jobs.items():
        change(job, employer_name=name)

    def listed():
        session.expire_all()
        return {job.employer_name for job in session.scalars(listed_jobs())}

    def open_pages():
        return {
            n for n, one in jobs.items() if client.get(f"/jobs/{one.public_id}").status_code == 200
        }

    assert listed() == open_pages() == set(jobs)
    change(firm, state=OrganisationState.SUSPENDED)
    assert listed() == open_pages() == {"岷江云（绵阳）有限公司"}

    # Who was suspended had taken another's name: the true bearer's postings are not its own.
    make_organisation(WIDE)
    assert listed() == open_pages() == set(jobs)
    assert session.scalar(sa.select(sa.func.count()).select_from(Organisation)) == 3
    assert session.scalar(sa.select(sa.func.count()).select_from(Job)) == 3
