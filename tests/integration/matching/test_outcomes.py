"""From shown lists and what came of them to weights that serve."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest

from talentmarket.core import clock, events
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.evaluating import outcomes as planted
from talentmarket.exchange.models import ApplicationState, EndReason, Invitation, InvitationState
from talentmarket.matching import service, serving, store
from talentmarket.matching.outcomes import learning, loading, reading
from talentmarket.matching.outcomes.kinds import KINDS, numbers_of
from talentmarket.matching.outcomes.ranker import OutcomeRanker
from talentmarket.matching.weights import table
from tests.factories import make_application, make_job, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite

S = ApplicationState
WIDTH = len(KINDS)


def note(number, surface, rows, *, days):
    """A list shown so many days ago: (job, talent, credits by kind)."""
    parts = [*("skill:spark", "skill:sql", "occupation", "years", "skill:cissp", "education")]
    parts += ["place", "pay", "availability"]
    part = [0, 1, 2, 2, 3, 3, 4, 5, 5]
    worth = numbers_of(table())
    first = rows[0]
    return loading.parse(
        {
            "id": f"list{number:08d}",
            "at": (clock.now() - timedelta(days=days)).isoformat(),
            "surface": surface,
            "viewer": None,
            "organisation": None,
            "subject": first[0] if surface in ("desk", "people", "recommended") else first[1],
            "model": "t-1",
            "rows": [
                [
                    *(rank, job, talent, 50, 50.0),
                    [
                        [key, of, "claimed", 0, 0, round(share * most * 1000), round(most * 1000)]
                        for key, of, share, most in zip(parts, part, shares, worth, strict=True)
                    ],
                ]
                for rank, (job, talent, shares) in enumerate(rows, 1)
            ],
        }
    )


def step(application, state, *, days, verb=None, reason=None):
    with unit_of_work() as session:
        events.record(
            session,
            "application",
            application.public_id,
            verb or str(state),
            to_state=state,
            reason=reason,
            at=clock.now() - timedelta(days=days),
        )


def test_what_came_of_each_row(session):
    job, people = make_job(), [make_talent() for _ in range(8)]
    given = [make_application(job, one) for one in people[:7]]
    ids = [one.public_id for one in people]
    shares = np.linspace(0.1, 0.9, WIDTH)
    desk = [(job.public_id, one, shares) for one in ids]
    loading.store([note(1, "desk", desk, days=20), note(2, "desk", desk, days=12)])
    step(given[0], S.VIEWED, days=19)
    step(given[0], S.SHORTLISTED, days=18)  # after the first list, before the second
    step(given[1], S.CONFIRMED, days=10)
    step(given[2], S.REJECTED, days=10, reason=EndReason.REQUIREMENT)
    step(given[3], S.REJECTED, days=10, reason=EndReason.FILLED)  # says nothing of the person
    step(given[4], S.SHORTLISTED, days=10)
    step(given[4], S.SUBMITTED, days=9, verb="undo")
    step(given[5], S.VIEWED, days=10)
    step(given[6], S.WITHDRAWN, days=30)  # over before both
    found = reading.outcomes(session)
    rows = list(zip(found.lists, found.ranks, found.grades, found.refused, strict=True))
    # The first list: one was shortlisted after it; the others stand in the second.
    assert [row for row in rows if row[0] == 0] == [
        (0, 1, 2, False),
        *((0, rank, 0, False) for rank in (2, 3, 4, 5, 6, 8)),
    ]
    assert [row for row in rows if row[0] == 1] == [
        (1, 2, 4, False),
        (1, 3, 0, True),
        (1, 5, 0, False),
        (1, 6, 1, False),
        (1, 8, 0, False),
    ]
    assert found.x == pytest.approx(np.tile(shares, (len(rows), 1)), abs=0.01)


@on_sqlite
def test_jobs_for_a_person_and_people_who_are_invited(session):
    employer = make_organisation()
    jobs, person = [make_job(employer) for _ in range(3)], make_talent()
    half = np.full(WIDTH, 0.5)
    shown = [(one.public_id, person.public_id, half) for one in jobs]
    loading.store(
        [
            note(1, "matches", shown, days=20),
            note(2, "people", shown[:1], days=20),
            note(3, "matches", shown, days=3),  # not settled yet
        ]
    )
    application = make_application(jobs[1], person)
    step(application, S.SUBMITTED, days=19, verb="submit")
    step(application, S.VIEWED, days=18)  # the employer's step, not the person's
    with unit_of_work() as unit:
        at = clock.now() - timedelta(days=15)
        unit.add(
            Invitation(
                organisation_id=employer.id, job_id=jobs[0].id, talent_id=person.id,
                state=InvitationState.SENT, sent_at=at, expires_at=at,
            )
        )  # fmt: skip
    found = reading.outcomes(session)
    assert list(zip(found.lists, found.ranks, found.grades, strict=True)) == [
        (0, 1, 0), (0, 2, 2), (0, 3, 0), (1, 1, 2),
    ]  # fmt: skip
    assert len(set(found.surfaces.tolist())) == 2


@on_sqlite
def test_lists_that_nothing_came_of_and_none_at_all(session):
    assert len(reading.outcomes(session).x) == 0
    job, person = make_job(), make_talent()
    rows = [(job.public_id, person.public_id, np.full(WIDTH, 0.5))]
    loading.store([note(1, "desk", rows, days=20)])
    assert len(reading.outcomes(session).x) == 0


def market(chance, *, wanted, lists, first=0):
    """Desks whose employers choose by `wanted`, as lists and events of the site."""
    employer = make_organisation()
    people = [make_talent() for _ in range(8)]
    for number in range(first, first + lists):
        job = make_job(employer)
        shares = chance.random((8, WIDTH))
        shares = shares[np.argsort(-(shares @ numbers_of(table())))]
        rows = [
            (job.public_id, one.public_id, row) for one, row in zip(people, shares, strict=True)
        ]
        loading.store([note(number, "desk", rows, days=90 - number)])
        best = int(np.argmax(shares @ wanted))
        step(make_application(job, people[best]), S.SHORTLISTED, days=89 - number)


@pytest.fixture
def few(monkeypatch):
    """Thresholds that a test can reach."""
    monkeypatch.setattr(learning, "LEAST_OUTCOMES", 20)
    monkeypatch.setattr(learning, "LEAST_HELD_BACK", 8)


@on_sqlite
def test_train_from_outcomes(app, session, few):
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["model", "train", "--from-outcomes"])
    assert refused.exit_code == 1
    assert "0 outcomes to learn from" in refused.output
    wanted = np.zeros(WIDTH)
    wanted[[3, 7]] = 50  # years and pay, of which the table makes little
    market(np.random.default_rng(4), wanted=wanted, lists=60)
    done = runner.invoke(args=["model", "train", "--from-outcomes"])
    assert done.exit_code == 0, done.output
    card = json.loads(done.stdout)
    assert card["better"]
    assert card["held_back"]["low"] > 0
    assert card["held_back"]["lists"] == 15
    assert card["outcomes"] == 45
    assert card["compared_with"] == "table"
    assert sum(card["points"].values()) == pytest.approx(100, abs=0.1)
    assert card["points"]["years"] > 12
    assert card["points"]["pay"] > 7
    version = card["version"]
    model = store.champion(session, store.ModelKind.WEIGHTS)
    assert (model.version, model.card["better"]) == (version, True)

    # It serves: one score on every page, parts that add up, the version said.
    app.extensions["talentmarket_weights"].reset()
    job, person = make_job(), make_talent()
    match = service.score_talents(session, job, [person.public_id])[person.public_id]
    stand = service.stand_talents(session, job, [person.public_id])[person.public_id]
    assert match.model.endswith("+" + version)
    assert (stand.total, stand.exact) == (match.total, match.exact)
    assert sum(part.points for part in match.parts) == match.total
    assert sum(part.of for part in match.parts) == 100
    assert [part.of for part in match.parts] != [45, 10, 15, 10, 10, 10]

    # Trained again on the same outcomes it is no better than itself, and stays a candidate.
    again = json.loads(runner.invoke(args=["model", "train", "--from-outcomes"]).stdout)
    assert not again["better"]
    assert store.champion(session, store.ModelKind.WEIGHTS).version == version

    # Back to the table with one command, and to the weights again.
    back = ["model", "rollback", "--kind", "weights"]
    assert runner.invoke(args=back).stdout.strip() == "table"
    app.extensions["talentmarket_weights"].reset()
    assert serving.models().weights == table()
    assert runner.invoke(args=back).stdout.strip() == version
    assert store.champion(session, store.ModelKind.WEIGHTS).version == version

    path = store.folder() / model.file
    path.write_bytes(path.read_bytes()[:-9] + b"x" * 9)
    app.extensions["talentmarket_weights"].reset()
    assert serving.models().weights == table()
    assert app.extensions["talentmarket_weights"].state() == "refused"
    match = service.score_talents(session, job, [person.public_id])[person.public_id]
    assert version not in match.model


@on_sqlite
def test_weights_of_another_program_are_refused(app, session):
    ranker = OutcomeRanker().fit(np.random.default_rng(1).random((20, 3)), [0, 1] * 10)
    model = store.save(ranker, ["a", "b", "c"], {}, store.ModelKind.WEIGHTS)
    store.promote(model.version)
    app.extensions["talentmarket_weights"].reset()
    assert serving.models().weights == table()
    assert app.extensions["talentmarket_weights"].state() == "refused"
    db.session.rollback()


@on_sqlite
def test_the_invented_market_is_asked_by_a_command(app, monkeypatch):
    for name, value in (("FIELDS", 2), ("JOBS", 6), ("PEOPLE", 80), ("CHUNK", 200)):
        monkeypatch.setattr(planted, name, value)
    done = app.test_cli_runner().invoke(
        args=["evaluate", "outcomes", "--seed", "7", "--most", "50"]
    )
    none, fifty, last = map(json.loads, done.stdout.splitlines())
    assert (none["outcomes"], fifty["outcomes"]) == (0, 50)
    assert none["table"] == none["learned"] == none["served"] == fifty["served"]
    assert 0 < fifty["learned"] <= 1
    assert last == {
        "outcomes": 50,
        "table": none["table"],
        "learned": fifty["learned"],
        "served": none["table"],
        "seed": 7,
    }


@on_sqlite
def test_two_trainings_at_once_are_one_usage_error(app, tmp_path):
    (tmp_path / "a.csv").write_text("x")
    both = ["model", "train", "--from-outcomes", "--postings", str(tmp_path / "a.csv")]
    assert app.test_cli_runner().invoke(args=both).exit_code == 2
