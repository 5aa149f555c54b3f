"""Lists that were shown: noted without a statement, stored once, explained later, erased."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.matching import service
from talentmarket.matching.outcomes import loading, reading, recording
from talentmarket.matching.outcomes.models import KEEP_DAYS, ShownList, ShownRow, Surface
from talentmarket.members import privacy, takeout
from talentmarket.members.models import Account, Talent
from tests.fixtures.databases import on_sqlite
from tests.guards.test_pages import counted


@pytest.fixture(autouse=True)
def spool(app, tmp_path, monkeypatch):
    """A spool of the test's own."""
    found = recording.Spool(tmp_path / "spool", "shown")
    monkeypatch.setitem(app.extensions, "talentmarket_shown", found)
    opened = recording.Spool(tmp_path / "opened", "opened")
    monkeypatch.setitem(app.extensions, "talentmarket_opened", opened)
    return found


def stored(session):
    """What is stored, by surface: (list, its rows in order)."""
    loading.load()
    session.expire_all()
    found = {}
    for head in session.scalars(sa.select(ShownList).order_by(ShownList.id)):
        rows = sa.select(ShownRow).where(ShownRow.list_id == head.id).order_by(ShownRow.rank)
        found[head.surface] = (head, session.scalars(rows).all())
    return found


def apply(make_client, session, market, talent):
    """With the profile as it is sent then, which is what the desk scores."""
    person = make_client(session.get_one(Account, talent.account_id))
    address = f"/jobs/{market.data.public_id}/apply"
    assert person.post(address, data={"contact_when": "interview"}).status_code == 302


def show_everything(make_client, market):
    person, owner = make_client(market.person), make_client(market.owner)
    org, job = market.own.public_id, market.data.public_id
    person.get("/me/matches")
    person.get("/jobs?sort=match")
    owner.get(f"/org/{org}/applications/jobs/{job}")
    owner.get(f"/org/{org}/talents?job={job}")


def test_every_ranked_list_is_kept_with_what_explains_it(session, make_client, market):
    apply(make_client, session, market, market.public)
    show_everything(make_client, market)
    found = stored(session)
    assert set(found) == set(Surface)
    for surface, (head, rows) in found.items():
        assert rows, surface
        ranks = [row.rank for row in rows]
        assert ranks == sorted(set(ranks))
        for row in rows:
            assert sum(points for _k, _p, _s, points, *_ in row.parts) == row.total
            assert sum(of for _k, _p, _s, _points, of, *_ in row.parts) == 100
        one = {row.job if surface.of_people else row.talent for row in rows}
        assert one == {head.subject}
        assert head.organisation == (market.own.public_id if surface.of_people else None)
    head, rows = found[Surface.MATCHES]
    assert head.viewer == market.person.public_id
    match = service.match_jobs(session, market.talent).matches[0]
    assert (rows[0].job, rows[0].total, head.model) == (match.job, match.total, match.model)
    assert [part[0] for part in rows[0].parts] == [item.row.key for item in match.rows]
    # The applicant and the two recommended stand in one list: their ranks are of all of it.
    ranks = [row.rank for key in ("desk", "recommended") for row in found[Surface(key)][1]]
    assert sorted(ranks) == list(range(1, len(ranks) + 1))


@on_sqlite
def test_a_list_of_last_month_is_explained_today(app, session, make_client, market, clock):
    make_client(market.person).get("/me/matches")
    stored(session)
    before = service.match_jobs(session, market.talent).matches[0]
    clock.advance(days=31)
    with unit_of_work() as unit:  # the profile has gone on
        talent = unit.get_one(Talent, market.talent.id)
        talent.skills.clear()
        talent.years_tenths = None
    runner = app.test_cli_runner()
    asked = ["match", "shown", market.talent.public_id, "--until", "2025-11-24"]
    (line,) = runner.invoke(args=asked).stdout.splitlines()
    told = json.loads(line)
    assert (told["where"], told["model"]) == ("matches", before.model)
    first = told["rows"][0]
    assert (first["job"], first["points"]) == (before.job, before.total)
    assert [(one["key"], one["state"], one["points"]) for one in first["requirements"]] == [
        (one.row.key, str(one.row.state), one.points) for one in before.rows
    ]
    asked[-1] = "2025-11-23"
    assert runner.invoke(args=asked).stdout == ""


