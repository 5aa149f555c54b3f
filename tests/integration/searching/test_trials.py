"""A trial of two rankings: begun by the office, told to readers, credited, over."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.events import Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import Channel, Job
from talentmarket.matching import service, store
from talentmarket.matching.outcomes import loading, recording, trials
from talentmarket.matching.outcomes.interleaving import Team, team_draft
from talentmarket.matching.outcomes.kinds import KINDS
from talentmarket.matching.outcomes.models import RankingTrial, ShownList, ShownRow, Side, Surface
from talentmarket.matching.outcomes.ranker import OutcomeRanker
from talentmarket.members.models import Account, Talent
from tests.factories import make_account
from tests.fixtures.databases import on_sqlite

W = store.ModelKind.WEIGHTS


@pytest.fixture(autouse=True)
def spools(app, tmp_path, monkeypatch):
    for name in ("shown", "opened"):
        found = recording.Spool(tmp_path / name, name)
        monkeypatch.setitem(app.extensions, f"talentmarket_{name}", found)


@pytest.fixture
def candidate(session):
    """Weights that like nothing as much as the place."""
    chance = np.random.default_rng(1)
    ranker = OutcomeRanker().fit(chance.random((60, len(KINDS))), chance.random(60) < 0.5)
    ranker.points_ = np.array([1.0, 1, 1, 1, 1, 1, 60, 1, 1])
    return store.save(ranker, KINDS, {"kind": "weights"}, W).version


def begin(app, version, side=Side.BOTH, days=10):
    found = trials.start(version, trials.end_of(clock.today() + timedelta(days=days)), side)
    app.extensions["talentmarket_trial"].reset()
    return found.public_id


def stored(session, surface):
    loading.load()
    session.expire_all()
    wanted = sa.select(ShownList).where(ShownList.surface == surface).order_by(ShownList.id.desc())
    head = session.scalars(wanted.limit(1)).one()
    rows = sa.select(ShownRow).where(ShownRow.list_id == head.id).order_by(ShownRow.rank)
    return head, list(session.scalars(rows))


def test_a_list_is_drafted_told_credited_and_explained(
    app, session, make_client, market, candidate, clock
):
    with unit_of_work() as unit:  # what is applied for here opens an application at once
        unit.get_one(Job, market.agency.id).channel = Channel.DIRECT
    person = make_client(market.person)
    assert "排序试验" not in person.get("/me/matches").get_data(as_text=True)
    trial = begin(app, candidate)
    page = person.get("/me/matches").get_data(as_text=True)
    assert candidate in page
    assert "由候选权重选入这一位" in page
    assert "由现行权重选入这一位" in page
    head, rows = stored(session, Surface.MATCHES)
    assert head.trial == trial
    assert {row.team for row in rows} == {"a", "b"}
    # Whoever has the id of the list draws it again from the two rankings.
    talent = session.get_one(Talent, market.talent.id)
    seeker = service.Seeker(session, talent)
    ids = [row.job for row in rows]
    orders = []
    for weights in (None, trials.current(Side.JOBS).weights):
        stand = service.stand_jobs(seeker, ids, weights)
        orders.append(sorted(stand, key=lambda one: stand[one].order))
    drawn = team_draft(head.public_id, *orders, len(ids))
    assert [(row.job, Team(row.team)) for row in rows] == drawn
    # The score of each row is still that of its page, and adds up.
    for row in rows:
        job = next(
            one for one in (market.data, market.far, market.agency) if one.public_id == row.job
        )
        assert service.explain_pair(job, talent).total == row.total
        assert sum(points for _k, _p, _s, points, *_ in row.parts) == row.total
    notice = make_client().get("/matching").get_data(as_text=True)
    assert "正在做的排序试验" in notice
    assert "2025-12-04" in notice
    picked = next(row for row in rows if row.team == "b")
    session.rollback()
    clock.advance(minutes=1)
    person.get(f"/jobs/{picked.job}", headers={"Referer": "http://localhost/me/matches"})
    loading.load()
    (found,) = trials.results(session)
    assert (found.on, found.lists) == (True, 1)
    assert (found.opened.present, found.opened.candidate) == (0, 1)
    assert (found.decided.present, found.decided.candidate) == (0, 0)
    session.rollback()
    clock.advance(minutes=1)
    sent = person.post(f"/jobs/{picked.job}/apply", data={"contact_when": "interview"})
    assert sent.status_code == 302
    (found,) = trials.results(session)
    assert (found.opened.candidate, found.decided.candidate) == (1, 1)
    assert found.decided.p == 1.0
    told = json.loads(app.test_cli_runner().invoke(args=["model", "trial", "show"]).stdout)
    assert (told["trial"], told["lists"], told["decided"]["candidate"]) == (trial, 1, 1)
    shown = app.test_cli_runner().invoke(args=["match", "shown", market.talent.public_id])
    last = json.loads(shown.stdout.splitlines()[0])
    assert last["trial"] == trial
    assert {one["picked_by"] for one in last["rows"]} == {"present", "candidate"}


def test_people_recommended_for_a_job_are_drafted(app, session, make_client, market, candidate):
    begin(app, candidate, Side.PEOPLE)
    owner = make_client(market.owner)
    path = f"/org/{market.own.public_id}/applications/jobs/{market.data.public_id}"
    assert "选入这一位" in owner.get(path).get_data(as_text=True)
    head, rows = stored(session, Surface.RECOMMENDED)
    assert head.trial is not None
    assert len(rows) == 2
    assert all(row.team for row in rows)
    session.rollback()
    assert "排序试验" not in make_client(market.person).get("/me/matches").get_data(as_text=True)


@on_sqlite
def test_the_off_switch_holds_in_a_trial(app, session, make_client, market, candidate):
    begin(app, candidate)
    with unit_of_work() as unit:
        unit.get_one(Account, market.person.id).personal_ranking = False
    page = make_client(market.person).get("/me/matches").get_data(as_text=True)
    assert "排序试验" not in page
    make_client(market.owner).get(
        f"/org/{market.own.public_id}/applications/jobs/{market.data.public_id}"
    )
    _head, rows = stored(session, Surface.RECOMMENDED)
    assert market.talent.public_id not in {row.talent for row in rows}


def test_it_ends_by_its_day_a_command_or_other_weights(app, session, candidate, clock):
    def on():
        app.extensions["talentmarket_trial"].reset()
        session.rollback()
        return trials.current(Side.JOBS) is not None

    begin(app, candidate, days=2)
    assert on()
    with pytest.raises(trials.NoTrial):  # one at a time
        begin(app, candidate)
    clock.advance(days=3)
    assert not on()
    begin(app, candidate)
    assert on()
    stop = ["model", "trial", "stop"]
    assert app.test_cli_runner().invoke(args=stop).exit_code == 0
    assert not on()
    assert app.test_cli_runner().invoke(args=stop).exit_code == 1
    begin(app, candidate)
    store.promote(candidate)
    assert not on()
    assert [one.on for one in trials.results(session)] == [False] * 3
    session.rollback()
    store.rollback(W)
    session.rollback()
    path = store.folder() / session.scalar(
        sa.select(store.Model.file).where(store.Model.version == candidate)
    )
    session.rollback()
    assert on(), "the weights of then serve again"
    path.write_bytes(b"tampered")
    assert not on()
    verbs = sa.select(Event.verb).where(Event.verb.in_(("begin-trial", "end-trial")))
    assert sorted(session.scalars(verbs)) == ["begin-trial"] * 3 + ["end-trial"]


@on_sqlite
def test_the_office_begins_and_ends_it_on_its_page(app, session, make_client, candidate, market):
    office = make_client(make_account("秘书处", is_operator=True), second_factor=True)
    page = office.get("/operator/models").get_data(as_text=True)
    assert f"<option>{candidate}</option>" in page
    form = {"version": candidate, "side": "both", "last_day": "2025-12-04"}
    for wrong in (
        {"last_day": "2025-11-01"},
        {"last_day": "9999-12-31"},
        {"last_day": "x"},
        {"side": "none"},
        {"version": "w-none"},
    ):
        office.post("/operator/models/trial", data=form | wrong)
        assert "试验没有开始" in office.get("/operator/models").get_data(as_text=True)
    office.post("/operator/models/trial", data=form)
    page = office.get("/operator/models").get_data(as_text=True)
    assert "进行中" in page
    assert "看不出差别" in page
    row = session.scalars(sa.select(RankingTrial)).one()
    assert (row.side, row.open) == (Side.BOTH, True)
    session.rollback()
    office.post("/operator/models/trial/end")
    db.session.expire_all()
    assert not session.scalars(sa.select(RankingTrial)).one().open
    session.rollback()
    command = ["model", "trial", "start", candidate, "--until", "2025-12-01", "--side", "jobs"]
    assert app.test_cli_runner().invoke(args=command).exit_code == 0
    assert app.test_cli_runner().invoke(args=command).exit_code == 1
