"""A name in a list of the desk is an opening: once a day for an organisation, list and person."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.core.events import history
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Application
from talentmarket.members.models import Account, Organisation, ProfileOpening
from talentmarket.members.openings import record_listed
from tests.factories import make_account, make_talent
from tests.integration.exchange.steps import apply, move, text


def listed(session):
    """The rows of lists: (talent, viewer, day)."""
    rows = sa.select(ProfileOpening).where(ProfileOpening.listed_on.is_not(None))
    return list(session.scalars(rows.order_by(ProfileOpening.id)))


def test_a_name_in_a_list_is_kept_once_a_day(session, clock, people, make_client):
    address = f"/org/{people.org}/applications/jobs/{people.job.public_id}"
    key = apply(people)
    assert "周予安" not in text(people.desk.get(address))
    assert listed(session) == []  # numbers only: nothing of the person was opened

    move(people, key, "shortlist")
    for view in ("", "?view=board", "?order=time", ""):
        assert "周予安" in text(people.desk.get(address + view))
    assert "周予安" in text(people.boss.get(address))
    (row,) = listed(session)
    assert (row.talent_id, row.viewer_id) == (people.talent.id, people.recruiter.id)
    assert (row.level, row.subject_id) == ("name", people.job.public_id)
    events = [
        one for one in history(session, "talent", people.talent.public_id) if one.verb == "opened"
    ]
    assert [one.data for one in events] == [
        {"level": "name", "subject": ["job", people.job.public_id], "listed": True}
    ]

    mine = text(people.person.get("/me/openings"))
    assert "天工云谱科技有限公司" in mine
    assert f"在岗位“{people.job.title}”的申请人名单里" in mine.replace(
        '<span lang="zh">', ""
    ).replace("</span>", "")

    clock.advance(days=1)
    text(people.boss.get(address))
    assert [one.viewer_id for one in listed(session)] == [people.recruiter.id, people.manager.id]
    number = session.scalar(sa.select(Application.number).where(Application.public_id == key))
    other = make_client(make_account("另一人"))
    assert number not in other.get("/me/openings", follow_redirects=True).get_data(as_text=True)


def test_readers_at_once_make_one_row_and_nobody_watches_themselves(session, people):
    others = [make_talent() for _ in range(3)]
    keys = [one.id for one in (people.talent, *others)]
    own = {"purpose": "application", "subject": ("job", people.job.public_id)}

    def read(viewer):
        with unit_of_work() as unit:
            return record_listed(
                unit,
                keys,
                viewer=unit.get_one(Account, viewer.id),
                organisation=unit.get_one(Organisation, people.organisation.id),
                **own,
            )

    assert read(others[0].account) == 3  # the reader's own line is left out
    assert read(people.recruiter) == 1
    assert read(people.manager) == 0
    assert len(listed(session)) == 4
