"""All routes of the area."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.org import home, people, proofs, settings

bp = Blueprint("org", __name__, url_prefix="/org/<org>")
for module in (home, settings, people, proofs):
    module.routes(bp)
