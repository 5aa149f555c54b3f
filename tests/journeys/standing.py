"""Who stood in the market before a journey begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from talentmarket.core import outbox
from talentmarket.core.uow import unit_of_work
from talentmarket.members.cards import card_of
from talentmarket.members.models import Organisation
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent
from tests.journeys.walking import Market


@dataclass(frozen=True)
class Employer:
    """A verified employer: its public id, the cookie of its owner, its jobs."""

    org: str
    name: str
    cookie: dict[str, Any]
    jobs: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody with a profile that verified organisations can find."""

    name: str
    cookie: dict[str, Any]
    key: int


def employer(market: Market, name: str, *jobs: dict[str, Any]) -> Employer:
    """A verified employer of Chengdu with these jobs published."""
    with market.app.app_context():
        organisation = make_organisation(name)
        owner = make_member(organisation)
        made = tuple(make_job(organisation, **values).public_id for values in jobs)
        with unit_of_work() as session:
            outbox.changed(session, "organisation", organisation.public_id)
            if made:
                outbox.changed(session, "job", *made)
        cookie = market.site.cookie(market.app, owner)
        return Employer(organisation.public_id, name, cookie, made)


def person(market: Market, name: str, **values: Any) -> Person:
    """Somebody whom verified organisations find."""
    with market.app.app_context():
        account = make_account(name)
        talent = make_talent(account, **values)
        with unit_of_work() as session:
            outbox.changed(session, "talent", talent.public_id)
        return Person(name, market.site.cookie(market.app, account), talent.id)


def card(market: Market, who: Person, org: str) -> str:
    """The id under which this organisation knows the person."""
    from talentmarket.core.db import db
    from talentmarket.members.models import Talent

    with market.app.app_context():
        talent = db.session.get_one(Talent, who.key)
        assert db.session.query(Organisation).filter_by(public_id=org).count() == 1
        return card_of(talent, org)
