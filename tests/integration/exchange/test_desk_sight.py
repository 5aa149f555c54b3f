"""What the desk and the person see of an application, role by role, in both languages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.exchange.models import Application, ApplicationState
from talentmarket.members import cards
from tests.factories import make_job, make_member, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite
from tests.guards.markup import Page
from tests.integration.exchange.steps import apply, at_desk, move, propose, text

S = ApplicationState
HAN = re.compile(r"[\u3400-\u9fff]")


def test_a_hiring_manager_sees_the_shortlist_of_own_jobs_only(people):
    key = apply(people)
    assert people.boss.get(at_desk(people, key)).status_code == 404
    assert key not in text(people.boss.get(f"/org/{people.org}/applications"))
    move(people, key, "shortlist")
    assert people.boss.get(at_desk(people, key)).status_code == 200
    assert (
        people.boss.post(f"{at_desk(people, key)}/move", data={"move": "offer"}).status_code == 403
    )
    other = make_job(people.organisation)
    board = f"/org/{people.org}/applications/jobs/{other.public_id}"
    assert people.boss.get(board).status_code == 404


def test_late_answers_are_not_said_to_be_due_today(session, people, clock):
    key = apply(people)
    due = session.scalars(
        sa.select(Application.answer_due_at).where(Application.public_id == key)
    ).one()
    for hours, said in ((-1, "1 份申请今天 18:00 前须答复。"), (1, "1 份申请的答复已超期。")):
        clock.set(due + timedelta(hours=hours))
        page = text(people.desk.get(f"/org/{people.org}/applications"))
        assert page.count("前须答复。") + page.count("的答复已超期。") == page.count(said) == 1


def test_the_person_reads_of_a_name_as_given_only_once_it_was(people):
    def name_said(key):
        page = text(people.person.get(f"/me/applications/{key}"))
        return re.search(r"<dt>姓名</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)[1]

    key = apply(people)
    assert "入围后给出" in name_said(key)
    move(people, key, "shortlist")
    assert "已给出" in name_said(key)


def test_what_a_colleague_noted_down_is_masked_for_who_may_not_reach_the_person(people):
    key = apply(people, "now")
    move(people, key, "shortlist")
    noted = f"电话 {people.phone}，周三下午方便。"
    people.desk.post(f"{at_desk(people, key)}/notes", data={"note": noted})
    assert people.phone in text(people.desk.get(at_desk(people, key)))
    page = text(people.boss.get(at_desk(people, key)))
    assert "周三下午方便" in page
    assert people.phone not in page
    people.person.post(f"/me/applications/{key}/take-back")
    assert people.phone not in text(people.desk.get(at_desk(people, key)))


def test_another_firms_application_is_not_there(people, make_client):
    key = apply(people)
    elsewhere = make_organisation()
    client = make_client(make_member(elsewhere))
    assert client.get(at_desk(people, key)).status_code == 404
    foreign = f"/org/{elsewhere.public_id}/applications/{key}"
    assert client.get(foreign).status_code == 404
    assert client.post(f"{foreign}/move", data={"move": "shortlist"}).status_code == 404


def test_another_persons_application_is_not_there(people, make_client):
    key = apply(people)
    client = make_client(make_talent().account)
    for path in ("", "/withdraw", "/snapshot", "/interview.ics"):
        assert client.get(f"/me/applications/{key}{path}").status_code == 404
    assert client.post(f"/me/applications/{key}/withdraw").status_code == 404


@on_sqlite
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_sound_and_whole_in_both_languages(people, make_client, language):
    """The pages as they stand at each stage, with messages, notes, an interview, a refusal."""
    for client in (people.person, people.desk, people.boss):
        client.set_cookie("lang", language)
    key = apply(people, "now", note="您好，可以周三聊。")
    job_page = f"/org/{people.org}/applications/jobs/{people.job.public_id}"
    own, desk = f"/me/applications/{key}", at_desk(people, key)
    card = cards.card_of(people.talent, people.org)
    steps = [
        lambda: None,
        lambda: move(people, key, "shortlist"),
        lambda: people.desk.post(f"{desk}/notes", data={"note": "沟通顺畅"}),
        lambda: propose(people, key),
        lambda: people.person.post(f"{own}/interview", data={"answer": "accept", "sequence": 0}),
        lambda: move(people, key, "offer"),
        lambda: people.desk.post(f"{desk}/refuse?move=rescind", data={"reason": "filled"}),
    ]
    pages = [
        *((people.person, own + part) for part in ("", "/snapshot", "/withdraw", "/take-back")),
        (people.person, "/me/applications"),
        (people.person, "/me/invitations"),
        (people.desk, desk),
        (people.desk, f"{desk}/refuse"),
        (people.desk, f"{desk}/interview"),
        (people.desk, f"/org/{people.org}/applications"),
        (people.desk, f"/org/{people.org}/invitations"),
        (people.desk, f"/org/{people.org}/invitations/new?card={card}"),
        *((people.desk, f"{job_page}?view={view}") for view in ("rank", "board", "ended")),
        (people.boss, desk),
    ]
    wrong = []
    for step in steps:
        step()
        for client, path in pages:
            response = client.get(path)
            if response.status_code in (404, 409):
                continue
            page = Page(text(response))
            wrong += [f"{path}: {fault}" for fault in page.faults()]
            if language == "en":
                wrong += [
                    f"{path}: {words[:40]}"
                    for spoken, words in page.texts
                    if not spoken.startswith("zh") and HAN.search(words)
                ]
    assert not wrong, sorted(set(wrong))


@pytest.mark.parametrize("view", ["rank", "board"])
def test_a_longer_list_asks_no_more_of_the_database(session, people, make_client, view):
    path = f"/org/{people.org}/applications/jobs/{people.job.public_id}?view={view}"

    def statements():
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        engine = session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            text(people.desk.get(path))
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    apply(people)
    few = statements()
    for _ in range(6):
        people.person = make_client(make_talent().account)
        apply(people)
    assert statements() <= few + 1


def test_a_hiring_manager_is_told_who_answers(people):
    for path in ("/", "/applications"):
        page = text(people.boss.get(f"/org/{people.org}{path}"))
        assert "收到的申请由招聘人员答复" in page
        assert "没有待答复的申请" not in page
