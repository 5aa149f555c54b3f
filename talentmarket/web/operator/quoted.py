"""The lines of a thread that the office reads for a report: the one reported and its neighbours."""

from __future__ import annotations

from typing import Any

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import message_reports, reports
from talentmarket.exchange.models import Side
from talentmarket.web.operator.common import actor


def quoted(report_id: str) -> dict[str, Any] | None:
    """The lines for the page of a report, oldest first; None where it is about something else. That
    they were opened is an event each time."""
    with unit_of_work() as session:
        report = reports.find(session, report_id)
        if report.subject_type != message_reports.SUBJECT:
            return None
        shown = message_reports.shown_to_office(session, report, actor=actor())
        if shown is None:
            return {"lines": [], "number": "", "job": ""}
        return {
            "number": shown.application.number,
            "job": shown.application.job.shown_title,
            "lines": [
                {
                    "reported": one.public_id == shown.reported,
                    "person": one.side is Side.TALENT,
                    "at": one.sent_at,
                    "text": one.text,
                    "files": len(one.files),
                }
                for one in shown.lines
            ],
        }
