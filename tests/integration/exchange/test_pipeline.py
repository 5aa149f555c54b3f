"""The board of a job with many applications: every one is counted, and the first are shown."""

from __future__ import annotations

import re

import pytest

from talentmarket.core.db import db
from talentmarket.exchange import desk, pipeline
from talentmarket.exchange.desk import Filters, Scope
from talentmarket.exchange.models import ApplicationRoute, ApplicationState
from talentmarket.exchange.visibility import Reader
from talentmarket.web.org_desk import views
from tests.factories import make_application, make_talent
from tests.guards.test_pages import counted
from tests.integration.exchange.referring import Parties
from tests.integration.exchange.steps import text

S = ApplicationState


def fill(job, states, **values):
    """One application for each state; their ids in the order of time."""
    return [make_application(job, make_talent(), state=one, **values).public_id for one in states]


@pytest.fixture
def scope(people):
    return Scope(people.organisation, Reader.DESK, people.recruiter.id)


def test_numbers_are_of_all_and_cards_of_the_first(session, people, scope):
    fill(people.job, [S.SUBMITTED] * 7 + [S.SHORTLISTED] * 2 + [S.CONFIRMED, S.REJECTED])
    board = pipeline.board(session, scope, people.job, Filters(), 3)
    counts = {one.state: (one.count, len(one.rows)) for one in board}
    assert counts[S.SUBMITTED] == (7, 3)
    assert counts[S.SHORTLISTED] == (2, 2)
    assert counts[S.STARTED] == (1, 1), "confirmed stands with started"
    assert sum(one.count for one in board) == 10


def test_the_nearest_deadline_stands_first_and_late_ones_are_counted(session, people, scope, clock):
    first = fill(people.job, [S.SUBMITTED])
    clock.advance(days=10)
    later = fill(people.job, [S.SUBMITTED, S.SUBMITTED], route=ApplicationRoute.INVITATION)
    (column, *_others) = pipeline.board(session, scope, people.job, Filters(), 2)
    assert [one.public_id for one in column.rows] == [first[0], later[0]]
    assert (column.count, column.late) == (3, 1)
    (late, *_others) = pipeline.board(session, scope, people.job, Filters(late=True), 2)
    assert (late.count, late.late) == (1, 1)
    route = Filters(route=str(ApplicationRoute.INVITATION))
    assert pipeline.board(session, scope, people.job, route, 9)[0].count == 2
    number = later[0]
    one = next(row for row in column.rows if row.public_id == number)
    wanted = Filters(text=one.number.lower())
    assert [row.public_id for row in pipeline.board(session, scope, people.job, wanted, 9)[0].rows]
    assert desk.owed_today(session, scope, people.job) == (1, 0)


def test_a_manager_counts_the_shortlist_alone(session, people):
    fill(people.job, [S.SUBMITTED] * 3 + [S.SHORTLISTED] * 2)
    mine = Scope(people.organisation, Reader.MANAGER, people.manager.id)
    board = pipeline.board(session, mine, people.job, Filters(), 9)
    assert {one.state: one.count for one in board if one.count} == {S.SHORTLISTED: 2}


def test_the_page_says_how_many_more_and_asks_no_more_for_them(session, people, monkeypatch):
    monkeypatch.setattr(views, "BOARD_MOST", 3)
    address = f"/org/{people.org}/applications/jobs/{people.job.public_id}?view=board"
    fill(people.job, [S.SUBMITTED] * 3)
    people.desk.get(address)
    with counted(db.engine) as few:
        people.desk.get(address)
    fill(people.job, [S.SUBMITTED] * 5)
    with counted(db.engine) as many:
        page = text(people.desk.get(address))
    assert len(many) == len(few)
    assert "另有 5 项" in page
    assert page.count("data-card=") == 3


def test_a_list_longer_than_a_block_is_led_on(session, people, monkeypatch):
    monkeypatch.setattr(desk, "MOST_ROWS", 3)
    keys = fill(people.job, [S.VIEWED] * 7 + [S.SHORTLISTED])
    address = f"/org/{people.org}/applications/jobs/{people.job.public_id}"
    seen = []
    for block, said in ((1, "第 1–3 份"), (2, "第 4–6 份"), (3, "第 7–8 份")):
        page = text(people.desk.get(f"{address}?order=time&block={block}"))
        assert "共 8 份申请" in page
        assert said in page
        seen += [key for key in keys if f'value="{key}"' in page]
        assert (f"block={block + 1}" in page) is (block < 3)
    assert seen == keys
    alone = text(people.desk.get(f"{address}?state=shortlisted"))
    assert keys[-1] in alone, "a stage is asked of all applications"
    assert "份一组" not in alone
    last = text(people.desk.get(f"{address}?order=time&block=99"))
    assert "第 7–8 份" in last


@pytest.mark.parametrize("view", ["rank", "board", "referred", "ended"])
@pytest.mark.parametrize(
    "asked", ["route=abc", "state=abc", "endpoint=x", "_anchor=x", "_method=x"]
)
def test_an_address_that_nobody_wrote_is_a_page(session, people, view, asked):
    keys = fill(people.job, [S.SUBMITTED, S.REJECTED])
    address = f"/org/{people.org}/applications/jobs/{people.job.public_id}"
    page = people.desk.get(f"{address}?view={view}&{asked}")
    assert page.status_code == 200
    if view in ("rank", "board"):
        assert keys[0] in text(page), "what is not known narrows nothing"


def test_moves_that_wait_for_an_answer_are_neither_pressed_nor_dragged(session, make_client):
    parties = Parties()
    parties.sent()
    employer, job = parties.employer.public_id, parties.job.public_id
    page = text(
        make_client(parties.recruiter).get(f"/org/{employer}/applications/jobs/{job}?view=board")
    )
    card = page[page.index("data-card=") :]
    card = card[: card.index("</li>")]
    assert re.findall(r"<button[^>]* disabled>([^<]+)</button>", card) == [
        "入围",
        "约面试",
        "发出录用",
    ]
    assert set(re.findall(r'data-to="([a-z]+)"', card)) == {"rejected"}
    assert "先答复是否新人选" in card
