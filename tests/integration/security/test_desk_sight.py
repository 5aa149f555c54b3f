"""What the desk sees beside the page itself: after a slip of the form, and after the end."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, moves
from talentmarket.exchange.models import Application, ApplicationState, ContactWhen, Job
from talentmarket.exchange.stages import By
from talentmarket.members.models import ProfileOpening, Talent
from talentmarket.web.org_desk import views
from tests.factories import make_job, make_member, make_organisation, make_talent


@pytest.fixture
def desk(session, make_client):
    """An organisation's recruiter and an application that nobody has opened yet."""

    class Desk:
        organisation = make_organisation()
        recruiter = make_member(organisation, OrgRole.RECRUITER)
        job = make_job(organisation)
        talent = make_talent(summary="把批处理改成了流处理。")

    with unit_of_work() as unit:
        made, _new = applications.apply(
            unit,
            unit.get_one(Talent, Desk.talent.id),
            unit.get_one(Job, Desk.job.id),
            contact_when=ContactWhen.NOW,
            actor=Actor(),
        )
        Desk.key, Desk.application = made.id, made.public_id
    Desk.client = make_client(Desk.recruiter)
    Desk.base = f"/org/{Desk.organisation.public_id}/applications/{Desk.application}"
    return Desk


@pytest.mark.parametrize(("path", "field"), [("messages", "text"), ("notes", "note")])
def test_a_form_that_fails_opens_the_application_as_the_page_does(session, desk, path, field):
    shown = desk.client.post(f"{desk.base}/{path}", data={field: ""})
    assert "把批处理改成了流处理" in shown.get_data(as_text=True)
    opened = session.scalars(sa.select(ProfileOpening)).all()
    assert [one.subject_id for one in opened] == [desk.application]
    assert session.get(Application, desk.key).state is ApplicationState.VIEWED


def test_what_was_withdrawn_is_not_scored_any_more(session, desk, monkeypatch):
    asked = []

    def score(_job, profiles):
        asked.extend(profiles)
        return {}

    monkeypatch.setattr(views, "score_snapshots", score)
    desk.client.get(desk.base)
    assert asked == [desk.talent.public_id]
    with unit_of_work() as unit:
        row = unit.get_one(Application, desk.key)
        moves.move(unit, row, "withdraw", by=By.TALENT, actor=Actor())
    asked.clear()
    desk.client.get(desk.base)
    ended = f"/org/{desk.organisation.public_id}/applications/jobs/{desk.job.public_id}?view=ended"
    assert desk.application in desk.client.get(ended).get_data(as_text=True)
    assert asked == []
