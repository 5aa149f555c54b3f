"""All routes of the area."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.organisations import search

bp = Blueprint("organisations", __name__)
search.routes(bp)
