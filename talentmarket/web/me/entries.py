"""Entries: add, change, remove; the scan that goes with one."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core import files
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Invalid, NotFound, TooMany
from talentmarket.core.uow import unit_of_work
from talentmarket.core.words import word
from talentmarket.members import entries, entry_verification, proposals
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import EntryKind, TalentEntry
from talentmarket.web.formpages import attach
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.drafting import Page, open_page, send
from talentmarket.web.me.entry_forms import EntryForm, entry_form
from talentmarket.web.me.forms import ProofForm
from talentmarket.web.me.person import account, actor, own_talent


def _maker(kind: EntryKind) -> Callable[..., EntryForm]:
    return partial(entry_form(kind), kind)


def _saved(kind: EntryKind) -> Response:
    flash(_("%(section)s已保存。", section=word("entry", kind)), "done")
    if own_talent().onboarded_at is None:
        return redirect(url_for("me.onboarding_step", step="experience"))
    return redirect(url_for("me.profile", _anchor=str(kind)))


@bp.route("/entries/new/<kind>", methods=["GET", "POST"])
def new_entry(kind: str) -> tuple[str, int] | Response:
    """A new entry; one that was read from a text begins with what was read."""
    if kind not in set(EntryKind):
        abort(404)
    talent, of_kind = own_talent(), EntryKind(kind)
    proposal_id = request.args.get("proposal", "")
    proposal = next(
        (one for one in proposals.waiting(db.session(), talent) if one.id == proposal_id), None
    )
    values = proposal.entry if proposal and proposal.kind == "entry" else EntryValues(of_kind)
    values = replace(values, kind=of_kind)
    key = f"entry.new.{kind}" + (f".{proposal.id}" if proposal else "")
    page = open_page(key, _maker(of_kind), values, EntryForm.data_of)

    def save(session: Any) -> None:
        entries.add_entry(session, talent, page.form.values(), actor=actor())
        if proposal is not None:
            proposals.discard(session, talent, [proposal.id])

    if send(page, save, EntryForm.data_of):
        if proposal is not None:
            flash(_("%(section)s已保存。", section=word("entry", kind)), "done")
            return redirect(url_for("me.review"))
        return _saved(of_kind)
    body = render_template(
        "me/entry.html", page=page, kind=kind, entry=None, proof=None, proposal=proposal
    )
    return body, page.status


@bp.route("/entries/<entry_id>", methods=["GET", "POST"])
def entry(entry_id: str) -> tuple[str, int] | Response:
    """Change an entry."""
    talent = own_talent()
    row = entries.find_entry(db.session(), talent, entry_id)
    kind = row.kind
    page = open_page(f"entry.{entry_id}", _maker(kind), entries.values_of(row), EntryForm.data_of)

    def save(session: Any) -> None:
        version = page.form.version.data or ""
        values = page.form.values()
        entries.edit_entry(session, talent, entry_id, values, actor=actor(), version=version)

    if send(page, save, EntryForm.data_of):
        return _saved(kind)
    return _entry_page(page, entry_id)


def _entry_page(page: Any, entry_id: str, proof: ProofForm | None = None) -> tuple[str, int]:
    row = entries.find_entry(db.session(), own_talent(), entry_id)
    body = render_template(
        "me/entry.html",
        page=page,
        kind=str(row.kind),
        entry=row,
        proof=proof or ProofForm(formdata=None),
        proposal=None,
        may_ask=entry_verification.may_ask(row),
        answer_days=entry_verification.ANSWER_DAYS,
        due=entry_verification.answer_due(row) if row.asked_at else None,
    )
    return body, page.status


@bp.route("/entries/<entry_id>/remove", methods=["GET", "POST"])
def remove_entry(entry_id: str) -> str | Response:
    """Ask once, then remove an entry."""
    talent = own_talent()
    row = entries.find_entry(db.session(), talent, entry_id)
    if request.method == "GET":
        proves = [skill for skill in talent.skills if _proves(row, skill)]
        return render_template("me/entry_remove.html", entry=row, proves=proves)
    kind = row.kind
    with unit_of_work() as session:
        entries.remove_entry(session, talent, entry_id, actor=actor())
    flash(_("已删除。"), "done")
    return redirect(url_for("me.profile", _anchor=str(kind)))


def _proves(row: TalentEntry, skill: Any) -> bool:
    return any(link.entry_id == row.id for link in skill.evidence)


@bp.post("/entries/<entry_id>/proof")
def proof(entry_id: str) -> tuple[str, int] | Response:
    """Keep a scan with the entry."""
    talent = own_talent()
    sent = request.files.get("file")
    try:
        with unit_of_work() as session:
            data = sent.read(files.MAX_BYTES + 1) if sent else b""
            name = (sent.filename if sent else None) or "file"
            entries.attach_proof(session, talent, entry_id, data, name, actor=actor())
    except Invalid as error:
        row = entries.find_entry(db.session(), talent, entry_id)
        form = ProofForm(formdata=None)
        attach(form, error)
        maker = _maker(row.kind)
        data_of = EntryForm.data_of(entries.values_of(row))
        page = Page(f"entry.{entry_id}", maker(formdata=None, data=data_of), maker, data_of)
        return _entry_page(page, entry_id, form)
    flash(_("扫描件已保存，只有您和核验人员能打开。"), "done")
    return redirect(url_for("me.entry", entry_id=entry_id))


@bp.post("/entries/<entry_id>/verification")
def ask_verification(entry_id: str) -> Response:
    """Have the office verify the entry by its scan."""
    act = partial(entry_verification.ask, public_id=entry_id, actor=actor())
    return _request(entry_id, act, _("已提交秘书处核验，结果会通知您。"))


@bp.post("/entries/<entry_id>/verification/recall")
def recall_verification(entry_id: str) -> Response:
    """Take the request back."""
    act = partial(entry_verification.recall, public_id=entry_id, actor=actor())
    return _request(entry_id, act, _("已撤回核验申请，可以修改后再提交。"))


def _request(entry_id: str, act: Callable[..., None], said: str) -> Response:
    talent = own_talent()
    try:
        with unit_of_work() as session:
            act(session, talent)
        flash(said, "done")
    except (Invalid, Conflict, TooMany) as error:
        flash(str(error.message), "warning")
    return redirect(url_for("me.entry", entry_id=entry_id))


@bp.get("/entries/<entry_id>/proof")
def show_proof(entry_id: str) -> Response:
    """The person's own scan, through a link that lives for minutes."""
    row = entries.find_entry(db.session(), own_talent(), entry_id)
    held = db.session.get(files.StoredFile, row.file_id) if row.file_id else None
    if held is None or held.erased_at is not None:
        raise NotFound()
    token = files.sign(held, account().public_id)
    kept, data = files.open_signed(db.session(), token, account().public_id)
    return send_file(
        io.BytesIO(data),
        mimetype=kept.content_type,
        as_attachment=True,
        download_name=kept.name,  # names in Han need the extended form, which this writes
        max_age=0,
    )
