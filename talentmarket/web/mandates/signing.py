"""The handler's page: reads and signs through a link, without an account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating import agreement, countersigning
from talentmarket.exchange.brokering.mandating.models import MandateState
from talentmarket.web.formpages import attach
from talentmarket.web.mandates import views
from talentmarket.web.mandates.common import Answer
from talentmarket.web.mandates.forms import SignForm

bp = Blueprint("mandates", __name__, url_prefix="/mandates")


@bp.route("/sign/<token>", methods=["GET", "POST"])
def sign(token: str) -> Answer:
    """What is to be signed; opening it changes nothing."""
    form = SignForm()
    link = countersigning.find_link(db.session(), token)
    sent = request.form.get("verdict", "")
    if request.method == "POST":
        if sent not in ("sign", "send_back", "refuse"):
            raise NotFound()
        if form.validate_on_submit() and _sign(token, form, sent):
            return redirect(url_for(".signed", verdict=sent))
        link = countersigning.find_link(db.session(), token)
    session = db.session()
    mandate = link.mandate
    shown = agreement.find(session, mandate, link.terms_number)
    if not form.digest.data:
        form.number.data, form.digest.data = str(shown.number), shown.digest
    in_force = agreement.in_force(session, mandate)
    body = render_template(
        "mandates/sign.html",
        form=form,
        mandate=mandate,
        token=token,
        terms=views.terms_rows(shown.terms),
        compared=views.compared(in_force.terms, shown.terms) if in_force else [],
        number=shown.number,
        until=link.expires_at,
        contact=countersigning.identity_of(link).shown,
        first=mandate.state is MandateState.AWAITING_COUNTERSIGNATURE,
    )
    return body, 422 if form.errors or form.form_errors else 200


def _sign(token: str, form: SignForm, verdict: str) -> bool:
    """Whether it was signed (or declined); else the form says what was wrong. A try of the code
    counts whatever becomes of it."""
    try:
        link = countersigning.find_link(db.session(), token)
        countersigning.check(link.mandate, form.name.data or "", form.uscc.data or "")
        with unit_of_work() as session:
            found = countersigning.find_link(session, token)
            right = countersigning.try_code(session, found, form.code.data or "")
        if not right:
            raise Invalid({"code": _("验证码不对或已过期，请重新获取。")})
        with unit_of_work() as session:
            countersigning.sign_by_link(
                session,
                token,
                form.version(),
                form.digest.data or "",
                verdict=verdict,
                text=form.text.data or "",
            )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        attach(form, error)
        return False
    return True


@bp.post("/sign/<token>/code")
def code(token: str) -> Answer:
    """Send the handler a code."""
    try:
        with unit_of_work() as session:
            link = countersigning.find_link(session, token)
            countersigning.send_code(session, link, locale=str(get_locale() or "zh")[:2])
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        flash(str(error.message), "warning")
    else:
        flash(_("验证码已发出，10 分钟内有效。"), "done")
    return redirect(url_for(".sign", token=token))


@bp.get("/signed")
def signed() -> Answer:
    """What becomes of it now. The same page for everybody: it names nobody."""
    verdict = request.args.get("verdict", "")
    return render_template("mandates/signed.html", signed=verdict == "sign")
