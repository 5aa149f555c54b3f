"""The way through the pages: apply, be seen, shortlisted, interviewed, offered, started."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    Interview,
    Invitation,
    InvitationState,
    Message,
    Note,
)
from talentmarket.members import cards
from talentmarket.members.models import ProfileOpening, Talent
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent
from tests.integration.exchange.steps import apply, at_desk, move, propose, state, text

S = ApplicationState
HAN = re.compile(r"[\u3400-\u9fff]")


def test_the_apply_page_shows_what_will_be_given_and_ticks_nothing(people):
    page = text(people.person.get(f"/jobs/{people.job.public_id}/apply"))
    assert "将要冻结的档案快照" in page
    assert "天工云谱科技有限公司" in page
    assert "checked" not in page
    wrong = people.person.post(f"/jobs/{people.job.public_id}/apply", data={"note": "您好"})
    assert "请选择何时给出手机号" in text(wrong, 422)
    assert "您好" in wrong.get_data(as_text=True)


def test_a_second_tab_is_led_to_the_first_application(session, people):
    key = apply(people)
    again = people.person.post(f"/jobs/{people.job.public_id}/apply", data={"contact_when": "now"})
    assert again.location.endswith(f"/me/applications/{key}")
    assert session.scalar(sa.select(sa.func.count()).select_from(Application)) == 1


def test_someone_without_a_profile_is_told_where_to_begin(people, make_client):
    client = make_client(make_account("无档案"))
    assert "先建档案" in text(client.get(f"/jobs/{people.job.public_id}/apply"))


def test_first_screening_is_blind_and_counted(session, people):
    key = apply(people, note="我的电话 13912345678，微信 abc_12345")
    page = text(people.desk.get(at_desk(people, key)))
    assert "周予安" not in page
    assert people.phone not in page
    assert "13912345678" not in page
    assert "abc_12345" not in page
    assert state(session, key) is S.VIEWED
    opening = session.scalars(sa.select(ProfileOpening)).one()
    assert opening.level == "snapshot"
    mine = text(people.person.get(f"/me/applications/{key}"))
    assert "已提交 → 已查看" in mine


def test_the_name_opens_with_the_shortlist_and_contact_with_the_interview(session, people):
    key = apply(people)
    people.desk.get(at_desk(people, key))
    move(people, key, "shortlist")
    page = text(people.desk.get(at_desk(people, key)))
    assert "周予安" in page
    assert people.phone not in page
    propose(people, key)
    assert people.phone not in text(people.desk.get(at_desk(people, key)))
    people.person.post(
        f"/me/applications/{key}/interview", data={"answer": "accept", "sequence": 0}
    )
    page = text(people.desk.get(at_desk(people, key)))
    assert all(one in page for one in (people.phone, "本人没有留邮箱"))
    # An interview that is accepted is no offer that is accepted.
    for told in (page, text(people.person.get(f"/me/applications/{key}"))):
        assert "接受面试时间，开放电话和邮箱" in told
        assert "None" not in told
    boss = text(people.boss.get(at_desk(people, key)))
    assert "周予安" in boss
    assert people.phone not in boss


def test_phone_now_is_seen_at_once_and_can_be_taken_back(people):
    key = apply(people, "now")
    page = text(people.desk.get(at_desk(people, key)))
    assert people.phone in page
    assert "周予安" not in page
    people.person.post(f"/me/applications/{key}/take-back")
    assert people.phone not in text(people.desk.get(at_desk(people, key)))


def test_a_changed_time_has_to_be_read_before_it_is_accepted(session, people):
    key = apply(people)
    propose(people, key)
    propose(people, key, "2025-12-01")
    people.person.post(
        f"/me/applications/{key}/interview", data={"answer": "accept", "sequence": 0}
    )
    interview = session.scalars(sa.select(Interview)).one()
    assert (interview.state, interview.sequence) == ("proposed", 1)
    people.person.post(
        f"/me/applications/{key}/interview", data={"answer": "accept", "sequence": 1}
    )
    session.expire_all()
    assert session.scalars(sa.select(Interview)).one().state == "accepted"


def test_the_calendar_file_is_taken_by_a_calendar(people):
    key = apply(people)
    propose(people, key)
    response = people.person.get(f"/me/applications/{key}/interview.ics")
    assert response.mimetype == "text/calendar"
    calendar = Calendar.from_ical(response.data)
    event = calendar.walk("VEVENT")[0]
    assert event.decoded("dtstart").isoformat() == "2025-11-28T14:30:00+08:00"
    assert event["dtstart"].params["TZID"] == "Asia/Shanghai"
    assert calendar.walk("VTIMEZONE")
    assert event["status"] == "TENTATIVE"
    people.desk.post(f"{at_desk(people, key)}/interview/cancel")
    later = Calendar.from_ical(people.desk.get(f"{at_desk(people, key)}/interview.ics").data)
    assert later["method"] == "CANCEL"
    assert later.walk("VEVENT")[0]["sequence"] == 1
    assert later.walk("VEVENT")[0]["uid"] == event["uid"]


@pytest.mark.parametrize(
    ("values", "said"),
    [({"day": "2025-11-01"}, "面试时间要晚于现在"), ({"place": " "}, "请写明面试地点")],
)
def test_an_interview_needs_a_time_ahead_and_a_place(session, people, values, said):
    key = apply(people)
    assert said in text(propose(people, key, **values), 422)
    assert state(session, key) is S.SUBMITTED


def test_a_refusal_names_its_reason_and_the_person_reads_it(session, people):
    key = apply(people)
    make_job(title="离线数仓工程师", skills={"spark": True, "sql": True})
    refuse = f"{at_desk(people, key)}/refuse"
    assert "未达到某项要求" in text(people.desk.get(refuse))
    short = people.desk.post(refuse, data={"reason": "other", "text": "不合适"})
    assert short.status_code == 422
    assert "至少 10 个字" in short.get_data(as_text=True)
    people.desk.post(refuse, data={"reason": "requirement", "requirement": "skill:flink"})
    assert state(session, key) is S.REJECTED
    page = text(people.person.get(f"/me/applications/{key}"))
    assert "为什么不合适" in page
    assert "Flink" in page
    assert "离线数仓工程师" in page


def test_two_recruiters_at_once_the_second_is_told(session, people, make_client):
    key = apply(people)
    other = make_client(make_member(people.organisation, OrgRole.RECRUITER))
    page = text(people.desk.get(at_desk(people, key)))
    seen = re.search(r'name="revision" value="(\d+)"', page)[1]
    other.post(f"{at_desk(people, key)}/move", data={"move": "offer", "revision": seen})
    told = move(people, key, "shortlist", revision=seen)
    assert state(session, key) is S.OFFER
    assert "情况已经变化" in text(people.desk.get(told.location))


def test_a_move_can_be_undone_from_the_page(session, people, clock):
    key = apply(people)
    move(people, key, "shortlist")
    assert "撤销" in text(people.desk.get(at_desk(people, key)))
    people.desk.post(f"{at_desk(people, key)}/undo")
    assert state(session, key) is S.SUBMITTED
    move(people, key, "shortlist")
    clock.advance(minutes=31)
    people.desk.post(f"{at_desk(people, key)}/undo")
    assert state(session, key) is S.SHORTLISTED


def test_the_whole_way_to_a_start_both_confirm(session, people):
    key = apply(people)
    move(people, key, "offer")
    page = text(people.person.get(f"/me/applications/{key}"))
    assert "请您在" in page
    own = f"/me/applications/{key}/move"
    people.person.post(own, data={"move": "accept"})
    move(people, key, "start")
    move(people, key, "confirm")
    assert state(session, key) is S.STARTED
    people.person.post(own, data={"move": "confirm"})
    assert state(session, key) is S.CONFIRMED


def test_withdrawing_asks_once_and_can_be_undone(session, people):
    key = apply(people)
    assert "撤回这份申请" in text(people.person.get(f"/me/applications/{key}/withdraw"))
    people.person.post(f"/me/applications/{key}/withdraw")
    assert state(session, key) is S.WITHDRAWN
    desk = text(people.desk.get(at_desk(people, key)))
    assert "不对您显示" in desk
    people.person.post(f"/me/applications/{key}/undo")
    assert state(session, key) is S.SUBMITTED


def test_a_message_sent_twice_is_one_and_contact_is_masked_both_ways(session, people):
    key = apply(people)
    data = {"text": "请加 13800138000 或 hr@example.com", "key": "abcdefgh12"}
    for _ in range(2):
        people.desk.post(f"{at_desk(people, key)}/messages", data=data)
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
    page = text(people.person.get(f"/me/applications/{key}"))
    assert "13800138000" not in page
    assert "hr@example.com" not in page
    propose(people, key)
    people.person.post(
        f"/me/applications/{key}/interview", data={"answer": "accept", "sequence": 0}
    )
    assert "13800138000" in text(people.person.get(f"/me/applications/{key}"))


def test_notes_stay_inside(session, people):
    key = apply(people)
    move(people, key, "shortlist")
    people.boss.post(f"{at_desk(people, key)}/notes", data={"note": "技术面聊得不错"})
    assert session.scalars(sa.select(Note)).one().text == "技术面聊得不错"
    assert "技术面聊得不错" in text(people.desk.get(at_desk(people, key)))
    assert "技术面聊得不错" not in text(people.person.get(f"/me/applications/{key}"))


@pytest.mark.parametrize("view", ["rank", "board", "referred", "ended"])
def test_the_job_page_in_every_view(people, view):
    key = apply(people)
    base = f"/org/{people.org}/applications/jobs/{people.job.public_id}"
    page = text(people.desk.get(f"{base}?view={view}"))
    assert (key in page) is (view in ("rank", "board"))
    assert "周予安" not in page


def test_overdue_answers_stand_first(people, clock):
    apply(people)
    clock.advance(days=9)
    page = text(people.desk.get(f"/org/{people.org}/applications"))
    assert "超期" in page
    page = text(
        people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}?late=1")
    )
    assert "T-" in page


def test_inviting_and_applying_by_the_invitation(session, people):
    card = cards.card_of(people.talent, people.org)
    path = f"/org/{people.org}/invitations/new"
    assert "邀请申请" in text(people.desk.get(f"{path}?card={card}"))
    data = {"card": card, "job": people.job.public_id, "text": "方向很合适"}
    assert people.desk.post(path, data=data).status_code == 302
    invitation = session.scalars(sa.select(Invitation)).one()
    page = text(people.person.get(f"/me/invitations/{invitation.public_id}"))
    assert "方向很合适" in page
    # The same state in the words of the side that reads it.
    assert "您已看过" in page
    assert "对方已看" in text(people.desk.get(f"/org/{people.org}/invitations"))
    session.expire_all()
    assert session.scalars(sa.select(Invitation)).one().state is InvitationState.SEEN
    key = apply(people, invitation=invitation.public_id)
    session.expire_all()
    invitation = session.scalars(sa.select(Invitation)).one()
    assert invitation.state is InvitationState.ACCEPTED
    application = session.get_one(Application, invitation.application_id)
    assert application.public_id == key
    assert application.route == "invitation"
    assert "已接受" in text(people.desk.get(f"/org/{people.org}/invitations"))


def test_another_firms_card_invites_nobody(people):
    card = cards.card_of(people.talent, make_organisation().public_id)
    path = f"/org/{people.org}/invitations/new?card={card}"
    assert people.desk.get(path).status_code == 404


def test_personal_ranking_off_takes_the_score_away_at_once(session, people):
    key = apply(people)
    with unit_of_work() as unit:
        unit.get_one(Talent, people.talent.id).account.personal_ranking = False
    page = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    assert key in page
    assert "score-bar" not in page


def test_english_pages_say_their_words_in_english(people):
    key = apply(people)
    for client, path in (
        (people.person, f"/me/applications/{key}"),
        (people.person, "/me/applications"),
        (people.desk, f"/org/{people.org}/applications"),
    ):
        client.set_cookie("lang", "en")
        page = text(client.get(path))
        assert 'lang="en"' in page
        assert "经过" not in page
        assert "候选人" not in page


def job_page(people, **query):
    view = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/org/{people.org}/applications/jobs/{people.job.public_id}?{view}"


def test_a_row_of_the_list_moves_without_opening_it(session, people):
    key = apply(people)
    page = text(people.desk.get(job_page(people)))
    button = re.search(r'value="shortlist" formaction="([^"]+)"', page)
    assert button is not None
    assert f"{at_desk(people, key)}/refuse" in page
    first = page.index('name="move"')  # what Enter presses moves nobody
    assert page[first:].startswith('name="move" value="compare"')
    # The list is one form: the button sends all of it to the address of its row.
    sent = people.desk.post(
        button[1].replace("&amp;", "&"),
        data={"move": "shortlist", "job": people.job.public_id, "pick": [key, "another"]},
    )
    assert sent.location.endswith(job_page(people).split("?")[0])
    assert state(session, key) is S.SHORTLISTED
    people.desk.post(button[1].replace("&amp;", "&"), data={"move": "offer"})  # a stale row
    assert state(session, key) is S.SHORTLISTED
    refusal = people.desk.post(f"{at_desk(people, key)}/refuse", data={"text": ""})
    assert refusal.status_code == 422
    assert state(session, key) is S.SHORTLISTED


def test_names_stand_on_the_desk_from_the_shortlist_on(people):
    key = apply(people)
    for view in ("rank", "board"):
        assert "周予安" not in text(people.desk.get(job_page(people, view=view)))
    move(people, key, "shortlist")
    for reader in (people.desk, people.boss):
        for view in ("rank", "board"):
            assert "周予安" in text(reader.get(job_page(people, view=view)))
    people.person.post(f"/me/applications/{key}/withdraw", data={"reason": "other"})
    assert "周予安" not in text(people.desk.get(job_page(people, view="ended")))


def test_comparison_can_show_the_differences_alone(people, make_client):
    apply(people)
    other = make_talent(skills={"spark": 3, "sql": 3, "python": 2})
    with unit_of_work() as session:
        session.get_one(Talent, other.id).education_rank = 3
    sent = make_client(other.account).post(
        f"/jobs/{people.job.public_id}/apply", data={"contact_when": "interview"}
    )
    assert sent.status_code == 302
    whole = text(people.desk.get(job_page(people)))
    differing = text(people.desk.get(job_page(people, differing=1)))
    rows = [one.split('class="compare"')[1].count('<th scope="row">') for one in (whole, differing)]
    assert 1 < rows[1] < rows[0]
    assert "只看有差别的" in whole
    assert "看全部要求" in differing


def test_the_rail_counts_what_runs(people):
    def counts():
        return re.findall(r'class="count">(\d+)<', text(people.desk.get(f"/org/{people.org}/")))

    assert counts() == ["1"]  # the job
    make_job(people.organisation)
    assert counts() == ["2"]
    apply(people)
    assert counts() == ["2", "1"]


def test_long_lists_come_in_pages(people, make_client, monkeypatch):
    from talentmarket.web.org_desk import people as listed

    monkeypatch.setattr(listed, "PAGE", 1)
    first = apply(people)
    other = make_client(make_talent().account)
    other.post(f"/jobs/{people.job.public_id}/apply", data={"contact_when": "interview"})
    pages = [text(people.desk.get(job_page(people, page=n, number="T-"))) for n in (1, 2)]
    assert sum(f'value="{first}"' in page for page in pages) == 1
    assert "page=2" in pages[0]
    assert "number=T-" in pages[0]
    assert 'rel="prev' in pages[1]
    assert 'rel="next' not in pages[1]
