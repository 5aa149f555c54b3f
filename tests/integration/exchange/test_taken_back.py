"""What an organisation wrote of a person closes when the person takes back what they gave."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import snapshots
from talentmarket.exchange.models import Application, Note
from talentmarket.members.models import Consent
from tests.factories import block_of
from tests.integration.exchange.steps import apply, at_desk, move, text

NOTE = "周予安电话里谈过，期望三万"
WORDS = "周予安您好，我们更看重现场经验"


def shown(people, key):
    return text(people.desk.get(at_desk(people, key)))


def test_notes_close_with_a_withdrawal_and_come_back_when_it_is_undone(session, people):
    key = apply(people)
    move(people, key, "shortlist")
    desk = f"{at_desk(people, key)}/notes"
    people.desk.post(desk, data={"note": NOTE})
    assert NOTE in shown(people, key)
    people.person.post(f"/me/applications/{key}/withdraw")
    page = shown(people, key)
    assert NOTE not in page
    assert "备注不再显示" in page
    assert 'name="note"' not in page
    people.desk.post(desk, data={"note": "再记一笔：还想联系他"})
    assert "不能再写备注" in shown(people, key), "said on the page"
    assert session.scalar(sa.select(sa.func.count()).select_from(Note)) == 1
    people.person.post(f"/me/applications/{key}/undo")
    assert NOTE in shown(people, key)


def test_words_of_a_refusal_and_of_an_interview_close_too(session, people):
    key = apply(people)
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Application).where(Application.public_id == key)).one()
        row.state, row.moved_from, row.end_reason = "rejected", "shortlisted", "other"
        row.end_text = WORDS
    assert WORDS in shown(people, key)
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Application).where(Application.public_id == key)).one()
        snapshots.take_back_all(unit, row, actor=Actor("person"), at=clock.now())
    assert WORDS not in shown(people, key)


def test_the_page_of_blocks_says_what_is_left_to_take(session, people):
    apply(people)
    assert "屏蔽不撤回申请" not in text(people.person.get("/me/blocks"))
    with unit_of_work() as unit:
        unit.add(block_of(people.talent, people.organisation))
    assert "屏蔽不撤回申请" in text(people.person.get("/me/blocks"))


def test_a_way_to_reach_the_person_ends_with_the_snapshot(session, people, clock):
    key = apply(people)
    ends = clock.now() + timedelta(days=9)
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Application).where(Application.public_id == key)).one()
        unit.execute(sa.update(Consent).where(Consent.subject_id == key).values(until=ends))
        org = row.organisation.public_id
        snapshots.give_contact(unit, row, org, snapshots.PHONE_AND_MAIL)
        assert {"phone", "mail"} <= snapshots.given(unit, row)
    clock.set(ends)
    row = session.scalars(sa.select(Application).where(Application.public_id == key)).one()
    assert snapshots.given(session, row) == frozenset()
