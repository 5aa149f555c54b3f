"""What of these duties waits, for the office's rail and first page, and the reminders of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.alliance.duties import assessing, checking, common, incidents
from talentmarket.alliance.duties.models import CheckFinding, Handling, SelfCheck
from talentmarket.alliance.queues import Waiting
from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

NAMES = ("incidents", "assessments", "self_checks")
#: Days before a date at which the office is reminded; once it has come, every week.
REMIND = (60, 30, 7)

register(
    "duty.assessment",
    _l("个人信息保护影响评估到 %(until)s 须更新"),
    _l(
        "“%(handling)s”的影响评估须在 %(until)s 前重新评估并签署（个人信息保护法第五十五、五十六条）。"
    ),
)
register(
    "duty.self_check",
    _l("用户信息保护自查到 %(until)s 须完成"),
    _l("依网络招聘服务管理规定第二十一条，每年至少自查一次。本次须在 %(until)s 前完成并签署。"),
)
register(
    "duty.dangers",
    _l("自查发现的隐患须在 %(until)s 前消除"),
    _l("还有 %(count)s 项自查发现的隐患没有消除，最早一项须在 %(until)s 前消除。"),
)
register(
    "duty.incident",
    _l("安全事件 %(number)s 的通知期限 %(due)s"),
    _l("安全事件 %(number)s 还有主管部门或个人没有通知，期限 %(due)s。请记录通知的时间和内容。"),
)


def overview(session: Session) -> list[Waiting]:
    """A line for each: what is due within the first reminder, and how much is late."""
    at, today = clock.now(), clock.today()
    running = incidents.running(session)
    late = sum((due := incidents.due_of(one)) is not None and due < at for one in running)
    oldest = min((one.found_at for one in running), default=None)
    found = [Waiting("incidents", len(running), oldest, late)]
    assessments, checks = _days(session)
    for name, days in (("assessments", assessments), ("self_checks", checks)):
        found.append(_line(name, days, today))
    return found


def _days(session: Session) -> tuple[list[date], list[date]]:
    """By when what is to be assessed, and checked or removed: every page of the office asks, so in one
    statement."""
    assessed = assessing.days().subquery()
    rows = session.execute(
        sa.union_all(
            sa.select(
                sa.literal("check").label("kind"),
                sa.literal("").label("what"),
                sa.func.max(SelfCheck.checked_on).label("day"),
            ),
            sa.select(sa.literal("danger"), CheckFinding.item, CheckFinding.due_on).where(
                CheckFinding.fixed_at.is_(None)
            ),
            sa.select(
                sa.literal("assessment"),
                sa.cast(assessed.c.handling, sa.String),
                assessed.c.next_due,
            ),
        )
    ).all()
    known = {Handling(row.what): row.day for row in rows if row.kind == "assessment"}
    last = next(row.day for row in rows if row.kind == "check")
    dangers = [row.day for row in rows if row.kind == "danger"]
    return list(assessing.with_missing(known).values()), [checking.due_after(last), *dangers]


def _line(name: str, days: Iterable[date], today: date) -> Waiting:
    near = [day for day in days if day <= today + timedelta(days=max(REMIND))]
    return Waiting(name, len(near), None, sum(day <= today for day in near))


def remind() -> int:
    """A round of the worker: remind the office; their keys make each happen once. Returns 0."""
    with unit_of_work() as session:
        for handling, day in assessing.due(session).items():
            said: dict[str, Any] = {"handling": {"word": ["handling", str(handling)]}}
            _tell_of(session, "duty.assessment", f"{handling}", day, said, "assessments")
        _tell_of(session, "duty.self_check", "", checking.next_due(session), {}, "self-checks")
        if left := checking.dangers(session):
            said = {"count": len(left)}
            _tell_of(session, "duty.dangers", "", left[0], said, "self-checks")
        for one in incidents.running(session):
            if (due := incidents.due_of(one)) is not None:
                hour = int((clock.now() - one.found_at) / timedelta(hours=1))
                _tell(
                    session,
                    "duty.incident",
                    f"{one.public_id}:{hour // 4}",
                    {"number": one.number, "due": {"moment": due.isoformat()}},
                    f"incidents/{one.public_id}",
                )
    return 0


def _tell_of(
    session: Session, code: str, what: str, day: date, said: Mapping[str, Any], page: str
) -> None:
    """Remind of a day: at the steps before it, and again each week once it has come."""
    left = (day - clock.today()).days
    if left > max(REMIND):
        return
    if left > 0:
        step = f"{day}:{min(days for days in REMIND if left <= days)}"
    else:
        step = "late:" + "-".join(str(part) for part in clock.today().isocalendar()[:2])
    _tell(session, code, f"{what}:{step}", {**said, "until": {"day": day.isoformat()}}, page)


def _tell(session: Session, code: str, key: str, said: Mapping[str, Any], page: str) -> None:
    for account in common.office(session):
        notify(
            session,
            account,
            code,
            said,
            link=f"/operator/{page}",
            key=f"{code}:{key}:{account}",
            urgent=True,
        )
