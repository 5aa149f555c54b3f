"""The report of an organisation, and what it takes along: figures and service ledger as XLSX."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.events import record
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange import reporting
from talentmarket.exchange.brokering import service_ledger
from talentmarket.exchange.brokering.tables import Column
from talentmarket.exchange.reporting import ROUTES, Report, StageRow
from talentmarket.web.org.common import actor, own, page
from talentmarket.web.org_reports import handing, referrals

bp = Blueprint("org_reports", __name__, url_prefix="/org/<org>/reports")
referrals.routes(bp)


@bp.get("")
def home(org: str) -> str:
    """Funnel, times and reasons of the asked days."""
    organisation = own(org)
    found = reporting.report(db.session(), organisation.id, handing.period())
    most = max((row.total for row in found.stages), default=0)
    longest = max((row.most or 0 for row in found.stages), default=0)
    return page(
        "org_reports/home.html",
        organisation,
        found=found,
        routes=ROUTES,
        tabs=handing.tabs(org, "home"),
        rows=[_row(row, most, found.applications, longest) for row in found.stages],
        ends=[_end(*one) for one in found.ends],
    )


@bp.post("/figures")
def figures(org: str) -> Response:
    """The same figures as a table."""
    with unit_of_work() as session:
        organisation = own(org, session)
        found = reporting.report(session, organisation.id, handing.period())
        record(
            session,
            "organisation",
            organisation.public_id,
            "export",
            actor=actor(org),
            what="report",
            rows=found.applications,
            since=found.period.since.isoformat(),
            until=found.period.until.isoformat(),
        )
    return handing.file(_sheets(found), _("申请统计"), found.period)


@bp.post("/ledger")
def ledger(org: str) -> Response:
    """The service ledger: what was done for and by the organisation."""
    period = handing.period()
    try:
        with unit_of_work() as session:
            organisation = own(org, session)
            scope = service_ledger.Scope(period.since, period.until, organisation)
            data = service_ledger.export(session, scope, actor=actor(org))
    except Invalid:
        flash(_("这段时间的记录太多，一份表格放不下，请缩短时间。"), "warning")
        return redirect(url_for(".home", org=org))
    return handing.send(data, handing.XLSX, _("服务台账"), period, "xlsx")


def _row(row: StageRow, most: int, all_of_them: int, longest: float) -> dict[str, Any]:
    widths = [round(100 * row.reached[route] / most, 2) if most else 0 for route in ROUTES]
    return {
        "row": row,
        "name": word("application", row.stage),
        "parts": [
            {"x": round(sum(widths[:at]), 2), "width": width, "part": (1, 3, 5)[at]}
            for at, width in enumerate(widths)
        ],
        "percent": round(100 * row.total / all_of_them) if all_of_them else 0,
        "stood": handing.spoken(row.median),
        "quarter": handing.spoken(row.quarter),
        "most": handing.spoken(row.most),
        "line": None
        if not longest or row.quarter is None or row.median is None or row.most is None
        else {"low": row.quarter, "median": row.median, "high": row.most, "top": longest},
    }


def _end(state: str, reason: str | None, count: int) -> dict[str, Any]:
    why = word("end_reason", reason) if reason else "—"
    return {"state": state, "reason": why, "count": count}


def _sheets(found: Report) -> list[Any]:
    stages = (
        Column(_("阶段"), 14),
        *(Column(str(word("route", route)), 12) for route in ROUTES),
        Column(_("合计"), 10),
        Column(_("走出人次"), 10),
        Column(_("停留中位（小时）"), 18),
        Column(_("停留九成以内（小时）"), 20),
    )
    rows: list[tuple[Any, ...]] = [
        (
            str(word("application", row.stage)),
            *(row.reached[route] for route in ROUTES),
            row.total,
            row.left,
            *(None if hours is None else round(hours, 1) for hours in (row.median, row.most)),
        )
        for row in found.stages
    ]
    blank = (None,) * len(ROUTES)
    rows.append((_("其中裁定入职"), *blank, found.decided, None, None, None))
    ends = (
        (
            str(word("application", state)),
            str(word("end_reason", reason)) if reason else "",
            count,
        )
        for state, reason, count in found.ends
    )
    ended = (Column(_("结果"), 16), Column(_("原因"), 20), Column(_("人次"), 10))
    return [(_("阶段"), stages, rows), (_("结果"), ended, ends)]
