"""What the reports share: the asked days, times in words, and the files they hand out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from talentmarket.exchange import reporting
from talentmarket.exchange.brokering.tables import separated, workbook
from talentmarket.exchange.reporting import Period

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def tabs(org: str, now: str) -> list[dict[str, Any]]:
    """The two reports."""
    return [
        {"text": text, "url": url_for(f"org_reports.{name}", org=org), "current": name == now}
        for name, text in (("home", _("申请")), ("referrals", _("推荐")))
    ]


def period() -> Period:
    """The days the address or the form asks for."""
    return reporting.period_of(_day("since"), _day("until"))


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None


def spoken(hours: float | None) -> str:
    """A time in words: hours below two days, else days."""
    if hours is None:
        return "—"
    if hours < 48:
        return ngettext("%(num)d 小时", "%(num)d 小时", round(hours))
    days = f"{hours / 24:.1f}".removesuffix(".0")
    return _("%(days)s 天", days=days)


def file(sheets: Sequence[Any], what: str, asked: Period) -> Response:
    """The sheets as XLSX, or as CSV where the form says so."""
    if request.form.get("format") == "csv":
        return send(separated(sheets), "text/csv; charset=utf-8", what, asked, "csv")
    return send(workbook(sheets), XLSX, what, asked, "xlsx")


def send(data: bytes, kind: str, what: str, asked: Period, ending: str) -> Response:
    """A file to keep."""
    name = f"{what} {asked.since.isoformat()} {asked.until.isoformat()}.{ending}"
    return send_file(
        io.BytesIO(data), mimetype=kind, as_attachment=True, download_name=name, max_age=0
    )
