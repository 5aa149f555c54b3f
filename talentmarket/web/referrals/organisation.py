"""The organisations' side: the firm asks and sends, the employer answers and may object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.joining.standing import mandates_at_work
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.referring import (
    asking,
    awaiting,
    disputes,
    ending,
    refused,
    sending,
)
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.brokering.referring.stages import ANSWER_WORKING_DAYS
from talentmarket.exchange.models import ApplicationState
from talentmarket.members import cards
from talentmarket.members.models import (
    Account,
    OpeningLevel,
    Organisation,
    OrganisationKind,
    Talent,
)
from talentmarket.members.openings import record_opening
from talentmarket.web.applications import words
from talentmarket.web.formpages import attach
from talentmarket.web.me.card_views import card_view
from talentmarket.web.org_desk import common
from talentmarket.web.referrals import answering, board, day, placing, receiving, scheduling, views
from talentmarket.web.referrals.forms import AskForm, DisputeForm, KnownForm
from talentmarket.web.referrals.sent import sent_to

bp = Blueprint("org_referrals", __name__, url_prefix="/org/<org>")
board.routes(bp)
day.routes(bp)
placing.routes(bp)
answering.routes(bp)
receiving.routes(bp)
scheduling.routes(bp)

Answer = str | Response | tuple[str, int]


def _actor(org: str) -> Actor:
    found: Actor = current_user.actor(org)
    return found


def _number(referral: Referral, org: str) -> str:
    return cards.number_of(cards.card_of(referral.talent, org))


# --- the firm ----------------------------------------------------------------------------------


def may_refer(session: Session, firm: Organisation) -> bool:
    """Whether there is a mandate under which this organisation may ask people today."""
    if firm.kind not in (OrganisationKind.HR_FIRM, OrganisationKind.PUBLIC_SERVICE):
        return False
    return bool(mandates_at_work(session, firm))


@bp.route("/referrals/new", methods=["GET", "POST"])
def new(org: str) -> Answer:
    """Ask the person of a card for one of the mandates."""
    session = common.read()
    firm = common.organisation_of(session, org)
    form = AskForm(mandates_at_work(session, firm))
    card = form.card.data or request.args.get("card", "")
    headline = ""  # a page of what was sent says the same, whatever the firm may see of the person
    if request.method == "GET":
        talent = _talent(session, firm, card)
        headline = cards.anonymous_card(talent, viewer_org=org).headline
        form.card.data = card
        form.mandate.data = request.args.get("mandate", "")
    elif cards.find_by_card(session, card, firm.public_id) is None:
        raise NotFound()
    if form.validate_on_submit():
        try:
            public_id = _ask(org, card, form)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
            if isinstance(error, asking.NotAskable) and error.why is not None:
                _note_refused(org, card, form, error.why)
            firm = common.organisation_of(common.read(), org)
        else:
            flash(_("已发出询问。对方分两步答复，同意之前您看不到姓名和联系方式。"), "done")
            return redirect(url_for(".show", org=org, referral_id=public_id))
    return common.page(
        "referrals/new.html",
        firm,
        form=form,
        number=cards.number_of(card),
        headline=headline,
    ), 422 if request.method == "POST" else 200


def _talent(session: Session, firm: Organisation, card: str) -> Talent:
    talent = cards.find_by_card(session, card, firm.public_id)
    if talent is None or not cards.may_see(session, talent, firm):
        raise NotFound()
    return talent


def _note_refused(org: str, card: str, form: AskForm, why: asking.Hindrance) -> None:
    with unit_of_work() as session:
        firm = common.organisation_of(session, org)
        talent = cards.find_by_card(session, card, firm.public_id)
        mandate = session.scalar(sa.select(Mandate).where(Mandate.public_id == form.mandate.data))
        if talent is not None and mandate is not None and mandate.job is not None:
            refused.note_refused(session, talent, mandate.job, firm, why)


def _ask(org: str, card: str, form: AskForm) -> str:
    with unit_of_work() as session:
        firm = common.organisation_of(session, org)
        wanted = [
            one for one in mandates_at_work(session, firm) if one.public_id == form.mandate.data
        ]
        talent = cards.find_by_card(session, card, firm.public_id)
        if not wanted or talent is None:
            raise NotFound()
        referral = asking.ask(
            session,
            wanted[0],
            talent,
            firm=firm,
            consultant=session.get_one(Account, current_user.account.id),
            actor=_actor(org),
            employer_named=form.employer_named.data == "named",
            text=form.text.data or "",
        )
        return referral.public_id


@bp.get("/referrals/<referral_id>")
def show(org: str, referral_id: str) -> str:
    """One referral of the firm."""
    return _firm_page(org, referral_id, DisputeForm(formdata=None))


def _firm_page(org: str, referral_id: str, form: DisputeForm) -> str:
    answering.keep_opening(org, referral_id)
    session = common.read()
    firm = common.organisation_of(session, org)
    referral = asking.of_firm(session, firm, referral_id)
    application = referral.application
    applied = referral.posting_id is not None
    return common.page(
        "referrals/firm_show.html",
        firm,
        referral=referral,
        card=_number(referral, org),
        holder=views.holder_of(referral),
        state=views.state_of(referral),
        clock=views.clock_of(referral),
        answer_clock=views.claim_clock(referral),
        reached=application.state if application else None,
        facts=views.claim_facts(referral),
        events=views.events_of(session, referral),
        disputes=views.disputes_of(session, referral),
        may_dispute=disputes.may_file(session, referral, firm),
        form=form,
        sendable=views.state_of(referral) == ReferralState.CONSENTED,
        running=views.clock_of(referral) is not None and not applied,
        refusable=applied and views.state_of(referral) == ReferralState.CONSENTED,
        answer_late=awaiting.is_late(referral),
        applicant=answering.applicant(session, referral),
        refusal=answering.refusal_of(referral),
        **scheduling.of_firm(session, referral),
    )


def _of_firm(
    org: str, referral_id: str, act: Callable[[Session, Referral, Organisation], Any]
) -> None:
    with unit_of_work() as session:
        firm = common.organisation_of(session, org)
        act(session, asking.of_firm(session, firm, referral_id), firm)


@bp.post("/referrals/<referral_id>/send")
def send(org: str, referral_id: str) -> Answer:
    """Send the person: the application opens."""
    try:
        _of_firm(
            org, referral_id, lambda session, row, _f: sending.send(session, row, actor=_actor(org))
        )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        flash(str(error.message), "warning")
    else:
        flash(
            _(
                "已推荐。用人单位 %(days)s 个工作日内答复是否新人选，未答复视为新人选。",
                days=ANSWER_WORKING_DAYS,
            ),
            "done",
        )
    return redirect(url_for(".show", org=org, referral_id=referral_id))


@bp.post("/referrals/<referral_id>/recall")
def recall(org: str, referral_id: str) -> Response:
    """Take back what was asked and not sent."""
    _of_firm(
        org, referral_id, lambda session, row, _f: ending.recall(session, row, actor=_actor(org))
    )
    flash(_("询问已撤回。"), "done")
    return redirect(url_for(".listed", org=org))


@bp.post("/referrals/<referral_id>/dispute")
def dispute(org: str, referral_id: str) -> Answer:
    """Contest the employer's "known", or appeal."""
    form = DisputeForm()

    def act(session: Session, referral: Referral, firm: Organisation) -> None:
        _file(session, referral, firm, form, org)

    if _taken(form, lambda: _of_firm(org, referral_id, act)):
        flash(_("已提交联盟裁定。"), "done")
        return redirect(url_for(".show", org=org, referral_id=referral_id))
    return _firm_page(org, referral_id, form), 422


