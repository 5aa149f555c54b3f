"""Scores on the desk are of what was sent; they are those of the person's own pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from talentmarket.core import clock
from talentmarket.core.clock import today
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import service
from talentmarket.members.models import (
    EntryKind,
    Talent,
    TalentSkill,
    TalentSkillEvidence,
    VerificationState,
    Visibility,
)
from tests.factories import make_talent
from tests.integration.exchange.steps import apply, at_desk, text

TOTAL = re.compile(r'data-total="(\d+)"')


def totals(page):
    return [int(found) for found in TOTAL.findall(page)]


def own_total(people):
    return totals(text(people.person.get(f"/jobs/{people.job.public_id}")))[0]


def change(talent, **values):
    """Change the profile as the person's pages would."""
    with unit_of_work() as session:
        row = session.get_one(Talent, talent.id)
        for name, value in values.items():
            setattr(row, name, value)


def prove(talent, skill):
    """A verified certificate and a verified job stand behind a skill."""
    with unit_of_work() as session:
        row = session.get_one(Talent, talent.id)
        row.entries[0].verification = VerificationState.VERIFIED
        row.entries[0].verified_at = clock.now()
        held = next(one for one in row.skills if one.skill_id == skill)
        held.evidence = [TalentSkillEvidence(entry_id=row.entries[0].id)]


SECTIONS = [
    {},
    {"pay": "private"},
    {"skills": "private"},
    {"experience": "private"},
    {"education": "private", "certificate": "applied"},
]


@pytest.mark.parametrize("sections", SECTIONS, ids=lambda one: "+".join(one) or "all")
@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.ORGANISATIONS])
def test_the_desk_shows_the_score_the_person_saw(people, visibility, sections):
    prove(people.talent, "spark")
    change(people.talent, visibility=visibility, sections=sections)
    seen = own_total(people)
    key = apply(people)
    page = text(people.desk.get(at_desk(people, key)))
    assert totals(page) == [seen]
    # The parts and the rows on the page add up to it.
    parts = re.findall(r'<b data-points="(\d+)"', page)
    assert sum(map(int, parts)) == seen
    board = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    assert f"<b>{seen}</b>" in board
    ranked = service.score_jobs(service.Seeker(db.session(), people.talent), [people.job.public_id])
    assert ranked[people.job.public_id].total == seen


def test_a_certificate_that_is_over_is_no_evidence(people, clock):
    """It counts through its last day; then the row says so, on the frozen snapshot as well."""
    prove(people.talent, "spark")
    until = today() + timedelta(days=2)
    with unit_of_work() as session:
        entry = session.get_one(Talent, people.talent.id).entries[0]
        entry.kind, entry.valid_until = EntryKind.CERTIFICATE, until
    key, job = apply(people), people.job.public_id
    clock.advance(days=2)
    before = own_total(people)
    assert "已过期" not in text(people.person.get(f"/jobs/{job}"))
    clock.advance(days=1)
    after = own_total(people)
    assert after < before
    pages = (people.person.get(f"/jobs/{job}"), people.desk.get(at_desk(people, key)))
    for page in map(text, pages):
        assert f"（{until.isoformat()} 已过期）" in page
        assert totals(page)[0] == after
    ranked = service.score_jobs(service.Seeker(db.session(), people.talent), [job])
    assert ranked[job].total == after


def test_a_comparison_says_what_proves_each_requirement(people):
    prove(people.talent, "spark")
    with unit_of_work() as session:
        wanted = session.get_one(Talent, people.talent.id).occupations
        wanted[0].occupation_code = "2-02-38-08"
    apply(people)
    page = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    rows = page.split('<table class="compare">')[1].split("</table>")[0].split('<th scope="row">')
    cells = {name: rest for name, _end, rest in (row.partition("</th>") for row in rows)}
    assert "数据开发工程师</span> · 熟练" in cells["Spark"]
    assert "本人自述 · 熟练" in cells["SQL"]
    assert "档案没有写" in cells["到岗"]
    assert "写明 4.5 年" in cells["工作年限"]
    # A near occupation is named; its code says nothing to a reader.
    assert "目标职业：区块链工程技术人员" in cells["职业方向"]
    assert "2-02-38-08" not in cells["职业方向"]


def test_a_later_change_of_the_profile_does_not_reach_the_desk(people):
    seen = own_total(people)
    key = apply(people)
    with unit_of_work() as session:
        row = session.get_one(Talent, people.talent.id)
        row.years_tenths = 5
        row.education_rank = 2
        row.skills = [TalentSkill(skill_id="photoshop", level=1)]
    assert own_total(people) < seen
    assert totals(text(people.desk.get(at_desk(people, key)))) == [seen]
    board = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    assert f"<b>{seen}</b>" in board


def test_ranking_switched_off_after_applying_works_at_once(people):
    key = apply(people)
    account = people.account
    with unit_of_work() as session:
        session.merge(account).personal_ranking = False
    page = text(people.desk.get(at_desk(people, key)))
    assert totals(page) == []
    assert "没有匹配分" in page


def test_what_is_kept_back_proves_nothing_and_is_said(people):
    prove(people.talent, "spark")
    change(people.talent, sections={"experience": "private", "pay": "private"})
    page = text(people.person.get(f"/jobs/{people.job.public_id}"))
    assert "您设为仅自己可见" in page
    key = apply(people)
    desk = text(people.desk.get(at_desk(people, key)))
    assert "本人没有公开这一项" in desk
    assert "数据开发工程师" not in desk.split("逐项要求")[1]
    match = service.score_jobs(service.Seeker(db.session(), people.talent), [people.job.public_id])
    states = {it.row.key: it.row.state.value for it in match[people.job.public_id].rows}
    assert states["skill:spark"] == "claimed"
    assert states["years"] == states["pay"] == "unknown"


def test_a_person_nobody_may_find_is_not_scored_by_an_old_index(app, people):
    hidden = make_talent(visibility=Visibility.APPLIED)
    found = service.score_talents(
        db.session(), people.job, [hidden.public_id, people.talent.public_id]
    )
    assert set(found) == {people.talent.public_id}
