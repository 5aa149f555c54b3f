"""What the small world holds for organisations' own rooms and for the operator's desk."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import posting
from talentmarket.exchange.brokering.fees import Line, LineKind
from talentmarket.exchange.brokering.papers import handing
from talentmarket.exchange.brokering.papers.models import Paper
from talentmarket.exchange.models import Entrustment, JobState, Report, ReportKind
from talentmarket.members import (
    claims,
    entries,
    entry_verification,
    licences,
    memberships,
    proofs,
)
from talentmarket.members.models import (
    Account,
    DocumentKind,
    Licence,
    LicenceState,
    Organisation,
    OrganisationClaim,
    OrganisationDocument,
    OrganisationKind,
    OrganisationState,
    Talent,
)
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.organisations import credit_code
from tests.guards import world_duties, world_mandates, world_people

if TYPE_CHECKING:
    from tests.guards.world import World

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def add(world: World, own: Organisation, other: Organisation) -> None:
    """Proofs, licences, claims and members of both; something in each of the operator's queues."""
    for examples, organisation in ((world.examples, own), (world.foreign, other)):
        member = make_member(organisation, OrgRole.VIEWER, make_account("杜若"))
        licence = _licence(organisation)
        examples |= {
            "document_id": document_of(organisation).public_id,
            "licence_id": licence.public_id,
            "claim_id": _claim(organisation).public_id,
            "member": member.public_id,
        }
    world.examples |= {
        "token": _invitation(own),
        "organisations.open_file:token": "no-such-link",
        "delivery": "1",
    }
    _queues(world)
    world_duties.add(world)
    firm = _own_firm(world)
    for endpoint in (
        "org.licence",
        "org_fees.home",
        "org_fees.month",
        "org_fees.pdf",
        "org_fees.xlsx",
        "org_fees.payments",
        "org_fees.payments_table",
        "org_fees.reverse",
        "org_fees.share",
        "org_fees.received",
    ):
        world.examples[f"{endpoint}:org"] = firm.public_id
        world.foreign[f"{endpoint}:org"] = other.public_id
    world_mandates.add(world, firm, own, other)
    world_people.add(world, firm)
    world.examples |= {"month": f"{clock.today():%Y-%m}", "papers.show:code": _fee(firm, own)}
    paid = _paid(firm, own)
    world.examples |= {
        "org_fees.reverse:entry_id": paid,
        "org_fees.received:entry_id": paid,
        "org_fees.payments_table:form": "xlsx",
    }


def _fee(firm: Organisation, employer: Organisation) -> str:
    """A fee in the firm's books, and the code of its statement."""
    line = Line(LineKind.FEE, clock.today(), 180_000_00, 36_000_00, 2_160_00, 36_000_00, 0)
    with unit_of_work() as session:
        posting.post_lines(session, posting.Sides("pl2345678abc", firm, employer.public_id), [line])
        month = clock.today().replace(day=1)
        handing.statement_of(session, firm, month, where="https://example.org", actor=Actor())
        return session.scalars(sa.select(Paper.code)).one()


def _paid(firm: Organisation, employer: Organisation) -> str:
    """A payment in the firm's books."""
    with unit_of_work() as session:
        return posting.post_payment(
            session,
            session.get_one(Organisation, firm.id),
            employer.public_id,
            1_000_00,
            clock.today(),
            placement="pl2345678abc",
            reference="PAY-1",
            actor=Actor(),
        ).public_id


def _own_firm(world: World) -> Organisation:
    """An HR firm in which everybody has the role that they have in the own organisation: what only
    firms have is a page for the same visitors."""
    firm = make_organisation("岷山人力资源有限公司", kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    for role in OrgRole:
        make_member(firm, role, world.visitors[role.value])
    return firm


def document_of(organisation: Organisation) -> OrganisationDocument:
    """A proof of the organisation."""
    with unit_of_work() as session:
        return proofs.add_document(
            session,
            session.get_one(Organisation, organisation.id),
            DocumentKind.REGISTRATION,
            PDF,
            "执照.pdf",
            actor=Actor(),
        )


def _licence(organisation: Organisation) -> Licence:
    """One in review, with its scan."""
    licence = make_licence(organisation, state=LicenceState.IN_REVIEW)
    with unit_of_work() as session:
        row = licences.find(session, licence.public_id)
        row.file_id = session.get_one(OrganisationDocument, document_of(organisation).id).file_id
    return licence


def _claim(organisation: Organisation) -> OrganisationClaim:
    account = make_account("认领人")
    with unit_of_work() as session:
        return claims.file_claim(
            session,
            session.get_one(Organisation, organisation.id),
            session.get_one(Account, account.id),
            text="我是该单位人事负责人，原负责人已离职。",
            data=PDF,
            file_name="授权书.pdf",
            actor=Actor(account.public_id),
        )


def _invitation(organisation: Organisation) -> str:
    owner = make_member(organisation)
    with unit_of_work() as session:
        return memberships.invite(
            session,
            session.get_one(Organisation, organisation.id),
            OrgRole.VIEWER,
            receiver="li@example.cn",
            by=session.get_one(Account, owner.id),
            path="/organisations/join/TOKEN",
            locale="zh",
            actor=Actor(owner.public_id, organisation.public_id),
        )


def _entry_that_waits() -> str:
    """An entry whose verification somebody asked for, with its scan."""
    talent = make_talent()
    with unit_of_work() as session:
        own = session.get_one(Talent, talent.id)
        entry, actor = own.entries[0].public_id, Actor(own.account.public_id)
        entries.attach_proof(session, own, entry, PDF, "离职证明.pdf", actor=actor)
        entry_verification.ask(session, own, entry, actor=actor)
    return entry


def _queues(world: World) -> None:
    at = clock.now()
    waiting = make_organisation(
        "锦水数据有限公司", state=OrganisationState.IN_REVIEW, submitted_at=at
    )
    firm = make_organisation("蜀汇人才服务有限公司", kind=OrganisationKind.HR_FIRM)
    job = make_job(firm, state=JobState.IN_REVIEW, review_due_at=at + timedelta(hours=4))
    with unit_of_work() as session:
        letter = Entrustment(
            organisation_id=firm.id,
            client_name="西岭智造有限公司",
            client_uscc=credit_code(),
            valid_until=clock.today() + timedelta(days=90),
            submitted_at=at,
        )
        report = Report(
            subject_type="job",
            subject_id=job.public_id,
            kind=ReportKind.FEE,
            text="面试时要求先交 300 元押金。",
            created_at=at,
            due_at=at + timedelta(days=5),
        )
        session.add_all([letter, report])
        session.flush()
        world.examples |= {"entrustment_id": letter.public_id, "report_id": report.public_id}
    world.examples |= {
        "operator.entry:entry_id": _entry_that_waits(),
        "operator.organisation:organisation": waiting.public_id,
        "operator.job:job_id": job.public_id,
        "account": world.visitors["person"].public_id,  # type: ignore[union-attr]
    }
