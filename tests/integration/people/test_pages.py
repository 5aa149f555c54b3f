"""The book through its pages: by hand, out of a résumé, invited, joined, refused."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.members.identifiers import hold
from talentmarket.members.identities import identify
from talentmarket.members.models import Account
from talentmarket.notices.models import Delivery
from tests.factories import make_account, make_member
from tests.factories.book import make_person
from tests.factories.mandates import make_firm
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite

RESUME = """白露晞
电话：13800004417  邮箱：luxi@example.cn
5年工作经验
工作经历
2021.03 - 至今  岷江软件有限公司  大数据开发工程师
负责实时数仓，熟练使用 Spark、SQL
教育经历
2016.09 - 2020.06  四川大学  计算机科学与技术  本科
"""


@pytest.fixture
def firm(session):
    return make_firm()


@pytest.fixture
def desk(firm, make_client):
    return make_client(firm.consultant)


@pytest.fixture
def at(firm):
    return f"/org/{firm.organisation.public_id}/people"


def text(answer):
    return answer.get_data(as_text=True)


def only(session):
    session.expire_all()
    return session.scalars(sa.select(FirmPerson)).one()


FILLED = {
    "act": "save",
    "name": "白露晞",
    "phone": "13800004417",
    "skills": "Spark、SQL、川剧变脸",
    "education_rank": "5",
    "years": "5.5",
    "home": "成都",
    "wanted": "成都、绵阳",
    "occupation": "大数据开发工程师",
    "source": "本人投递",
    "basis": "consent",
    "obtained_on": "2025-11-20",
}


def test_by_hand_changed_and_removed(session, desk, at):
    made = desk.post(f"{at}/new", data=FILLED)
    assert made.status_code == 302
    person = only(session)
    assert [one["skill"] for one in person.profile["skills"]] == ["spark", "sql"]
    assert person.other_skills == ["川剧变脸"]
    assert person.profile["regions"] == ["510100", "510700"]
    assert person.profile["years_tenths"] == 55
    shown = text(desk.get(made.location))
    for said in ("白露晞", "138 0000 4417", "本人投递", "川剧变脸", "5.5 年"):
        assert said in shown, said
    edit = f"{at}/{person.public_id}/edit"
    page = text(desk.get(edit))
    assert "川剧变脸" in page
    sent = {**FILLED, "version": "1", "skills": "Spark", "name": "白露希"}
    assert desk.post(edit, data=sent).status_code == 302
    assert only(session).name == "白露希"
    stale = desk.post(edit, data=sent)
    assert stale.status_code == 422
    assert "刚被别人改过" in text(stale)
    remove = f"{at}/{person.public_id}/remove"
    assert "不能恢复" in text(desk.get(remove))
    assert desk.post(remove).status_code == 302
    assert session.scalars(sa.select(FirmPerson)).all() == []
    assert desk.get(made.location).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "填写姓名"),
        ({"phone": "123"}, "手机号不对"),
        ({"mail": "x@"}, "邮箱地址不完整"),
        ({"home": "桃花源"}, "没有认出这个地点"),
        ({"occupation": "呼风唤雨者"}, "没有认出这个职业"),
        ({"obtained_on": "2031-01-01"}, "日期应在今天或以前"),
        ({"obtained_on": "昨天"}, "date"),
        ({"years": "99"}, "0 到 60"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(desk, at, changes, said):
    answer = desk.post(f"{at}/new", data={**FILLED, "note": "不要丢了我", **changes})
    assert answer.status_code == 422
    page = text(answer)
    assert said in page
    assert "has-error" in page
    for kept in ("不要丢了我", "川剧变脸", "本人投递"):
        assert kept in page


def test_a_resume_proposes_and_only_what_is_ticked_is_taken(session, desk, at):
    read = desk.post(f"{at}/new", data={"act": "read", "resume": RESUME, "source": "本人投递"})
    assert read.status_code == 200
    page = text(read)
    for filled in ('value="白露晞"', 'value="13800004417"', 'value="luxi@example.cn"'):
        assert filled in page
    assert session.scalars(sa.select(FirmPerson)).all() == [], "nothing is kept before it is said"
    assert "checked" not in re.sub(r"<select.*?</select>", "", page, flags=re.S)
    items = re.findall(r'name="item" value="(\w+)"', page)
    assert len(items) >= 4
    job = re.search(
        r'value="(\w+)" id="item-\w+">\s*<label[^>]*><span[^>]*>[^<]*<span[^>]*>大数据', page
    )
    data = {
        "act": "save",
        "resume": RESUME,
        "name": "白露晞",
        "item": [job[1]] if job else items[:1],
    }
    assert desk.post(f"{at}/new", data=data).status_code == 302
    person = only(session)
    assert len(person.profile["entries"]) + len(person.profile["skills"]) == 1
    everything = {"act": "all", "resume": RESUME, "name": "白露晞", "version": "1"}
    assert desk.post(f"{at}/{person.public_id}/edit", data=everything).status_code == 302
    person = only(session)
    kinds = sorted(one["kind"] for one in person.profile["entries"])
    assert kinds == ["education", "experience"]
    assert {"spark", "sql"} <= {one["skill"] for one in person.profile["skills"]}
    gone = person.profile["entries"][0]["id"]
    drop = {**FILLED, "version": "2", "drop": gone, "resume": ""}
    assert desk.post(f"{at}/{person.public_id}/edit", data=drop).status_code == 302
    assert gone not in [one["id"] for one in only(session).profile["entries"]]


def test_from_the_invitation_to_the_persons_own_page(session, firm, desk, at, make_client):
    person = make_person(firm.organisation, firm.consultant)
    record = f"{at}/{person.public_id}"
    assert "发出邀请" in text(desk.get(record))
    assert desk.post(f"{record}/invite", data={"channel": "sms"}).status_code == 302
    assert "等对方答复" in text(desk.get(record))
    token = json.loads(session.scalars(sa.select(Delivery)).one().arguments)["address"]
    link = "/invited/" + token.rpartition("/")[2]
    visitor = make_client(None)
    page = text(visitor.get(link))
    for said in (firm.organisation.name, "校园招聘会", "138****4417", "不再邀请"):
        assert said in page
    assert "白露晞" not in page, "a link that was passed on names nobody"
    assert visitor.get(f"{link}/accept").status_code == 302, "signs in first"
    account = make_account("白露晞")
    with unit_of_work() as unit:
        hold(unit, unit.get_one(Account, account.id), identify("13800004417"))
    me, other = make_client(account), make_client(make_account("别人"))
    assert other.post(f"{link}/accept").status_code == 403
    assert "同意并加入" in text(me.get(f"{link}/accept"))
    assert me.post(f"{link}/accept").status_code == 302
    mine = text(me.get("/me/records"))
    assert firm.organisation.name in mine
    assert "偏好国企" not in mine, "a consultant's notes are the firm's"
    assert other.get(f"/me/records/{person.public_id}/delete").status_code == 404
    assert visitor.get(link).status_code == 404
    assert "已接受邀请" in text(desk.get(record))
    assert me.post(f"/me/records/{person.public_id}/delete").status_code == 302
    assert desk.get(record).status_code == 404


def test_refusing_needs_no_account(session, firm, desk, at, make_client):
    person = make_person(firm.organisation, firm.consultant)
    record = f"{at}/{person.public_id}"
    desk.post(f"{record}/invite", data={"channel": "mail"})
    token = json.loads(session.scalars(sa.select(Delivery)).one().arguments)["address"]
    link = "/invited/" + token.rpartition("/")[2]
    visitor = make_client(None)
    done = visitor.post(f"{link}/refuse")
    assert done.status_code == 302
    assert "已记下" in text(visitor.get(done.location))
    assert visitor.post(f"{link}/refuse").status_code == 404
    assert "不再接受本机构的邀请" in text(desk.get(record))


def test_the_pages_in_english(firm, at, make_client):
    reader = make_account("Reader", locale="en")
    desk = make_client(make_member(firm.organisation, OrgRole.CONSULTANT, reader))
    person = make_person(firm.organisation, firm.consultant, source="fair", headline="", note="")
    for address in (at, f"{at}/new", f"{at}/{person.public_id}", f"{at}/{person.public_id}/edit"):
        page = text(desk.get(address))
        assert 'lang="en"' in page
        assert "Talent book" in page


def test_who_may_read_it(firm, at, make_client):
    for role, status in ((OrgRole.VIEWER, 403), (OrgRole.FINANCE, 403), (OrgRole.OWNER, 200)):
        assert make_client(make_member(firm.organisation, role)).get(at).status_code == status
    assert make_client(make_firm().consultant).get(at).status_code == 404
