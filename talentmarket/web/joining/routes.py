"""Opened mandates: the list, one of them, asking to join; the holder's page of its partners."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.joining import joinings
from talentmarket.exchange.brokering.joining.models import Joining, JoiningState
from talentmarket.exchange.brokering.joining.standing import part_of
from talentmarket.exchange.brokering.mandating import documents, mandates
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateDocumentKind
from talentmarket.members.models import Account, Organisation
from talentmarket.web.formpages import attach
from talentmarket.web.joining import views
from talentmarket.web.joining.forms import JoinForm, WordsForm
from talentmarket.web.org_desk import common
from talentmarket.web.org_jobs.common import actor
from talentmarket.web.organisations.showing import file_link

bp = Blueprint("org_joining", __name__, url_prefix="/org/<org>")

Answer = str | Response | tuple[str, int]
_ONE, _FIRMS = "/opened/<mandate_id>", "/mandates/<mandate_id>/firms"


def _broker(session: Session, org: str) -> Organisation:
    firm = common.organisation_of(session, org)
    if not standing.brokers(firm):
        raise NotFound()
    return firm


# --- the firm that joins -----------------------------------------------------------------------
@bp.get("/opened")
def listed(org: str) -> str:
    """Mandates that others opened, and what became of the firm's own requests."""
    session = common.read()
    firm = _broker(session, org)
    hindrance = standing.hindrance(session, firm)
    parts = joinings.of_firm(session, firm)
    mine = {one.mandate_id for one in parts if one.state in views.GOING_ON}
    found = [] if hindrance else joinings.opened(session, firm)
    rows = [one for one in found if one.id not in mine]
    return common.page(
        "joining/opened.html",
        firm,
        rows=views.rows(session, rows),
        parts=views.parts(session, parts),
        hindrance=hindrance,
    )


@bp.get(_ONE)
def show(org: str, mandate_id: str) -> str:
    """One opened mandate: brief and split, and what may be done."""
    return _show(org, mandate_id, JoinForm(formdata=None), WordsForm(formdata=None))


def _show(org: str, mandate_id: str, form: JoinForm, leaving: WordsForm) -> str:
    session = common.read()
    firm = _broker(session, org)
    mandate = joinings.find(session, firm, mandate_id)
    part = part_of(session, mandate, firm)
    hindrance = standing.hindrance(session, firm)
    if hindrance and part is None:
        raise NotFound()
    joined = part is not None and part.state is JoiningState.JOINED
    return common.page(
        "joining/show.html",
        firm,
        mandate=mandate,
        view=views.one(session, mandate, named=joined),
        part=part,
        joined=joined,
        may_ask=not hindrance and joinings.may_ask(part) and views.is_open(session, firm, mandate),
        rest_until=joinings.rest_until(part),
        brief=_brief(session, mandate) if joined else None,
        referrals=views.referrals(session, mandate, common.role_in(org), firm),
        hindrance=hindrance,
        form=form,
        leaving=leaving,
    )


def _brief(session: Session, mandate: Mandate) -> Any:
    kept = documents.current(session, mandate)
    return next((one for one in kept if one.kind is MandateDocumentKind.BRIEF), None)


@bp.post(f"{_ONE}/join")
def join(org: str, mandate_id: str) -> Answer:
    """Ask to join."""
    form = JoinForm()

    def act(session: Session, firm: Organisation, mandate: Mandate) -> None:
        joinings.ask(
            session,
            mandate,
            firm,
            form.text.data or "",
            consultant=session.get_one(Account, current_user.account.id),
            actor=actor(org),
        )

    if _done(org, mandate_id, form, act):
        flash(_("已申请加入，持有委托的机构答复后会通知您。"), "done")
        return redirect(url_for(".show", org=org, mandate_id=mandate_id))
    return _show(org, mandate_id, form, WordsForm(formdata=None)), 422


