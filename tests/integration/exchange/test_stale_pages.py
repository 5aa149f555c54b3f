"""Old tabs, double clicks and undoing too late: nothing happens twice and nothing typed is lost."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.models import Application, ApplicationState, Job, JobState, Message
from tests.integration.exchange.steps import apply, at_desk, move, state, text

S = ApplicationState


def refuse(people, key, **data):
    page = people.desk.get(f"{at_desk(people, key)}/refuse")
    revision = page.get_data(as_text=True).split('name="revision"')[1].split('value="')[1]
    sent = {
        "reason": "other",
        "text": "我们需要常驻攀枝花的同事",
        "revision": revision.split('"')[0],
    }
    return people.desk.post(f"{at_desk(people, key)}/refuse", data=sent | data)


def test_an_undone_refusal_does_not_open_a_job_that_was_filled(session, people):
    key = apply(people)
    assert refuse(people, key).status_code == 302
    assert state(session, key) is S.REJECTED
    with unit_of_work() as unit:
        jobs.fill(unit, unit.get_one(Job, people.job.id), actor=Actor())
    undone = people.desk.post(f"{at_desk(people, key)}/undo", follow_redirects=True)
    assert "岗位已经关闭" in text(undone)
    session.expire_all()
    assert state(session, key) is S.REJECTED


def test_a_refusal_typed_on_an_old_page_is_kept_and_told(session, people):
    key = apply(people)
    people.desk.get(at_desk(people, key))
    old = people.desk.get(f"{at_desk(people, key)}/refuse").get_data(as_text=True)
    revision = old.split('name="revision"')[1].split('value="')[1].split('"')[0]
    move(people, key, "shortlist")
    answer = people.desk.post(
        f"{at_desk(people, key)}/refuse",
        data={"reason": "other", "text": "我们需要常驻攀枝花的同事", "revision": revision},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "我们需要常驻攀枝花的同事" in page
    assert "入围" in page
    assert state(session, key) is S.SHORTLISTED
    again = page.split('name="revision"')[1].split('value="')[1].split('"')[0]
    people.desk.post(
        f"{at_desk(people, key)}/refuse",
        data={"reason": "other", "text": "我们需要常驻攀枝花的同事", "revision": again},
    )
    session.expire_all()
    assert state(session, key) is S.REJECTED


@pytest.mark.parametrize("name", ["shortlist", "offer"])
def test_a_double_click_moves_once(session, people, name):
    key = apply(people)
    for _ in range(2):
        assert move(people, key, name).status_code == 302
    done = session.scalar(sa.select(Application).where(Application.public_id == key))
    assert done.revision == 2
    made = sa.select(sa.func.count(Event.id)).where(Event.subject_id == key, Event.verb == name)
    assert session.scalar(made) == 1


def test_the_apply_page_sent_again_from_an_old_tab(session, people):
    page = f"/jobs/{people.job.public_id}/apply"
    text(people.person.get(page))
    key = apply(people, note="您好")
    for _ in range(2):
        again = people.person.post(page, data={"contact_when": "now", "note": "您好"})
        assert again.location.endswith(key)
    assert session.scalar(sa.select(sa.func.count(Application.id))) == 1
    assert session.scalar(sa.select(sa.func.count(Message.id))) == 1
    assert people.person.get(page).status_code == 302  # the back button
    session.expire_all()
    assert session.get_one(Job, people.job.id).applications_count == 1
    assert session.get_one(Job, people.job.id).state is JobState.PUBLISHED
