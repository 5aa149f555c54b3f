"""The yardstick of the page benchmarks: the same bytes, without the work behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from benchmarks.constants import Yardstick
from benchmarks.market import Market
from talentmarket.core.db import db
from tests.factories import make_account, make_talent
from tests.fixtures.databases import on_sqlite

if TYPE_CHECKING:
    from flask import Flask

CONSTANTS = {"X-Benchmark": "constants"}
BARE = {"X-Benchmark": "bare"}


@pytest.fixture
def measured(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(app, "wsgi_app", Yardstick(app))
    return app


@on_sqlite
def test_constants_give_the_bytes_of_the_page_and_ask_nothing(measured: Flask) -> None:
    asked: list[str] = []
    client = measured.test_client()
    page = client.get("/jobs?q=java")
    first = client.get("/jobs?q=java", headers=CONSTANTS)
    with measured.app_context():
        engine = db.engine

    def noted(*given: Any) -> None:
        asked.append(given[2])

    sa.event.listen(engine, "before_cursor_execute", noted)
    again = client.get("/jobs?q=java", headers=CONSTANTS)
    sa.event.remove(engine, "before_cursor_execute", noted)
    assert asked == []
    assert page.status_code == first.status_code == again.status_code == 200
    assert len(page.data) == len(first.data) == len(again.data)
    assert page.headers["Content-Type"] == again.headers["Content-Type"]


@on_sqlite
def test_the_bare_route_gives_the_json_by_heart(measured: Flask) -> None:
    client = measured.test_client()
    told = client.get("/api/v1/suggest?q=j").json
    assert client.get("/api/v1/suggest?q=j", headers=BARE).json == told


@on_sqlite
def test_the_reader_of_the_pages_with_a_match_is_signed_in(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though everybody of an invented market is of a demo, which other sites let nobody in by."""
    with app.app_context():
        account = make_account(is_demo=True)
        make_talent(account)
        line = Market(app).cookie()
    page = app.test_client(use_cookies=False).get("/me/matches", headers={"Cookie": line})
    assert page.status_code == 200
    with app.app_context():
        monkeypatch.setattr("talentmarket.web.viewer.may_enter", lambda _account: False)
        with pytest.raises(RuntimeError, match="nobody is signed in"):
            Market(app).cookie()
