"""A referral on its way through offer, acceptance, start and guarantee, for tests."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.placing import offers, placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.placing.offers import OfferValues
from talentmarket.exchange.brokering.referring import sending
from talentmarket.exchange.models import Application
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account
from tests.integration.exchange.referring import now

#: A fifth of 20 000 yuan a month, thirteen times a year, in fen; 6 % tax on top.
NET = 52_000_00
GROSS = NET + 3_120_00


def values(**changes):
    usual = {
        "pay_month": 20_000_00,
        "pay_months": 13,
        "start_on": calendar_clock.today(),
        "region_code": "510107",
        "contract_months": 36,
        "probation_months": 6,
    }
    return OfferValues(**{**usual, **changes})


class Hire:
    """A referral on its way through offer, acceptance and start."""

    def __init__(self, parties):
        self.parties, self.referral = parties, parties.sent()
        parties._does(sending.say_new, self.referral)

    @property
    def application(self):
        with unit_of_work() as session:
            return now(session, self.referral).application

    def offer(self, **changes):
        with unit_of_work() as session:
            offers.make(
                session,
                session.get_one(Application, self.application.id),
                values(**changes),
                author=session.get_one(Account, self.parties.recruiter.id),
                actor=Actor("recruiter"),
            )

    def move(self, name, by):
        self.parties._does(moves.move, self.application, name=name, by=by)

    def started(self):
        self.offer()
        self.move("accept", By.TALENT)
        self.move("start", By.ORGANISATION)
        self.move("confirm", By.TALENT)
        return self

    def placement(self, session):
        session.expire_all()
        return session.scalars(sa.select(Placement)).one()

    def leaves(self, days=29, cause=Cause.PERSON, **changes):
        given = {"on": calendar_clock.today(), "reason": "家里有事，回老家。", "by": By.CLIENT}
        with unit_of_work() as session:
            placements.leave(
                session,
                self.placement(session),
                cause=cause,
                actor=Actor("recruiter"),
                **{**given, **changes},
            )

    def lines(self, session):
        return placements.lines_of(session, self.placement(session))
