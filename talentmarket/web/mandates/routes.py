"""The area of an organisation's mandates: its own as a firm, given ones as an employer."""

from __future__ import annotations

from flask import Blueprint

from talentmarket.web.mandates import agreeing, client, elsewhere, firm, handing, listing

bp = Blueprint("org_mandates", __name__, url_prefix="/org/<org>/mandates")
_BOTH, _POST = ["GET", "POST"], ["POST"]
_ONE, _GIVEN = "/<mandate_id>", "/given/<mandate_id>"

bp.add_url_rule("/", view_func=listing.listed)
bp.add_url_rule("/new", view_func=firm.new, methods=_BOTH)
bp.add_url_rule("/hand-over", view_func=handing.hand_over, methods=_BOTH)
bp.add_url_rule("/given", view_func=client.given)
bp.add_url_rule(_GIVEN, view_func=client.show_given)
bp.add_url_rule(f"{_GIVEN}/compare", view_func=client.compare_given)
bp.add_url_rule(f"{_GIVEN}/documents/<document_id>", view_func=client.given_document)
bp.add_url_rule(f"{_GIVEN}/answer", view_func=client.answer_given, methods=_POST)
bp.add_url_rule(f"{_GIVEN}/move", view_func=client.move_given, methods=_POST)
bp.add_url_rule(f"{_GIVEN}/elsewhere", view_func=elsewhere.elsewhere, methods=_BOTH)
bp.add_url_rule(_ONE, view_func=firm.show)
bp.add_url_rule(f"{_ONE}/edit", view_func=firm.edit, methods=_BOTH)
bp.add_url_rule(f"{_ONE}/documents", view_func=firm.add_document, methods=_POST)
bp.add_url_rule(f"{_ONE}/documents/<document_id>", view_func=firm.document)
bp.add_url_rule(f"{_ONE}/handler", view_func=firm.handler, methods=_POST)
bp.add_url_rule(f"{_ONE}/terms", view_func=agreeing.terms, methods=_BOTH)
bp.add_url_rule(f"{_ONE}/compare", view_func=agreeing.compare)
bp.add_url_rule(f"{_ONE}/letter", view_func=agreeing.letter)
bp.add_url_rule(f"{_ONE}/submit", view_func=firm.submit, methods=_POST)
bp.add_url_rule(f"{_ONE}/answer", view_func=firm.answer, methods=_POST)
bp.add_url_rule(f"{_ONE}/move", view_func=firm.move, methods=_POST)
bp.add_url_rule(f"{_ONE}/job", view_func=firm.job, methods=_POST)
bp.add_url_rule(f"{_ONE}/link", view_func=firm.link, methods=_POST)
bp.add_url_rule(f"{_ONE}/confirm", view_func=firm.confirm, methods=_POST)
