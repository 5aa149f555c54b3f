"""Interviews: several times, chosen, moved and called off by either side, reminded of, missed."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from talentmarket.core.clock import SHANGHAI
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import interview_reminders, interviews, moves
from talentmarket.exchange.models import Application, Interview, InterviewState
from talentmarket.exchange.stages import By
from talentmarket.notices.models import Delivery, Notice
from talentmarket.notices.quiet import ends, leaves, quiet
from tests.factories import make_talent
from tests.fixtures.databases import on_sqlite
from tests.integration.exchange.steps import apply, at_desk, propose, text

FIRST, SECOND, THIRD = "2025-11-28T14:30", "2025-11-29T09:00", "2025-12-02T16:00"
Stage = InterviewState


def at(typed):
    return datetime.fromisoformat(typed).replace(tzinfo=SHANGHAI)


def mine(key, rest=""):
    return f"/me/applications/{key}/interview{rest}"


def now(session):
    session.expire_all()
    return session.scalars(sa.select(Interview).order_by(Interview.id.desc())).first()


def several(people):
    key = apply(people)
    assert propose(people, key, second=THIRD, third=SECOND).status_code == 302
    return key


def choose(people, key, sequence=0, **values):
    return people.person.post(
        mine(key), data={"answer": "accept", "sequence": sequence, **values}, follow_redirects=True
    )


def test_one_of_several_times_is_chosen(session, people):
    key = several(people)
    assert now(session).times == [at(FIRST), at(SECOND), at(THIRD)]
    page = text(people.person.get(f"/me/applications/{key}"))
    assert page.count('name="starts_at"') == 3
    assert people.person.get(mine(key, ".ics")).status_code == 404, "no one time to keep yet"
    for wrong in ({}, {"starts_at": "x"}, {"starts_at": at("2025-12-03T10:00").isoformat()}):
        assert "请从列出的时间中选一个" in text(choose(people, key, **wrong))
        assert now(session).state is Stage.PROPOSED
    choose(people, key, starts_at=at(SECOND).isoformat())
    found = now(session)
    assert (found.state, found.starts_at, found.times) == (Stage.ACCEPTED, at(SECOND), [at(SECOND)])
    assert people.phone in text(people.desk.get(at_desk(people, key)))


def test_a_row_of_the_time_when_there_was_one_time_is_read(session, people):
    key = apply(people)
    propose(people, key)
    with unit_of_work() as unit:
        row = unit.scalars(sa.select(Interview)).one()
        row.options, row.by_side = [], None
    assert "14:30" in text(people.person.get(f"/me/applications/{key}"))
    choose(people, key)
    assert now(session).state is Stage.ACCEPTED


@on_sqlite
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"second": "2025-11-24T09:00"}, "面试时间要晚于现在"),
        ({"second": "2026-06-01T09:00"}, "90 天以内"),
        ({"second": "2025-12-01T03:00"}, "7:00 到 22:00 之间"),
        ({"time": "21:30", "minutes": 60}, "7:00 到 22:00 之间"),
        ({"second": "不是时间"}, "请填写日期和时间"),
        ({"minutes": 17}, ""),
    ],
)
def test_times_lie_ahead_in_the_hours_of_the_day(session, people, values, said):
    key = apply(people)
    assert said in text(propose(people, key, **values), 422)
    assert now(session) is None


def test_the_person_asks_for_other_times_and_the_employer_takes_one(session, people):
    key = apply(people)
    propose(people, key, manner="phone", place="我们打给您")
    assert people.phone not in text(people.desk.get(at_desk(people, key)))
    move = mine(key, "/move")
    assert "电话和邮箱向这家单位开放" in text(people.person.get(move))
    short = people.person.post(move, data={"starts_at": SECOND, "reason": " ", "sequence": 0})
    assert "请写明原因" in text(short, 422)
    assert SECOND in text(short, 422), "what was typed is kept"
    values = {"starts_at": SECOND, "second": THIRD, "reason": "那天要开会", "sequence": 0}
    assert people.person.post(move, data=values).status_code == 302
    found = now(session)
    assert (found.state, found.by_side, found.sequence) == (Stage.PROPOSED, "talent", 1)
    assert found.by_phone
    stale = people.person.post(move, data=values, follow_redirects=True)
    assert "情况已经变化" in text(stale)
    choose(people, key, sequence=1, starts_at=at(SECOND).isoformat())
    assert now(session).state is Stage.PROPOSED, "nobody accepts what they proposed"
    desk = text(people.desk.get(at_desk(people, key)))
    assert "那天要开会" in desk
    assert people.phone not in desk
    data = {"answer": "accept", "sequence": 1, "starts_at": at(THIRD).isoformat()}
    people.desk.post(f"{at_desk(people, key)}/interview/answer", data=data)
    assert (now(session).state, now(session).starts_at) == (Stage.ACCEPTED, at(THIRD))
    assert people.phone in text(people.desk.get(at_desk(people, key)))
    codes = set(session.scalars(sa.select(Notice.code)))
    assert {"interview.proposed", "interview.suggested", "interview.agreed"} <= codes


def event_of(answer):
    calendar = Calendar.from_ical(answer.data)
    return calendar, calendar.walk("VEVENT")[0]


def test_calendars_take_updates_and_cancels_of_one_event(session, people):
    """One UID through accept, move and cancel; SEQUENCE only rises; the zone comes with the time."""
    key, seen = apply(people), []
    propose(people, key)

    def look():
        answer = people.person.get(mine(key, ".ics"))
        calendar, event = event_of(answer)
        zone = calendar.walk("VTIMEZONE")[0]
        assert str(zone["tzid"]) == "Asia/Shanghai" == event["dtstart"].params["TZID"]
        assert calendar["method"] in answer.content_type.upper()
        assert str(event["organizer"]).lower().startswith("mailto:")
        assert "attendee" not in event
        desk_event = event_of(people.desk.get(f"{at_desk(people, key)}/interview.ics"))[1]
        assert (desk_event["uid"], desk_event["sequence"]) == (event["uid"], event["sequence"])
        seen.append((str(calendar["method"]), str(event["status"]), event["sequence"]))
        return event

    first = look()
    choose(people, key)
    agreed = look()
    propose(people, key, day="2025-12-01", reason="会议室有变")
    moved = look()
    assert moved.decoded("dtstart") - agreed.decoded("dtstart") == timedelta(days=3)
    choose(people, key, sequence=now(session).sequence)
    data = {"reason": "岗位暂停", "sequence": now(session).sequence}
    people.desk.post(f"{at_desk(people, key)}/interview/cancel", data=data)
    last = look()
    assert {str(one["uid"]) for one in (first, agreed, moved, last)} == {str(first["uid"])}
    assert seen[0] == ("PUBLISH", "TENTATIVE", 0)
    assert seen[1][:2] == ("PUBLISH", "CONFIRMED")
    assert seen[-1][:2] == ("CANCEL", "CANCELLED")
    numbers = [number for _method, _status, number in seen]
    assert numbers == sorted(numbers)
    assert numbers[2] > numbers[1]
    assert numbers[-1] > numbers[2]
    assert "岗位暂停" in text(people.person.get(f"/me/applications/{key}"))
    propose(people, key, day="2025-12-05")
    assert look()["uid"] != first["uid"], "after a cancel it is another event"


def test_either_side_calls_off_with_a_reason(session, people):
    key = apply(people)
    propose(people, key)
    choose(people, key)
    cancel = mine(key, "/cancel")
    assert people.person.get(cancel).status_code == 200
    assert "请写明原因" in text(people.person.post(cancel, data={"sequence": 0}), 422)
    data = {"sequence": now(session).sequence, "reason": "已接受别的工作"}
    people.person.post(cancel, data=data)
    assert (now(session).state, now(session).by_side) == (Stage.CANCELLED, "talent")
    assert "已接受别的工作" in text(people.desk.get(at_desk(people, key)))
    again = people.person.post(cancel, data=data, follow_redirects=True)
    assert "情况已经变化" in text(again)
    assert people.person.get(mine(key, "/anything")).status_code == 404
    assert people.desk.get(f"{at_desk(people, key)}/interview/move").status_code == 404


def test_a_choice_and_a_move_at_once_one_wins(app, session, people):
    """On both databases: the person takes a time while the recruiter moves it."""
    key = apply(people)
    propose(people, key)
    row = session.scalars(sa.select(Application)).one()
    application, revision = row.id, row.revision
    sequence = now(session).sequence
    session.rollback()
    start, ended = threading.Barrier(2), []

    def run(act):
        with app.test_request_context():
            start.wait()
            try:
                with unit_of_work() as unit:
                    act(unit, unit.get_one(Application, application))
                ended.append(act.__name__)
            except Conflict:
                ended.append(None)

    def accept(unit, own):
        interviews.accept(unit, own, sequence=sequence, actor=Actor())

    def move(unit, own):
        interviews.propose(
            unit, own, starts_at=at(THIRD), minutes=60, place="别处", by_video=False,
            revision=revision, actor=Actor(),
        )  # fmt: skip

    sides = [threading.Thread(target=run, args=(act,)) for act in (accept, move)]
    for one in sides:
        one.start()
    for one in sides:
        one.join()
    found = now(session)
    won = [one for one in ended if one]
    # The recruiter may move what was just agreed; the person never agrees to what was just moved.
    assert len(ended) == 2
    assert won
    assert found.state is (Stage.PROPOSED if "move" in won else Stage.ACCEPTED)
    assert found.starts_at == at(THIRD if "move" in won else FIRST)
    if len(won) == 2:
        assert won == ["accept", "move"]


def test_reminders_come_once_and_not_at_night(session, people, clock):
    key = apply(people)
    propose(people, key, day="2025-11-28", time="08:30", place="天府三街")
    choose(people, key)

    def codes():
        session.expire_all()
        found = session.scalars(sa.select(Notice.code).where(Notice.code.like("interview.%")))
        return sorted(one for one in found if "soon" in one or "tomorrow" in one)

    for moment, wanted in (
        ("2025-11-27T08:00", 0),
        ("2025-11-27T08:31", 2),
        ("2025-11-27T12:00", 2),
        ("2025-11-28T07:45", 2),
        ("2025-11-28T08:01", 4),
        ("2025-11-28T08:20", 4),
        ("2025-11-28T08:40", 4),
    ):
        clock.set(at(moment))
        interview_reminders.run_due()
        assert len(codes()) == wanted, moment
    assert codes() == [
        "interview.soon",
        "interview.soon_at_desk",
        "interview.tomorrow",
        "interview.tomorrow_at_desk",
    ]


def test_a_moved_interview_is_reminded_of_anew_and_a_cancelled_one_never(session, people, clock):
    key = apply(people)
    propose(people, key)
    choose(people, key)
    clock.set(at("2025-11-27T15:00"))
    assert interview_reminders.run_due() == 1
    propose(people, key, day="2025-12-03", reason="改期")
    choose(people, key, sequence=now(session).sequence)
    clock.set(at("2025-12-02T15:00"))
    assert interview_reminders.run_due() == 1
    people.desk.post(f"{at_desk(people, key)}/interview/cancel", data={})
    clock.set(at("2025-12-03T14:00"))
    assert interview_reminders.run_due() == 0


def test_whoever_did_not_come_is_named_once_and_answers_once(session, people, clock):
    key = apply(people)
    propose(people, key)
    choose(people, key)
    missed, explain = mine(key, "/missed"), f"{at_desk(people, key)}/interview/explain"
    early = people.person.post(missed, data={"reason": "没有人来"}, follow_redirects=True)
    assert "情况已经变化" in text(early)
    clock.set(at("2025-11-28T14:50"))
    assert "对方没有来" in text(people.person.get(f"/me/applications/{key}"))
    people.person.post(missed, data={"reason": "等了二十分钟没有人"})
    assert now(session).missed_by == "organisation"
    late = people.desk.post(
        f"{at_desk(people, key)}/interview/missed",
        data={"reason": "本人没来"},
        follow_redirects=True,
    )
    assert "情况已经变化" in text(late)
    people.desk.post(explain, data={"reason": "面试官航班延误，抱歉"})
    for page in (
        people.person.get(f"/me/applications/{key}"),
        people.desk.get(at_desk(people, key)),
    ):
        assert "等了二十分钟没有人" in text(page)
        assert "面试官航班延误" in text(page)
    again = people.desk.post(explain, data={"reason": "再说一次"}, follow_redirects=True)
    assert "再说一次" not in text(again)
    assert now(session).missed_answer == "面试官航班延误，抱歉"


@pytest.mark.parametrize("side", ["person", "desk"])
def test_nobody_had_to_come_once_the_application_was_over(session, people, clock, side):
    key = apply(people)
    propose(people, key)
    choose(people, key)
    with unit_of_work() as unit:
        application = unit.scalars(sa.select(Application)).one()
        moves.move(unit, application, "withdraw", by=By.TALENT, actor=Actor("person"))
    clock.set(at("2025-11-28T14:50"))
    client, page, missed = {
        "person": (people.person, f"/me/applications/{key}", mine(key, "/missed")),
        "desk": (people.desk, at_desk(people, key), f"{at_desk(people, key)}/interview/missed"),
    }[side]
    assert "对方没有来" not in text(client.get(page))
    client.post(missed, data={"reason": "等了二十分钟没有人"})
    assert now(session).missed_by is None


@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_the_ends_of_the_calendar_are_no_times(session, people, typed):
    key = apply(people)
    refused = propose(people, key, second=typed)
    assert refused.status_code == 422
    assert "7:00 到 22:00" in refused.get_data(as_text=True)
    assert now(session) is None


def test_strangers_change_nothing(people, make_client):
    key = apply(people)
    propose(people, key)
    stranger = make_client(make_talent().account)
    for rest in ("/cancel", "/move", "/missed", ".ics"):
        assert stranger.get(mine(key, rest)).status_code == 404
    assert stranger.post(mine(key), data={"answer": "accept", "sequence": 0}).status_code == 404


@on_sqlite
def test_mail_about_a_deadline_waits_for_the_morning(session, people, clock):
    key = apply(people)
    clock.set(at("2025-11-24T23:10"))
    propose(people, key)
    left = session.scalars(
        sa.select(Delivery).where(Delivery.code == "notice").order_by(Delivery.id.desc())
    ).first()
    if left is not None:  # the person has a mail address
        assert left.due_at == at("2025-11-25T08:00")
    assert quiet(at("2025-11-24T22:00"))
    assert not quiet(at("2025-11-24T21:59"))
    assert ends(at("2025-11-24T23:10")) == ends(at("2025-11-25T02:00")) == at("2025-11-25T08:00")
    noon = at("2025-11-25T12:00")
    assert ends(noon) == noon
    assert leaves(at("2025-11-25T02:00"), noon) == at("2025-11-25T08:00")
    early = at("2025-11-25T07:00")
    assert leaves(at("2025-11-25T02:00"), early) == at("2025-11-25T02:00"), "later is too late"


def test_the_sides_act_for_themselves_only(app, session, people):
    key = several(people)
    with app.test_request_context(), unit_of_work() as unit:
        own = unit.scalars(sa.select(Application).where(Application.public_id == key)).one()
        values = {"sequence": 0, "actor": Actor(), "starts_at": at(FIRST), "by": By.ORGANISATION}
        with pytest.raises(Conflict):
            interviews.accept(unit, own, **values)
