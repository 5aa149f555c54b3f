"""The day as a line of the daily mail: the same figures as the page, told once a day."""

from __future__ import annotations

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.board import day
from talentmarket.members.models import AccountState, Membership, Organisation
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

register(
    "day.due",
    _l("今天：%(call)s 位待联系，%(today)s 个期限今天到，%(late)s 个已超期"),
    _l(
        "%(firm)s 今天的待办：%(call)s 位人才今天到答复期限，%(send)s 位已同意待推荐，"
        "%(interviews)s 场面试在今明两天，%(today)s 个期限今天到，%(late)s 个已超期。"
    ),
)


def tell_due() -> int:
    """Leave the day's notice for every consultant with something to do; returns how many.

    Called before the daily mail is put together; each process looks once a day, and the key makes
    a second look come to nothing.
    """
    today = clock.today()
    if current_app.extensions.get("talentmarket_day_told") == today:
        return 0
    session = db.session()
    people = _members(session, day.consultants_with_work(session))
    told = 0
    for firm_id, account_id in people:
        told += _tell(firm_id, account_id)
    current_app.extensions["talentmarket_day_told"] = today
    return told


def _tell(firm_id: int, account_id: int) -> bool:
    with unit_of_work() as session:
        firm = session.get_one(Organisation, firm_id)
        found = day.counts(day.items(session, firm, [account_id]))
        if not (found.call or found.send or found.interviews or found.today or found.late):
            return False
        return notify(
            session,
            account_id,
            "day.due",
            {
                "firm": firm.name,
                "call": found.call,
                "send": found.send,
                "interviews": found.interviews,
                "today": found.today,
                "late": found.late,
            },
            link=f"/org/{firm.public_id}/day",
            key=f"day:{firm_id}:{account_id}:{clock.today().isoformat()}",
        )


def _members(session: Session, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the pairs who are still members and can sign in."""
    members = set(
        session.execute(
            sa.select(Membership.organisation_id, Membership.account_id).where(
                Membership.removed_at.is_(None),
                Membership.account.has(state=AccountState.ACTIVE),
                Membership.organisation_id.in_({firm for firm, _account in pairs}),
            )
        ).tuples()
    )
    session.rollback()
    return [pair for pair in pairs if pair in members]
