"""Asking those who have not said the start: on the offered day, and again after working days.

Both on the site and by mail or short message with a link, at most once a day and stage; worked off by the worker.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock
from talentmarket.core.events import SYSTEM, record
from talentmarket.exchange import telling
from talentmarket.exchange.brokering.placing import case_notices, links, placements, proving
from talentmarket.exchange.brokering.placing.models import Placement, PlacementState
from talentmarket.exchange.brokering.placing.starting import (
    SIDES,
    S,
    first_asked,
    missing,
    silent_since,
)
from talentmarket.exchange.models import Application
from talentmarket.exchange.stages import By
from talentmarket.notices.send import channel_open, deliver, notify, site_address
from talentmarket.notices.texts import register

#: Working days of silence after which a side is asked again.
ASK_AGAIN = (3, 7)
#: Two askings are never nearer than this, however late the worker comes to the first.
APART = timedelta(days=1)
#: Proof may be filed when the last day is over, not in its last second.
AFTER = timedelta(seconds=1)

register(
    "start.link_person",
    _l("请确认您已入职：%(job)s"),
    _l(
        "您接受了 %(organisation)s“%(job)s”的录用，约定 %(day)s 入职。已经入职的，请打开链接确认，"
        "不用登录：%(address)s 链接有效至 %(until)s。没有入职的，请不要确认。"
    ),
    secret=True,
)
register(
    "start.link_employer",
    _l("请确认 %(number)s 已入职：%(job)s"),
    _l(
        "%(number)s 接受了 %(organisation)s“%(job)s”的录用，约定 %(day)s 入职。已经入职的，请打开链接确认，"
        "不用登录：%(address)s 链接有效至 %(until)s。没有入职的，请不要确认。"
    ),
    secret=True,
)
register(
    "start.ask_person",
    _l("请确认是否已入职：%(job)s"),
    _l("%(organisation)s“%(job)s”约定 %(day)s 入职。双方都确认后才算完成，请您确认。"),
)
register(
    "start.ask_employer",
    _l("请确认 %(number)s 是否已入职：%(job)s"),
    _l("%(number)s 约定 %(day)s 入职“%(job)s”。双方都确认后才算完成，请您确认。"),
)


def ask_at(session: Session, application: Application, at: datetime | None) -> None:
    """Ask the silent sides of its placement at this moment; None: nobody is asked any more."""
    session.execute(
        sa.update(Placement)
        .where(Placement.application_id == application.id)
        .values(remind_at=at, reminded=0)
        .execution_options(synchronize_session=False)
    )


def follow(session: Session, application: Application) -> None:
    """Set the clock of the next asking by where the application stands now."""
    if application.state is S.STARTED:
        return ask_at(session, application, clock.now())  # the other side, at once
    placement = placements.of_application(session, application)
    if placement is None:
        return None
    awaited = application.state is S.ACCEPTED and placement.state is PlacementState.AGREED
    return ask_at(session, application, first_asked(placement) if awaited else None)


def ask_due(session: Session, limit: int = 200) -> int:
    """Ask those who have not said the start and whose time has come; returns how many
    placements were gone through."""
    due = session.scalars(
        sa.select(Placement)
        .options(joinedload(Placement.application), joinedload(Placement.referral))
        .where(Placement.remind_at <= clock.now())
        .order_by(Placement.remind_at, Placement.id)
        .limit(limit)
    ).all()
    for placement in due:
        _ask(session, placement)
    return len(due)


def _ask(session: Session, placement: Placement) -> None:
    application = placement.application
    silent = missing(application)
    if placement.reminded > len(ASK_AGAIN):
        if (said := proving.said_by(placement)) is not None:
            case_notices.may_file(session, placement, said)
    else:
        for side in silent:
            ask_side(session, placement, side)
    placement.reminded += 1
    placement.remind_at = _next(placement) if silent else None
    session.flush()


def _next(placement: Placement) -> datetime | None:
    """When it is asked next; after the last time, when who said it is told that proof may be filed."""
    if placement.reminded > len(ASK_AGAIN):
        first_time = placement.reminded == len(ASK_AGAIN) + 1
        if first_time and placement.application.state is S.STARTED:
            return calendar.due(silent_since(placement), proving.SILENCE_DAYS) + AFTER
        return None
    at = calendar.due(silent_since(placement), ASK_AGAIN[placement.reminded - 1])
    return max(at, clock.now() + APART)


def ask_side(session: Session, placement: Placement, side: By) -> None:
    """Leave a notice on the site, and a link in the mail, where that can go out."""
    application, referral = placement.application, placement.referral
    said = {
        "job": referral.job.shown_title if side is By.TALENT else referral.job.title,
        "organisation": referral.employer.name,
        "number": application.number,
        "day": {"day": placement.offer.start_on.isoformat()},
    }
    # Once a day and stage, also where somebody says it and takes it back again and again.
    key = f"{placement.public_id}:{application.state}:{clock.today().isoformat()}"
    name = SIDES[side]
    for account_id, link in _pages(session, placement, side):
        notify(
            session,
            account_id,
            f"start.ask_{name}",
            said,
            link=link,
            key=f"start.ask:{key}:{account_id}",
        )
    record(session, "placement", placement.public_id, "ask_start", actor=SYSTEM, side=name)
    _send_links(session, placement, side, said, f"start.link:{name}:{key}")


def _send_links(
    session: Session, placement: Placement, side: By, said: dict[str, Any], key: str
) -> None:
    """By mail or short message, wherever the receiver is reached."""
    until = clock.now() + links.LIFE
    for one in links.receivers(session, placement, side):
        if not channel_open(one.identity.channel):
            continue
        token = links.token_of(placement, side, one.identity.value, until)
        deliver(
            session,
            one.identity.channel,
            one.identity.value,
            f"start.link_{SIDES[side]}",
            {
                **said,
                "address": site_address(f"/starts/{token}"),
                "until": {"moment": until.isoformat()},
            },
            key=f"{key}:{links.mark_of(one.identity.value)}",
            locale=one.locale,
            account_id=one.account_id,
        )


def _pages(session: Session, placement: Placement, side: By) -> list[tuple[int, str]]:
    """Whose notices, and the page on which the start is said."""
    application, referral = placement.application, placement.referral
    if side is By.TALENT:
        return [(referral.talent.account_id, f"/me/applications/{application.public_id}")]
    page = f"/org/{referral.employer.public_id}/applications/{application.public_id}"
    return [(one, page) for one in telling.desk_accounts(session, referral.job)]
