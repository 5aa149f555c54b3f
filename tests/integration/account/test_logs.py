"""Logs hold no name, no address, no number, no code."""

from __future__ import annotations

import io
import logging

import pytest

from talentmarket.core import logs
from talentmarket.notices import sending
from tests.integration.account.steps import GOOD, deliveries, last_code, sign_up


@pytest.fixture
def written(app):
    """What the process writes, as configured for a real site."""
    root, own = logging.getLogger(), app.logger
    before = root.handlers[:], root.level, own.handlers[:]
    logs.configure("DEBUG")
    own.handlers[:] = []  # a site configures its logs before the app's logger is made
    stream = io.StringIO()
    root.handlers[0].setStream(stream)
    yield stream.getvalue
    root.handlers[:], own.handlers[:] = before[0], before[2]
    root.setLevel(before[1])


def test_a_whole_stay_leaves_no_trace_of_the_person(session, make_client, written, clock):
    client = make_client()
    sign_up(client, "13812345678", name="林知遥", password=GOOD)
    codes = [last_code()]
    client.post("/sign-out")
    client.post("/sign-in/password", data={"identifier": "13812345678", "password": "错的密码"})
    clock.advance(minutes=2)
    client.post("/sign-in", data={"act": "send", "identifier": "lin@example.cn"})
    codes.append(last_code())
    sending.send_due()
    assert len(deliveries()) == 2
    logging.getLogger("talentmarket").warning("trying lin@example.cn and +8613812345678")
    text = written()
    assert "[mail]" in text, "what slips in is masked"
    for secret in ("13812345678", "lin@example.cn", "林知遥", GOOD, "错的密码", *codes):
        assert secret not in text
