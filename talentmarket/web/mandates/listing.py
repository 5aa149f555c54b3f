"""The list of mandates: a firm's own, an employer's given ones."""

from __future__ import annotations

import sqlalchemy as sa
from flask import redirect, request, url_for
from flask_babel import gettext as _

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.permissions import DESK
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import mandates
from talentmarket.exchange.brokering.mandating.models import (
    OVER,
    Mandate,
    MandateDocument,
    MandateState,
    MandateTerms,
)
from talentmarket.exchange.brokering.mandating.stages import PREPARED, RUNNING
from talentmarket.web.mandates import views
from talentmarket.web.mandates.common import Answer
from talentmarket.web.org_desk.common import organisation_of, page, role_in

#: Tabs of the list: name → stages.
_GROUPS = {
    "open": (*PREPARED, MandateState.IN_REVIEW, MandateState.AWAITING_COUNTERSIGNATURE),
    "running": RUNNING,
    "over": OVER,
}


def listed(org: str) -> Answer:
    """The firm's mandates; for an employer those it gave."""
    session = db.session()
    organisation = organisation_of(session, org)
    if not standing.brokers(organisation):
        return redirect(url_for("org_mandates.given", org=org))
    group = request.args.get("group", "")
    rows = mandates.list_own(session, organisation, _GROUPS.get(group, ()))
    held = _held(rows)
    tabs = [("", _("全部")), ("open", _("准备中")), ("running", _("进行中")), ("over", _("已结束"))]
    return page(
        "mandates/list.html",
        organisation,
        rows=rows,
        held=held,
        fees=_fees(rows),
        group=group if group in _GROUPS else "",
        tabs=[
            {
                "text": text,
                "url": url_for(".listed", org=org, group=name or None),
                "current": name == (group if group in _GROUPS else ""),
            }
            for name, text in tabs
        ],
        may_edit=role_in(org) in DESK.roles,
        owner=role_in(org) is OrgRole.OWNER,
        hindrance=standing.hindrance(session, organisation),
        today=clock.today(),
    )


def _held(rows: list[Mandate]) -> dict[int, int]:
    """How many of the four documents each holds, in one question."""
    counted = db.session().execute(
        sa.select(MandateDocument.mandate_id, sa.func.count())
        .where(
            MandateDocument.mandate_id.in_([one.id for one in rows]),
            MandateDocument.replaced_at.is_(None),
        )
        .group_by(MandateDocument.mandate_id)
    )
    return {row[0]: row[1] for row in counted}


def _fees(rows: list[Mandate]) -> dict[int, str]:
    """The fee of the newest version of each, in one question."""
    newest = (
        sa.select(MandateTerms.mandate_id, sa.func.max(MandateTerms.number).label("number"))
        .where(MandateTerms.mandate_id.in_([one.id for one in rows]))
        .group_by(MandateTerms.mandate_id)
        .subquery()
    )
    found = db.session().scalars(
        sa.select(MandateTerms).join(
            newest,
            (newest.c.mandate_id == MandateTerms.mandate_id)
            & (newest.c.number == MandateTerms.number),
        )
    )
    return {one.mandate_id: views.fee_said(one.terms) for one in found}
