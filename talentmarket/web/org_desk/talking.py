"""Files and reports of messages on the desk's side of a thread."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, message_files, messages
from talentmarket.exchange.models import Side
from talentmarket.members.models import Account, OpeningLevel
from talentmarket.members.openings import record_opening
from talentmarket.web.applications import attachments, complaining
from talentmarket.web.org_desk import common


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    base = "/applications/<application_id>"
    bp.add_url_rule(f"{base}/files/<file_id>", view_func=message_file)
    bp.add_url_rule(
        f"{base}/messages/<message_id>/report", view_func=report_message, methods=["GET", "POST"]
    )


def message_file(org: str, application_id: str, file_id: str) -> Response:
    """A file of the thread, as long as it is open; that a person's was opened is kept for them."""
    session = common.read()
    application = common.application_of(session, org, application_id)
    if not messages.open_to_organisation(session, application):
        raise NotFound()
    sight = applications.sight_of(session, application, common.scope_of(session, org).reader)
    held = messages.files_held(sight)
    file, side = message_files.find(session, application, file_id, Side.ORGANISATION, held=held)
    answer = attachments.hand_out(file, masked=side is Side.TALENT and not sight.contact)
    if side is Side.TALENT and attachments.is_signed():
        _keep_opening(org, application_id)
    return answer


def _keep_opening(org: str, application_id: str) -> None:
    with unit_of_work() as session:
        application = common.application_of(session, org, application_id)
        record_opening(
            session,
            application.talent,
            viewer=session.get_one(Account, current_user.account.id),
            organisation=application.organisation,
            purpose="application",
            level=OpeningLevel.CONTACT,
            subject=("application", application.public_id),
        )


def report_message(org: str, application_id: str, message_id: str) -> Any:
    """Report a line of the person's."""
    session = common.read()
    application = common.application_of(session, org, application_id)
    if not messages.open_to_organisation(session, application):
        raise NotFound()
    back = url_for("org_desk.show", org=org, application_id=application_id, _anchor="messages")
    return complaining.page(application, message_id, Side.ORGANISATION, back)
