"""The firm's board and table: the address is the state, moves are forms, results stand per row."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.core.permissions import DESK
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.exchange.brokering.board import moving, reading
from talentmarket.exchange.brokering.board.reading import AGES, NOBODY, Card, Filters, Stack
from talentmarket.exchange.brokering.board.stages import Column
from talentmarket.exchange.brokering.referring import asking
from talentmarket.members import cards
from talentmarket.members.models import Organisation
from talentmarket.web import moved
from talentmarket.web.applications.words import countdown
from talentmarket.web.org_desk import common

View = dict[str, Any]
Answer = str | Response | tuple[str, int]
VIEWS = ("board", "table")


def routes(bp: Blueprint) -> None:
    """Add the board and its batch to the blueprint of referrals."""
    bp.get("/referrals")(listed)
    bp.post("/referrals/batch")(batch)


# --- reading -----------------------------------------------------------------------------------


def listed(org: str) -> str:
    """What the firm asked and sent, by stage or in one list; people by their numbers."""
    session = common.read()
    firm = common.organisation_of(session, org)
    view = request.args.get("view", "board")
    if view not in VIEWS:
        raise NotFound()
    filters = filters_of(request.args)
    values = {
        "view": view,
        "tabs": _tabs(org, view),
        "filters": filters,
        "choices": reading.choices(session, firm),
        "stages": [(str(one), word("referral_column", one)) for one in Column],
        "ages": AGES,
        "nobody": NOBODY,
        "back": request.query_string.decode("ascii", "ignore"),
        "no_filters": Filters(),
    }
    if view == "board":
        values |= _board(session, firm, filters)
    else:
        values |= _table(session, firm, filters)
    return common.page("referrals/board.html", firm, **values)


def filters_of(args: Any) -> Filters:
    """What an address narrows the referrals to; what it does not know it leaves out."""
    stage, age = args.get("stage", ""), whole_number(args.get("age", "")) or 0
    return Filters(
        mandate=args.get("mandate", "")[:40],
        client=args.get("client", "")[:40],
        consultant=args.get("consultant", "")[:40],
        stage=Column(stage) if stage in set(Column) else None,
        late=args.get("late") == "1",
        age=age if age in AGES else 0,
    )


def asked(filters: Filters, **more: Any) -> dict[str, Any]:
    """The filters as the values of an address, with what is asked besides; empty ones are left out."""
    values = {
        "mandate": filters.mandate,
        "client": filters.client,
        "consultant": filters.consultant,
        "stage": str(filters.stage or ""),
        "late": "1" if filters.late else "",
        "age": filters.age or "",
        **more,
    }
    return {name: value for name, value in values.items() if value}


def _tabs(org: str, view: str) -> list[View]:
    now = filters_of(request.args)
    return [
        {
            "text": text,
            "url": url_for("org_referrals.listed", org=org, **asked(now, view=name)),
            "current": name == view,
        }
        for name, text in (("board", _("看板")), ("table", _("列表")))
    ]


def _board(session: Session, firm: Organisation, filters: Filters) -> View:
    stacks = reading.board(session, firm, filters)
    wanted = request.args.get("column", "")
    here = next(
        (one for one in stacks if str(one.column) == wanted),
        next((one for one in stacks if one.late), None)
        or next((one for one in stacks if one.count), stacks[0]),
    )
    return {
        "columns": [_column(one, firm, filters, one is here) for one in stacks],
        "total": sum(one.count for one in stacks),
    }


def _column(stack: Stack, firm: Organisation, filters: Filters, here: bool) -> View:
    org, name = firm.public_id, str(stack.column)
    rest = stack.count - len(stack.cards)
    return {
        "stage": name,
        "title": word("referral_column", name),
        "count": stack.count,
        "late": stack.late,
        "current": here,
        "url": url_for("org_referrals.listed", org=org, **asked(filters, column=name)),
        "cards": [card_view(one, org, acts=_acts(org)) for one in stack.cards],
        "rest": rest,
        "rest_url": url_for(
            "org_referrals.listed", org=org, **asked(filters, view="table", stage=name)
        ),
    }


def _table(session: Session, firm: Organisation, filters: Filters) -> View:
    org = firm.public_id
    found = reading.table(session, firm, filters, whole_number(request.args.get("page", "")) or 1)

    def page(number: int) -> str:
        return url_for("org_referrals.listed", org=org, **asked(filters, view="table", page=number))

    return {
        "rows": [card_view(one, org, acts=_acts(org)) for one in found.cards],
        "total": found.total,
        "previous": page(found.page - 1) if found.page > 1 else None,
        "next": page(found.page + 1) if found.page < found.pages else None,
    }


def _acts(org: str) -> bool:
    """Whether the reader works with people; finance and viewers read by number."""
    return common.role_in(org) in DESK.roles


#: Columns whose cards lead who only reads to the placement.
_PLACED = (Column.STARTED, Column.GUARANTEED, Column.OVER)


def _url(card: Card, org: str, *, acts: bool) -> str | None:
    """Where a card leads: the referral, or for those who only read its placement, if there is one."""
    if acts:
        return url_for("org_referrals.show", org=org, referral_id=card.public_id)
    if card.placement is None or card.column not in _PLACED:
        return None
    return url_for("org_referrals.placement", org=org, placement_id=card.placement)


def card_view(card: Card, org: str, *, acts: bool = True) -> View:
    """A card for the macros: the person's number, what for, how long, until when, what can be done.
    `acts`: the reader may; else nothing is to be pressed."""
    days = card.age(clock.today())
    moves = _moves(card) if acts else []
    return {
        "id": card.public_id,
        "name": cards.number_of(cards.card_of_key(card.talent_id, org)),
        "number": card.number,
        "url": _url(card, org, acts=acts),
        "lines": [card.job, card.client],
        "who": card.consultant,
        "stage": str(card.column),
        "stage_word": word("referral_column", card.column),
        "detail": _detail(card),
        "claim": str(card.claim) if card.claim else None,
        "age": _("今天进入") if days == 0 else ngettext("已 %(num)d 天", "已 %(num)d 天", days),
        "clock": _clock(card),
        "guarantee": card.guarantee_until if card.column is Column.STARTED else None,
        "pick": {"value": card.public_id, "seen": f"{card.public_id}.{card.revision}"}
        if moves
        else None,
        "moves": [_move_view(name, to, card, org) for name, to in moves]
        + (_refusal(card, org) if acts else []),
    }


def _detail(card: Card) -> tuple[str, str] | None:
    """What the column does not say by itself: (kind, code) of a tag."""
    if card.column is Column.OVER and card.application_state is None:
        return ("referral", "lapsed" if card.state in moving.MOVES["recall"][0] else card.state)
    if card.column in (Column.SENT, Column.OFFER, Column.STARTED, Column.OVER):
        return ("application", str(card.application_state)) if card.application_state else None
    return None


def _clock(card: Card) -> View | None:
    if card.due is None or card.column is Column.OVER:
        return None
    firms = card.column in (Column.CONSENTED,)
    return countdown(card.since, card.due, of_other=not firms)


def _moves(card: Card) -> list[tuple[str, Column]]:
    return moving.moves_of(card.state, card.applied) if card.column is not Column.OVER else []


def _move_view(name: str, to: Column, card: Card, org: str) -> View:
    texts = {"send": _("推荐给用人单位"), "recall": _("撤回询问")}
    return {
        "text": texts[name],
        "to": str(to),
        "kind": "quiet" if name == "send" else "withdraw",
        "url": url_for("org_referrals.batch", org=org),
        "fields": {
            "move": name,
            "pick": card.public_id,
            "seen": f"{card.public_id}.{card.revision}",
        },
    }


def _refusal(card: Card, org: str) -> list[View]:
    """Who applied to the firm's posting is refused on a page of its own, with a reason."""
    if not card.applied or card.column is not Column.CONSENTED:
        return []
    url = url_for("org_referrals.refuse", org=org, referral_id=card.public_id)
    return [{"text": _("不合适…"), "to": str(Column.OVER), "kind": "quiet", "url": url}]


