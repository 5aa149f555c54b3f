"""For whom an organisation acts at present: what binds it to those employers' blocks."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.exchange.models import Entrustment, EntrustmentState, Job, JobState
from talentmarket.members.blocks import Employer
from talentmarket.members.models import Organisation

#: Job states in which the organisation looks for people for the employer.
_LOOKING = (JobState.IN_REVIEW, JobState.PUBLISHED, JobState.PAUSED)


def employers_of(session: Session, organisation: Organisation) -> list[Employer]:
    """The employers behind accepted letters of entrustment and behind jobs posted for others:
    the principal, the client site, the host unit."""
    found: dict[tuple[str, str | None], Employer] = {}

    def add(name: str, uscc: str | None) -> None:
        if name or uscc:
            found.setdefault((name, uscc), Employer(name, uscc))

    letters = session.execute(
        sa.select(Entrustment.client_name, Entrustment.client_uscc).where(
            Entrustment.organisation_id == organisation.id,
            Entrustment.state == EntrustmentState.ACCEPTED,
        )
    )
    for name, uscc in letters:
        add(name, uscc)
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
