"""Saved searches, new jobs, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.outbox import changed
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import saving, suiting, working
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, JobAlert, SavedSearch
from talentmarket.exchange.models import Job
from talentmarket.matching import batch
from talentmarket.members.models import (
    Account,
    Identifier,
    IdentifierKind,
    OrganisationKind,
    Talent,
)
from talentmarket.notices.models import Notice
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)


@pytest.fixture
def engine(request) -> str:
    """The embedded engine, where a test does not name another."""
    return str(getattr(request, "param", "embedded"))


def keep(
    account: Account,
    words: str = "大数据",
    frequency: Frequency = Frequency.AT_ONCE,
    desk: saving.Desk | None = None,
    **named: Any,
) -> SavedSearch:
    """A saved search of the person."""
    with unit_of_work() as session:
        own = session.get_one(Account, account.id)
        asked = Asked(words, **named)
        saved, _new = saving.save(session, own, asked, name=words, frequency=frequency, desk=desk)
    return saved


def make_reader(locale: str = "zh") -> Account:
    """A person with a mail address."""
    account, at = make_account(), clock.now()
    with unit_of_work() as session:
        session.get_one(Account, account.id).locale = locale
        address = f"reader{account.id}@mail.example"
        session.add(
            Identifier(
                account_id=account.id,
                kind=IdentifierKind.MAIL,
                value=address,
                digest=digest("identifier", address),
                verified_at=at,
                last_used_at=at,
            )
        )
    return account


def publish(*arguments: Any, **values: Any) -> Job:
    """A new job, on its way to the index."""
    job = make_job(*arguments, **values)
    touch(job)
    return job


def touch(job: Job, **values: Any) -> None:
    """Change a job, as its services would."""
    with unit_of_work() as session:
        row = session.get_one(Job, job.id)
        for name, value in values.items():
            setattr(row, name, value)
        changed(session, "job", row.public_id)


@pytest.fixture
def told(session, search_handle) -> Callable[[Account], list[dict[str, Any]]]:
    """Runs everything, and gives the arguments of the person's alerts in the order they were left."""

    def run(account: Account) -> list[dict[str, Any]]:
        working.run_all()
        session.expire_all()
        rows = session.query(Notice).filter_by(account_id=account.id).order_by(Notice.id)
        return [row.arguments for row in rows if row.code.startswith("alert.")]

    return run


def titles(notices: list[dict[str, Any]]) -> list[str]:
    """The titles of all jobs in notices."""
    return [line[0] for notice in notices for line in notice["jobs"]["lines"]]


#: When the day's mail leaves.
MORNING = datetime(2025, 12, 1, 0, 1, tzinfo=UTC)  # Monday, one past eight
SKILLS = {"spark": 4, "sql": 4, "flink": 4, "python": 4}


def ask(account: Account, frequency=Frequency.DAILY, desk: saving.Desk | None = None):
    """Be told of what suits."""
    with unit_of_work() as session:
        saved, _new = saving.save(
            session,
            session.get_one(Account, account.id),
            Asked(),
            name="适合的",
            frequency=frequency,
            desk=desk,
            by_match=True,
        )
    return saved


def night(session) -> None:
    """The lists are worked out, and what suits is noted."""
    batch.run()
    suiting.work()
    session.expire_all()


def waiting(session, account: Account) -> list[str]:
    """Titles of the jobs that wait, in the order in which they were noted."""
    session.rollback()
    rows = sa.select(Job.title).join(JobAlert, JobAlert.job_id == Job.id)
    return list(
        session.scalars(
            rows.where(JobAlert.account_id == account.id, JobAlert.told_at.is_(None)).order_by(
                JobAlert.id
            )
        )
    )


def able(account: Account, **values) -> Talent:
    """A profile that suits the jobs of these tests."""
    return make_talent(account, skills=SKILLS, years_tenths=60, **values)


def desk_of(session) -> SimpleNamespace:
    own = make_organisation("岷江云计算有限公司")
    firm = make_organisation("锦程人才服务有限公司", kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    return SimpleNamespace(
        own=own,
        firm=firm,
        job=make_job(firm, employer_id=own.id, title="数据岗位"),
        consultant=make_member(firm),
    )
