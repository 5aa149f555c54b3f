"""A consultant's day: one page of what is owed or ends today, each with its clock and one act."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.roles import OrgRole
from talentmarket.core.words import word
from talentmarket.exchange.brokering.board import day as days
from talentmarket.exchange.brokering.board.day import Item, Kind
from talentmarket.members import cards
from talentmarket.members.models import Organisation
from talentmarket.web.applications.words import countdown, when
from talentmarket.web.org_desk import common

View = dict[str, Any]


def routes(bp: Blueprint) -> None:
    """Add the page to the blueprint of referrals."""
    bp.get("/day")(day)


def day(org: str) -> str:
    """What is due today or late for this consultant, or for the whole firm."""
    session = common.read()
    firm = common.organisation_of(session, org)
    everybody = request.args.get("whose") == "all"
    return common.page(
        "referrals/day.html",
        firm,
        tabs=[
            {"text": _("我的"), "url": url_for(".day", org=org), "current": not everybody},
            {
                "text": _("全机构"),
                "url": url_for(".day", org=org, whose="all"),
                "current": everybody,
            },
        ],
        **day_of(session, firm, everybody=everybody),
    )


def day_of(session: Session, firm: Organisation, *, everybody: bool = False) -> View:
    """The items and figures for the macros. An owner's own are also those that nobody has."""
    org = firm.public_id
    whose: list[int | None] | None = None if everybody else [current_user.account.id]
    if whose is not None and common.role_in(org) is OrgRole.OWNER:
        whose.append(None)
    found = days.items(session, firm, whose)
    return {"items": [_view(one, org) for one in found], "counts": days.counts(found)}


def _view(item: Item, org: str) -> View:
    name = cards.number_of(cards.card_of_key(item.talent_id, org)) if item.talent_id else None
    return {
        "kind": str(item.kind),
        "what": word("day", item.kind),
        "name": name,
        "title": item.title,
        "client": item.client,
        "clock": _clock(item),
        "day": _day(item),
        **_act(item, org),
    }


def _clock(item: Item) -> View | None:
    if item.due is None:
        return None
    if item.kind is Kind.INTERVIEW:
        past = item.due < clock.now()
        return {
            "due": item.due,
            "text": when(item.due),
            "used": 100 if past else 0,
            "tone": "fine" if past else "soon",
        }
    return countdown(item.since, item.due, of_other=item.kind is not Kind.SEND)


def _day(item: Item) -> View | None:
    """A last or first day in words: what counts in days has no ring."""
    if item.kind is Kind.LICENCE and item.day is None:
        return {"text": _("没有有效许可证"), "tone": "bad", "on": None}
    if item.day is None:
        return None
    left = (item.day - clock.today()).days
    if item.kind is Kind.START:
        text = (
            _("今天入职")
            if not left
            else ngettext("约定入职日已过 %(num)d 天", "约定入职日已过 %(num)d 天", -left)
        )
        return {"text": text, "tone": "warn" if left else "", "on": item.day}
    text = ngettext("剩 %(num)d 天", "剩 %(num)d 天", left)
    return {"text": text, "tone": "warn" if left <= 14 else "", "on": item.day}


def _act(item: Item, org: str) -> View:
    """Where the line leads, and its one act: a form where it can be done at once, else a link."""
    if item.kind in (Kind.START, Kind.GUARANTEE):
        url = url_for("org_referrals.placement", org=org, placement_id=item.public_id)
        text = _("去确认") if item.kind is Kind.START else _("查看")
        return {"url": url, "act": text, "fields": None}
    if item.kind is Kind.MANDATE:
        url = url_for("org_mandates.show", org=org, mandate_id=item.public_id)
        return {"url": url, "act": _("续期或结束"), "fields": None}
    if item.kind is Kind.LICENCE:
        return {"url": url_for("org.licence", org=org), "act": _("提交许可证"), "fields": None}
    url = url_for("org_referrals.show", org=org, referral_id=item.public_id)
    if item.kind is Kind.SEND:
        seen = f"{item.public_id}.{item.revision}"
        fields = {"move": "send", "pick": item.public_id, "seen": seen, "next": "day"}
        return {"url": url, "act": _("推荐给用人单位"), "fields": fields}
    return {"url": url, "act": _("查看"), "fields": None}
