"""Somebody reads the site in English on a phone, and uses it without pressing anything by mistake."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import standing
from tests.journeys.walking import Walker

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.slow]

#: Words on the page that the reader's language does not have, outside what users wrote.
FOREIGN = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim();
    if (/[\\u3400-\\u9fff]/.test(text) && !walk.currentNode.parentElement.closest("[lang=zh]"))
      found.push(text.slice(0, 60));
  }
  return found;
}"""
#: Controls too small for a finger, with their names.
TINY = """() => [...document.querySelectorAll("main a.btn, main button, main summary, header a, header summary")]
  .filter(one => one.getClientRects().length && one.checkVisibility({visibilityProperty: true}))
  .map(one => [one.textContent.trim() || one.ariaLabel, one.getBoundingClientRect()])
  .filter(([, box]) => box.height > 1 && (box.height < 24 || box.width < 24))
  .map(([name, box]) => `${name}: ${box.width} × ${box.height}`)"""


def test_a_reader_of_english_on_a_phone(small_market, walk_in):
    firm = standing.employer(
        small_market,
        "龙泉智算科技有限公司",
        *({"title": t, "region_code": "510112"} for t in ("流计算工程师", "数据湖工程师")),
    )
    seeker = standing.person(small_market, "林知遥", skills={"spark": 3, "sql": 2})
    reader = walk_in(small_market, phone=True)
    reader.open("/")
    reader.page.locator(".nav-menu summary").click()
    reader.page.locator(".nav-menu [lang=en]").click()
    expect(reader.page.locator("html")).to_have_attribute("lang", "en")
    _reads(reader)
    reader.sees_title(re.compile("Found"))
    box = reader.page.locator("input[name=q]").first
    box.fill("Spark Chengdu")
    box.press("Enter")
    reader.page.wait_for_url("**/jobs?**")
    job = reader.page.locator(f"a[href*='{firm.jobs[0]}']").first
    reader.reload_until(lambda: job.count() == 1, "the job in the list")
    _reads(reader)
    expect(reader.page.locator(".result-list .pay").first).to_contain_text(
        re.compile(r"^\d[\d.]*–\d[\d.]*K")
    )
    _filters(reader)

    reader.open("/jobs?q=Spark Chengdu")
    job.click()
    reader.page.wait_for_url(re.compile(r"/jobs/\w+"))
    _reads(reader)
    bar = reader.page.locator(".apply-bar")
    expect(bar).to_be_in_viewport()
    expect(bar).to_contain_text("Reply within 3 working days")
    address = reader.page.url

    reader.enter_with(seeker.cookie)
    reader.open(address)
    _reads(reader)
    expect(reader.page.locator("#requirements .state-word").first).to_contain_text(
        re.compile("Met|Related|Missing|Unknown")
    )
    expect(bar).to_be_in_viewport()
    bar.get_by_role("link").filter(has_text="Apply").click()
    reader.page.wait_for_url("**/apply**")
    _reads(reader)
    reader.page.locator("input[name=contact_when]").last.check()
    reader.page.locator("main form button[type=submit]").last.click()
    reader.page.wait_for_url(re.compile(r"/me/applications/\w+"))
    _reads(reader)
    expect(reader.stage()).to_contain_text("Submitted")
    expect(reader.deadline()).to_be_visible()
    for path in ("/me/profile", "/me/applications", "/me/visibility", "/matching", "/firms"):
        reader.open(path)
        _reads(reader)
    assert not reader.errors


def _reads(reader: Walker) -> None:
    """The page is English but for what people wrote, fits the screen, and has room for a thumb."""
    expect(reader.page.locator("html")).to_have_attribute("lang", re.compile("^en"))
    assert reader.page.evaluate(FOREIGN) == [], reader.page.url
    wide = reader.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"{reader.page.url}: {wide} px too wide"
    assert reader.page.evaluate(TINY) == [], reader.page.url


def _filters(reader: Walker) -> None:
    """The sheet of filters opens, counts while one ticks, and closes over the narrowed list."""
    reader.page.locator("[data-sheet-open=facets]").click()
    sheet = reader.page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    sheet.locator("input[type=checkbox]").first.check()
    reader.page.wait_for_url(re.compile(r"/jobs\?.*channel="))
    shown = sheet.locator("[data-total]")
    expect(shown).to_contain_text(re.compile(r"\d"))
    shown.click()
    expect(reader.page.get_by_role("dialog")).to_have_count(0)
    expect(reader.page.locator("[data-sheet-open=facets]")).to_contain_text("1")
    expect(reader.page.locator(".result-list > li").first).to_be_visible()
    _reads(reader)
