"""Mandates with their terms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from talentmarket.core import clock
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.firms.models import FirmMeasure
from talentmarket.exchange.brokering.firms.steps import Step
from talentmarket.exchange.brokering.joining.models import Joining, JoiningState
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState, MandateTerms
from talentmarket.exchange.brokering.mandating.terms import Reach, Remedy, Terms
from talentmarket.exchange.models import Channel, Entrustment, EntrustmentState, Job
from talentmarket.members.models import Account, Organisation
from tests.factories.postings import make_job


def terms_of(client: Organisation, **changes: Any) -> Terms:
    """A fifth of a year's pay, ninety days of guarantee, half a year of ownership."""
    return Terms(
        fee_share=2_000,
        guarantee_days=90,
        remedy=Remedy.REFUND_BY_DAYS,
        reach=Reach.JOB,
        record_name=client.name,
        record_uscc=client.uscc or "",
    ).but(**changes)


def make_mandate(
    firm: Organisation,
    job: Job,
    *,
    consultant: Account | None = None,
    state: MandateState = MandateState.ACTIVE,
    terms: Terms | None = None,
    **values: Any,
) -> Mandate:
    """A mandate of the job's organisation to the firm, with one version of the terms in force."""
    client, at = job.organisation, clock.now()
    with unit_of_work() as session:
        mandate = Mandate(
            organisation_id=firm.id,
            client_id=client.id,
            client_name=client.name,
            client_uscc=client.uscc,
            title=job.title,
            valid_until=values.pop("valid_until", clock.today() + timedelta(days=180)),
            job_id=job.id,
            consultant_id=consultant.id if consultant else None,
            state=state,
            terms_number=1,
            activated_at=at,
            moved_at=at,
            created_at=at,
            **values,
        )
        session.add(mandate)
        session.flush()
        add_version(session, mandate, terms or terms_of(client))
    return mandate


def make_posting(
    mandate: Mandate, firm: Organisation, client: Organisation | None, **values: Any
) -> Job:
    """A posting of the firm's that stands on the mandate's letter."""
    at = clock.now()
    with unit_of_work() as session:
        fresh = session.get_one(Mandate, mandate.id)
        if fresh.entrustment_id is None:
            letter = Entrustment(
                organisation_id=firm.id,
                client_id=client.id if client else None,
                client_name=fresh.client_name,
                client_uscc=fresh.client_uscc,
                valid_until=fresh.valid_until,
                state=EntrustmentState.ACCEPTED,
                submitted_at=at,
            )
            session.add(letter)
            session.flush()
            fresh.entrustment_id = letter.id
        key = fresh.entrustment_id
    return make_job(
        firm,
        channel=Channel.AGENCY,
        entrustment_id=key,
        employer_id=client.id if client else None,
        **values,
    )


def add_version(session: Any, mandate: Mandate, terms: Terms) -> MandateTerms:
    """The next version of the terms, in force."""
    number = len(mandate.versions) + 1
    version = MandateTerms(
        mandate_id=mandate.id,
        number=number,
        digest=terms.digest(),
        proposed_at=clock.now(),
        **{name: getattr(terms, name) for name in Terms.__dataclass_fields__},
    )
    session.add(version)
    mandate.terms_number = number
    session.flush()
    session.expire(mandate, ["versions"])
    return version


def make_joined(mandate: Mandate, firm: Organisation, consultant: Account | None = None) -> Joining:
    """A firm that works on another's mandate."""
    at = clock.now()
    with unit_of_work() as session:
        joining = Joining(
            mandate_id=mandate.id,
            firm_id=firm.id,
            consultant_id=consultant.id if consultant else None,
            text="本机构三年内为同类岗位推荐过四十人。",
            state=JoiningState.JOINED,
            asked_at=at,
            answered_at=at,
        )
        session.add(joining)
    return joining


def carry(firm: Organisation, client: Organisation, posting: Job) -> Mandate:
    """A running mandate whose letter carries a firm's posting: it may look for people for it."""
    mandate, at = make_mandate(firm, posting), clock.now()
    with unit_of_work() as session:
        letter = Entrustment(
            organisation_id=firm.id,
            client_id=client.id,
            client_name=client.name,
            client_uscc=client.uscc,
            valid_until=clock.today() + timedelta(days=180),
            state=EntrustmentState.ACCEPTED,
            submitted_at=at,
        )
        session.add(letter)
        session.flush()
        row = session.get_one(Mandate, mandate.id)
        row.client_id, row.client_name, row.client_uscc = client.id, client.name, client.uscc
        row.job_id, row.entrustment_id = None, letter.id
        session.get_one(Job, posting.id).entrustment_id = letter.id
    return mandate


def make_measure(firm: Organisation, step: Step = Step.WARNING, **values: Any) -> FirmMeasure:
    """A step against a firm."""
    at = clock.now()
    values.setdefault("until", at + timedelta(days=30))
    with unit_of_work() as session:
        measure = FirmMeasure(
            organisation_id=firm.id,
            step=step,
            key=f"{step}:1",
            counted={"silence": 3},
            taken_at=at,
            **values,
        )
        session.add(measure)
    return measure
