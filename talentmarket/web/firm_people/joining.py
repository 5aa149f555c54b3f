"""The invitation as the invited reads it: who, where from, how to refuse; then joining."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import inviting, joining
from talentmarket.members.models import Account
from talentmarket.web.firm_people.common import Answer

bp = Blueprint("invited", __name__, url_prefix="/invited")


@bp.get("/<token>")
def show(token: str) -> Answer:
    """Who invites, and what the firm holds; opening it changes nothing."""
    invitation = inviting.find_link(db.session(), token)
    return render_template(
        "firm_people/invited.html",
        invitation=invitation,
        person=invitation.person,
        ways=[one.shown for one in inviting.receivers(invitation.person)],
        token=token,
    )


@bp.post("/<token>/refuse")
def refuse(token: str) -> Answer:
    """No more of this firm; with or without the record. No account is asked for."""
    delete = request.form.get("delete") == "1"
    with unit_of_work() as session:
        inviting.refuse(session, token, delete=delete)
    return redirect(url_for(".refused", deleted="1" if delete else None))


@bp.get("/refused")
def refused() -> Answer:
    """What becomes of it now. The same page for everybody: it names nobody."""
    return render_template("firm_people/refused.html", deleted=request.args.get("deleted") == "1")


@bp.route("/<token>/accept", methods=["GET", "POST"])
def accept(token: str) -> Answer:
    """Join with the account that is signed in; asked once more, and said with what."""
    session = db.session()
    invitation = inviting.find_link(session, token)
    account = session.get_one(Account, current_user.account.id)
    refusal = None
    if request.method == "POST":
        try:
            with unit_of_work() as unit:
                joining.accept(
                    unit,
                    token,
                    unit.get_one(Account, current_user.account.id),
                    actor=current_user.actor(),
                )
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            refusal = error
            session = db.session()
            invitation = inviting.find_link(session, token)
            account = session.get_one(Account, current_user.account.id)
        else:
            flash(_("已加入。机构持有的记录列在这里，随时可以删除。"), "done")
            return redirect(url_for("records.listed"))
    body = render_template(
        "firm_people/accept.html",
        invitation=invitation,
        token=token,
        theirs=joining.is_theirs(session, invitation.person, account),
        ways=[one.shown for one in inviting.receivers(invitation.person)],
        refusal=refusal,
    )
    return body, refusal.status if refusal else 200
