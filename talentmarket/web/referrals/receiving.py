"""The employer's list of what firms sent."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from talentmarket.core.folding import whole_number
from talentmarket.exchange.brokering.referring import receiving
from talentmarket.web.org_desk import common
from talentmarket.web.referrals import views


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/referred", endpoint="received", view_func=received)


def received(org: str) -> str:
    """What firms sent: what waits for the answer first, the rest by pages."""
    session = common.read()
    employer = common.organisation_of(session, org)
    before = whole_number(request.args.get("before"))
    found = receiving.received(session, employer, before=before)
    return common.page(
        "referrals/received.html",
        employer,
        waiting=[(row, views.claim_clock(row)) for row in found.waiting],
        rest=found.rest,
        first=before is None,
        next_url=url_for(".received", org=org, before=found.next_id) if found.next_id else None,
    )