@on_sqlite
def test_noting_costs_no_statement_and_no_page(session, make_client, market, spool, monkeypatch):
    person = make_client(market.person)
    person.get("/me/matches")
    with counted(db.engine) as sent:
        person.get("/me/matches")
    monkeypatch.setattr(recording.Spool, "append", lambda _spool, _value: False)
    with counted(db.engine) as without:
        page = person.get("/me/matches")
    assert len(sent) == len(without)
    assert page.status_code == 200
    monkeypatch.undo()


@on_sqlite
def test_a_folder_that_cannot_be_written_breaks_no_page(make_client, market, app, tmp_path):
    (tmp_path / "file").write_text("")
    app.extensions["talentmarket_shown"] = recording.Spool(tmp_path / "file" / "x", "shown")
    assert make_client(market.person).get("/me/matches").status_code == 200


@on_sqlite
def test_who_switched_the_order_off_is_not_noted(session, make_client, market):
    apply(make_client, session, market, market.talent)
    with unit_of_work() as unit:
        unit.get_one(Account, market.person.id).personal_ranking = False
    show_everything(make_client, market)
    found = stored(session)
    assert not {Surface.MATCHES, Surface.SEARCH} & set(found)
    assert market.talent.public_id not in {
        row.talent for _head, rows in found.values() for row in rows
    }


def test_what_is_loaded_twice_is_stored_once(session, make_client, market, spool):
    make_client(market.person).get("/me/matches")
    (path,) = spool.folder.iterdir()
    line = path.read_bytes()
    stored(session)
    before = session.scalar(sa.select(sa.func.count()).select_from(ShownRow))
    path.write_bytes(line + line)
    stored(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(ShownList)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(ShownRow)) == before


@on_sqlite
def test_a_line_that_is_no_list_is_set_aside(session, make_client, market, spool):
    make_client(market.person).get("/me/matches")
    (path,) = spool.folder.iterdir()
    line = json.loads(path.read_text())
    broken = [
        {**line, "id": ""},
        {**line, "at": "2025-11-24T02:00:00"},
        {**line, "surface": "wall"},
        {**line, "rows": [[1, "job"]]},
        {**line, "model": None},
        [],
        7,
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in broken))
    assert loading.load() == (0, len(broken))
    assert session.scalar(sa.select(ShownList)) is None


def test_the_person_has_a_copy_and_takes_it_away(session, make_client, market):
    apply(make_client, session, market, market.public)
    show_everything(make_client, market)
    stored(session)
    account = session.get_one(Account, market.person.id)
    copy = takeout.collect(session, account)["shown_lists"]
    assert {one["where"] for one in copy} == {"matches", "search", "people", "recommended"}
    assert all(sum(row["points"] for row in one["requirements"]) == one["points"] for one in copy)
    assert market.public.public_id not in json.dumps(copy)
    # Shown again, and erased before the worker loads it.
    show_everything(make_client, market)
    with unit_of_work() as unit:
        privacy.erase(unit, unit.get_one(Account, market.person.id), actor=Actor())
    found = stored(session)
    assert set(found) == {Surface.DESK, Surface.RECOMMENDED, Surface.PEOPLE}
    talent = market.talent.public_id
    held = sa.select(ShownRow.rank).where(ShownRow.talent == talent)
    assert session.scalars(held).all() == []
    assert session.scalar(sa.select(ShownList).where(ShownList.subject == talent)) is None
    assert session.scalars(sa.select(ShownList.viewer)).all().count(market.person.public_id) == 0
    # A recruiter who goes takes along that it was them.
    recruiter = market.owner
    with unit_of_work() as unit:
        loading_viewer = sa.select(ShownList.viewer).where(ShownList.viewer == recruiter.public_id)
        assert unit.scalars(loading_viewer).all()
    from talentmarket.matching.outcomes.erasing import erase_shown

    with unit_of_work() as unit:
        erase_shown(unit, unit.get_one(Account, recruiter.id), Actor())
    assert session.scalars(loading_viewer).all() == []


