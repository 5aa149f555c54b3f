"""How somebody walks through the site: what they press, type and see.

Every wait is for something on the page; nothing waits for a length of time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyotp
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from flask import Flask

    from tests.fixtures.sites import Site

#: A busy machine is no fault: how long a condition may take, in milliseconds.
PATIENCE = 60_000
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
_numbers = count(13_611_000_001)

expect.set_options(timeout=PATIENCE)


@dataclass
class Market:
    """A running site with a small demo in it, and the alliance office's way in."""

    site: Site
    office: str
    secret: str
    used: str = ""
    #: The office's cookies once it has signed in: one code goes out in a minute, so that two
    #: journeys on one market share the way in.
    entered: list[Any] = field(default_factory=list)

    @cached_property
    def app(self) -> Flask:
        """An app of this process on the market's database: for what stood there before."""
        return self.site.inside()

    def second_factor(self) -> str:
        """A code of the authenticator that was not given yet: each is good once."""
        totp = pyotp.TOTP(self.secret)
        deadline = time.monotonic() + PATIENCE / 1000
        while (code := totp.now()) == self.used:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        self.used = code
        return code


@dataclass
class Walker:
    """One person with a browser of their own."""

    market: Market
    page: Page
    folder: Path

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(f"{self.page.url}: {error}"))

    # --- walking ------------------------------------------------------------------------------
    def open(self, path: str) -> None:
        """Type an address; the page is there and whole."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        assert not self.errors, self.errors

    def press(self, name: str, inside: Locator | None = None) -> None:
        """Press a button of this name."""
        (inside or self.page).get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str, inside: Locator | None = None) -> None:
        """Follow a link of this name."""
        (inside or self.page).get_by_role("link", name=name, exact=True).first.click()

    def fill(self, label: str, value: str) -> None:
        """Write into the field with this label."""
        self.page.get_by_label(label).first.fill(value)

    def attach(self, label: str, name: str) -> None:
        """Choose a file to send."""
        file = {"name": name, "mimeType": "application/pdf", "buffer": PDF}
        self.page.get_by_label(label).first.set_input_files([file])

    # --- seeing -------------------------------------------------------------------------------
    @property
    def main(self) -> Locator:
        """What the page is about, without head and foot."""
        return self.page.locator("main")

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Each text stands on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        """None of the texts stands on the page, not even unseen."""
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def sees_title(self, text: str | re.Pattern[str]) -> None:
        """The page's heading."""
        expect(self.page.locator("h1").first).to_contain_text(text)

    def panel(self, heading: str) -> Locator:
        """The panel under this heading."""
        heads = self.page.get_by_role("heading", name=heading, exact=True)
        return self.page.locator("section.panel").filter(has=heads)

    def reload_until(self, met: Callable[[], bool], what: str) -> None:
        """Open the page again until the worker has done its part."""
        deadline = time.monotonic() + PATIENCE / 1000
        while not met():
            assert time.monotonic() < deadline, f"waited for {what}"
            self.page.reload()

    # --- the way in ---------------------------------------------------------------------------
    def _code(self, receiver: str) -> str:
        for item in re.split(r"<li[ >]", self.market.site.get("/dev/mail")[1])[1:]:
            if receiver in item and (found := re.search(r"验证码是 (\d{6})", item)):
                return found[1]
        raise AssertionError(f"no code for {receiver}")

    def _give_code(self, identifier: str, receiver: str) -> None:
        self.fill("手机号或邮箱", identifier)
        self.press("获取验证码")
        box = self.page.get_by_label("验证码", exact=True)
        box.wait_for()
        box.fill(self._code(receiver))
        box.press("Enter")

    def sign_up(self, name: str) -> str:
        """Sign up with a new number by code; returns the number."""
        number = str(next(_numbers))
        self._give_code(number, f"+86{number}")
        self.page.wait_for_url("**/sign-in/new")
        assert self.page.locator("input:checked").count() == 0, "nothing is ticked before"
        self.fill("姓名", name)
        self.page.get_by_label("我已满 16 周岁").check()
        self.page.get_by_label("我已阅读并同意隐私政策").check()
        self.press("建立账号")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return number

    def sign_in_as_office(self) -> None:
        """The operator: a code by mail, then one of the authenticator."""
        if self.market.entered:
            self.page.context.add_cookies(self.market.entered)
            self.open("/operator/")
            return
        self.open("/sign-in?next=/operator/")
        self._give_code(self.market.office, self.market.office)
        self.page.get_by_label("动态口令", exact=False).first.wait_for()
        self.page.wait_for_url("**/sign-in/second-factor**")
        self.page.locator("input[name=code]").fill(self.market.second_factor())
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/operator/")
        self.market.entered = self.page.context.cookies()

    def enter_with(self, cookie: dict[str, Any]) -> None:
        """Be somebody who has signed in already."""
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def choose(self, label: str, words: str) -> None:
        """Pick from a long list: type a few words, take the first entry."""
        box = self.page.get_by_label(label, exact=False).and_(self.page.locator("input")).first
        box.click()
        box.fill(words)
        option = self.page.locator(".ts-dropdown:visible .option", has_text=words).first
        option.click()
        self.page.locator(".ts-dropdown:visible").first.wait_for(state="hidden")

    def stage(self) -> Locator:
        """The stage an application has reached, on the line of eight."""
        return self.main.locator(".stage-line [aria-current=step]").first

    def deadline(self) -> Locator:
        """The one big deadline of a page: a moment a machine can read."""
        return self.main.locator(".deadline time[datetime]").first
