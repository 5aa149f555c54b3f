"""Moves of several at once, and from pages that were opened before somebody moved on."""

from __future__ import annotations

import re

from talentmarket.exchange.models import ApplicationState as S
from tests.factories import make_talent
from tests.fixtures.databases import on_sqlite
from tests.integration.exchange.steps import apply, at_desk, move, state, text

pytestmark = on_sqlite


def test_a_batch_leaves_whom_somebody_else_has_just_moved(session, people):
    """Two recruiters, one list: the one who comes second decides on what stands there now."""
    key = apply(people)
    opened = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    seen = re.findall(r'name="seen" value="([^"]+)"', opened)
    assert [one.split(".")[0] for one in seen] == [key]
    people.desk.get(at_desk(people, key))  # a look is no decision
    batch = {"pick": [key], "seen": seen, "job": people.job.public_id}
    where = f"/org/{people.org}/applications/batch"
    people.desk.post(where, data={"move": "shortlist", **batch})
    assert state(session, key) is S.SHORTLISTED
    late = people.desk.post(where, data={"move": "offer", **batch}, follow_redirects=True)
    assert "刚被别人处理过" in text(late)
    people.desk.post(where, data={"move": "offer", "pick": [key]})
    assert state(session, key) is S.SHORTLISTED


def test_a_row_still_moves_after_the_dossier_was_opened_beside_it(session, people):
    key = apply(people)
    opened = text(people.desk.get(f"/org/{people.org}/applications/jobs/{people.job.public_id}"))
    address = re.search(rf'formaction="([^"]*{key}/move[^"]*)"', opened)[1]
    people.desk.get(at_desk(people, key))
    assert state(session, key) is S.VIEWED
    people.desk.post(address, data={"move": "shortlist"})
    assert state(session, key) is S.SHORTLISTED


def test_batch_moves_those_that_can_and_counts_the_rest(session, people, make_client):
    keys = [apply(people)]
    second = make_talent()
    people.person = make_client(second.account)
    keys.append(apply(people))
    move(people, keys[0], "offer")
    sent = people.desk.post(
        f"/org/{people.org}/applications/batch",
        data={
            "move": "shortlist",
            "pick": keys,
            "seen": [f"{keys[0]}.2", f"{keys[1]}.1"],
            "job": people.job.public_id,
        },
    )
    page = text(sent)
    assert [state(session, key) for key in keys] == [S.OFFER, S.SHORTLISTED]
    assert "移动了 1 项，1 项没有移动" in page
    assert page.count("现在的阶段不允许这一步") == 1
    assert page.count("</i> 已移动，并告诉了对方") == 1
