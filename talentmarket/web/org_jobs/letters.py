"""Letters of entrustment: hand in, see where they stand."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, FileField, HiddenField, StringField
from wtforms.validators import InputRequired, Length

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import entrustments
from talentmarket.exchange.brokering.mandating import mandates
from talentmarket.members.models import Organisation, OrganisationKind
from talentmarket.web.formpages import attach
from talentmarket.web.org_jobs.common import actor, organisation_of, page


class LetterForm(FlaskForm):
    """A letter of entrustment; `again` is the public id of a returned one."""

    again = HiddenField()
    client_name = StringField(
        _l("委托单位"), [InputRequired(_l("填写委托单位的全称。")), Length(max=160)]
    )
    client_uscc = StringField(
        _l("统一社会信用代码"), [InputRequired(_l("填写 18 位代码。")), Length(max=24)]
    )
    valid_until = DateField(_l("委托有效期至"), [InputRequired(_l("填写日期。"))])
    file = FileField(_l("委托书"), description=_l("PDF、PNG 或 JPEG，不超过 10 MB。"))


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/entrustments", view_func=letters, methods=["GET", "POST"])


def letters(org: str) -> Any:
    """The list, and the form for a new one or one that was returned."""
    organisation = organisation_of(db.session(), org)
    form = LetterForm()
    if request.method == "GET" and (again := request.args.get("again")):
        _prefill(form, organisation, again)
    if form.validate_on_submit():
        try:
            _hand_in(org, form)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("委托书已提交审核。"), "done")
            return redirect(url_for(".letters", org=org))
    session = db.session()
    organisation = organisation_of(session, org)
    body = page(
        "org_jobs/letters.html",
        organisation,
        form=form,
        rows=entrustments.list_own(session, organisation),
        takes=organisation.kind in (OrganisationKind.HR_FIRM, OrganisationKind.PUBLIC_SERVICE),
        today=clock.today(),
        with_mandate=mandates.letters_taken(session, organisation),
    )
    return body, 422 if form.errors or form.form_errors else 200


def _prefill(form: LetterForm, organisation: Organisation, again: str) -> None:
    letter = entrustments.find_own(db.session(), organisation, again)
    form.again.data = letter.public_id
    form.client_name.data = letter.client_name
    form.client_uscc.data = letter.client_uscc
    form.valid_until.data = letter.valid_until


def _hand_in(org: str, form: LetterForm) -> None:
    upload = form.file.data
    data = upload.read() if upload else b""
    with unit_of_work() as session:
        organisation = organisation_of(session, org)
        again = form.again.data
        entrustments.submit(
            session,
            organisation,
            client_name=form.client_name.data or "",
            client_uscc=form.client_uscc.data or "",
            valid_until=form.valid_until.data,
            data=data,
            file_name=upload.filename if upload and upload.filename else "entrustment",
            actor=actor(org),
            previous=entrustments.find_own(session, organisation, again) if again else None,
        )
