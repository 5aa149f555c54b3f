"""The office's pages of its records kept by law: forms that keep what was typed, and what they say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.alliance.duties import incidents
from talentmarket.alliance.duties.checking import ITEMS
from talentmarket.alliance.duties.models import Assessment, Incident, SelfCheck
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members import privacy
from talentmarket.members.models import Account
from talentmarket.notices.models import Notice
from tests.factories import make_account
from tests.factories.duties import WHOLE, make_assessment, make_incident, make_self_check
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
ASSESSED = {
    "after": "0",
    "kinds": ["name", "profile"],
    "purposes": "按职业、技能和地点给岗位和人才排序。",
    "effect": "排序靠后的人可能较少被看到。",
    "measures": "性别、年龄不参与计算，可以关闭。",
    "conclusion": "with_measures",
    "next_due": "2026-10-01",
    "duty": "个人信息保护负责人",
}


@pytest.fixture
def account(session):
    return make_account("秘书处甲", is_operator=True)


@pytest.fixture
def office(account, make_client):
    return make_client(account, second_factor=True)


def text(answer, status=200):
    assert answer.status_code == status, answer.status_code
    return answer.get_data(as_text=True)


def test_an_assessment_is_signed_and_the_next_begins_with_it(session, office):
    page = text(office.get("/operator/assessments"))
    assert page.count("必须评估") == 2
    at = "/operator/assessments/new/automated"
    wrong = text(office.post(at, data={**ASSESSED, "effect": "短", "duty": ""}), 422)
    assert ASSESSED["purposes"] in wrong, "nothing typed is lost"
    assert "请写明情况，至少 10 个字。" in wrong
    assert office.post(at, data=ASSESSED).status_code == 302
    made = session.scalars(sa.select(Assessment)).one()
    page = text(office.get(f"/operator/assessments/{made.public_id}"))
    for said in ("秘书处甲", "2028-11-24", "第 1 版", "落实所列措施后可以处理"):
        assert said in page
    again = text(office.get(at))
    assert ASSESSED["measures"] in again
    assert 'name="after" type="hidden" value="1"' in again
    late = text(office.post(at, data=ASSESSED), 422)
    assert "同事刚刚签署了新的版本" in late
    assert 'name="after" type="hidden" value="1"' in late, "sent again it is meant"
    assert office.get("/operator/assessments/new/nothing").status_code == 404


def test_an_incident_goes_its_way(session, office, account):
    person = make_account("甲")
    form = {
        "mishap": "leak",
        "certain": "no",
        "found_at": "2025-11-24T09:30",
        "kinds": "contact",
        "what": "一份名单被发到了错误的邮箱。",
    }
    wrong = text(office.post("/operator/incidents/new", data={**form, "found_at": "x"}), 422)
    assert form["what"] in wrong
    for slip in ({"certain": ""}, {"found_at": "0001-01-01T00:00"}):
        text(office.post("/operator/incidents/new", data={**form, **slip}), 422)
    assert office.post("/operator/incidents/new", data=form).status_code == 302
    row = session.scalars(sa.select(Incident)).one()
    here = f"/operator/incidents/{row.public_id}"
    page = text(office.get(here))
    for said in ("可能发生", "2025-11-24 13:30", "通知个人前还要写明：事件原因"):
        assert said in page
    edit = text(office.get(f"{here}/edit"))
    assert "2025-11-24 09:30:00" in edit
    sent = {**form, **WHOLE, "revision": "1", "certain": "yes", "people": "1"}
    assert office.post(f"{here}/edit", data=sent).status_code == 302
    short = text(office.post(f"{here}/edit", data={**sent, "what": "短"}), 422)
    assert 'name="revision" type="hidden" value="1"' in short, (
        "what changed meanwhile is said first"
    )
    stale = text(
        office.post(f"{here}/edit", data={**sent, "cause": "另一种说法，以后再核对。"}), 422
    )
    assert "另一种说法" in stale
    assert 'name="revision" type="hidden" value="2"' in stale
    step = {"kind": "persons", "at": "2025-11-24T10:00", "text": "平台通知，同时打了电话。"}
    unknown = text(office.post(here, data={**step, "accounts": "nobody"}), 422)
    assert "没有这些账号：nobody" in unknown
    assert office.post(here, data={**step, "accounts": person.public_id}).status_code == 302
    told = session.scalars(sa.select(Notice).where(Notice.account_id == person.id)).all()
    assert [one.code for one in told] == ["incident.happened"]
    early = text(office.post(here, data={**step, "kind": "closed"}), 422)
    assert "还没有报告主管部门" in early
    for kind in ("authority", "closed"):
        assert office.post(here, data={**step, "kind": kind}).status_code == 302
    closed = text(office.get(here))
    assert "处置结束" in closed
    assert 'id="step"' not in closed
    assert "已结束" in text(office.get("/operator/incidents"))
    assert office.post(here, data={"kind": "nonsense"}).status_code == 422


def test_a_self_check_is_signed_and_its_danger_removed(session, office):
    page = text(office.get("/operator/self-checks"))
    assert "已到期" in page
    form = dict.fromkeys(ITEMS, "good") | {
        "backup": "found",
        "checked_on": "2025-11-20",
        "summary": "逐项查看设置和记录，一项不符合。",
        "duty": "个人信息保护负责人",
    }
    assert "写明发现了什么隐患。" in text(office.post("/operator/self-checks/new", data=form), 422)
    sent = form | {"backup_note": "备份没有异地存放。"}
    assert office.post("/operator/self-checks/new", data=sent).status_code == 302
    check = session.scalars(sa.select(SelfCheck)).one()
    here = f"/operator/self-checks/{check.public_id}"
    page = text(office.get(here))
    assert "2025-12-20 前消除" in page
    fixed = {"item": "backup", "text": "已加一份异地备份，恢复过一次。"}
    assert "至少 10 个字" in text(office.post(here, data=fixed | {"text": "好"}), 422)
    assert office.post(here, data=fixed).status_code == 302
    assert fixed["text"] in text(office.get(here))
    assert "已到期" not in text(office.get("/operator/self-checks"))


def test_the_first_page_and_the_rail_say_what_waits(session, office, account):
    make_incident(account)
    page = text(office.get("/operator/"))
    for name in ("安全事件", "影响评估", "年度自查"):
        assert page.count(name) >= 2, "in the rail and among what waits"


def test_nobody_else_enters(make_client, session):
    person = make_client(make_account("甲"))
    for path in ("assessments", "incidents", "incidents/new", "self-checks", "self-checks/new"):
        assert person.get(f"/operator/{path}").status_code == 404


def test_an_erased_signer_leaves_the_record_without_a_name(session, office, account, make_client):
    other = make_account("秘书处乙", is_operator=True)
    made, check = make_assessment(other), make_self_check(other)
    row = make_incident(other)
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, other.id), actor=Actor("office"))
    for path in (
        f"assessments/{made.public_id}",
        "assessments",
        f"self-checks/{check.public_id}",
        "self-checks",
        f"incidents/{row.public_id}",
    ):
        assert "秘书处乙" not in text(office.get(f"/operator/{path}"))
    assert incidents.find(session, row.public_id).steps
