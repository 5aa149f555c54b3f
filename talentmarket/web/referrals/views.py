"""What the pages of a referral show, prepared for the templates."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import history
from talentmarket.core.words import word
from talentmarket.exchange.brokering.referring import disputes
from talentmarket.exchange.brokering.referring.asking import is_over
from talentmarket.exchange.brokering.referring.models import RUNNING, Dispute, Referral
from talentmarket.members.models import Organisation
from talentmarket.web.applications.words import countdown, when
from talentmarket.web.context import day


def state_of(referral: Referral) -> str:
    """The stage as pages name it: what ran out is over, whatever the worker has done so far."""
    if is_over(referral):
        return "lapsed"
    return "refused" if referral.refusal else str(referral.state)


def holder_of(referral: Referral) -> Organisation | None:
    """The firm that holds the mandate, where another one asks."""
    mandate = referral.mandate
    return mandate.organisation if mandate.organisation_id != referral.firm_id else None


def clock_of(referral: Referral) -> dict[str, Any] | None:
    """The clock of the next step of person or firm; None when none runs."""
    if referral.state not in RUNNING or is_over(referral):
        return None
    if referral.reply_due_at is not None and referral.consented_at is not None:
        return countdown(referral.consented_at, referral.reply_due_at)
    begin = referral.consented_at or referral.interested_at or referral.asked_at
    return countdown(begin, referral.expires_at)


def claim_clock(referral: Referral) -> dict[str, Any] | None:
    """The clock of the employer's answer; None once it was given."""
    if referral.claim != "pending" or referral.sent_at is None or referral.answer_due_at is None:
        return None
    return countdown(referral.sent_at, referral.answer_due_at)


def events_of(session: Session, referral: Referral) -> list[dict[str, Any]]:
    """The course for the macro, newest first."""
    return [
        {
            "at": one.at,
            "when": when(one.at),
            "head": word("referral_verb", one.verb),
            "who": _("平台") if one.actor is None else "",
            "kind": "move",
        }
        for one in reversed(history(session, "referral", referral.public_id))
    ]


def disputes_of(session: Session, referral: Referral) -> list[Dispute]:
    """The disputes about the claim, oldest first."""
    return disputes.disputes_of(session, referral)


def claim_facts(referral: Referral) -> list[tuple[str, str]]:
    """The clocks that all three sides see of a claim."""
    rows: list[tuple[str, str]] = []
    if referral.answer is not None:
        rows.append((_("用人单位的答复"), word("known_answer", referral.answer)))
    if referral.known_on is not None:
        rows.append((_("记录日期"), day(referral.known_on)))
    if referral.claim_until is not None:
        rows.append((_("归属期至"), day(referral.claim_until)))
    if referral.object_until is not None and referral.object_until > clock.now():
        rows.append((_("异议期至"), when(referral.object_until)))
    return rows
