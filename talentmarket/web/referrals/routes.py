"""The person's side: who asks, who would get what, yes or no, and taking it back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.joining.standing import check_works
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.referring import asking, awaiting, consenting, refused
from talentmarket.exchange.brokering.referring.consenting import Offered
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.exchange.published import as_published
from talentmarket.members.models import TRUSTED
from talentmarket.web.applications import words
from talentmarket.web.formpages import attach
from talentmarket.web.me.names import table_name
from talentmarket.web.referrals import answering, views
from talentmarket.web.referrals.forms import ConsentForm

bp = Blueprint("referrals", __name__, url_prefix="/me/referrals")

Answer = str | Response | tuple[str, int]


@bp.get("")
def listed() -> str:
    """All referrals, those that wait first."""
    talent = current_user.talent
    rows = asking.all_of(db.session(), talent) if talent else []
    shown = [(row, views.state_of(row), views.clock_of(row)) for row in rows]
    askings = refused.refused_askings(db.session(), talent) if talent else []
    return render_template("referrals/list.html", rows=shown, refused=askings)


@bp.get("/<referral_id>")
def show(referral_id: str) -> str:
    """One referral: step one, step two, or what was agreed."""
    return _page(referral_id, ConsentForm(formdata=None))


def _page(referral_id: str, form: ConsentForm) -> str:
    session = db.session()
    referral = asking.own(session, current_user.talent, referral_id)
    state = views.state_of(referral)
    offer, hindered = None, None
    if state == ReferralState.INTERESTED:
        try:
            asking.check_firm(session, referral.firm)
            mandate = session.get_one(Mandate, referral.mandate_id)
            asking.check_mandate(mandate)
            check_works(session, mandate, referral.firm)
            offer = consenting.offered(session, referral)
            form.digest.data = offer.digest
        except DomainError as error:
            hindered = error.message
    elif referral.named:
        offer = Offered.restored(referral.named)
    job = as_published(referral.job)
    named = referral.employer_named or state not in (ReferralState.ASKED, ReferralState.DECLINED)
    named = named or referral.interested_at is not None
    return render_template(
        "referrals/show.html",
        referral=referral,
        job=job,
        meta=words.job_meta(job),
        state=state,
        employer=referral.employer,
        holder=views.holder_of(referral),
        described=[
            table_name("industry", referral.employer.industry),
            table_name("org_scale", referral.employer.size),
        ],
        named=named,
        verified=referral.firm.state in TRUSTED,
        clock=views.clock_of(referral),
        answer_late=awaiting.is_late(referral) and state == ReferralState.CONSENTED,
        refusal=answering.refusal_of(referral),
        offer=offer,
        hindered=hindered,
        form=form,
        withdrawable=consenting.may_withdraw(referral),
        events=views.events_of(session, referral),
        facts=views.claim_facts(referral),
    )


def _do(referral_id: str, act: Callable[[Session, Referral], None]) -> None:
    with unit_of_work() as session:
        act(session, asking.own(session, current_user.talent, referral_id))


@bp.post("/<referral_id>/interest")
def interest(referral_id: str) -> Response:
    """Yes to step one; nothing is given away."""
    _do(referral_id, lambda session, row: asking.interest(session, row, actor=_actor()))
    flash(_("已告诉机构您有兴趣。没有给出任何资料，请看第二步。"), "done")
    return redirect(url_for(".show", referral_id=referral_id))


@bp.post("/<referral_id>/consent")
def consent(referral_id: str) -> Answer:
    """The separate yes to the receivers that the page named."""
    form = ConsentForm()
    if form.validate_on_submit():
        now = form.contact_when.data == "now"
        digest = form.digest.data or ""
        try:
            _do(
                referral_id,
                lambda session, row: consenting.consent(
                    session, row, digest=digest, contact_now=now, actor=_actor()
                ),
            )
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已同意。机构推荐后，这里会显示进展，您可以随时撤回。"), "done")
            return redirect(url_for(".show", referral_id=referral_id))
    return _page(referral_id, form), 422


@bp.route("/<referral_id>/decline", methods=["GET", "POST"])
def decline(referral_id: str) -> Answer:
    """No; asked once, with what it means."""
    if request.method == "GET":
        referral = asking.own(db.session(), current_user.talent, referral_id)
        return render_template("referrals/decline.html", referral=referral)
    _do(referral_id, lambda session, row: asking.decline(session, row, actor=_actor()))
    flash(_("已谢绝。这家机构 90 天内不能再询问您。"), "done")
    return redirect(url_for(".listed"))


@bp.route("/<referral_id>/withdraw", methods=["GET", "POST"])
def withdraw(referral_id: str) -> Answer:
    """Take the consent back; asked once, with what it means."""
    if request.method == "GET":
        referral = asking.own(db.session(), current_user.talent, referral_id)
        return render_template("referrals/withdraw.html", referral=referral)
    _do(referral_id, lambda session, row: consenting.withdraw(session, row, actor=_actor()))
    flash(_("已撤回同意，各接收方不能再查看您的资料。"), "done")
    return redirect(url_for(".show", referral_id=referral_id))


def _actor() -> Actor:
    found: Actor = current_user.actor()
    return found
