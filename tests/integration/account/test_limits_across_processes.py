"""A limit is one limit: two processes on one database count together."""

from __future__ import annotations

import http.cookiejar
import re
import time
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
#: Status and page that answer to a form sent there, or to nothing but the address.
Answer = tuple[int, str]
Ask = Callable[[dict[str, str] | None], Answer]


def from_server(site: Site) -> Ask:
    """A browser with cookies."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(jar)

    def ask(form: dict[str, str] | None) -> Answer:
        data = urllib.parse.urlencode(form).encode() if form else None
        try:
            answer = opener.open(urllib.request.Request(site.url + ADDRESS, data), timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return answer.status, answer.read().decode()

    return ask


def from_here(client: FlaskClient) -> Ask:
    """A client of an app in this process."""

    def ask(form: dict[str, str] | None) -> Answer:
        answer = client.post(ADDRESS, data=form) if form else client.get(ADDRESS)
        return answer.status_code, answer.text

    return ask


def _quarter() -> int:
    return int(time.time()) // 900


def test_guesses_are_counted_together(make_site):
    site = make_site()
    site.start_web()
    asks = [from_server(site), from_here(site.inside().test_client())]
    tokens = [TOKEN.search(ask(None)[1])[1] for ask in asks]
    for identifier in ("13800004417", "13800004418"):
        began = _quarter()
        answers = [
            asks[n % 2](
                {
                    "csrf_token": tokens[n % 2],
                    "identifier": identifier,
                    "password": f"guess {n}",
                }
            )
            for n in range(MOST + 2)
        ]
        if _quarter() == began:  # else the limit began anew in between
            break
    assert [status for status, _page in answers] == [422] * MOST + [429] * 2
    assert all("号码、邮箱或密码不对" in page for _status, page in answers[:MOST])
    assert all("操作太频繁" in page for _status, page in answers[MOST:])
    log = site.log("web")
    assert "1380000441" not in log
    assert "guess" not in log
