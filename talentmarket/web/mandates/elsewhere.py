"""The client moves a mandate to another firm: choose the firm, say why, done in one step."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import elsewhere as moving
from talentmarket.exchange.brokering.mandating.moving import TEXT_MOST
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.stages import By
from talentmarket.members import organisations
from talentmarket.members.models import Organisation
from talentmarket.web.choices import written_choices
from talentmarket.web.formpages import attach
from talentmarket.web.mandates.common import Answer, given_of, me
from talentmarket.web.org_desk.common import organisation_of, page
from talentmarket.web.org_jobs.common import actor


class ElsewhereForm(FlaskForm):
    """To whom, and why."""

    q = HiddenField()
    firm = RadioField(_l("承办机构"), [InputRequired(_l("请选择一家机构。"))])
    text = TextAreaField(
        _l("原因"),
        [Length(max=TEXT_MOST, message=_l("最多 1000 字。"))],
        description=_l("至少 5 个字，原机构会看到。"),
        render_kw={"rows": 3},
    )


def elsewhere(org: str, mandate_id: str) -> Answer:
    """End with this firm and begin with another from the same data."""
    session = db.session()
    mandate = given_of(session, org, mandate_id)
    words = request.values.get("q", "")
    form = ElsewhereForm()
    form.q.data = words
    found = moving.firms_for(session, mandate, words)
    form.firm.choices = written_choices((one.public_id, one.name) for one in found)
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                moving.move_elsewhere(
                    unit,
                    given_of(unit, org, mandate_id),
                    _firm(form.firm.data or ""),
                    form.text.data or "",
                    by=me(unit),
                    actor=actor(org),
                )
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("原委托已结束，新机构已收到草稿；备齐后会请贵单位会签。"), "done")
            return redirect(url_for("org_mandates.given", org=org))
    session = db.session()
    mandate = given_of(session, org, mandate_id)
    body = page(
        "mandates/elsewhere.html",
        organisation_of(session, org),
        mandate=mandate,
        form=form,
        words=words,
        found=found,
        licensed=standing.hindrance(session, mandate.organisation) is None,
        movable=any(one.name == "end" for one in MANDATE.allowed(mandate.state, By.CLIENT)),
    )
    return body, 422 if form.errors or form.form_errors else 200


def _firm(public_id: str) -> Organisation:
    return organisations.find(db.session(), public_id)
