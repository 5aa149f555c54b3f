"""A firm's figures and fields as pages show them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from talentmarket.exchange.brokering.firms import figures as counting
from talentmarket.exchange.brokering.firms import profile
from talentmarket.members.models import Organisation
from talentmarket.web.concepts import place_name
from talentmarket.web.me.names import table_name

View = dict[str, Any]


def figures(session: Session, firm: Organisation) -> View:
    """The figures of the last count, each with its cases, or why it says nothing."""
    row = counting.of(session, firm)
    days, mandates = counting.shown_median(row)
    few = _("不足 %(num)s 例，不显示", num=counting.LEAST_CASES)
    rows = []
    for name, label in (
        ("referrals", _("推荐")),
        ("interviewed", _("进入面试")),
        ("started", _("入职（双方确认）")),
        ("decided", _("入职（联盟裁定）")),
        ("disputes", _("异议成立")),
    ):
        found = counting.shown(row, name)
        if found.count is None:
            said = few
        elif name == "referrals":
            said = ngettext("%(num)d 人", "%(num)d 人", found.count)
        else:
            said = _("%(count)s 人（共推荐 %(of)s 人）", count=found.count, of=found.of)
        rows.append((label, said))
    if days is None:
        said = few
    else:
        said = _("%(days)s 天（%(num)s 份委托）", days=f"{days:g}", num=mandates)
    rows.insert(1, (_("到首次推荐的天数（中位数）"), said))
    return {
        "rows": rows,
        "since": row.since if row else None,
        "on": row.counted_on if row else None,
    }


def said_of_itself(session: Session, firm: Organisation) -> list[tuple[str, str]]:
    """Fields and regions in the reader's language."""
    said = profile.of(session, firm)
    if said is None:
        return []
    rows = [
        (_("服务行业"), _("、").join(table_name("industry", one) for one in said.fields)),
        (_("服务地区"), _("、").join(place_name(one) for one in said.regions)),
    ]
    return [(name, value) for name, value in rows if value]
