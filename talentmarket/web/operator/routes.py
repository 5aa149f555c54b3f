"""All routes of the operator's desk."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.operator import (
    disputes,
    entries,
    home,
    ledger,
    mandates,
    measures,
    models,
    proofs,
    reviewing,
    site,
    starts,
    users,
)
from talentmarket.web.operator.duties import assessments, incidents, self_checks

bp = Blueprint("operator", __name__, url_prefix="/operator")
for module in (
    home,
    reviewing,
    mandates,
    proofs,
    entries,
    users,
    site,
    models,
    disputes,
    starts,
    measures,
    ledger,
    assessments,
    incidents,
    self_checks,
):
    module.routes(bp)
