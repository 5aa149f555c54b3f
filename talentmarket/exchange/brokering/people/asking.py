"""Which people of the book stand beside a mandate's job, and which of them may be asked for it.

Whoever accepted and may not be asked for the job (a block, a no, another firm's claim, an application of
their own) is not there at all, for whatever reason: a shortlist gives no more away than a refusal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.brokering.referring.models import (
    LIVE_CLAIMS,
    RUNNING,
    Referral,
    ReferralState,
)
from talentmarket.exchange.models import Application, Job
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.resting import resting_talents
from talentmarket.members.blocks import Binding, binding
from talentmarket.members.models import Account, Organisation, Talent

#: Records that are ranked at once; a book that is larger is ranked by those changed last.
MOST_RANKED = 10_000


@dataclass(frozen=True)
class Beside:
    """A record beside a job: its profile; of who joined the talent, and whether they let themselves
    be ranked."""

    public_id: str
    profile: Mapping[str, Any]
    talent_id: int | None
    ranked: bool


def bound_by(session: Session, firm: Organisation, mandate: Mandate) -> Binding:
    """Whose blocks bind the firm while it looks for people for this mandate: its own, and those of
    every employer it acts for, the client and its group among them."""
    return binding(session, firm, principal=mandate.client)


def beside(session: Session, firm: Organisation, mandate: Mandate, job: Job) -> list[Beside]:
    """The records that may stand in a shortlist for the mandate's job. Nothing sealed is opened."""
    out = unaskable(firm, mandate, job, bound_by(session, firm, mandate))
    rows = session.execute(
        sa.select(FirmPerson.public_id, FirmPerson.profile, Talent.id, Account.personal_ranking)
        .outerjoin(Account, Account.id == FirmPerson.account_id)
        .outerjoin(Talent, Talent.account_id == Account.id)
        .where(
            FirmPerson.organisation_id == firm.id,
            sa.or_(Talent.id.is_(None), Talent.id.not_in(out)),
        )
        .order_by(FirmPerson.updated_at.desc(), FirmPerson.id.desc())
        .limit(MOST_RANKED)
    )
    return [Beside(one[0], one[1], one[2], one[3] is not False) for one in rows]


def unaskable(
    firm: Organisation, mandate: Mandate, job: Job, bound: Binding
) -> sa.CompoundSelect[tuple[int]]:
    """The keys of people whom the firm cannot ask for the job, whoever finds them."""
    claimed = sa.select(Referral.talent_id).where(
        Referral.job_id == job.id,
        Referral.employer_id == mandate.client_id,
        sa.or_(Referral.claim.in_(LIVE_CLAIMS), Referral.state == ReferralState.CONSENTED),
        # What the firm itself asked and may send stands in its list.
        sa.or_(Referral.firm_id != firm.id, Referral.state != ReferralState.CONSENTED),
    )
    applied = sa.select(Application.talent_id).where(
        Application.job_id == job.id, Application.state.not_in(ENDED)
    )
    return sa.union(bound.talents, resting_talents(firm), claimed, applied)


def asked_already(session: Session, firm: Organisation, job: Job) -> dict[int, str]:
    """Whom the firm has asked for the job and who has not ended it: talent → referral."""
    rows = session.execute(
        sa.select(Referral.talent_id, Referral.public_id).where(
            Referral.firm_id == firm.id,
            Referral.job_id == job.id,
            Referral.state.in_(RUNNING),
        )
    )
    return {row[0]: row[1] for row in rows}
