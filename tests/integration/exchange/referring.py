"""Parties of a referral for tests: an employer with a job, a firm with its mandate, a person."""

from __future__ import annotations

from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.referring import asking, consenting, sending
from talentmarket.exchange.brokering.referring.models import (
    Referral,
    ReferralClaim,
    ReferralState,
)
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import (
    Account,
    Organisation,
    OrganisationKind,
    Talent,
)
from tests.factories import (
    block_of,
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.brokering import make_mandate

R, C = ReferralState, ReferralClaim


class Parties:
    """An employer with a job, a firm with its mandate, and a person; each acts in its own unit."""

    def __init__(self) -> None:
        self.employer = make_organisation()
        self.recruiter = make_member(self.employer, OrgRole.RECRUITER)
        self.job = make_job(self.employer, created_by=self.recruiter.id)
        self.firm = make_organisation("蜀桥人力资源有限公司", OrganisationKind.HR_FIRM)
        make_licence(self.firm)
        self.consultant = make_member(self.firm, OrgRole.CONSULTANT, make_account("顾问"))
        self.mandate = make_mandate(self.firm, self.job, consultant=self.consultant)
        self.talent = make_talent()

    def _does(self, use, *rows, **values):
        with unit_of_work() as session:
            fresh = [session.get_one(type(row), row.id) for row in rows]
            return use(session, *fresh, actor=Actor("someone"), **values)

    def ask(self, firm=None, **values):
        with unit_of_work() as session:
            return asking.ask(
                session,
                session.get_one(Mandate, self.mandate.id),
                session.get_one(Talent, self.talent.id),
                firm=session.get_one(Organisation, (firm or self.firm).id),
                consultant=session.get_one(Account, self.consultant.id),
                actor=Actor("consultant"),
                **values,
            )

    def interest(self, referral):
        self._does(asking.interest, referral)

    def consent(self, referral, digest=None, contact_now=False):
        with unit_of_work() as session:
            row = session.get_one(Referral, referral.id)
            shown = digest or consenting.offered(session, row).digest
            consenting.consent(
                session, row, digest=shown, contact_now=contact_now, actor=Actor("person")
            )

    def send(self, referral):
        return self._does(sending.send, referral)

    def sent(self, **values):
        referral = self.ask()
        self.interest(referral)
        self.consent(referral, **values)
        self.send(referral)
        return referral

    def block(self):
        with unit_of_work() as session:
            session.add(block_of(self.talent, self.employer))
        with unit_of_work() as session:
            session.expire_all()

    def sight(self, referral):
        with unit_of_work() as session:
            row = session.get_one(Referral, referral.id)
            return applications.sight_of(session, row.application, Reader.DESK)


def now(session, referral):
    session.expire_all()
    return session.get_one(Referral, referral.id)
