"""After a person is erased no row of any table holds what names or reaches them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core import files
from talentmarket.core.db import Base, db
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, invitations, messages, moves, notes, reports, saved
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.models import ContactWhen, EndReason, Job, ReportKind, Side
from talentmarket.exchange.refusals import Refusal
from talentmarket.exchange.stages import By
from talentmarket.members import claims, entries, memberships, privacy
from talentmarket.members.models import (
    Account,
    ClaimState,
    EntryKind,
    Membership,
    Organisation,
    OrganisationClaim,
    Talent,
)
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent
from tests.factories.book import invite, make_person
from tests.factories.mandates import make_firm

NAME = "欧阳若岚"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def erased(session):
    """A person who did everything the site offers, then was erased; the key of the account."""
    account, other = make_account(NAME), make_organisation()
    talent = make_talent(account, headline=f"{NAME}的档案")
    jobs = [make_job(other), make_job(other)]
    desk = make_member(other, OrgRole.RECRUITER)
    claimed = make_organisation()
    make_member(claimed, OrgRole.OWNER)
    joined = make_organisation(handler_name=f" {NAME[:2]} {NAME[2:]}")
    head = make_member(joined, OrgRole.OWNER)
    keys = [job.id for job in jobs]
    firm = make_firm()
    record = make_person(
        firm.organisation, name=NAME, phone="13800001234", mail="ruolan@example.cn",
        resume=f"{NAME}的简历", note=f"{NAME}不出差",
    )  # fmt: skip
    invite(record, firm.consultant)
    with unit_of_work() as unit:
        unit.get_one(FirmPerson, record.id).account_id = account.id
    account_id, talent_id, actor = account.id, talent.id, Actor(account.public_id)
    with unit_of_work() as unit:
        person, me = unit.get_one(Talent, talent_id), unit.get_one(Account, account_id)
        first, second = (unit.get_one(Job, key) for key in keys)
        member = unit.get_one(Account, desk.id)
        invitations.send(
            unit, second, person, sender=member, actor=Actor(), text=f"{NAME}您好，请看这个岗位"
        )
        made, _new = applications.apply(
            unit, person, first, contact_when=ContactWhen.NOW, actor=actor, note=f"我是{NAME}"
        )
        notes.write(unit, made, author=member, text=f"{NAME}电话里谈过", actor=Actor())
        messages.send(
            unit,
            made,
            side=Side.ORGANISATION,
            author_id=member.id,
            text=f"{NAME}您好",
            actor=Actor(),
        )
        reason = Refusal(EndReason.OTHER, None, f"{NAME}，我们更看重现场经验")
        moves.move(unit, made, "reject", by=By.ORGANISATION, actor=Actor(), refusal=reason)
        saved.save(unit, me, second)
        reports.file_report(
            unit,
            "job",
            second.public_id,
            ReportKind.FEE,
            "要求先交三百元培训费才能面试。",
            reporter=me,
            contact=f"{NAME} 13800001234",
            limit_key=me.public_id,
            actor=actor,
        )
        claims.file_claim(
            unit,
            unit.get_one(Organisation, claimed.id),
            me,
            text=f"我是{NAME}，现任人事负责人。",
            data=PDF,
            file_name=f"{NAME}授权书.pdf",
            actor=actor,
        )
        token = memberships.invite(
            unit,
            unit.get_one(Organisation, joined.id),
            OrgRole.RECRUITER,
            receiver="ruolan@example.cn",
            by=unit.get_one(Account, head.id),
            path="/organisations/join/TOKEN",
            locale="zh",
            actor=Actor(head.public_id),
        )
        memberships.accept(unit, token, me, actor=actor)
        kept = entries.add_entry(
            unit,
            person,
            entries.EntryValues(
                EntryKind.CERTIFICATE, title="数据工程师", organisation="人社部", number="C-1"
            ),
            actor=actor,
        )
        entries.attach_proof(unit, person, kept.public_id, PDF, f"{NAME}证书.pdf", actor=actor)
        entries.remove_entry(unit, person, kept.public_id, actor=actor)
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, account_id), actor=actor)
    return account_id


def test_no_column_holds_the_name_or_the_number(session, erased):
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(sa.select(table)):
            for column, value in zip(table.columns, row, strict=True):
                if any(sign in str(value) for sign in (NAME, "13800001234", "ruolan@")):
                    found.append(f"{table.name}.{column.name}")
    assert not found


def test_the_handlers_name_goes_and_anothers_stays(session, erased):
    handlers = session.scalars(sa.select(Organisation.handler_name)).all()
    assert not any(NAME in "".join(name.split()) for name in handlers)


def test_an_open_claim_ends_and_makes_nobody_an_owner(session, erased):
    claim = session.scalars(sa.select(OrganisationClaim)).one()
    assert claim.state is ClaimState.REFUSED
    assert claim.text == ""
    owners = sa.select(Membership).where(
        Membership.account_id == erased, Membership.removed_at.is_(None)
    )
    assert session.scalars(owners).all() == []


def test_the_files_of_a_claim_go_too(session, erased):
    held = session.scalars(
        sa.select(files.StoredFile).where(files.StoredFile.owner_type == "claim")
    ).one()
    assert held.erased_at is not None
    assert held.name == ""
    assert db.session.get(Account, erased).name == ""
