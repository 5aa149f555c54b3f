"""Saved searches, new jobs, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from talentmarket.core import clock
from talentmarket.core.outbox import changed
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import saving, working
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, SavedSearch
from talentmarket.exchange.models import Job
from talentmarket.members.models import Account, Identifier, IdentifierKind
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_job


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