def _file(
    session: Session, referral: Referral, side: Organisation, form: DisputeForm, org: str
) -> None:
    disputes.file(
        session,
        referral,
        side,
        record_on=form.record_on.data,
        record=form.record.data or "",
        actor=_actor(org),
    )


def _taken(form: FlaskForm, act: Callable[[], None]) -> bool:
    if not form.validate_on_submit():
        return False
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        attach(form, error)
        return False
    return True


# --- the employer ------------------------------------------------------------------------------


@bp.get("/referred/<referral_id>")
def referred(org: str, referral_id: str) -> str:
    """What a firm sent: the anonymous card until the employer has answered, terms and clocks."""
    return _employer_page(org, referral_id, KnownForm(formdata=None), DisputeForm(formdata=None))


def _employer_page(org: str, referral_id: str, known: KnownForm, objecting: DisputeForm) -> str:
    with unit_of_work() as session:
        referral = sent_to(session, org, referral_id)
        if referral.state is ReferralState.SENT:
            record_opening(
                session,
                referral.talent,
                viewer=session.get_one(Account, current_user.account.id),
                organisation=referral.employer,
                purpose="referral",
                level=OpeningLevel.CARD,
                subject=("referral", referral.public_id),
            )
    session = common.read()
    referral = sent_to(session, org, referral_id)
    employer = referral.employer
    mandate = session.get_one(Mandate, referral.mandate_id)
    version = next((one for one in mandate.versions if one.id == referral.terms_id), None)
    open_card = referral.state is ReferralState.SENT
    return common.page(
        "referrals/employer_show.html",
        employer,
        referral=referral,
        card=card_view(cards.anonymous_card(referral.talent, viewer_org=org))
        if open_card
        else None,
        terms=version.terms if version else None,
        version=version,
        answer_clock=views.claim_clock(referral),
        facts=views.claim_facts(referral),
        events=views.events_of(session, referral),
        disputes=views.disputes_of(session, referral),
        may_dispute=disputes.may_file(session, referral, employer),
        known=known,
        form=objecting,
        over=referral.application is None
        or referral.application.state is ApplicationState.WITHDRAWN,
        when=words.when,
        **scheduling.of_employer(session, referral),
    )


@bp.post("/referred/<referral_id>/answer")
def answer(org: str, referral_id: str) -> Answer:
    """New to us, or known since."""
    form = KnownForm()

    def act() -> None:
        with unit_of_work() as session:
            referral = sent_to(session, org, referral_id)
            if form.answer.data == "new":
                sending.say_new(session, referral, actor=_actor(org))
            else:
                sending.say_known(
                    session,
                    referral,
                    known_on=form.known_on.data,
                    text=form.text.data or "",
                    actor=_actor(org),
                )

    if _taken(form, act):
        flash(_("已答复，机构会看到。"), "done")
        return redirect(url_for(".referred", org=org, referral_id=referral_id))
    return _employer_page(org, referral_id, form, DisputeForm(formdata=None)), 422


@bp.post("/referred/<referral_id>/object")
def object_to(org: str, referral_id: str) -> Answer:
    """Object to the claim, or appeal."""
    form = DisputeForm()

    def act() -> None:
        with unit_of_work() as session:
            referral = sent_to(session, org, referral_id)
            _file(session, referral, referral.employer, form, org)

    if _taken(form, act):
        flash(_("已提交联盟裁定。"), "done")
        return redirect(url_for(".referred", org=org, referral_id=referral_id))
    return _employer_page(org, referral_id, KnownForm(formdata=None), form), 422
