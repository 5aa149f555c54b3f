"""The report of referrals: funnel by source, time in stage, reasons, by mandate and consultant."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.events import record
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.board import reading, report
from talentmarket.exchange.brokering.board.report import SOURCES, Asked, Group, ReferralReport
from talentmarket.exchange.brokering.tables import Column
from talentmarket.members.models import Organisation
from talentmarket.web.org.common import actor, own, page
from talentmarket.web.org_reports import handing

View = dict[str, Any]


def routes(bp: Blueprint) -> None:
    """Add the report and its files to the area."""
    bp.get("/referrals")(referrals)
    bp.post("/referrals/figures")(referral_figures)


def _asked() -> Asked:
    return Asked(
        handing.period(),
        request.values.get("mandate", "")[:40],
        request.values.get("consultant", "")[:40],
    )


def _found(session: Session, organisation: Organisation) -> ReferralReport:
    firm = standing.brokers(organisation)
    return report.report(session, organisation, _asked(), firm=firm)


def referrals(org: str) -> str:
    """The figures of the asked days."""
    organisation = own(org)
    session = db.session()
    found = _found(session, organisation)
    most = max((row.total for row in found.steps), default=0)
    longest = max((row.most or 0 for row in found.steps), default=0)
    firm = standing.brokers(organisation)
    return page(
        "org_reports/referrals.html",
        organisation,
        found=found,
        firm=firm,
        tabs=handing.tabs(org, "referrals"),
        choices=reading.choices(session, organisation) if firm else None,
        sources=SOURCES,
        rows=[_row(row, most, found.referrals, longest) for row in found.steps],
        steps=[word("referral_step", row.step) for row in found.steps],
        ends=[_end(*one) for one in found.ends],
        groups=[
            (_("按委托"), _("委托"), [_group(one) for one in found.mandates]),
            (_("按顾问"), _("顾问"), [_group(one) for one in found.consultants] if firm else []),
        ],
    )


def _row(row: report.StepRow, most: int, whole: int, longest: float) -> View:
    widths = [round(100 * row.reached[one] / most, 2) if most else 0 for one in SOURCES]
    line = None
    if longest and row.median is not None and row.most is not None:
        line = {"low": 0, "median": row.median, "high": row.most, "top": longest}
    return {
        "row": row,
        "name": word("referral_step", row.step),
        "parts": [
            {"x": round(sum(widths[:at]), 2), "width": width, "part": (1, 4)[at]}
            for at, width in enumerate(widths)
        ],
        "percent": round(100 * row.total / whole) if whole else 0,
        "median": handing.spoken(row.median),
        "most": handing.spoken(row.most),
        "line": line,
    }


def _end(kind: str, state: str, why: str, reason: str | None, count: int) -> View:
    said = word(why, reason) if reason else "—"
    return {"kind": kind, "state": state, "reason": said, "count": count}


def _group(one: Group) -> View:
    return {"name": one.name, "counts": list(one.reached.values())}


def referral_figures(org: str) -> Response:
    """What the page shows as a file; an event says that it was taken."""
    with unit_of_work() as session:
        organisation = own(org, session)
        found = _found(session, organisation)
        record(
            session,
            "organisation",
            organisation.public_id,
            "export",
            actor=actor(org),
            what="referral_report",
            rows=found.referrals,
            since=found.asked.period.since.isoformat(),
            until=found.asked.period.until.isoformat(),
        )
        sheets = _sheets(found, firm=standing.brokers(organisation))
    return handing.file(sheets, _("推荐统计"), found.asked.period)


def _sheets(found: ReferralReport, *, firm: bool) -> list[Any]:
    steps = (
        Column(_("阶段"), 14),
        *(Column(str(word("referral_source", one)), 14) for one in SOURCES),
        Column(_("合计"), 10),
        Column(_("走出人次"), 10),
        Column(_("停留中位（小时）"), 18),
        Column(_("停留九成以内（小时）"), 20),
    )
    rows = [
        (
            str(word("referral_step", row.step)),
            *(row.reached[one] for one in SOURCES),
            row.total,
            row.left,
            *(None if hours is None else round(hours, 1) for hours in (row.median, row.most)),
        )
        for row in found.steps
    ]
    ended = (Column(_("结果"), 16), Column(_("原因"), 20), Column(_("人次"), 10))
    ends = [
        (str(word(kind, state)), str(word(why, reason)) if reason else "", count)
        for kind, state, why, reason, count in found.ends
    ]
    sheets: list[Any] = [(_("阶段"), steps, rows), (_("结果"), ended, ends)]
    heads = [Column(str(word("referral_step", row.step)), 10) for row in found.steps]
    parts = [(_("按委托"), _("委托"), found.mandates)]
    if firm:
        parts.append((_("按顾问"), _("顾问"), found.consultants))
    for title, head, groups in parts:
        named = [(one.name or _("没有顾问"), *one.reached.values()) for one in groups]
        sheets.append((title, (Column(head, 30), *heads), named))
    return sheets
