"""A small market in the index, and who looks at it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Channel
from talentmarket.members.models import OrganisationKind, OrganisationState, Visibility
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.brokering import carry


@pytest.fixture
def engine() -> str:
    """Pages do not know which engine answers: they are read on the embedded one."""
    return "embedded"


def told(**rows: Any) -> None:
    """Put rows on their way to the index."""
    with unit_of_work() as session:
        for kind, some in rows.items():
            changed(session, kind, *(row.public_id for row in some))


@pytest.fixture
def market(session, drain) -> SimpleNamespace:
    """Two employers, a firm with a licence, jobs, people; all of it in the index."""
    own = make_organisation("岷江云计算有限公司", answers_due=40, answers_on_time=38)
    other = make_organisation("西岭智造有限公司", answers_due=4, answers_on_time=4)
    firm = make_organisation("锦程人才服务有限公司", kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    unverified = make_organisation(state=OrganisationState.UNVERIFIED)
    data = make_job(own)
    far = make_job(
        other,
        title="数据分析师",
        skills={"sql": True, "power-bi": False},
        region_code="510500",
        education_rank=4,
        years_min=1,
        years_max=3,
    )
    agency = make_job(firm, title="实时计算工程师", channel=Channel.AGENCY, employer_id=own.id)
    carry(firm, own, agency)
    jobs = [data, far, agency]
    person = make_account("林知遥")
    talent = make_talent(person, visibility=Visibility.ORGANISATIONS)
    public = make_talent(headline="公开的数据工程师", visibility=Visibility.PUBLIC)
    private = make_talent(headline="不公开的人", visibility=Visibility.PRIVATE)
    told(
        job=jobs,
        talent=[talent, public, private],
        organisation=[own, other, firm, unverified],
    )
    drain()
    return SimpleNamespace(
        own=own,
        other=other,
        firm=firm,
        unverified=unverified,
        data=data,
        far=far,
        agency=agency,
        person=person,
        talent=talent,
        public=public,
        private=private,
        owner=make_member(own),
        firm_owner=make_member(firm),
        unverified_owner=make_member(unverified),
    )
