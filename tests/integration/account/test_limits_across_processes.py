"""A limit is one limit: two processes on one database count together."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.fixtures.sites import Site

#: As in the table of limits: tries at one account in a quarter of an hour.
MOST = 10
ADDRESS = "/sign-in/password"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
#: The page that answers to a form sent there, or to nothing but the address.
Ask = Callable[[dict[str, str] | None], str]


def from_server(site: Site) -> Ask:
    """A browser with cookies."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(jar)

    def ask(form: dict[str, str] | None) -> str:
        data = urllib.parse.urlencode(form).encode() if form else None
        with opener.open(urllib.request.Request(site.url + ADDRESS, data), timeout=60) as answer:
            return answer.read().decode()

    return ask


def from_here(client: FlaskClient) -> Ask:
    """A client of an app in this process."""
    return lambda form: (client.post(ADDRESS, data=form) if form else client.get(ADDRESS)).text


def test_guesses_are_counted_together(make_site):
    site = make_site()
    site.start_web()
    asks = [from_server(site), from_here(site.inside().test_client())]
    tokens = [TOKEN.search(ask(None))[1] for ask in asks]
    answers = [
        asks[n % 2](
            {
                "csrf_token": tokens[n % 2],
                "identifier": "13800004417",
                "password": f"guess {n}",
            }
        )
        for n in range(MOST + 2)
    ]
    assert ["号码、邮箱或密码不对" in page for page in answers] == [True] * MOST + [False] * 2
    assert ["操作太频繁" in page for page in answers] == [False] * MOST + [True] * 2
    log = site.log("web")
    assert "13800004417" not in log
    assert "guess" not in log
