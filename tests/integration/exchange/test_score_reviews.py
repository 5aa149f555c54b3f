"""A person asks that somebody looks at the score: once, answered by the office, with effect."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.exchange.models import Report, ReportState
from talentmarket.members.models import ProfileOpening
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_talent
from tests.integration.exchange.steps import apply, at_desk, text

WHY = "我有经核验的 Flink 项目，却标为缺少。"


@pytest.fixture
def office(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


def ask(people, key, words=WHY):
    return people.person.post(f"/me/applications/{key}/review", data={"text": words})


def answer(session, office, verdict):
    found = session.scalars(sa.select(Report).order_by(Report.id.desc()).limit(1)).one()
    page = text(office.get(f"/operator/reports/{found.public_id}"))
    sent = office.post(
        f"/operator/reports/{found.public_id}",
        data={"verdict": verdict, "text": "已核对快照与岗位要求。"},
    )
    assert sent.status_code == 302, sent.get_data(as_text=True)
    session.expire_all()
    return page


def test_asked_twice_is_asked_once(session, people):
    key = apply(people)
    assert "10 到 2000 个字" in ask(people, key, "不对").get_data(as_text=True)
    for _ in range(2):
        assert ask(people, key).status_code == 302
    assert session.scalar(sa.select(sa.func.count(Report.id))) == 1
    own = text(people.person.get(f"/me/applications/{key}"))
    assert "待处理" in own
    assert f"/me/applications/{key}/review" not in own
    assert "本人请求了人工复核" in text(people.desk.get(at_desk(people, key)))


@pytest.mark.parametrize("verdict", ["uphold", "dismiss"])
def test_the_office_sees_the_rows_and_its_verdict_counts(session, people, office, verdict):
    key = apply(people)
    ask(people, key)
    page = answer(session, office, verdict)
    assert "匹配分复核" in page
    assert 'id="part-must"' in page
    assert people.account.name not in page
    opened = session.scalars(sa.select(ProfileOpening.purpose)).all()
    assert "support" in opened
    row = session.scalars(sa.select(Report)).one()
    assert row.state is (ReportState.UPHELD if verdict == "uphold" else ReportState.DISMISSED)
    told = session.scalars(
        sa.select(Notice.code).where(Notice.account_id == people.account.id)
    ).all()
    assert "score.reviewed" in told
    desk = text(people.desk.get(at_desk(people, key)))
    assert ("data-total" in desk) is (verdict == "dismiss")
    assert "已核对快照与岗位要求" in text(people.person.get(f"/me/applications/{key}"))


def test_a_wrong_score_ranks_nobody_last(session, people, office, make_client):
    first = apply(people)
    ask(people, first)
    answer(session, office, "uphold")
    people.person = make_client(make_talent(skills={"spark": 4, "sql": 4, "flink": 4}).account)
    second = apply(people)
    board = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    assert board.index(first) < board.index(second)


def test_another_persons_score_is_not_theirs_to_ask_about(people, make_client):
    key = apply(people)
    stranger = make_client(make_talent().account)
    assert stranger.get(f"/me/applications/{key}/review").status_code == 404
    assert stranger.post(f"/me/applications/{key}/review", data={"text": WHY}).status_code == 404
