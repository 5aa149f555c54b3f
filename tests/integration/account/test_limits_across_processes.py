"""A limit is one limit: two real servers on one database count together."""

from __future__ import annotations

import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

from tests.fixtures.sites import Site

#: As in the table of limits: tries at one account in a quarter of an hour.
MOST = 10


class Browser:
    """A browser with cookies that sends the form's token along."""

    def __init__(self, site: Site) -> None:
        self.site = site
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', self._open(None))[1]

    def try_password(self, password: str) -> str:
        fields = {
            "csrf_token": self.token,
            "identifier": "13800004417",
            "password": password,
        }
        return self._open(urllib.parse.urlencode(fields).encode())

    def _open(self, data: bytes | None) -> str:
        request = urllib.request.Request(self.site.url + "/sign-in/password", data)
        with self.opener.open(request, timeout=20) as answer:
            return answer.read().decode()


def test_guesses_are_counted_together(make_site):
    sites = [make_site(), make_site()]
    for site in sites:
        site.start_web()
    browsers = [Browser(site) for site in sites]
    answers = [browsers[n % 2].try_password(f"guess {n}") for n in range(MOST + 2)]
    assert ["号码、邮箱或密码不对" in page for page in answers] == [True] * MOST + [False] * 2
    assert ["操作太频繁" in page for page in answers] == [False] * MOST + [True] * 2
    for site in sites:
        log = site.log("web")
        assert "13800004417" not in log
        assert "guess" not in log
