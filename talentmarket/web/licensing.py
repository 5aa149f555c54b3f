"""Which writes of an HR service firm need its licence in force: one table, asked before a request.

Without a valid licence whose scope has 开展网络招聘服务 nothing new may be published, asked or sent
(国令700号 art. 18, 网络招聘服务管理规定 arts. 9-11): the desk is read-only. What was begun before is
finished, for the employer's and the person's sake, and what is the firm's duty stays open. Services
ask :func:`standing.require_licence` besides; employers and public employment services need none.
"""

from __future__ import annotations

from talentmarket.core.db import db
from talentmarket.exchange.brokering.standing import require_licence
from talentmarket.members import organisations
from talentmarket.members.models import TRUSTED

#: Something new is published, asked, sent or prepared.
NEEDED = frozenset(
    {
        *(f"org_jobs.{name}" for name in ("new", "edit", "copy", "adopt", "submit", "letters")),
        *(f"org_jobs.{name}" for name in ("extend", "reopen")),
        "org_desk.invite",
        *(f"org_saved_searches.{name}" for name in ("new", "show", "suiting")),
        *(f"org_mandates.{name}" for name in ("new", "edit", "add_document", "handler", "terms")),
        *(f"org_mandates.{name}" for name in ("submit", "answer", "link", "confirm", "job")),
        "org_joining.join",
        *(f"org_referrals.{name}" for name in ("new", "send")),
        *(f"org_people.{name}" for name in ("new", "edit", "contact", "invite", "merge")),
        *(f"org_people.{name}" for name in ("import_sent", "import_taken")),
        "org.settings",
        "org_firm.fields",
    }
)

_BEGUN = "what was begun is finished"
_ENDS = "ends something"
_HOUSE = "the firm's own house"
_DUTY = "a duty towards people or the office"
_PAPER = "a copy of what is there"
_CLIENT = "an employer's act"
#: Writes that need none, and why. Both lists together hold every write of a member.
FREE = {
    **dict.fromkeys(("org.add_document", "org.submit_licence", "org.submit", "org.recall"), _DUTY),
    **dict.fromkeys(("org.remove_document", "org.answer_claim"), _DUTY),
    **dict.fromkeys(("org.invite", "org.leave", "org.remove", "org.revoke", "org.role"), _HOUSE),
    **dict.fromkeys(("org_desk.batch", "org_desk.move", "org_desk.undo"), _BEGUN),
    **dict.fromkeys(("org_desk.interview", "org_desk.change_interview"), _BEGUN),
    "org_desk.answer_interview": _BEGUN,
    **dict.fromkeys(("org_desk.refuse", "org_desk.write", "org_desk.note"), _BEGUN),
    "org_desk.report_message": "whoever is written to may complain",
    **dict.fromkeys(("org_desk.withdraw_invitation", "org_saved_searches.remove"), _ENDS),
    **dict.fromkeys(("org_jobs.fill", "org_jobs.withdraw"), _ENDS),
    "org_jobs.move": "pausing ends something; resuming asks for the licence in the service",
    "org_mandates.move": "pausing and ending; resuming asks for the licence in the service",
    "org_joining.answer": "refusing ends something; accepting asks for it in the service",
    **dict.fromkeys(("org_joining.exclude", "org_joining.leave"), _ENDS),
    **dict.fromkeys(("org_mandates.answer_given", "org_mandates.move_given"), _CLIENT),
    "org_mandates.elsewhere": _CLIENT,
    "org_mandates.hand_over": _HOUSE,
    "org_firm.appeal": "a right towards the office",
    **dict.fromkeys(("org_fees.pdf", "org_fees.xlsx", "org_papers.letter"), _PAPER),
    **dict.fromkeys(("org_papers.receipt", "org_reports.figures", "org_reports.ledger"), _PAPER),
    **dict.fromkeys(("org_fees.payments", "org_fees.reverse"), _BEGUN),
    **dict.fromkeys(("org_fees.share", "org_fees.received"), _BEGUN),
    "org_fees.payments_table": _PAPER,
    "org_reports.referral_figures": _PAPER,
    "org_people.hand_over": _HOUSE,
    "org_people.export": _PAPER,
    **dict.fromkeys(("org_people.remove", "org_people.revoke"), _ENDS),
    **dict.fromkeys(("org_referrals.answer", "org_referrals.object_to"), _CLIENT),
    **dict.fromkeys(("org_referrals.offer", "org_referrals.let_schedule"), _CLIENT),
    "org_referrals.schedule": _BEGUN,
    **dict.fromkeys(("org_referrals.recall", "org_referrals.refuse"), _ENDS),
    **dict.fromkeys(("org_referrals.dispute", "org_referrals.leave"), _BEGUN),
    "org_referrals.batch": "recalling ends something; sending asks for it in the service",
    **dict.fromkeys(("org_referrals.remedy", "org_starts.case"), _BEGUN),
}


def ask(endpoint: str, org: str) -> None:
    """Before a write of a member. Raises Forbidden where the organisation is a firm without a
    licence in force. A firm that is not verified yet may write its page: it is examined by it."""
    if endpoint not in NEEDED:
        return
    organisation = organisations.find(db.session(), org)
    if endpoint == "org.settings" and organisation.state not in TRUSTED:
        return
    require_licence(db.session(), organisation)
