"""What firms hold of the reader, as far as the exchange knows it to be them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import joining
from talentmarket.members.models import Account
from talentmarket.web.firm_people import views
from talentmarket.web.firm_people.common import Answer

bp = Blueprint("records", __name__, url_prefix="/me/records")


@bp.get("")
def listed() -> Answer:
    """The records of firms that are linked with the account."""
    session = db.session()
    account = session.get_one(Account, current_user.account.id)
    rows = [
        {
            "person": one,
            "facts": views.facts(one),
            "about": views.about(one),
            "skills": views.skills(one),
            "entries": views.entries(one.profile.get("entries") or ()),
        }
        for one in joining.of_account(session, account)
    ]
    return render_template("firm_people/records.html", rows=rows)


@bp.route("/<record_id>/delete", methods=["GET", "POST"])
def delete(record_id: str) -> Answer:
    """Have one deleted, after asking once."""
    session = db.session()
    account = session.get_one(Account, current_user.account.id)
    person = joining.own(session, account, record_id)
    if request.method == "GET":
        return render_template("firm_people/record_delete.html", person=person)
    with unit_of_work() as unit:
        account = unit.get_one(Account, current_user.account.id)
        joining.have_deleted(
            unit, joining.own(unit, account, record_id), actor=current_user.actor()
        )
    flash(_("记录已从机构的人才库删除。"), "done")
    return redirect(url_for(".listed"))
