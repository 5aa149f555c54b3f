"""Registering an organisation, claiming one, joining one by a link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.members import claims, memberships, organisations
from talentmarket.members.models import Organisation, OrganisationKind
from talentmarket.members.organisations import Taken
from talentmarket.web.formpages import attach
from talentmarket.web.organisations.forms import ClaimForm, IdentityForm

Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/organisations/new", view_func=new, methods=both)
    bp.add_url_rule("/organisations/join/<token>", view_func=join, methods=both)
    bp.add_url_rule("/organisations/<organisation>/claim", view_func=claim, methods=both)


def upload(form: Any) -> tuple[bytes, str]:
    """The bytes and the name of the file of a form; empty ones without one."""
    sent = form.file.data
    return (sent.read(), sent.filename or "") if hasattr(sent, "read") else (b"", "")


def new() -> Answer:
    """Register: kind, name, code; the rest can wait for the settings."""
    form = IdentityForm()
    parent = _parent(form.parent.data or request.args.get("parent", ""))
    if request.method == "GET":
        form.kind.data = request.args.get("kind", "")
        form.parent.data = parent.public_id if parent else ""
        form.handler_name.data = current_user.account.name
    taken = None
    if form.validate_on_submit():
        try:
            public_id = _register(form)
        except Taken as error:
            db.session.rollback()
            attach(form, error)
            taken = error.public_id
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已登记。上传证明材料并提交核验，通过后就能发布岗位。"), "done")
            return redirect(url_for("org.documents", org=public_id))
    parent = _parent(form.parent.data or "")
    page = render_template("organisations/new.html", form=form, taken=taken, parent=parent)
    return page, 422 if form.errors else 200


def _parent(public_id: str) -> Organisation | None:
    """The head office of a branch: one the viewer owns. Raises NotFound for another."""
    if not public_id:
        return None
    if current_user.role_in(public_id) is not OrgRole.OWNER:
        raise NotFound()
    return organisations.find(db.session(), public_id)


def _register(form: IdentityForm) -> str:
    with unit_of_work() as session:
        parent_id = form.parent.data
        made = organisations.register(
            session,
            current_user.account,
            form.identity(),
            form.card(),
            parent=organisations.find(session, parent_id) if parent_id else None,
            actor=current_user.actor(),
        )
        return made.public_id


def claim(organisation: str) -> Answer:
    """Claim an organisation that somebody registered before."""
    session = db.session()
    found = organisations.find(session, organisation)
    if found.kind is OrganisationKind.SOURCE:
        raise NotFound()
    form = ClaimForm()
    if form.validate_on_submit():
        try:
            _claim(organisation, form)
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("认领已提交。现有负责人先答复，逾期由秘书处裁定，结果会通知您。"), "done")
            return redirect(url_for("organisations.claim", organisation=organisation))
    session = db.session()
    found = organisations.find(session, organisation)
    page = render_template(
        "organisations/claim.html",
        form=form,
        organisation=found,
        previous=claims.of_account(session, found, current_user.account),
        member=current_user.role_in(organisation),
    )
    return page, 422 if form.errors else 200


def _claim(organisation: str, form: ClaimForm) -> None:
    data, name = upload(form)
    with unit_of_work() as session:
        claims.file_claim(
            session,
            organisations.find(session, organisation),
            current_user.account,
            text=form.text.data or "",
            data=data,
            file_name=name,
            actor=current_user.actor(),
        )


def join(token: str) -> Answer:
    """Say who invites as what, then join with a button: opening a link changes nothing."""
    invitation = memberships.find_invitation(db.session(), token)
    if request.method == "POST":
        try:
            with unit_of_work() as session:
                joined = memberships.accept(
                    session, token, current_user.account, actor=current_user.actor()
                ).public_id
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            flash(str(error.message), "warning")
            return redirect(url_for("me.home"))
        flash(_("您已加入。"), "done")
        return redirect(url_for("org.home", org=joined))
    return render_template("organisations/join.html", invitation=invitation, token=token)
