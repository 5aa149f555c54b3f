"""After a refusal: the row it names, what would raise it, and three jobs where it is met."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import exclusions, refusals
from talentmarket.exchange.models import Application, Channel, EndReason, Exclusion
from talentmarket.members.models import Account, Talent, WorkMode
from tests.factories import make_job
from tests.integration.exchange.steps import apply, at_desk, text

TRIED = {"reason": "requirement", "requirement": "skill:flink"}


def refused(people, **data):
    key = apply(people)
    page = people.desk.get(f"{at_desk(people, key)}/refuse").get_data(as_text=True)
    revision = page.split('name="revision"')[1].split('value="')[1].split('"')[0]
    sent = people.desk.post(
        f"{at_desk(people, key)}/refuse", data={"revision": revision, "text": "", **data}
    )
    assert sent.status_code == 302, sent.get_data(as_text=True)
    return key


def gap_of(session, key):
    return refusals.gap(
        session, session.scalar(sa.select(Application).where(Application.public_id == key))
    )


def test_three_jobs_that_do_not_ask_for_the_skill(session, people):
    for number in range(4):
        make_job(title=f"数据开发 {number}", skills={"spark": True, "sql": True})
    make_job(title="也要 Flink", skills={"flink": True})
    key = refused(people, **TRIED)
    gap = gap_of(session, key)
    assert gap.requirement.value == "flink"
    assert len(gap.jobs) == 3
    assert all("flink" not in {skill.skill_id for skill in one.skills} for one in gap.jobs)
    page = text(people.person.get(f"/me/applications/{key}"))
    shown = page.split("这一项现在的得分")[1]
    assert "会这一项就写进档案，最多 +" in shown
    assert "这一项符合的在招岗位" in shown
    assert "也要 Flink" not in shown


def test_what_the_person_never_wants_to_see_is_not_among_them(session, people):
    key = people.account.id
    with unit_of_work() as unit:
        exclusions.choose(unit, unit.get_one(Account, key), {Exclusion.OUTSOURCED})
    make_job(title="驻场的", skills={"spark": True}, channel=Channel.OUTSOURCED)
    make_job(title="直招的", skills={"spark": True})
    key = refused(people, **TRIED)
    shown = text(people.person.get(f"/me/applications/{key}")).split("这一项现在的得分")[1]
    assert "直招的" in shown
    assert "驻场的" not in shown


@pytest.mark.parametrize(
    ("reason", "near", "far", "row"),
    [
        (EndReason.PLACE, {"region_code": "510107"}, {"region_code": "510700"}, "place"),
        (EndReason.PLACE, {"work_mode": WorkMode.REMOTE, "region_code": "510700"}, None, "place"),
        (EndReason.PAY, {"month_high": 1_600_000}, {"month_high": 1_400_000}, "pay"),
    ],
)
def test_place_and_pay_name_their_row_too(session, people, reason, near, far, row):
    fits = make_job(title="合适的", **near)
    if far:
        make_job(title="不合适的", **far)
    key = refused(people, reason=str(reason))
    gap = gap_of(session, key)
    assert gap.row == row
    assert [job.public_id for job in gap.jobs] == [fits.public_id]
    assert "这一项现在的得分" in text(people.person.get(f"/me/applications/{key}"))


def test_no_job_is_said_to_meet_a_start(session, people):
    other = make_job(title="同方向的岗位")
    key = refused(people, reason=str(EndReason.START))
    gap = gap_of(session, key)
    assert (gap.row, gap.met) == ("availability", False)
    assert [job.public_id for job in gap.jobs] == [other.public_id]
    page = text(people.person.get(f"/me/applications/{key}"))
    assert "这一项符合的在招岗位" not in page
    assert "同方向的岗位" in page.split("同一方向的在招岗位")[1]


def test_without_a_score_the_reason_and_the_jobs_still_stand(session, people):
    make_job(title="只要 Spark", skills={"spark": True})
    key = refused(people, **TRIED)
    with unit_of_work() as unit:
        unit.get_one(Talent, people.talent.id).account.personal_ranking = False
    page = text(people.person.get(f"/me/applications/{key}"))
    assert "Flink" in page.split("为什么不合适")[1]
    assert "只要 Spark" in page
    assert "这一项现在的得分" not in page
