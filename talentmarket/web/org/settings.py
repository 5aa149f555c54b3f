"""The card of an organisation, and its branches."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, Stale
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.members import organisations
from talentmarket.members.models import OrganisationKind
from talentmarket.members.organisations import OPEN_IDENTITY, Card
from talentmarket.web.concepts import place_name
from talentmarket.web.formpages import attach
from talentmarket.web.me.names import table_name
from talentmarket.web.org.common import actor, own, page
from talentmarket.web.organisations.forms import TABLES, CardForm, IdentityForm, fill

Answer = str | Response | tuple[str, int]


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/settings", view_func=settings, methods=["GET", "POST"])


def settings(org: str) -> Answer:
    """Change the card; two who change it at once both see what stands there."""
    organisation = own(org)
    form = IdentityForm() if organisation.state in OPEN_IDENTITY else CardForm()
    theirs: list[tuple[str, str]] = []
    if request.method == "GET":
        fill(form, organisation)
    elif form.validate_on_submit():
        try:
            _save(org, form)
        except Stale as error:
            db.session.rollback()
            attach(form, error)
            theirs = _differing(form, error.current)
            form.revision.data = str(own(org).revision)
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("已保存。"), "done")
            return redirect(url_for("org.settings", org=org))
    organisation = own(org)
    text = page(
        "org/settings.html",
        organisation,
        form=form,
        theirs=theirs,
        open_identity=isinstance(form, IdentityForm),
        firm=organisation.kind is OrganisationKind.HR_FIRM,
        branches=organisations.branches_of(db.session(), organisation),
    )
    return text, 422 if form.errors else 200


def _save(org: str, form: CardForm) -> None:
    with unit_of_work() as session:
        organisations.edit(
            session,
            own(org, session),
            form.card(),
            identity=form.identity() if isinstance(form, IdentityForm) else None,
            revision=whole_number(form.revision.data) or 0,
            actor=actor(org),
        )


def _differing(form: CardForm, current: Card) -> list[tuple[str, str]]:
    """The fields that stand otherwise now, with what stands there."""
    mine = form.card()
    return [
        (str(form[name].label.text), _said(name, getattr(current, name)))
        for name in Card.__dataclass_fields__
        if (getattr(current, name) or "") != (getattr(mine, name) or "")
    ]


def _said(name: str, value: str | None) -> str:
    if not value:
        return _("（空）")
    if name == "region_code":
        return place_name(value)
    return table_name(TABLES[name], value) if name in TABLES else value
