"""Erasing a person: applications end, nothing of the person stays readable, the ledger does."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core import events
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, messages, moves
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    ContactWhen,
    Message,
    Side,
    Snapshot,
)
from talentmarket.exchange.stages import By
from talentmarket.exchange.visibility import Reader, Sight
from talentmarket.members import privacy, takeout
from talentmarket.members.models import Account, Talent
from tests.factories import make_job, make_talent


def two_applications(talent, jobs):
    """One that is offered, one that waits; the second with a line of the person."""
    keys = [job.public_id for job in jobs]
    with unit_of_work() as session:
        person = session.get_one(Talent, talent.id)
        made = [
            applications.apply(
                session,
                person,
                applications.open_job(session, key),
                contact_when=ContactWhen.NOW,
                actor=Actor(),
            )[0]
            for key in keys
        ]
        moves.move(session, made[0], "offer", by=By.ORGANISATION, actor=Actor())
        messages.send(
            session,
            made[1],
            side=Side.TALENT,
            author_id=talent.account_id,
            text="我下周可以面试",
            actor=Actor(),
        )
        return [one.id for one in made]


def test_erasing_ends_applications_and_leaves_the_chain_whole(session):
    talent = make_talent()
    offered, waiting = two_applications(talent, [make_job(), make_job()])
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, talent.account_id), actor=Actor())
    states = {row.id: row.state for row in session.scalars(sa.select(Application))}
    assert states == {
        offered: ApplicationState.OFFER_DECLINED,
        waiting: ApplicationState.WITHDRAWN,
    }
    for snapshot in session.scalars(sa.select(Snapshot)):
        assert snapshot.person is None
        assert snapshot.profile == {}
        assert snapshot.erased_at is not None
    assert session.scalars(sa.select(Message.text)).all() == [""]
    row = session.get_one(Application, offered)
    assert applications.sight_of(session, row, Reader.DESK) == Sight()
    with unit_of_work() as unit:
        events.chain(unit)
    assert events.verify(session) is None


def test_the_copy_holds_what_was_given(session):
    talent = make_talent()
    two_applications(talent, [make_job(), make_job()])
    data = takeout.collect(session, session.get_one(Account, talent.account_id))
    assert [one["state"] for one in data["applications"]] == ["offer", "submitted"]
    assert data["applications"][1]["messages"][0]["text"] == "我下周可以面试"
    assert data["applications"][0]["given_now"] == ["name", "phone", "snapshot"]
