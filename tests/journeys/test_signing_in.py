"""A newcomer in a real browser: a code, consent, in; a password, out, and in again."""

from __future__ import annotations

import re
from itertools import count

import pytest

_numbers = count(13_511_000_001)
PASSWORD = "江边 石阶 晨雾 渡船"


def code_for(site, number: str) -> str:
    """The newest code for this number, from the demo's page."""
    for item in re.split(r"<li[ >]", site.get("/dev/mail")[1])[1:]:
        if f"+86{number}" in item and (found := re.search(r"验证码是 (\d{6})", item)):
            return found[1]
    raise AssertionError(f"no code for {number}")


@pytest.fixture
def number() -> str:
    return str(next(_numbers))


def test_from_nothing_to_signed_in_and_back(page, live_app, axe, number):
    page.goto(live_app.url + "/me/notices")
    assert "/sign-in?next=" in page.url
    assert axe(page) == []
    page.get_by_label("手机号或邮箱").fill(number)
    page.keyboard.press("Enter")
    field = page.get_by_label("验证码", exact=True)
    field.wait_for()
    assert axe(page) == []
    field.fill("12")
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_label("验证码", exact=True).fill(code_for(live_app, number))
    page.keyboard.press("Enter")

    page.wait_for_url("**/sign-in/new")
    assert axe(page) == []
    assert page.locator("input:checked").count() == 0, "nothing is ticked before"
    page.get_by_label("姓名").fill("林知遥")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("我已满 16 周岁").check()
    page.get_by_label("我已阅读并同意隐私政策").check()
    page.get_by_role("button", name="建立账号").click()
    page.wait_for_url("**/me/notices")
    for path in ("/me/notices", "/me/settings", "/me/security", "/me/data"):
        page.goto(live_app.url + path)
        assert axe(page) == [], path

    page.locator("details.menu summary").first.click()
    page.get_by_role("button", name="退出登录").click()
    page.goto(live_app.url + "/me/security")
    assert "/sign-in" in page.url
    page.get_by_role("link", name="密码", exact=True).click()
    page.get_by_label("手机号或邮箱").fill(number)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"//[^/?]+/me/security$"))
    assert page.get_by_text("本机").count() == 1
