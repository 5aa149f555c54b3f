"""What others see: nothing that names or reaches the person."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from talentmarket.core.uow import unit_of_work
from talentmarket.members import cards
from talentmarket.members.models import (
    EntryKind,
    Identifier,
    IdentifierKind,
    Organisation,
    OrganisationState,
    Talent,
    TalentBlock,
    TalentEntry,
    TalentSkillEvidence,
    TalentState,
    VerificationState,
    Visibility,
)
from tests.factories import make_account, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
PRIVATE = (
    "周予安",
    "岷江软件",
    "电子科技大学",
    "13800138000",
    "zhou@",
    "2022-03",
    "2016-09",
    "GZ-77",
)


@pytest.fixture
def talent(session):
    account = make_account("周予安")
    made = make_talent(
        account,
        headline="岷江软件的数据工程师周予安",
        summary="联系我 13800138000 或 zhou@example.com，现在岷江软件做数仓。",
    )
    with unit_of_work() as unit:
        own = unit.get(Talent, made.id)
        work = own.entries[0]
        work.organisation_industry, work.organisation_size = "0401", "100-499"
        work.verification = VerificationState.VERIFIED
        work.text = "在岷江软件带 3 人，微信 zhouya_88"
        unit.add(
            TalentEntry(
                talent_id=own.id,
                kind=EntryKind.EDUCATION,
                organisation="电子科技大学",
                title="",
                subject="软件工程",
                level="5",
                start_month="2016-09",
                end_month="2020-06",
            )
        )
        unit.add(
            TalentEntry(
                talent_id=own.id,
                kind=EntryKind.CERTIFICATE,
                organisation="中电评价",
                title="大数据工程技术人员",
                number="GZ-77",
            )
        )
        spark = next(one for one in own.skills if one.skill_id == "spark")
        unit.add(TalentSkillEvidence(talent_skill_id=spark.id, entry_id=work.id))
    return session.get(Talent, made.id)


def test_the_card_names_nobody_and_gives_no_date(talent):
    card = cards.anonymous_card(talent, viewer_org="orgone")
    text = json.dumps(asdict(card), ensure_ascii=False, default=list)
    assert [one for one in PRIVATE if one in text] == []


def test_field_and_size_years_level_and_subject_stand_instead(talent):
    card = cards.anonymous_card(talent, viewer_org="orgone")
    entries = {one.kind: one for one in card.entries}
    work, study = entries["experience"], entries["education"]
    assert (work.industry, work.size, work.start, work.current) == ("0401", "100-499", 2022, True)
    assert (study.level, study.subject, study.start, study.end) == ("5", "软件工程", 2016, 2020)
    assert card.years == 4


def test_only_verified_evidence_counts(talent):
    states = {
        one.skill_id: one.state for one in cards.anonymous_card(talent, viewer_org="a").skills
    }
    assert states == {"spark": "met", "sql": "claimed", "python": "claimed"}


def test_each_viewer_has_an_id_of_their_own(session, talent):
    one, two = (cards.card_of(talent, org) for org in ("orgone", "orgtwo"))
    assert one != two
    assert one == cards.card_of(talent, "orgone")
    assert cards.find_by_card(session, one, "orgone") is talent
    assert cards.find_by_card(session, one, "orgtwo") is None
    assert cards.find_by_card(session, one, None) is None
    assert talent.public_id not in (one, two)


def test_sections_are_hidden_from_whom_they_are_not_for(talent):
    talent.sections = {"pay": "applied", "skills": "private", "current_employer": "private"}
    card = cards.anonymous_card(talent, viewer_org="orgone")
    assert card.hidden == {"pay", "skills", "current_employer"}
    assert (card.pay_low, card.pay_high, card.skills) == (None, None, ())
    work = next(one for one in card.entries if one.kind == "experience")
    assert (work.industry, work.size, work.text) == (None, None, "")
    assert cards.anonymous_card(talent, viewer_org=None).hidden >= card.hidden


def test_the_snapshot_holds_the_profile_and_not_the_person(talent):
    text = json.dumps(cards.snapshot_profile(talent), ensure_ascii=False)
    for one in ("周予安", "13800138000", "zhou@", "zhouya_88", "GZ-77"):
        assert one not in text
    for one in ("岷江软件有限公司", "电子科技大学", "2022-03"):
        assert one in text


def test_the_snapshot_leaves_out_what_the_person_keeps(talent):
    talent.sections = {"pay": "private", "current_employer": "private", "education": "private"}
    talent.visibility = Visibility.PRIVATE
    frozen = cards.snapshot_profile(talent)
    work = next(one for one in frozen["entries"] if one["kind"] == "experience")
    assert work["organisation"] is None
    assert "岷江软件" not in json.dumps(frozen, ensure_ascii=False)
    assert (frozen["pay_low"], frozen["education_rank"]) == (None, None)
    assert frozen["skills"], "a private profile is still given with an application"


def test_the_person_is_name_and_verified_contact(session, talent):
    with unit_of_work() as unit:
        unit.add(
            Identifier(
                account_id=talent.account_id,
                kind=IdentifierKind.MAIL,
                value="new@example.com",
                digest="x",
            )
        )
    person = cards.snapshot_person(session.get(Talent, talent.id))
    assert person["name"] == "周予安"
    assert person["phone"].startswith("+86139")
    assert person["mail"] is None, "not verified"


@pytest.mark.parametrize(
    ("visibility", "organisation", "public"),
    [
        (Visibility.PRIVATE, False, False),
        (Visibility.APPLIED, False, False),
        (Visibility.ORGANISATIONS, True, False),
        (Visibility.PUBLIC, True, True),
    ],
)
def test_who_may_find_the_card(session, visibility, organisation, public):
    talent, viewer = make_talent(visibility=visibility), make_organisation()
    assert cards.may_see(session, talent, viewer) is organisation
    assert cards.may_see(session, talent, None) is public


@pytest.mark.parametrize(
    "state",
    [state for state in OrganisationState if state not in ("verified", "renewal_due")],
)
def test_only_verified_organisations(session, state):
    talent = make_talent(visibility=Visibility.PUBLIC)
    assert not cards.may_see(session, talent, make_organisation(state=state))


def test_blocked_and_suspended(session, app):
    talent, viewer = make_talent(visibility=Visibility.PUBLIC), make_organisation()
    with unit_of_work() as unit:
        org = unit.get(Organisation, viewer.id)
        unit.add(
            TalentBlock(
                talent_id=talent.id,
                name=org.name,
                name_folded=org.name_folded,
                created_at=org.created_at,
            )
        )
    assert not cards.may_see(session, session.get(Talent, talent.id), viewer)
    other = make_talent(visibility=Visibility.PUBLIC, state=TalentState.SUSPENDED)
    assert not cards.may_see(session, other, viewer)
