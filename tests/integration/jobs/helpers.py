"""What the tests of jobs share."""

from __future__ import annotations

from datetime import timedelta

from talentmarket.core import clock as core_clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.models import Job
from talentmarket.exchange.posting import Posting, SkillWanted
from tests.factories import make_member

ACTOR = Actor("accountaccou", "organisation")


def whole(**changes):
    """A posting that can be sent to review."""
    return Posting(
        title="大数据开发工程师",
        description="负责装备制造产线数据的采集、清洗与入湖，建设数据仓库。",
        headcount=3,
        education_rank=5,
        region_code="510116",
        pay_low=1_800_000,
        pay_high=2_800_000,
        base_pay=1_500_000,
        valid_until=core_clock.today() + timedelta(days=30),
        skills=(SkillWanted("spark"), SkillWanted("flink", must=False)),
    ).but(**changes)


def draft(organisation, posting=None):
    member = make_member(organisation)
    with unit_of_work() as session:
        return jobs.create(session, organisation, posting or whole(), author=member, actor=ACTOR).id


def do(service, key, *arguments, **named):
    """Call a service on a job (or other row) in a unit of its own; returns what it gives."""
    with unit_of_work() as session:
        return service(session, session.get_one(Job, key), *arguments, **named)
