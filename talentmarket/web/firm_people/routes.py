"""The area of the firm's book."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.firm_people import handing, importing, keeping, merging, shortlisting, writing

bp = Blueprint("org_people", __name__, url_prefix="/org/<org>/people")
_BOTH, _POST = ["GET", "POST"], ["POST"]
_ONE = "/<person_id>"

bp.add_url_rule("", view_func=keeping.listed)
bp.add_url_rule("/new", view_func=writing.new, methods=_BOTH)
bp.add_url_rule("/import", "import_sent", importing.send, methods=_BOTH)
bp.add_url_rule("/import/<import_id>", "import_shown", importing.shown)
bp.add_url_rule("/import/<import_id>/take", "import_taken", importing.take, methods=_POST)
bp.add_url_rule("/import/<import_id>/report", "import_report", importing.report)
bp.add_url_rule("/export", view_func=handing.export, methods=_POST)
bp.add_url_rule("/duplicates", view_func=merging.duplicates)
bp.add_url_rule(f"{_ONE}/merge/<other_id>", view_func=merging.merge, methods=_BOTH)
bp.add_url_rule("/for/<mandate_id>", view_func=shortlisting.shortlisted)
bp.add_url_rule(_ONE, view_func=keeping.show)
bp.add_url_rule(f"{_ONE}/for/<mandate_id>", view_func=shortlisting.pair)
bp.add_url_rule(f"{_ONE}/edit", view_func=writing.edit, methods=_BOTH)
bp.add_url_rule(f"{_ONE}/contact", view_func=keeping.contact, methods=_POST)
bp.add_url_rule(f"{_ONE}/hand-over", view_func=keeping.hand_over, methods=_POST)
bp.add_url_rule(f"{_ONE}/remove", view_func=keeping.remove, methods=_BOTH)
bp.add_url_rule(f"{_ONE}/invite", view_func=keeping.invite, methods=_POST)
bp.add_url_rule(f"{_ONE}/revoke", view_func=keeping.revoke, methods=_POST)
