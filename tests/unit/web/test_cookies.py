"""The signed cookie: written, read, taken away, and said to matter where it was looked at."""

from __future__ import annotations

import pytest
from flask import Flask, Response, session

from talentmarket.web.cookies import register


@pytest.fixture
def site() -> Flask:
    app = Flask("cookies")
    app.secret_key = "a key"
    register(app)

    @app.get("/blind")
    def blind() -> str:
        return "nobody looked"

    @app.get("/looks")
    @app.get("/looks/<path:vary>")
    def looks(vary: str = "") -> Response:
        response = Response(str(session.get("name")))
        if vary:
            response.headers["Vary"] = vary
        return response

    @app.get("/writes")
    def writes() -> str:
        session["name"] = "岷江"
        return "written"

    @app.get("/clears")
    def clears() -> str:
        session.clear()
        return "cleared"

    return app


@pytest.mark.parametrize(
    ("path", "vary"),
    [
        ("/blind", None),
        ("/looks", "Cookie"),
        ("/looks/Accept-Language", "Accept-Language, Cookie"),
        ("/looks/Accept-Language, cookie", "Accept-Language, cookie"),
    ],
)
def test_an_answer_says_whether_a_cookie_was_looked_for(
    site: Flask, path: str, vary: str | None
) -> None:
    answer = site.test_client().get(path)
    assert answer.headers.get("Vary") == vary
    assert "Set-Cookie" not in answer.headers


def test_what_is_written_is_read_again_and_can_be_taken_away(site: Flask) -> None:
    browser = site.test_client()
    browser.set_cookie("another", "of another site")
    assert browser.get("/looks").text == "None"
    assert "Set-Cookie" in browser.get("/writes").headers
    held = browser.get("/looks")
    assert (held.text, held.headers["Vary"]) == ("岷江", "Cookie")
    gone = browser.get("/clears")
    assert "1970" in gone.headers["Set-Cookie"]
    assert gone.headers["Vary"] == "Cookie"
    assert browser.get("/looks").text == "None"
