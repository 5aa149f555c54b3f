"""Who has not applied asks that somebody looks at how they are scored for a job."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Report, ReportState
from talentmarket.members.models import ProfileOpening
from talentmarket.notices.models import Notice
from tests.factories import make_account
from tests.integration.exchange.steps import apply, at_desk, text

WHY = "我有经核验的 Flink 项目，却标为缺少。"


@pytest.fixture
def office(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


def at(people):
    return f"/me/matches/{people.job.public_id}/review"


def ask(people, words=WHY):
    return people.person.post(at(people), data={"text": words})


def answer(session, office, verdict):
    found = session.scalars(sa.select(Report).order_by(Report.id.desc()).limit(1)).one()
    page = text(office.get(f"/operator/reports/{found.public_id}"))
    sent = office.post(
        f"/operator/reports/{found.public_id}",
        data={"verdict": verdict, "text": "已核对档案与岗位要求。"},
    )
    assert sent.status_code == 302, sent.get_data(as_text=True)
    session.expire_all()
    return page


def test_the_job_leads_to_the_request_and_the_request_has_a_deadline(session, people, office):
    assert at(people) in text(people.person.get(f"/jobs/{people.job.public_id}"))
    assert "10 到 2000 个字" in ask(people, "不对").get_data(as_text=True)
    for _ in range(2):
        assert ask(people).status_code == 302
    row = session.scalars(sa.select(Report)).one()
    assert (row.subject_type, row.subject_id) == ("match", people.job.public_id)
    assert row.reporter_id == people.account.id
    assert row.due_at > clock.now()
    own = text(people.person.get(at(people)))
    assert "最迟" in own
    assert "<textarea" not in own, "one at a time"
    assert "匹配分复核" in text(office.get("/operator/reports"))


def test_the_score_of_then_is_kept_with_its_model(session, people, office):
    ask(people)
    row = session.scalars(sa.select(Report)).one()
    assert row.told is not None
    assert row.told["model"].startswith("t-")
    assert row.told["total"] == sum(points for _key, _state, points, _of in row.told["rows"])
    with unit_of_work():
        people.talent.skills.clear()
    page = answer(session, office, "dismiss")
    assert "请求复核时的匹配分" in page
    assert f"{row.told['total']} 分" in page
    assert people.account.name not in page
    opened = session.scalars(sa.select(ProfileOpening.purpose)).all()
    assert "support" in opened, "the person sees that it was looked at"


@pytest.mark.parametrize("verdict", ["uphold", "dismiss"])
def test_the_answer_is_told_and_counts_for_what_comes_after(session, people, office, verdict):
    ask(people)
    answer(session, office, verdict)
    row = session.scalars(sa.select(Report)).one()
    assert row.state is (ReportState.UPHELD if verdict == "uphold" else ReportState.DISMISSED)
    told = session.scalars(
        sa.select(Notice.code).where(Notice.account_id == people.account.id)
    ).all()
    assert "score.reviewed" in told
    own = text(people.person.get(at(people)))
    assert "已核对档案与岗位要求" in own
    assert "<textarea" in own, "another may be asked for"
    key = apply(people)
    desk = text(people.desk.get(at_desk(people, key)))
    assert ("data-total" in desk) is (verdict == "dismiss")


def test_an_application_has_its_own_review(people):
    key = apply(people)
    sent = people.person.get(at(people))
    assert sent.status_code == 302
    assert sent.location.endswith(f"/me/applications/{key}/review")


def test_whoever_is_not_scored_has_nothing_to_review(session, people, make_client):
    assert make_client(make_account("没有档案")).get(at(people)).status_code == 404
    with unit_of_work():
        people.account.personal_ranking = False
    assert people.person.get(at(people)).status_code == 404
    assert ask(people).status_code == 404
    assert session.scalar(sa.select(sa.func.count(Report.id))) == 0
