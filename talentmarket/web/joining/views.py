"""What the pages of opened mandates show. Before it joined, a firm reads the employer by field and
size only; nobody reads the others' names but the holder and the employer."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.permissions import ACCOUNTS
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.joining import joinings
from talentmarket.exchange.brokering.joining.models import OPEN, Joining, JoiningState
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.mandating.terms import Terms
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.published import as_published
from talentmarket.members.models import Organisation
from talentmarket.web.applications.words import job_meta
from talentmarket.web.concepts import place_name, skill_name
from talentmarket.web.mandates.views import fee_said, percent, terms_rows
from talentmarket.web.me.names import table_name
from talentmarket.web.referrals.views import state_of

View = dict[str, Any]
GOING_ON = OPEN


def described(client: Organisation | None) -> list[str]:
    """The employer by field, size and place."""
    if client is None:
        return []
    said = [
        table_name("industry", client.industry),
        table_name("org_scale", client.size),
        place_name(client.region_code),
    ]
    return [one for one in said if one]


def _terms(session: Session, keys: list[int]) -> dict[int, Terms]:
    """The terms in force of each mandate, in one question."""
    found = session.scalars(
        sa.select(MandateTerms)
        .join(Mandate, Mandate.id == MandateTerms.mandate_id)
        .where(MandateTerms.mandate_id.in_(keys), MandateTerms.number == Mandate.terms_number)
    )
    return {one.mandate_id: one.terms for one in found}


def _joined(session: Session, keys: list[int]) -> dict[int, int]:
    counted = session.execute(
        sa.select(Joining.mandate_id, sa.func.count())
        .where(Joining.mandate_id.in_(keys), Joining.state == JoiningState.JOINED)
        .group_by(Joining.mandate_id)
    )
    return {row[0]: row[1] for row in counted}


def rows(session: Session, mandates: list[Mandate]) -> list[View]:
    """Opened mandates for the list."""
    keys = [one.id for one in mandates]
    terms, counts = _terms(session, keys), _joined(session, keys)
    return [
        {
            "mandate": one,
            "client": described(one.client),
            "fee": fee_said(terms[one.id]),
            "split": percent(terms[one.id].split) if terms[one.id].split else "—",
            "firms": counts.get(one.id, 0) + 1,
        }
        for one in mandates
    ]


def parts(session: Session, found: list[Joining]) -> list[View]:
    """The firm's own parts for the list."""
    terms = _terms(session, [one.mandate_id for one in found])
    return [
        {
            "part": one,
            "mandate": one.mandate,
            "split": percent(terms[one.mandate_id].split) if one.mandate_id in terms else "—",
        }
        for one in found
    ]


def opening(session: Session, mandate: Mandate) -> Terms | None:
    """The terms in force."""
    return _terms(session, [mandate.id]).get(mandate.id)


def is_open(session: Session, firm: Organisation, mandate: Mandate) -> bool:
    """Whether the mandate may be joined today."""
    return mandate.id in {one.id for one in joinings.opened(session, firm)}


def one(session: Session, mandate: Mandate, *, named: bool) -> View:
    """One opened mandate. `named`: the firm works on it and reads who the employer is."""
    terms = opening(session, mandate)
    job = as_published(mandate.job) if mandate.job else None
    hidden = {"record_name", "host_name"}
    own, share = _bar(terms)
    return {
        "client": described(mandate.client),
        "named": named,
        "job": job,
        "meta": job_meta(job) if job else [],
        "skills": [skill_name(one.skill_id) for one in job.skills][:12] if job else [],
        "terms": _shown(terms, hidden if not named else set()),
        "own": own,
        "share": share,
        "share_points": terms.split if terms else 0,
        "firms": _joined(session, [mandate.id]).get(mandate.id, 0) + 1,
    }


def _shown(terms: Terms | None, hidden: set[str]) -> list[Any]:
    if terms is None:
        return []
    without = dict.fromkeys(hidden, "")
    return [row for row in terms_rows(terms.but(**without)) if row[1] not in ("—", "— ")]


def _bar(terms: Terms | None) -> tuple[str, str]:
    if terms is None or not terms.split:
        return "", ""
    return percent(10_000 - terms.split), percent(terms.split)


def referrals(
    session: Session, mandate: Mandate, role: OrgRole | None, firm: Organisation | None = None
) -> list[View]:
    """Whom the other firms (or this `firm`) asked and sent, by number: the same facts for the holder
    and for who brought the person, and nothing of the person. A placement is led to where the
    reader's `role` may open it."""
    found = joinings.referrals_of(session, mandate, firm)
    placed = _placements(session, [one.id for one in found])
    opens = role in ACCOUNTS.roles
    return [
        {
            "referral": one,
            "firm": one.firm,
            "state": state_of(one),
            "claim": one.claim,
            "split": percent(one.named["split"]) if one.named.get("split") else "—",
            "reached": one.application.state if one.application else None,
            "placement": placed.get(one.id),
            "opens": opens,
        }
        for one in found
    ]


def _placements(session: Session, referrals: list[int]) -> dict[int, Placement]:
    rows = session.scalars(sa.select(Placement).where(Placement.referral_id.in_(referrals)))
    return {one.referral_id: one for one in rows}
