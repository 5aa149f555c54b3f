"""The papers a firm takes along: the letter of a mandate, the receipt of a referral."""

from __future__ import annotations

import io

import sqlalchemy as sa
from flask import Blueprint, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.papers import handing
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.web.org.common import actor
from talentmarket.web.org_desk.common import organisation_of

bp = Blueprint("org_papers", __name__, url_prefix="/org/<org>")


@bp.post("/mandates/<mandate_id>/letter")
def letter(org: str, mandate_id: str) -> Response:
    """The letter of entrustment, filled from the mandate, to be signed by both."""
    with unit_of_work() as session:
        firm = organisation_of(session, org)
        mandate = session.scalar(
            sa.select(Mandate).where(
                Mandate.public_id == mandate_id, Mandate.organisation_id == firm.id
            )
        )
        if mandate is None:
            raise NotFound()
        data = handing.letter_of(session, mandate, where=_where(), actor=actor(org))
    return _file(data, _("委托招聘授权书"), mandate_id)


@bp.post("/referrals/<referral_id>/receipt")
def receipt(org: str, referral_id: str) -> Response:
    """The receipt of a referral that was sent."""
    with unit_of_work() as session:
        firm = organisation_of(session, org)
        referral = session.scalar(
            sa.select(Referral).where(
                Referral.public_id == referral_id, Referral.firm_id == firm.id
            )
        )
        if referral is None:
            raise NotFound()
        number = referral.number
        data = handing.receipt_of(session, referral, where=_where(), actor=actor(org))
    return _file(data, _("推荐回执"), number)


def _where() -> str:
    return url_for("papers.ask", _external=True)


def _file(data: bytes, what: str, number: str) -> Response:
    return send_file(
        io.BytesIO(data),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{what} {number}.pdf",
        max_age=0,
    )
