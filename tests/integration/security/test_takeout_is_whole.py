"""A person's copy holds every table that holds the person; each key to a person is accounted for."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock, files
from talentmarket.core.db import Base
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import saving
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, JobAlert, TalentAlert
from talentmarket.exchange import (
    applications,
    exclusions,
    invitations,
    messages,
    notes,
    reports,
    saved,
)
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.brokering.placing.models import Offer, Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import (
    ContactWhen,
    Exclusion,
    Interview,
    Job,
    ReportKind,
    Side,
)
from talentmarket.matching.kept import KeptMatch
from talentmarket.members import claims, drafts, entries, memberships, skills, takeout
from talentmarket.members.blocks import add_block
from talentmarket.members.models import (
    Account,
    Consent,
    ConsentKind,
    EntryKind,
    OpeningLevel,
    Organisation,
    OrganisationKind,
    Talent,
)
from talentmarket.members.openings import record_opening
from talentmarket.members.sessions import open_session
from talentmarket.notices.models import Channel
from talentmarket.notices.send import deliver, notify
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent
from tests.factories.brokering import make_mandate
from tests.guards.world_office import PDF

PERSON = {"accounts", "talents", "applications", "talent_entries", "talent_skills"}
#: Key to a person → where in the copy its rows stand.
EXPORTED = {
    "consents.account_id": "consents",
    "deliveries.account_id": "messages_sent",
    "drafts.account_id": "drafts",
    "identifiers.account_id": "identifiers",
    "member_invitations.used_by": "member_invitations",
    "memberships.account_id": "memberships",
    "notices.account_id": "notices",
    "organisation_claims.account_id": "claims",
    "reports.reporter_id": "reports",
    "saved_jobs.account_id": "saved_jobs",
    "job_exclusions.account_id": "job_exclusions",
    "saved_searches.account_id": "saved_searches",
    "job_alerts.account_id": "alerts.jobs",
    "talent_alerts.account_id": "alerts.people",
    "sessions.account_id": "sessions",
    "talents.account_id": "profile",
    "profile_openings.talent_id": "openings",
    "talent_blocks.talent_id": "profile.blocks",
    "talent_entries.talent_id": "profile.entries",
    "talent_occupations.talent_id": "profile.occupations",
    "talent_regions.talent_id": "profile.regions",
    "talent_skills.talent_id": "profile.skills",
    "talent_skill_evidence.talent_skill_id": "profile.skills.evidence",
    "talent_skill_evidence.entry_id": "profile.skills.evidence",
    "applications.talent_id": "applications",
    "invitations.talent_id": "invitations",
    "kept_matches.talent_id": "kept_matches",
    "interviews.application_id": "applications.interviews",
    "offers.application_id": "applications.offers",
    "referrals.talent_id": "referrals",
    "firm_people.account_id": "firm_records",
    "placements.application_id": "referrals.placements",
    "messages.application_id": "applications.messages",
    "snapshots.application_id": "applications.snapshot",
}
#: Acts for an organisation or the office: about others; that they were done is among the events.
IN_OFFICE = {
    "entrustments.reviewer_id",
    "licences.reviewer_id",
    "jobs.created_by",
    "jobs.manager_id",
    "jobs.reviewer_id",
    "invitations.sender_id",
    "member_invitations.invited_by",
    "messages.author_id",
    "notes.author_id",
    "reports.answered_by",
    "profile_openings.viewer_id",
    "mandates.consultant_id",
    "mandates.reviewer_id",
    "mandates.sampled_by",
    "mandate_links.created_by",
    "mandate_terms.proposed_by",
    "terms_confirmations.account_id",
    "referrals.consultant_id",
    "referral_disputes.ruled_by",
    "offers.made_by",
    "start_cases.ruled_by",
    "firm_measures.ruled_by",
    "mandate_joinings.consultant_id",
    "firm_people.consultant_id",
    "firm_invitations.sender_id",
    "firm_imports.sender_id",
    "impact_assessments.signed_by",
    "incident_steps.noted_by",
    "self_checks.signed_by",
    "self_check_findings.fixed_by",
}
#: Says nothing that is not in the copy by another key.
ELSEWHERE = {
    "invitations.application_id",
    "referrals.application_id",
    # An organisation's private notes are its own: whoever wants to see them asks it.
    "notes.application_id",
    # Which searches of organisations found the person: who opened the profile is told.
    "talent_alerts.talent_id",
    # A digest that says whether the profile changed since the lists of last night.
    "matched_people.talent_id",
}


def keys_to_persons() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name in PERSON for key in column.foreign_keys)
    }


def test_every_key_to_a_person_is_accounted_for():
    told = set(EXPORTED) | IN_OFFICE | ELSEWHERE
    assert keys_to_persons() - told == set(), "export it (takeout), or say here why not"
    assert told - keys_to_persons() == set(), "no such key any more"


@pytest.fixture
def copy(session):
    """The copy of a person who has a row in every table that holds a person."""
    account = make_account("林知遥")
    talent = make_talent(account)
    other, joined, claimed = make_organisation(), make_organisation(), make_organisation()
    desk, head = make_member(other), make_member(joined)
    make_member(claimed)
    first, second = make_job(other), make_job(other)
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    mandate = make_mandate(firm, first)
    keys = (account.id, talent.id, desk.id, head.id, first.id, second.id)
    orgs = (joined.id, claimed.id)
    me, at = Actor(account.public_id), clock.now()
    with unit_of_work() as unit:
        own, person = unit.get_one(Account, keys[0]), unit.get_one(Talent, keys[1])
        member, inviter = unit.get_one(Account, keys[2]), unit.get_one(Account, keys[3])
        applied, asked = unit.get_one(Job, keys[4]), unit.get_one(Job, keys[5])
        open_session(unit, own, "Firefox")
        invitations.send(unit, asked, person, sender=member, actor=Actor(), text="想请您聊聊。")
        made, _new = applications.apply(
            unit, person, applied, contact_when=ContactWhen.NOW, actor=me, note="我的附言"
        )
        messages.send(
            unit, made, side=Side.TALENT, author_id=own.id, text="请问何时面试？", actor=me
        )
        notes.write(unit, made, author=member, text="单位自己的备注", actor=Actor())
        unit.add(
            Interview(
                application_id=made.id,
                starts_at=at + timedelta(days=2),
                proposed_at=at,
                place="天府",
            )
        )
        referral = Referral(
            number="R-100100", mandate_id=mandate.id, terms_id=mandate.versions[0].id,
            job_id=applied.id, firm_id=firm.id, employer_id=other.id, talent_id=person.id,
            text="想推荐您。", asked_at=at, expires_at=at, application_id=made.id,
        )  # fmt: skip
        offer = Offer(
            application_id=made.id, pay_month=1, pay_months=12, start_on=at.date(),
            region_code="510107", probation_months=0, made_at=at,
        )  # fmt: skip
        held = FirmPerson(
            organisation_id=firm.id, name="林知遥", name_digest="", account_id=own.id,
            profile={}, other_skills=[], delete_on=at.date(), created_at=at, updated_at=at,
        )  # fmt: skip
        unit.add_all([referral, offer, held])
        unit.flush()
        unit.add(
            Placement(
                application_id=made.id, referral_id=referral.id, offer_id=offer.id, agreed_at=at
            )
        )
        saved.save(unit, own, asked)
        exclusions.add(unit, own, Exclusion.OUTSOURCED)
        kept_search, _new = saving.save(
            unit, own, Asked("大数据"), name="大数据", frequency=Frequency.DAILY
        )
        found = {"account_id": own.id, "search_id": kept_search.id, "urgency": 1, "found_at": at}
        unit.add(JobAlert(job_id=asked.id, **found))
        unit.add(TalentAlert(organisation_id=orgs[0], talent_id=person.id, **found))
        unit.add(
            KeptMatch(
                job_id=asked.id, talent_id=person.id, rank=3, points=71, exact=71.2, unknown=False,
                model="m-1", made_at=at,
            )
        )  # fmt: skip
        reports.file_report(
            unit,
            "job",
            asked.public_id,
            ReportKind.FEE,
            "要求先交三百元培训费才能面试。",
            reporter=own,
            contact="",
            limit_key=own.public_id,
            actor=me,
        )
        claims.file_claim(
            unit,
            unit.get_one(Organisation, orgs[1]),
            own,
            text="我是该单位人事负责人，原负责人已离职。",
            data=PDF,
            file_name="授权书.pdf",
            actor=me,
        )
        token = memberships.invite(
            unit,
            unit.get_one(Organisation, orgs[0]),
            memberships.COMMON_ROLES[-1],
            receiver="lin@example.cn",
            by=inviter,
            path="/organisations/join/TOKEN",
            locale="zh",
            actor=Actor(),
        )
        memberships.accept(unit, token, own, actor=me)
        values = entries.EntryValues(
            EntryKind.CERTIFICATE, title="数据工程师", organisation="人社部"
        )
        kept = entries.add_entry(unit, person, values, actor=me).public_id
        skills.put_skill(unit, person, "spark", skills.SkillValues(3, evidence=(kept,)), actor=me)
        add_block(unit, person, "岷江软件有限公司", actor=me)
        record_opening(
            unit,
            person,
            viewer=member,
            organisation=made.organisation,
            purpose="search",
            level=OpeningLevel.CARD,
        )
        unit.add(
            Consent(
                account_id=own.id, kind=ConsentKind.PRIVACY_NOTICE, version="2025-11", given_at=at
            )
        )
        drafts.save(unit, own, "basics", {"headline": "写到一半"})
        notify(unit, own.id, "account.lifted", {"at": {"moment": at.isoformat()}})
        deliver(
            unit,
            Channel.MAIL,
            "lin@example.cn",
            "account.lifted",
            {"at": {"moment": at.isoformat()}},
            key="a-mail",
            locale="zh",
            account_id=own.id,
        )
    return takeout.collect(session, session.get_one(Account, keys[0]))


def at_path(data, path: str) -> list:
    """What stands at a dotted path; lists are gone through."""
    found = [data]
    for name in path.split("."):
        found = [row[name] for row in found if row and name in row]
        found = [one for row in found for one in (row if isinstance(row, list) else [row])]
    return [one for one in found if one not in (None, "", {}, [])]


def test_the_copy_has_a_row_of_each(session, copy):
    empty = [key for key, path in EXPORTED.items() if not at_path(copy, path)]
    assert not empty
    with_rows = [
        f"{table.name}"
        for table in Base.metadata.sorted_tables
        if f"{table.name}." in " ".join(EXPORTED)
        and not session.scalar(sa.select(sa.func.count()).select_from(table))
    ]
    assert not with_rows, "a table without a row proves nothing"


def test_what_the_person_said_and_chose_is_in_it(copy):
    text = str(copy)
    for said in (
        "请问何时面试？",
        "要求先交三百元培训费",
        "想请您聊聊。",
        "写到一半",
        "lin@example.cn",
    ):
        assert said in text
    assert "单位自己的备注" not in text
    assert copy["saved_jobs"][0]["title"] == "大数据开发工程师"
    assert copy["applications"][0]["history"][0]["verb"]


def test_no_key_of_the_database_and_no_secret_is_in_it(copy):
    def names(value) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {one for row in value.values() for one in names(row)}
        if isinstance(value, list):
            return {one for row in value for one in names(row)}
        return set()

    hidden = takeout.HIDDEN - {"id"}
    assert not names(copy) & hidden
    assert files.StoredFile.__tablename__ in copy
    assert all("key" not in row for row in copy["files"]), "where bytes lie is nobody's business"