# --- moving ------------------------------------------------------------------------------------


def batch(org: str) -> Answer:
    """Move one or several; each row says what became of it, whatever became of the others."""
    name, picked = request.form.get("move", ""), request.form.getlist("pick")
    if name not in moving.MOVES:
        raise NotFound()
    back = url_for("org_referrals.listed", org=org, **_back(request.form.get("back", "")))
    if request.form.get("next") == "day":
        back = url_for("org_referrals.day", org=org)
    seen = dict(one.partition(".")[::2] for one in request.form.getlist("seen"))
    chosen = list(dict.fromkeys(picked))
    if not chosen:
        flash(_("请先勾选。"), "warning")
        return redirect(back)
    results = [
        _one(org, public_id, name, whole_number(seen.get(public_id)))
        for public_id in chosen[: moving.MOST]
    ]
    return moved.answer(
        common.organisation_of(common.read(), org),
        results,
        title={"send": _("推荐给用人单位"), "recall": _("撤回询问")}[name],
        done={"send": _("已推荐。"), "recall": _("询问已撤回。")}[name],
        back=back,
        left=len(chosen) - len(results),
    )


def _back(query: str) -> dict[str, Any]:
    """The state the reader came from, made anew from what is known of it."""
    args = {name: values[-1] for name, values in parse_qs(query[:500]).items()}
    kept = asked(filters_of(args), view=args.get("view", ""), column=args.get("column", "")[:20])
    if kept.get("view") not in VIEWS:
        kept.pop("view", None)
    return kept


def _one(org: str, public_id: str, name: str, revision: int | None) -> moved.Result:
    try:
        with unit_of_work() as session:
            firm = common.organisation_of(session, org)
            moving.move(
                session,
                firm,
                public_id,
                name,
                revision=revision,
                actor=current_user.actor(org),
            )
        wrong = None
    except NotFound:
        return moved.Result("—", None, _("没有找到，或不是本单位的。"))
    except DomainError as error:
        db.session.rollback()
        wrong = str(error.message)
    session = common.read()
    row = asking.of_firm(session, common.organisation_of(session, org), public_id)
    url = url_for("org_referrals.show", org=org, referral_id=public_id)
    name_of = cards.number_of(cards.card_of_key(row.talent_id, org))
    return moved.Result(name_of, url, wrong)
