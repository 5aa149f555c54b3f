"""All routes of the area."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.organisations import registering, search, showing

bp = Blueprint("organisations", __name__)
for module in (search, registering, showing):
    module.routes(bp)