def test_lists_go_after_twelve_months(session, make_client, market, clock):
    make_client(market.person).get("/me/matches")
    stored(session)
    clock.advance(days=KEEP_DAYS - 1)
    assert loading.forget_old() == 0
    clock.advance(days=2)
    assert loading.forget_old() == 1
    assert session.scalar(sa.select(ShownRow)) is None


def test_what_is_opened_from_a_list_is_an_outcome_of_that_list(session, make_client, market, clock):
    person, owner = make_client(market.person), make_client(market.owner)
    org, job, far = market.own.public_id, market.data.public_id, market.far.public_id
    here = {"Referer": "http://localhost/me/matches"}
    person.get("/me/matches")
    clock.advance(minutes=1)
    person.get(f"/jobs/{job}", headers=here)
    for elsewhere in (
        *("", "http://localhost/me/saved-jobs", "https://example.com/jobs", "http://["),
        *("http://localhost/jobs?sort=newest", "http://localhost/jobs?q=x"),
    ):
        person.get(f"/jobs/{far}", headers={"Referer": elsewhere})
    make_client().get(f"/jobs/{far}", headers=here)
    people = f"/org/{org}/talents?job={job}"
    page = owner.get(people).get_data(as_text=True)
    card = next(one for one in page.split('"') if f"/org/{org}/talents/" in one and "job=" in one)
    clock.advance(minutes=1)
    owner.get(card.replace("&amp;", "&"), headers={"Referer": f"http://localhost{people}"})
    found = stored(session)
    for surface, pair in ((Surface.MATCHES, job), (Surface.PEOPLE, None)):
        opened = [row for row in found[surface][1] if row.opened_at is not None]
        assert len(opened) == 1, surface
        assert pair in (None, opened[0].job)
    # Opened again, it stays at the first time; after a day it is no longer put down to the list.
    first = next(row.opened_at for row in found[Surface.MATCHES][1] if row.opened_at is not None)
    clock.advance(hours=1)
    person.get(f"/jobs/{job}", headers=here)
    clock.advance(hours=24)
    person.get(f"/jobs/{market.agency.public_id}", headers=here)
    rows = stored(session)[Surface.MATCHES][1]
    assert [row.opened_at for row in rows if row.opened_at is not None] == [first]
    account = session.get_one(Account, market.person.id)
    copy = takeout.collect(session, account)["shown_lists"]
    assert next(one["opened"] for one in copy if one["opened"]) == first.isoformat()


@on_sqlite
def test_nothing_is_opened_for_who_switched_the_order_off(app, session, make_client, market):
    with unit_of_work() as unit:
        unit.get_one(Account, market.person.id).personal_ranking = False
    headers = {"Referer": "http://localhost/jobs"}
    make_client(market.person).get(f"/jobs/{market.data.public_id}", headers=headers)
    assert loading.load().lines == 0


def test_rows_opened_are_graded(session, make_client, market, clock):
    person = make_client(market.person)
    person.get("/me/matches")
    clock.advance(minutes=1)
    person.get(
        f"/jobs/{market.agency.public_id}", headers={"Referer": "http://localhost/me/matches"}
    )
    apply(make_client, session, market, market.talent)
    loading.load()
    clock.advance(days=8)
    grades = sorted(reading.outcomes(session).grades.tolist())
    assert (grades[-2], grades[-1]) == (1, 2)
