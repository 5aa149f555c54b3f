"""The month's entries in the books, and the statement to take along."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import statement as statements
from talentmarket.exchange.brokering.books.statement import Statement, StatementRow
from talentmarket.exchange.brokering.money import yuan
from talentmarket.exchange.brokering.papers import handing
from talentmarket.members.models import Organisation, OrganisationKind
from talentmarket.web.org.common import actor, own, page
from talentmarket.web.org_fees import payments
from talentmarket.web.org_fees.handing import XLSX, as_file

bp = Blueprint("org_fees", __name__, url_prefix="/org/<org>/fees")
payments.routes(bp)


@bp.get("")
def home(org: str) -> str:
    """This month."""
    return _month(org, clock.today().replace(day=1))


@bp.get("/<month>")
def month(org: str, month: str) -> str:
    """Another month."""
    return _month(org, statements.month_of(month))


@bp.post("/<month>/pdf")
def pdf(org: str, month: str) -> Response:
    """The statement as PDF, with a check code."""
    with unit_of_work() as session:
        data = handing.statement_of(
            session,
            _firm(own(org, session)),
            statements.month_of(month),
            where=url_for("papers.ask", _external=True),
            actor=actor(org),
        )
    return as_file(data, "application/pdf", _("服务费对账单 %(month)s", month=month) + ".pdf")


@bp.post("/<month>/xlsx")
def xlsx(org: str, month: str) -> Response:
    """The statement as a table."""
    with unit_of_work() as session:
        firm = _firm(own(org, session))
        data = handing.book_of(session, firm, statements.month_of(month), actor=actor(org))
    return as_file(data, XLSX, _("服务费对账单 %(month)s", month=month) + ".xlsx")


def _month(org: str, first: date) -> str:
    session = db.session()
    organisation = own(org)
    if organisation.kind is OrganisationKind.HR_FIRM:
        found = statements.statement(session, organisation, first)
        figures = _firms(found)
    else:
        found = statements.owed(session, organisation, first)
        figures = _payers(found)
    return page(
        "org_fees/month.html",
        organisation,
        firm=organisation.kind is OrganisationKind.HR_FIRM,
        month=first,
        months=statements.months(session, organisation),
        figures=figures,
        rows=[_row(one) for one in found.rows],
    )


def _firms(found: Statement) -> list[dict[str, Any]]:
    total = found.totals
    return [
        _figure(_("期初未结"), found.opening),
        _figure(_("服务费"), total["fee"], _("不含税；分成 %(share)s", share=yuan(total["share"]))),
        _figure(_("税额"), total["tax"]),
        _figure(_("收到"), total["paid"], _("分成收付 %(share)s", share=yuan(total["settled"]))),
        _figure(_("期末未结"), found.closing, _("其中争议暂缓 %(held)s", held=yuan(found.held))),
    ]


def _payers(found: Statement) -> list[dict[str, Any]]:
    return [
        _figure(_("期初应付"), found.opening),
        _figure(_("本月变动"), found.totals["open"], _("含税")),
        _figure(_("已付"), found.totals["paid"]),
        _figure(_("期末应付"), found.closing, _("其中争议暂缓 %(held)s", held=yuan(found.held))),
    ]


def _figure(label: str, amount: int, note: str | None = None) -> dict[str, Any]:
    return {"label": label, "value": yuan(amount), "money": True, "note": note}


def _row(row: StatementRow) -> dict[str, Any]:
    amounts = ("fee", "share", "tax", "held", "paid", "open")
    return {"entry": row, **{name: yuan(getattr(row, name)) for name in amounts}}


def _firm(organisation: Organisation) -> Organisation:
    if organisation.kind is not OrganisationKind.HR_FIRM:
        raise NotFound()
    return organisation
