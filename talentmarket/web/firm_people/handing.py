"""The book to take along."""

from __future__ import annotations

import io

from flask import send_file
from flask_babel import gettext as _

from talentmarket.core.language import language
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.people import handing
from talentmarket.web.firm_people.common import Answer, actor, firm_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def export(org: str) -> Answer:
    """The whole book as a table; that it was taken is written down."""
    with unit_of_work() as session:
        data = handing.export(session, firm_of(session, org), locale=language(), actor=actor(org))
    return send_file(
        io.BytesIO(data),
        mimetype=XLSX,
        as_attachment=True,
        download_name=_("人才库") + ".xlsx",
        max_age=0,
    )
