"""The page of all components; it exists in demo mode only."""

from __future__ import annotations

from flask import Blueprint, render_template

from talentmarket.web.dev.specimens import specimens

bp = Blueprint("dev", __name__)


@bp.get("/dev/components")
def components() -> str:
    """All pieces at once, in every state."""
    return render_template(
        "dev/components.html", page_url=lambda number: f"#page-{number}", **specimens()
    )
