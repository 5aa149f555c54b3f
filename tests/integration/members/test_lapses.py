"""A certificate proves through its last day: page, score and index say the same, day by day."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from search.fields import Kind
from talentmarket.core import outbox
from talentmarket.core.outbox import OutboxRow
from talentmarket.core.uow import unit_of_work
from talentmarket.indexing import documents
from talentmarket.matching.loading import ranked_talents
from talentmarket.members import lapses
from talentmarket.members.cards import anonymous_card
from talentmarket.members.models import (
    EntryKind,
    Talent,
    TalentEntry,
    TalentSkillEvidence,
    VerificationState,
)
from tests.factories import make_talent

LAST = date(2025, 11, 25)


def certified(until=LAST):
    """A person whose Spark is proven by a verified certificate."""
    talent = make_talent()
    with unit_of_work() as session:
        talent = session.get_one(Talent, talent.id)
        entry = TalentEntry(
            talent_id=talent.id,
            kind=EntryKind.CERTIFICATE,
            title="大数据工程技术人员（高级）",
            verification=VerificationState.VERIFIED,
            valid_until=until,
        )
        session.add(entry)
        session.flush()
        skill = next(one for one in talent.skills if one.skill_id == "spark")
        session.add(TalentSkillEvidence(talent_skill_id=skill.id, entry_id=entry.id))
        session.execute(sa.delete(OutboxRow))
    return talent.public_id


def said(session, person):
    """Whether index, card and match hold that Spark is proven."""
    session.expire_all()
    (document,) = documents.load(session, Kind.TALENT, [person])
    talent = session.scalars(sa.select(Talent).where(Talent.public_id == person)).one()
    card = {one.skill_id: one.state for one in anonymous_card(talent, viewer_org="x" * 10).skills}
    held = ranked_talents(session, [person])[person].by_skill["spark"]
    indexed = "spark" in document.values["evidenced_skills"]
    return (indexed, card["spark"] == "met", held.verified)


def told(session):
    """Whose documents wait for the index; they are taken out."""
    found = session.scalars(sa.select(OutboxRow.document_id)).all()
    with unit_of_work() as unit:
        unit.execute(sa.delete(OutboxRow))
    return found


def test_the_day_after_its_last_a_certificate_proves_nothing_anywhere(session, clock):
    person, lasting = certified(), certified(None)
    with unit_of_work() as unit:
        outbox.changed(unit, "talent", person, lasting)
    told(session)
    clock.advance(days=1)
    assert said(session, person) == (True, True, True)
    assert lapses.run_due() == 0

    clock.advance(days=1)
    assert lapses.run_due() == 1
    assert told(session) == [person]
    assert said(session, person) == (False, False, False)
    assert said(session, lasting) == (True, True, True)
    assert lapses.run_due() == 0, "told once"

    with unit_of_work() as unit:
        renewed = sa.update(TalentEntry).where(TalentEntry.valid_until == LAST)
        unit.execute(renewed.values(valid_until=date(2025, 12, 31)))
    assert said(session, person) == (True, True, True)
    clock.advance(days=60)
    assert lapses.run_due() == 1, "and again when it ends again"
    assert told(session) == [person]


def test_a_section_kept_back_proves_nothing_in_the_index(session):
    person = certified(None)
    with unit_of_work() as unit:
        talent = unit.scalars(sa.select(Talent).where(Talent.public_id == person)).one()
        talent.sections = {"certificate": "private"}
        outbox.changed(unit, "talent", person)
    assert said(session, person) == (False, False, False)
