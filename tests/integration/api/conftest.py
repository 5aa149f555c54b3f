"""A small market as programs read it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from talentmarket.core import clock
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Job, Origin
from talentmarket.members.models import Organisation, OrganisationKind, OrganisationState
from tests.factories import make_job, make_organisation


def tell(*jobs: Job) -> None:
    """Put jobs on their way to the index and into the stream."""
    with unit_of_work() as session:
        changed(session, "job", *(job.public_id for job in jobs))


def make_reference(source: Organisation, **values: Any) -> Job:
    """A posting reprinted from a source."""
    values = {
        "origin": Origin.REFERENCE,
        "external_id": "A-0017",
        "source_date": clock.today(),
        "employer_id": None,
        "base_pay": None,
        "contract": None,
        "contract_months": None,
        "probation_months": None,
    } | values
    job = make_job(source, **values)
    with unit_of_work() as session:
        session.get_one(Job, job.id).employer_name = ""
    return job


def make_source(name: str = "蜀地招聘网") -> Organisation:
    return make_organisation(
        name, kind=OrganisationKind.SOURCE, state=OrganisationState.UNVERIFIED, uscc=None
    )


@pytest.fixture
def market(session, drain) -> SimpleNamespace:
    """Two employers with a job each, a reference posting, and one that is not listed."""
    own = make_organisation("岷江云计算有限公司", public_id="mjyjsyxgs222")
    other = make_organisation("西岭智造有限公司")
    source = make_source()
    data = make_job(own, public_id="dsjkfgcs2222", external_id="MJ-7")
    far = make_job(other, title="数据分析师", region_code="510500", skills={"sql": True})
    reference = make_reference(source, title="数据标注员", public_id="zzckgw222222")
    hidden = make_job(own, title="不公开的岗位", listed=False)
    tell(data, far, reference, hidden)
    drain()
    return SimpleNamespace(
        own=own,
        other=other,
        source=source,
        data=data,
        far=far,
        reference=reference,
        hidden=hidden,
    )
