"""The firm's page: fields and regions it works in, and its figures as everybody sees them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.firms import profile
from talentmarket.members.models import Organisation
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.org_firm import standing as standing_pages
from talentmarket.web.org_firm import views
from talentmarket.web.org_firm.forms import FieldsForm
from talentmarket.web.org_jobs.common import actor

bp = Blueprint("org_firm", __name__, url_prefix="/org/<org>/firm")

standing_pages.routes(bp)

Answer = str | Response | tuple[str, int]


def firm_of(org: str) -> Organisation:
    """The firm of the address. Raises NotFound for an organisation that brokers nothing."""
    found = common.organisation_of(common.read(), org)
    if not standing.brokers(found):
        raise NotFound()
    return found


@bp.route("/fields", methods=["GET", "POST"])
def fields(org: str) -> Answer:
    """Say in which industries and where the firm works."""
    firm = firm_of(org)
    said = profile.of(common.read(), firm)
    form = FieldsForm(data={"fields": said.fields, "regions": said.regions} if said else None)
    if form.validate_on_submit():
        try:
            with unit_of_work() as session:
                profile.say(
                    session,
                    common.organisation_of(session, org),
                    form.fields.data or [],
                    form.regions.data or [],
                    actor=actor(org),
                )
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已保存。"), "done")
            return redirect(url_for(".fields", org=org))
    firm = firm_of(org)
    text = common.page(
        "org_firm/fields.html",
        firm,
        form=form,
        figures=views.figures(common.read(), firm),
    )
    return text, 422 if form.errors or form.form_errors else 200
