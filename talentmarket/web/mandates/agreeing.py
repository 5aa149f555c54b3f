"""Terms of a mandate: proposed, compared; the letter of entrustment made from what is known."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import agreement, mandates, running
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy, Terms
from talentmarket.web.formpages import attach
from talentmarket.web.mandates import views
from talentmarket.web.mandates.common import Answer, mandate_of, me
from talentmarket.web.mandates.forms import TermsForm
from talentmarket.web.org_desk.common import organisation_of, page
from talentmarket.web.org_jobs.common import actor


def terms(org: str, mandate_id: str) -> Answer:
    """Propose a version; the form begins with the newest."""
    session = db.session()
    mandate = mandate_of(session, org, mandate_id)
    form = TermsForm(free=not standing.charges(mandate.organisation))
    last = agreement.newest(session, mandate)
    if request.method == "GET":
        form.fill(last.terms if last else _usual(form))
    if form.validate_on_submit():
        try:
            with unit_of_work() as unit:
                found = mandate_of(unit, org, mandate_id)
                running.propose(unit, found, form.terms(), by=me(unit), actor=actor(org))
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("新版本条款已写好。双方确认后生效。"), "done")
            return redirect(url_for("org_mandates.show", org=org, mandate_id=mandate_id))
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    body = page(
        "mandates/terms.html",
        organisation,
        form=form,
        mandate=mandate,
        free=form.free,
        again=last is not None,
        open=mandate.state in agreement.OPEN_TO_TERMS,
    )
    return body, 422 if form.errors or form.form_errors else 200


def _usual(form: TermsForm) -> Terms:
    basis = FeeBasis.NONE if form.free else FeeBasis.SHARE
    share = 0 if form.free else 2_000
    return Terms(fee_basis=basis, fee_share=share, guarantee_days=90, remedy=Remedy.REFUND_BY_DAYS)


def compare(org: str, mandate_id: str) -> Answer:
    """Two versions side by side."""
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    return page(
        "mandates/compare.html",
        organisation,
        mandate=mandate,
        back=url_for("org_mandates.show", org=org, mandate_id=mandate_id),
        **comparison(mandate),
    )


def comparison(mandate: Mandate) -> dict[str, Any]:
    """The versions the address asks for: `old` and `new`; else the newest and the one before or in
    force. Raises NotFound for others."""
    session = db.session()
    found = agreement.versions(session, mandate)
    if not found:
        raise NotFound()
    newest = found[-1].row.number
    new = _number("new", newest)
    old = _number("old", mandate.terms_number if mandate.terms_number != new else max(1, new - 1))
    rows = {one.row.number: one.row for one in found}
    if old not in rows or new not in rows:
        raise NotFound()
    return {
        "old": old,
        "new": new,
        "numbers": sorted(rows),
        "rows": views.compared(rows[old].terms, rows[new].terms),
    }


def _number(name: str, usual: int | None) -> int:
    given = request.args.get(name, "")
    if not given:
        return usual or 1
    if not (given.isascii() and given.isdigit() and len(given) < 6):
        raise NotFound()
    return int(given)


def letter(org: str, mandate_id: str) -> Answer:
    """The letter of entrustment, filled from the data, to print, seal and hand in."""
    session = db.session()
    organisation = organisation_of(session, org)
    mandate = mandates.find_own(session, organisation, mandate_id)
    last = agreement.newest(session, mandate)
    with force_locale("zh"):  # a paper of both parties: its terms are Chinese to every reader
        terms = views.terms_rows(last.terms) if last else []
    return page(
        "mandates/letter.html",
        organisation,
        mandate=mandate,
        terms=terms,
        number=last.number if last else None,
        today=clock.today(),
    )
