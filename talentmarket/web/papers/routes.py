"""Is a paper genuine: somebody types the code that is printed on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import format_date, format_datetime
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from talentmarket.core import clock, counters
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering.money import yuan
from talentmarket.exchange.brokering.papers import codes
from talentmarket.exchange.brokering.papers.codes import Checked, Verdict
from talentmarket.exchange.brokering.papers.models import Paper

bp = Blueprint("papers", __name__, url_prefix="/papers")

#: Codes are 100 random bits: this only keeps one address from asking all day long.
HOURLY = 120


@bp.get("")
def ask() -> str | Response:
    """Where a code is typed."""
    if given := request.args.get("code", "").strip():
        code = codes.normal(given)
        if code:
            return redirect(url_for(".show", code=codes.grouped(code)))
        return render_template("papers/check.html", given=given[:60], verdict=Verdict.MALFORMED)
    return render_template("papers/check.html", given="", verdict=None)


@bp.get("/<code>")
def show(code: str) -> tuple[str, int]:
    """What the code turned out to be; 404 where no such paper was handed out."""
    with unit_of_work(counting=True) as session:
        counters.limit(session, f"papers:{request.remote_addr}", timedelta(hours=1), HOURLY)
    found = codes.check(db.session(), code)
    body = render_template(
        "papers/check.html",
        given=codes.grouped(normal) if (normal := codes.normal(code)) else code[:60],
        verdict=found.verdict,
        paper=found.paper,
        rows=_rows(found),
    )
    return body, 200 if found.verdict is Verdict.GENUINE else 404


def _rows(found: Checked) -> list[tuple[Any, Any]]:
    paper = found.paper
    if paper is None:
        return []
    at = format_datetime(clock.local(paper.issued_at), "yyyy-MM-dd HH:mm", rebase=False)
    rows: list[tuple[Any, Any]] = [(_l("文书"), word("paper", paper.kind)), (_l("出具时间"), at)]
    return rows + _said(paper)


def _said(paper: Paper) -> list[tuple[Any, Any]]:
    shown = [name for name in NAMES if paper.facts.get(name) not in (None, "")]
    return [(NAMES[name], _FORMS.get(name, str)(paper.facts[name])) for name in shown]


def _answer(value: str) -> Any:
    return word("referral_answer", value)


def _day(value: str) -> str:
    return format_date(date.fromisoformat(value), "yyyy-MM-dd")


def _moment(value: str) -> str:
    at = clock.local(datetime.fromisoformat(value))
    return format_datetime(at, "yyyy-MM-dd HH:mm", rebase=False)


#: What a paper says → its name on the page, in this order.
NAMES: dict[str, Any] = {
    "number": _l("编号"),
    "mandate": _l("委托编号"),
    "firm": _l("机构"),
    "firm_uscc": _l("机构的统一社会信用代码"),
    "licence": _l("许可证号"),
    "partner": _l("带来人选的机构"),
    "client": _l("用人单位"),
    "client_uscc": _l("用人单位的统一社会信用代码"),
    "title": _l("岗位"),
    "headcount": _l("人数"),
    "valid_until": _l("委托有效期至"),
    "card": _l("人选编号"),
    "sent_at": _l("送出时间"),
    "answer": _l("单位答复"),
    "answered_at": _l("答复时间"),
    "owned_until": _l("归属期至"),
    "terms_number": _l("条款版本"),
    "terms_digest": _l("条款摘要（SHA-256）"),
    "month": _l("月份"),
    "opening": _l("期初未结（元）"),
    "entries": _l("发生笔数"),
    "fee": _l("服务费，不含税（元）"),
    "share": _l("分成（元）"),
    "tax": _l("税额（元）"),
    "held": _l("争议暂缓（元）"),
    "paid": _l("收到（元）"),
    "settled": _l("机构之间分成收付（元）"),
    "closing": _l("期末未结（元）"),
}
_FORMS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("opening", "fee", "share", "tax", "held", "paid", "settled", "closing"), yuan),
    **dict.fromkeys(("valid_until", "owned_until"), _day),
    **dict.fromkeys(("sent_at", "answered_at"), _moment),
    "answer": _answer,
}
