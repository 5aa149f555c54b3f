"""Messages and interview times on the person's side."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, message_files, messages, snapshots, telling
from talentmarket.exchange.models import Application, Side
from talentmarket.web.applications import attachments, complaining, show
from talentmarket.web.applications.forms import MessageForm
from talentmarket.web.formpages import FormAnswer, attach, form_answer

Answer = FormAnswer | Response


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    base = "/me/applications/<application_id>"
    bp.add_url_rule(f"{base}/messages", view_func=write, methods=["POST"])
    bp.add_url_rule(
        f"{base}/messages/<message_id>/report", view_func=report_message, methods=["GET", "POST"]
    )
    bp.add_url_rule(f"{base}/files/<file_id>", view_func=message_file)


def write(application_id: str) -> Answer:
    """Send a line to the employer."""
    form = MessageForm()
    if not form.validate_on_submit():
        return form_answer(show.page(application_id, form), form)
    try:
        with unit_of_work() as session:
            application = applications.own(session, current_user.talent, application_id)
            messages.send(
                session,
                application,
                side=Side.TALENT,
                author_id=current_user.account.id,
                text=form.text.data or "",
                key=form.key.data,
                given=attachments.given(form.files),
                actor=current_user.actor(),
            )
    except DomainError as error:
        if error.status == 404:
            raise
        db.session.rollback()
        attach(form, error)
        return form_answer(show.page(application_id, form), form)
    return redirect(url_for(".show", application_id=application_id, _anchor="messages"))


def report_message(application_id: str, message_id: str) -> Any:
    """Report a line of the employer's."""
    application = applications.own(db.session(), current_user.talent, application_id)
    back = url_for(".show", application_id=application_id, _anchor="messages")
    return complaining.page(application, message_id, Side.TALENT, back)


def message_file(application_id: str, file_id: str) -> Response:
    """A file of the thread."""
    session = db.session()
    application = applications.own(session, current_user.talent, application_id)
    given = snapshots.given(session, application)
    file, side = message_files.find(session, application, file_id, Side.TALENT, held=False)
    masked = side is Side.ORGANISATION and not snapshots.opens_contact(given)
    return attachments.hand_out(file, masked=masked)


def take_contact_back(session: Session, application: Application, actor: Actor) -> None:
    """End the consent to phone and mail and tell the employer to stop using them."""
    if snapshots.take_back_contact(session, application, actor=actor):
        telling.tell_organisation(session, application, "contact.taken_back")
