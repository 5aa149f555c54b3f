"""The area of an organisation's jobs."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.org_jobs import acting, checking, editing, letters, listing

bp = Blueprint("org_jobs", __name__, url_prefix="/org/<org>/jobs")
for part in (listing, letters, editing, checking, acting):
    part.routes(bp)
