"""Two who act in the same moment."""

from __future__ import annotations

import contextvars
import threading

from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications, jobs
from talentmarket.exchange.models import Application, ContactWhen, Job, JobState
from talentmarket.members.models import Talent
from tests.factories import make_job, make_talent


def test_nobody_applies_to_a_job_in_the_moment_it_is_closed(app, session):
    """Who closes has counted those who wait: one more would never be told."""
    job, talent = make_job(), make_talent()
    key, public_id, person = job.id, job.public_id, talent.id
    session.rollback()
    said: list[object] = []

    def apply() -> None:
        with app.app_context():
            try:
                with unit_of_work() as unit:
                    applications.apply(
                        unit,
                        unit.get_one(Talent, person),
                        applications.open_job(unit, public_id),
                        contact_when=ContactWhen.INTERVIEW,
                        actor=Actor(),
                    )
                    said.append("applied")
            except Conflict as conflict:
                said.append(conflict.code)

    other = threading.Thread(target=contextvars.Context().run, args=(apply,))
    with unit_of_work() as unit:
        jobs.fill(unit, unit.get_one(Job, key), actor=Actor())
        other.start()
        other.join(1.0)  # it reads the job as it was, and must wait for the word of this unit
    other.join(20)
    assert said == ["not-open"]
    assert session.get_one(Job, key).state is JobState.FILLED
    assert session.query(Application).count() == 0
