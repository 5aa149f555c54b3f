"""A record written by hand or read from a résumé, and changed."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Invalid, NotFound
from talentmarket.core.files import MAX_BYTES
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import book, reading
from talentmarket.exchange.brokering.people.reading import Read
from talentmarket.exchange.brokering.people.values import PersonValues, values_of
from talentmarket.members.documents import text_of
from talentmarket.taxonomy.recognise import get_recogniser
from talentmarket.web.firm_people import views
from talentmarket.web.firm_people.common import Answer, actor, firm_of, me, page, person_of
from talentmarket.web.firm_people.forms import PersonForm
from talentmarket.web.formpages import attach, form_answer
from talentmarket.web.org_desk import common


def new(org: str) -> Answer:
    """Write a record; with a résumé, what it proposes is put beside the fields first."""
    form = PersonForm()
    if request.method == "GET":
        return _page(org, form)
    if _asks_to_read():
        return _read(org, form)
    values = _values(form)
    if values is not None:
        try:
            with unit_of_work() as session:
                firm = firm_of(session, org)
                person = book.add(session, firm, values, consultant=me(session), actor=actor(org))
                public_id = person.public_id
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已写入人才库。"), "done")
            return redirect(url_for(".show", org=org, person_id=public_id))
    return _page(org, form)


def edit(org: str, person_id: str) -> Answer:
    """Change a record."""
    person = person_of(common.read(), org, person_id)
    form = PersonForm(values_of(person))
    if request.method == "GET":
        form.fill(form.before)
        form.version.data = str(person.revision)
        return _page(org, form, person_id)
    if _asks_to_read():
        return _read(org, form, person_id)
    values = _values(form)
    if values is not None:
        try:
            with unit_of_work() as session:
                book.edit(
                    session,
                    person_of(session, org, person_id),
                    values,
                    revision=whole_number(form.version.data) or 0,
                    actor=actor(org),
                )
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已保存。"), "done")
            return redirect(url_for(".show", org=org, person_id=person_id))
    return _page(org, form, person_id)


def _values(form: PersonForm) -> PersonValues | None:
    """What was filled in and ticked; None with what is wrong at the fields."""
    valid = form.validate_on_submit()
    values = form.values()
    if not valid or values is None:
        return None
    read = _of_text(form.resume.data or "")
    ticked = set(request.form.getlist("item"))
    if request.form.get("act") == "all" and read is not None:
        ticked = {one.id for one in read.proposals}
    return reading.confirmed(values, read, ticked) if read is not None else values


def _of_text(text: str) -> Read | None:
    return reading.read(text, get_recogniser(), clock.today()) if text.strip() else None


def _asks_to_read() -> bool:
    """Whether a text is to be read first: asked for, or sent as a file, which is not kept."""
    sent = request.files.get("file")
    return request.form.get("act") == "read" or bool(sent and sent.filename)


def _read(org: str, form: PersonForm, person_id: str | None = None) -> Answer:
    """The form again, with what the text proposes and with what it says in empty fields."""
    form.validate_on_submit()
    try:
        sent = request.files.get("file")
        if sent and sent.filename:
            form.resume.data = text_of(sent.read(MAX_BYTES + 1))
        if not (form.resume.data or "").strip():
            raise Invalid({"resume": _("请粘贴文字，或上传文件。")})
    except Invalid as error:
        attach(form, error)
        return _page(org, form, person_id)
    read = _of_text(form.resume.data or "")
    if read is not None:
        form.fill_gaps(read.person)
    return _page(org, form, person_id, read=read)


def _page(
    org: str, form: PersonForm, person_id: str | None = None, *, read: Read | None = None
) -> Answer:
    session = common.read()
    firm = firm_of(session, org)
    person: Any = book.find(session, firm, person_id) if person_id else None
    if read is None and request.method == "POST":
        read = _of_text(form.resume.data or "")
    ticked = set(request.form.getlist("item"))
    body = page(
        "firm_people/edit.html",
        firm,
        form=form,
        person=person,
        entries=views.entries(form.before.entries),
        dropped=set(request.form.getlist("drop")),
        groups=views.proposed(read, ticked),
        looked=read is not None,
    )
    return form_answer(body, form)
