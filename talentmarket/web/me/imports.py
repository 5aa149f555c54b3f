"""Text or file → proposals → the person's word."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.files import MAX_BYTES
from talentmarket.core.uow import unit_of_work
from talentmarket.members import drafts, proposals
from talentmarket.members.documents import text_of
from talentmarket.web.formpages import FormAnswer, attach, form_page
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.card_views import proposal_groups
from talentmarket.web.me.drafting import PREFIX
from talentmarket.web.me.forms import ImportForm
from talentmarket.web.me.person import account, actor, own_talent


@bp.route("/import", methods=["GET", "POST"])
def import_text() -> FormAnswer | Response:
    """Paste a text or send a file."""
    talent = own_talent()
    restored = None
    if request.method == "POST":
        form = ImportForm()
        try:
            sent = request.files.get("file")
            text = text_of(sent.read(MAX_BYTES + 1)) if sent and sent.filename else form.text.data
            with unit_of_work() as session:
                found = proposals.suggest(session, talent, text or "")
                drafts.drop(session, account(), PREFIX + "import")
        except Invalid as error:
            attach(form, error)
        else:
            if not found:
                flash(_("文字里没有读出新的经历或技能。可以逐项填写。"), "notice")
                return redirect(url_for("me.profile"))
            return redirect(url_for("me.review"))
    else:
        draft = drafts.load(db.session(), account(), PREFIX + "import")
        form = ImportForm(formdata=MultiDict(draft.data) if draft else None)
        restored = draft.saved_at if draft and form.text.data else None
    waiting = len(proposals.waiting(db.session(), talent))
    return form_page("me/import.html", form, waiting=waiting, restored=restored)


@bp.route("/import/review", methods=["GET", "POST"])
def review() -> str | Response:
    """Take the proposals, one by one or together."""
    talent = own_talent()
    waiting = proposals.waiting(db.session(), talent)
    if request.method == "POST":
        return _decide([one.id for one in waiting if one.complete])
    groups = proposal_groups(waiting)
    complete = any(one.complete for one in waiting)
    return render_template("me/review.html", groups=groups, complete=complete)


def _decide(complete: list[str]) -> Response:
    talent = own_talent()
    chosen = request.form.getlist("item")
    act = request.form.get("act", "")
    if act.startswith("only:"):
        chosen = [act.removeprefix("only:")]
    elif act == "all":
        chosen = complete
    with unit_of_work() as session:
        if act == "discard":
            proposals.discard(session, talent)
            taken, left = 0, 0
        elif act.startswith("drop:"):
            proposals.discard(session, talent, [act.removeprefix("drop:")])
            taken, left = 0, 1
        else:
            taken, left = proposals.confirm(session, talent, chosen, actor=actor())
    if taken:
        flash(_("已加入档案 %(count)s 项。", count=taken), "done")
    elif act == "discard":
        flash(_("建议已全部放弃，档案没有变化。"), "notice")
    elif not act.startswith("drop:"):
        flash(_("还没有勾选任何一项。"), "warning")
    if left:
        return redirect(url_for("me.review"))
    onboarding = talent.onboarded_at is None
    return redirect(url_for("me.onboarding" if onboarding else "me.profile"))
