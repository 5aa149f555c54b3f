"""The area of the account: its routes stand in modules by subject."""

from __future__ import annotations

from flask import Blueprint, current_app, request
from flask_login import current_user
from sqlalchemy.exc import OperationalError

from talentmarket.core.uow import unit_of_work
from talentmarket.members import sessions
from talentmarket.web.account import data, recovery, security, settings, sign_in, steps

bp = Blueprint("account", __name__)
for module in (sign_in, steps, recovery, settings, security, data):
    module.routes(bp)


@bp.before_app_request
def note_presence() -> None:
    """Write now and then that a signed-in browser was here; its life begins anew."""
    if request.endpoint == "static":
        return
    viewer = current_user._get_current_object()
    if not viewer.is_authenticated or not viewer.is_due_to_be_seen:
        return
    viewer.is_due_to_be_seen = False
    try:
        with unit_of_work() as session:
            sessions.see(session, viewer.token)
    except OperationalError as error:
        # A page that is only read must come even when the disk is full.
        current_app.logger.warning("presence not written: %s", type(error.orig).__name__)
