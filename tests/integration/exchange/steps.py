"""What the tests of applications share: the steps of the two sides, as the pages take them."""

from __future__ import annotations

import sqlalchemy as sa

from talentmarket.exchange.models import Application


def text(response, status=200):
    """The words of a page that must have come."""
    assert response.status_code == status, (response.status_code, response.location)
    return response.get_data(as_text=True)


def apply(people, when="interview", **values):
    """The person applies; the application's id."""
    sent = people.person.post(
        f"/jobs/{people.job.public_id}/apply", data={"contact_when": when, **values}
    )
    assert sent.status_code == 302, sent.get_data(as_text=True)
    return sent.location.rsplit("/", 1)[-1]


def at_desk(people, key):
    """The address of the application on the desk."""
    return f"/org/{people.org}/applications/{key}"


def move(people, key, name, **values):
    """The recruiter presses a button."""
    return people.desk.post(f"{at_desk(people, key)}/move", data={"move": name, **values})


def propose(people, key, day="2025-11-28", **values):
    """The recruiter proposes an interview."""
    data = {"day": day, "time": "14:30", "minutes": 60, "place": "天府三街 200 号", **values}
    return people.desk.post(f"{at_desk(people, key)}/interview", data=data)


def state(session, key):
    """Where the application stands in the database."""
    return session.scalar(sa.select(Application.state).where(Application.public_id == key))
