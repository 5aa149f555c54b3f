"""The area of jobs."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.jobs import keeping, reporting, search, show

bp = Blueprint("jobs", __name__)
search.routes(bp)
show.routes(bp)
keeping.routes(bp)
reporting.routes(bp)
