"""Profiles on both databases: changes, versions, visibility, blocks, drafts, openings."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import outbox
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Invalid, NotFound, Stale
from talentmarket.core.events import SYSTEM, Actor, history
from talentmarket.core.uow import unit_of_work
from talentmarket.members import blocks, drafts, editing, entries, openings, proposals, skills
from talentmarket.members import talents as services
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import (
    Consent,
    EntryKind,
    OpeningLevel,
    Organisation,
    ProfileOpening,
    Talent,
    VerificationState,
    Visibility,
)
from talentmarket.members.skills import SkillValues
from talentmarket.members.talents import Basics, Sight, Wishes
from tests.factories import make_account, make_member, make_organisation, make_talent

WORK = EntryValues(
    EntryKind.EXPERIENCE, title="数据工程师", organisation="锦城数科有限公司", start_month="2021-03"
)


def again(talent: Talent) -> Talent:
    db.session.rollback()
    return db.session.get(Talent, talent.id)


def version(talent: Talent) -> int:
    db.session.rollback()
    return db.session.scalar(
        sa.select(outbox.IndexState.version).where(
            outbox.IndexState.document_id == talent.public_id
        )
    )


def test_the_first_profile_is_private_and_there_is_only_one(session):
    account = make_account()
    with unit_of_work() as unit:
        first = services.ensure_talent(unit, account, actor=SYSTEM).id
    with unit_of_work() as unit:
        assert services.ensure_talent(unit, account, actor=SYSTEM).id == first
    talent = session.get(Talent, first)
    assert talent.visibility is Visibility.PRIVATE
    assert talent.visibility_chosen_at is None
    assert len(history(session, "talent", talent.public_id)) == 1


def test_every_change_tells_the_index_and_leaves_an_event(session):
    talent = make_talent()
    changes = [
        lambda unit, t: services.edit_basics(unit, t, Basics(headline="数据工程师"), actor=SYSTEM),
        lambda unit, t: services.edit_wishes(unit, t, Wishes(regions=("510700",)), actor=SYSTEM),
        lambda unit, t: entries.add_entry(unit, t, WORK, actor=SYSTEM),
        lambda unit, t: skills.put_skill(unit, t, "kafka", SkillValues(2), actor=SYSTEM),
        lambda unit, t: skills.remove_skill(unit, t, "kafka", actor=SYSTEM),
        lambda unit, t: blocks.add_block(unit, t, "甲公司", actor=SYSTEM),
        lambda unit, t: blocks.remove_block(unit, t, "甲公司", actor=SYSTEM),
        lambda unit, t: services.choose_visibility(
            unit, t, Sight(Visibility.PUBLIC, {}), actor=SYSTEM
        ),
    ]
    for count, change in enumerate(changes, 1):
        with unit_of_work() as unit:
            change(unit, unit.get(Talent, talent.id))
        assert version(talent) == count
        assert len(history(db.session(), "talent", talent.public_id)) == count


def test_what_is_stored_is_what_was_given(session):
    talent = make_talent()
    wishes = Wishes(("2-02-38-03",), ("510700", "510100"), 1_000_000, 1_500_000)
    with unit_of_work() as unit:
        services.edit_wishes(unit, unit.get(Talent, talent.id), wishes, actor=SYSTEM)
    assert services.wishes_of(again(talent)) == wishes
    assert again(talent).completeness > 0


def test_two_tabs_the_second_is_told_and_nothing_is_lost(session):
    talent = make_talent()
    opened = editing.version_of(services.basics_of(again(talent)))
    with unit_of_work() as unit:
        services.edit_basics(
            unit,
            unit.get(Talent, talent.id),
            Basics(headline="第一页"),
            actor=SYSTEM,
            version=opened,
        )
    with pytest.raises(Stale) as stale, unit_of_work() as unit:
        services.edit_basics(
            unit,
            unit.get(Talent, talent.id),
            Basics(headline="第二页"),
            actor=SYSTEM,
            version=opened,
        )
    assert stale.value.current.headline == "第一页"
    assert again(talent).headline == "第一页"


def test_another_section_does_not_make_a_form_stale(session):
    talent = make_talent()
    opened = editing.version_of(services.basics_of(again(talent)))
    with unit_of_work() as unit:
        skills.put_skill(unit, unit.get(Talent, talent.id), "kafka", SkillValues(), actor=SYSTEM)
    with unit_of_work() as unit:
        services.edit_basics(
            unit, unit.get(Talent, talent.id), Basics(headline="新"), actor=SYSTEM, version=opened
        )
    assert again(talent).headline == "新"


def test_of_two_at_the_same_moment_one_is_stale(app, session):
    talent = make_talent()
    key = talent.id
    opened = editing.version_of(services.basics_of(again(talent)))
    db.session.rollback()
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def edit(words: str) -> None:
        with app.app_context():
            ready.wait()
            try:
                with unit_of_work() as unit:
                    services.edit_basics(
                        unit,
                        unit.get(Talent, key),
                        Basics(headline=words),
                        actor=SYSTEM,
                        version=opened,
                    )
                outcomes.append("stored")
            except Conflict:
                outcomes.append("stale")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=edit, args=(words,)) for words in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale", "stored"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (Wishes(occupations=("none",)), "occupations"),
        (Wishes(regions=("1",)), "regions"),
        (Wishes(pay_low=2_000_000, pay_high=1_000_000), "pay_low"),
        (Wishes(pay_low=-5), "pay_low"),
    ],
)
def test_wishes_that_cannot_be(session, values, field):
    talent = make_talent()
    with pytest.raises(Invalid) as error, unit_of_work() as unit:
        services.edit_wishes(unit, unit.get(Talent, talent.id), values, actor=SYSTEM)
    assert field in error.value.errors


def test_a_verified_entry_that_changes_is_a_claim_again(session):
    talent = make_talent()
    with unit_of_work() as unit:
        own = unit.get(Talent, talent.id)
        entry = entries.add_entry(unit, own, WORK, actor=SYSTEM).public_id
        row = entries.find_entry(unit, own, entry)
        row.verification = VerificationState.VERIFIED
        unit.flush()
        skills.put_skill(unit, own, "spark", SkillValues(3, evidence=(entry,)), actor=SYSTEM)

    def state() -> str:
        own = again(talent)
        spark = skills.find_skill(db.session(), own, "spark")
        return skills.evidence_state(spark, {one.id: one for one in own.entries})

    assert state() == "met"
    for values, expected in (
        (EntryValues(**{**WORK.__dict__, "text": "做数仓"}), "met"),
        (EntryValues(**{**WORK.__dict__, "title": "架构师"}), "claimed"),
    ):
        with unit_of_work() as unit:
            entries.edit_entry(unit, unit.get(Talent, talent.id), entry, values, actor=SYSTEM)
        assert state() == expected


def test_unverified_entries_are_no_evidence(session):
    talent = make_talent()
    with unit_of_work() as unit:
        own = unit.get(Talent, talent.id)
        proof = own.entries[0].public_id
        skill = skills.put_skill(unit, own, "spark", SkillValues(evidence=(proof,)), actor=SYSTEM)
        assert skills.evidence_state(skill, {one.id: one for one in own.entries}) == "claimed"


def test_somebody_elses_entry_is_not_there(session):
    mine, other = make_talent(), make_talent()
    foreign = again(other).entries[0].public_id
    with pytest.raises(NotFound), unit_of_work() as unit:
        entries.edit_entry(unit, unit.get(Talent, mine.id), foreign, WORK, actor=SYSTEM)
    with unit_of_work() as unit:
        own = unit.get(Talent, mine.id)
        skill = skills.put_skill(unit, own, "spark", SkillValues(evidence=(foreign,)), actor=SYSTEM)
        assert skill.evidence == []


def test_a_known_employer_lends_code_field_and_size(session):
    known = make_organisation("锦城数科有限公司", industry="0401", size="100-499")
    code = known.uscc
    talent = make_talent()
    with unit_of_work() as unit:
        entry = entries.add_entry(unit, unit.get(Talent, talent.id), WORK, actor=SYSTEM)
        assert entry.organisation_uscc == code
        assert (entry.organisation_industry, entry.organisation_size) == ("0401", "100-499")


def test_to_be_found_needs_a_verified_number(session):
    talent = make_talent(make_account(verified=False), visibility=Visibility.PRIVATE)
    for level in (Visibility.ORGANISATIONS, Visibility.PUBLIC):
        with pytest.raises(Invalid), unit_of_work() as unit:
            services.choose_visibility(
                unit, unit.get(Talent, talent.id), Sight(level, {}), actor=SYSTEM
            )
    with unit_of_work() as unit:
        services.choose_visibility(
            unit, unit.get(Talent, talent.id), Sight(Visibility.APPLIED, {}), actor=SYSTEM
        )
    assert again(talent).visibility is Visibility.APPLIED


def test_the_choice_is_kept_as_one_living_consent(session):
    talent = make_talent()
    for level in (Visibility.PUBLIC, Visibility.PRIVATE):
        with unit_of_work() as unit:
            services.choose_visibility(
                unit, unit.get(Talent, talent.id), Sight(level, {"pay": "private"}), actor=SYSTEM
            )
    living = session.scalars(sa.select(Consent).where(Consent.withdrawn_at.is_(None))).all()
    assert [row.data["visibility"] for row in living] == ["private"]


def test_a_section_is_never_more_open_than_the_profile(session):
    talent = make_talent(visibility=Visibility.APPLIED)
    talent.sections = {"pay": "public", "skills": "private"}
    assert services.level_of(talent, "pay") is Visibility.APPLIED
    assert services.level_of(talent, "skills") is Visibility.PRIVATE
    assert services.level_of(talent, "project") is Visibility.APPLIED
    session.rollback()


# -- drafts, proposals, openings ---------------------------------------------------------------
def test_a_draft_is_kept_per_account_and_form(session):
    one, other = make_account(), make_account()
    with unit_of_work() as unit:
        drafts.save(unit, one, "form.basics", {"headline": ["甲"]})
        drafts.save(unit, one, "form.basics", {"headline": ["乙"]})
    assert drafts.load(session, one, "form.basics").data == {"headline": ["乙"]}
    assert drafts.load(session, other, "form.basics") is None
    with unit_of_work() as unit:
        assert drafts.drop(unit, one, "form.basics")
    assert drafts.load(session, one, "form.basics") is None


@pytest.mark.parametrize("form", ["", "../x", "Ä", "a" * 90])
def test_a_draft_needs_a_plain_name(session, form):
    account = make_account()
    with pytest.raises(Invalid), unit_of_work() as unit:
        drafts.save(unit, account, form, {})


def test_a_proposal_is_taken_once(session):
    talent = make_talent(skills={})
    text = "工作经历\n2021.03-2022.01 锦城数科有限公司 数据工程师\n精通 Kafka"
    with unit_of_work() as unit:
        found = proposals.suggest(unit, unit.get(Talent, talent.id), text)
    own = again(talent)
    assert [skill.skill_id for skill in own.skills] == []
    assert len(own.entries) == 1, "nothing is in the profile before the person's word"
    ids = [one.id for one in found]
    for expected in (len(ids), 0):
        with unit_of_work() as unit:
            taken, left = proposals.confirm(
                unit, unit.get(Talent, talent.id), ids, actor=Actor("x")
            )
        assert (taken, left) == (expected, 0)
    own = again(talent)
    assert {one.organisation for one in own.entries} == {"岷江软件有限公司", "锦城数科有限公司"}
    assert {skill.skill_id: skill.level for skill in own.skills}["kafka"] == 4


def test_openings_name_receiver_purpose_time_and_what(session, clock):
    talent = make_talent()
    organisation = make_organisation()
    member = make_member(organisation)
    with unit_of_work() as unit:
        own = unit.get(Talent, talent.id)
        org = unit.get(Organisation, organisation.id)
        assert openings.record_opening(
            unit,
            own,
            viewer=member,
            organisation=org,
            purpose="application",
            level=OpeningLevel.SNAPSHOT,
            subject=("application", "abc"),
        )
        assert not openings.record_opening(
            unit,
            own,
            viewer=own.account,
            organisation=None,
            purpose="search",
            level=OpeningLevel.CARD,
        ), "the person's own look is none"
    (row,) = openings.openings_of(session, again(talent))
    assert (row.organisation, row.purpose, row.at) == (
        organisation.name,
        "application",
        clock.now(),
    )
    assert row.level is OpeningLevel.SNAPSHOT
    assert openings.count_openings(session, talent) == 1
    verbs = [event.verb for event in history(session, "talent", talent.public_id)]
    assert verbs == ["opened"]


def test_openings_stand_by_their_time(session, clock):
    """Rows of an import or of invented histories are not written in the order of their times."""
    talent = make_talent()
    with unit_of_work() as unit:
        for hours in (2, 5, 1):
            unit.add(
                ProfileOpening(
                    talent_id=talent.id,
                    at=clock.now() - timedelta(hours=hours),
                    purpose="search",
                    level=OpeningLevel.CARD,
                )
            )
    times = [row.at for row in openings.openings_of(session, again(talent))]
    assert times == [clock.now() - timedelta(hours=hours) for hours in (1, 2, 5)]
