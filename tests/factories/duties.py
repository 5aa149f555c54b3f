"""The office's records kept by law, made by the services themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from talentmarket.alliance.duties import assessing, checking, incidents
from talentmarket.alliance.duties.assessing import Assessed
from talentmarket.alliance.duties.checking import ITEMS, Checked
from talentmarket.alliance.duties.incidents import Known
from talentmarket.alliance.duties.models import Assessment, Handling, Incident, SelfCheck
from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account


def assessed(**changes: Any) -> Assessed:
    """A whole assessment."""
    values: dict[str, Any] = {
        "kinds": ("name", "profile"),
        "purposes": "按职业、技能和地点给岗位和人才排序，供双方参考。",
        "effect": "排序靠后的人可能较少被看到，存在偏差的风险。",
        "measures": "性别、年龄不参与计算；可以关闭个性化排序；每年审计。",
        "conclusion": "with_measures",
        "duty": "个人信息保护负责人",
        "next_due": clock.today() + timedelta(days=300),
    }
    return Assessed(**{**values, **changes})


def make_assessment(
    signer: Account, handling: Handling = Handling.AUTOMATED, after: int = 0, **changes: Any
) -> Assessment:
    """A signed version."""
    with unit_of_work() as session:
        own = session.get_one(Account, signer.id)
        return assessing.sign(
            session, handling, assessed(**changes), after=after, signer=own, actor=Actor("office")
        )


def known(**changes: Any) -> Known:
    """What is known of a leak a quarter of an hour after it was found."""
    values: dict[str, Any] = {
        "mishap": "leak",
        "certain": True,
        "found_at": clock.now() - timedelta(minutes=15),
        "happened_at": None,
        "kinds": ("contact",),
        "people": 12,
        "what": "一份导出的名单被发到了错误的邮箱。",
    }
    return Known(**{**values, **changes})


#: What has to be known before persons are told.
WHOLE = {
    "cause": "收件人填错，没有第二人核对。",
    "harm": "可能收到骚扰电话。",
    "measures": "对方已删除并书面确认。",
    "advice": "接到陌生招聘来电请核实。",
    "contact": "028-80000000",
}


def make_incident(by: Account, **changes: Any) -> Incident:
    """An incident that runs."""
    with unit_of_work() as session:
        own = session.get_one(Account, by.id)
        return incidents.open_(session, known(**changes), by=own, actor=Actor("office"))


def checked(**changes: Any) -> Checked:
    """A check that found one danger."""
    results = dict.fromkeys(ITEMS, ("good", ""))
    results["logs"] = ("found", "反向代理的日志只留了 90 天。")
    results["abroad"] = ("not_applicable", "没有向境外提供。")
    values: dict[str, Any] = {
        "checked_on": clock.today(),
        "results": results,
        "summary": "逐项查看设置和记录，一项不符合，其余符合。",
        "duty": "个人信息保护负责人",
    }
    return Checked(**{**values, **changes})


def make_self_check(signer: Account, **changes: Any) -> SelfCheck:
    """A signed check."""
    with unit_of_work() as session:
        own = session.get_one(Account, signer.id)
        return checking.sign(session, checked(**changes), signer=own, actor=Actor("office"))
