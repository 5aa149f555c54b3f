"""For whom an organisation acts at present: what binds it to those employers' blocks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.exchange.brokering.mandating.models import Mandate, MandateTerms
from talentmarket.exchange.brokering.mandating.stages import BINDING
from talentmarket.exchange.models import Entrustment, EntrustmentState, Job, JobState
from talentmarket.members.blocks import Employer
from talentmarket.members.models import Organisation

#: Job states in which the organisation looks for people for the employer.
_LOOKING = (JobState.IN_REVIEW, JobState.PUBLISHED, JobState.PAUSED)


def employers_of(session: Session, organisation: Organisation) -> list[Employer]:
    """The employers behind mandates, accepted letters of entrustment and jobs posted for others:
    the principal, the employer of record, the client site, the host unit."""
    found: dict[tuple[str, str | None], Employer] = {}

    def add(name: str, uscc: str | None) -> None:
        if name or uscc:
            found.setdefault((name, uscc), Employer(name, uscc))

    for name, uscc in session.execute(_entrusted(organisation)):
        add(name, uscc or None)
    jobs = session.execute(
        sa.select(Job.employer_name, Job.client_name, Organisation.uscc, Job.employer_id)
        .outerjoin(Organisation, Organisation.id == Job.employer_id)
        .where(Job.organisation_id == organisation.id, Job.state.in_(_LOOKING))
        .distinct()
    )
    for employer_name, client_name, uscc, employer_id in jobs:
        if employer_id != organisation.id:
            add(employer_name, uscc)
        add(client_name, None)
    return list(found.values())


def _entrusted(organisation: Organisation) -> sa.CompoundSelect[Any]:
    """Names and codes of those who entrusted it and of whom their terms name, in one question."""
    under = (Mandate.organisation_id == organisation.id, Mandate.state.in_(BINDING))
    terms = sa.join(MandateTerms, Mandate, Mandate.id == MandateTerms.mandate_id)
    return sa.union(
        sa.select(Entrustment.client_name, Entrustment.client_uscc).where(
            Entrustment.organisation_id == organisation.id,
            Entrustment.state == EntrustmentState.ACCEPTED,
        ),
        sa.select(Mandate.client_name, Mandate.client_uscc).where(*under),
        sa.select(MandateTerms.host_name, MandateTerms.host_uscc).select_from(terms).where(*under),
        sa.select(MandateTerms.record_name, MandateTerms.record_uscc)
        .select_from(terms)
        .where(*under),
    )


def employers_in(job: Job) -> list[Employer]:
    """Whom a job of the organisation is for besides itself, in whatever state the job is."""
    found = []
    if job.employer is not None and job.employer_id != job.organisation_id:
        found.append(Employer(job.employer.name, job.employer.uscc))
    elif job.employer is None and job.employer_name:
        found.append(Employer(job.employer_name))
    if job.client_name:
        found.append(Employer(job.client_name))
    return found
