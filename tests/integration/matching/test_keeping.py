"""Kept lists hold nobody who is gone."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.matching.kept import KeptMatch, MatchedPerson
from talentmarket.members import privacy
from talentmarket.members.models import Account
from tests.factories import make_job, make_talent


def test_an_erased_person_stands_in_no_kept_list_and_others_do():
    job, gone, stays = make_job(), make_talent(), make_talent()
    with unit_of_work() as unit:
        for rank, one in enumerate((gone, stays), start=1):
            place = {"rank": rank, "points": 70, "exact": 70.0, "unknown": False, "model": "m-1"}
            unit.add(KeptMatch(job_id=job.id, talent_id=one.id, made_at=clock.now(), **place))
            unit.add(MatchedPerson(talent_id=one.id, basis="x", run=1))
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, gone.account_id), actor=Actor())
    for table in (KeptMatch, MatchedPerson):
        assert db.session.scalars(sa.select(table.talent_id)).all() == [stays.id]
