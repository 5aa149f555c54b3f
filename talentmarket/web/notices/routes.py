"""A person's notices; in demo mode also what was sent."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.language import language
from talentmarket.core.uow import unit_of_work
from talentmarket.notices import inbox as notices
from talentmarket.notices.sending import recent
from talentmarket.web.notices import unsubscribing
from talentmarket.web.site.routes import safe_next

bp = Blueprint("notices", __name__)
unsubscribing.routes(bp)


@bp.get("/me/notices")
def inbox() -> str:
    """Notices, newest first."""
    page = request.args.get("page", 1, type=int)
    unread_only = request.args.get("unread") == "1"
    found = notices.read_inbox(
        db.session(), current_user.account.id, language(), page=page, unread_only=unread_only
    )
    return render_template("notices/inbox.html", inbox=found, unread_only=unread_only)


@bp.post("/me/notices/open")
def open_notice() -> Response:
    """Mark one as read and go where it leads."""
    with unit_of_work() as session:
        link = notices.open_notice(session, current_user.account.id, request.form.get("notice", ""))
    return redirect(safe_next(link, url_for("notices.inbox")))


@bp.post("/me/notices/read")
def read_all() -> Response:
    """Mark everything as read."""
    with unit_of_work() as session:
        notices.mark_all_read(session, current_user.account.id)
    flash(_("全部标为已读。"), "done")
    return redirect(url_for("notices.inbox"))


@bp.get("/dev/mail")
def demo_mail() -> str:
    """Demo only: the mails and short messages that would have left."""
    return render_template("notices/demo_mail.html", items=recent())