@bp.post(f"{_ONE}/leave")
def leave(org: str, mandate_id: str) -> Answer:
    """Take the request back, or stop working on the mandate."""
    form = WordsForm()

    def act(session: Session, firm: Organisation, mandate: Mandate) -> None:
        part = part_of(session, mandate, firm)
        if part is None:
            raise NotFound()
        if part.state is JoiningState.ASKED:
            joinings.withdraw(session, part, actor=actor(org))
        else:
            joinings.leave(session, part, form.text.data or "", actor=actor(org))

    if _done(org, mandate_id, form, act):
        flash(_("已退出。已推荐的人选照常办理，归属和分成不变。"), "done")
        return redirect(url_for(".listed", org=org))
    return _show(org, mandate_id, JoinForm(formdata=None), form), 422


def _done(org: str, mandate_id: str, form: FlaskForm, act: Any) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        with unit_of_work() as session:
            firm = _broker(session, org)
            act(session, firm, joinings.find(session, firm, mandate_id))
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        attach(form, error)
        return False
    return True


@bp.get(f"{_ONE}/brief")
def brief(org: str, mandate_id: str) -> Response:
    """The recruitment brief, for a firm that works on the mandate."""
    with unit_of_work() as session:
        firm = _broker(session, org)
        mandate = joinings.find(session, firm, mandate_id)
        part = part_of(session, mandate, firm)
        kept = _brief(session, mandate)
        if part is None or part.state is not JoiningState.JOINED or kept is None:
            raise NotFound()
        link = file_link(kept.file)
    return redirect(link)


# --- the firm that holds the mandate -----------------------------------------------------------
@bp.get(_FIRMS)
def firms(org: str, mandate_id: str) -> str:
    """Who asks to join, who works on the mandate, and whom they brought."""
    return _firms(org, mandate_id, "", WordsForm(formdata=None))


def _firms(org: str, mandate_id: str, faulty: str, form: WordsForm) -> str:
    session = common.read()
    organisation = common.organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    return common.page(
        "joining/firms.html",
        organisation,
        mandate=mandate,
        terms=views.opening(session, mandate),
        parts=joinings.of_mandate(session, mandate),
        referrals=views.referrals(session, mandate, common.role_in(org)),
        faulty=faulty,
        form=form,
    )


@bp.post(f"{_FIRMS}/<joining_id>/answer")
def answer(org: str, mandate_id: str, joining_id: str) -> Answer:
    """Accept, or refuse with words."""
    form = WordsForm()
    verdict = "refuse" if "refuse" in _sent() else "accept"

    def act(session: Session, part: Joining) -> None:
        joinings.answer(session, part, verdict, form.text.data or "", actor=actor(org))

    if _held(org, mandate_id, joining_id, form, act):
        flash(_("已答复，对方会收到通知。"), "done")
        return redirect(url_for(".firms", org=org, mandate_id=mandate_id))
    return _firms(org, mandate_id, joining_id, form), 422


@bp.post(f"{_FIRMS}/<joining_id>/exclude")
def exclude(org: str, mandate_id: str, joining_id: str) -> Answer:
    """End a firm's part, with words."""
    form, count = WordsForm(), 0

    def act(session: Session, part: Joining) -> None:
        nonlocal count
        count = joinings.exclude(session, part, form.text.data or "", actor=actor(org))

    if _held(org, mandate_id, joining_id, form, act):
        text = ngettext(
            "已结束参与，撤回 %(num)d 个未推荐的询问。",
            "已结束参与，撤回 %(num)d 个未推荐的询问。",
            count,
        )
        flash(text, "done")
        return redirect(url_for(".firms", org=org, mandate_id=mandate_id))
    return _firms(org, mandate_id, joining_id, form), 422


def _sent() -> list[str]:
    from flask import request

    return request.form.getlist("verdict")


def _held(org: str, mandate_id: str, joining_id: str, form: WordsForm, act: Any) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        with unit_of_work() as session:
            organisation = common.organisation_of(session, org)
            mandate = mandates.find_own(session, organisation, mandate_id)
            act(session, joinings.find_in(session, mandate, joining_id))
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        attach(form, error)
        return False
    return True
