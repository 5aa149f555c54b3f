"""The first page: what waits, what is late, and a few figures."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import pgettext

from talentmarket.alliance import cockpit
from talentmarket.core import calendar, clock
from talentmarket.core.db import db
from talentmarket.web import legal
from talentmarket.web.concepts import occupation_name
from talentmarket.web.operator.common import page


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/", view_func=home)


def home() -> str:
    """Queues with their clocks, figures with their period, the limits of the calendar."""
    session = db.session()
    now, before = cockpit.periods(session)
    standing = cockpit.standing(session)
    known = calendar.known_until()
    return page(
        "operator/home.html",
        figures=[
            {
                "label": pgettext("how many", "人才档案"),
                "value": standing.talents,
                "note": _("%(count)s 份可被单位找到", count=standing.findable),
            },
            {"label": _("已核验用人单位"), "value": standing.employers},
            {"label": _("已核验服务机构"), "value": standing.firms},
            {
                "label": _("在招岗位"),
                "value": standing.jobs,
                "note": _("另有转载参考 %(count)s 个", count=standing.references),
            },
        ],
        rows=_rows(now, before),
        demand=[
            {"name": occupation_name(code), "jobs": jobs, "people": people}
            for code, jobs, people in cockpit.by_occupation(session)
        ],
        not_shown=legal.missing(),
        known_until=known,
        calendar_short=(known - clock.today()).days < 60,
    )


def _rows(now: cockpit.Period, before: cockpit.Period) -> list[dict[str, Any]]:
    def rate(period: cockpit.Period) -> str:
        if period.rate is None:
            return _("不满 10 份")
        return _("%(rate)s%%（%(due)s 份）", rate=period.rate, due=period.due)

    return [
        {"name": _("新建人才档案"), "now": now.talents, "before": before.talents},
        {"name": _("新发布岗位"), "now": now.jobs, "before": before.jobs},
        {"name": _("新申请"), "now": now.applications, "before": before.applications},
        {"name": _("按期答复率"), "now": rate(now), "before": rate(before)},
        {"name": _("入职"), "now": now.hired, "before": before.hired},
    ]
