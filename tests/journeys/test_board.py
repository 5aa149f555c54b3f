"""A firm's board in a browser: arrow keys, dragging, the menu without scripts, one stage on a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from talentmarket.core import clock
from talentmarket.exchange.brokering.referring.models import ReferralState as R
from talentmarket.exchange.models import ApplicationState as S
from tests.integration.brokering.test_board import Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def open_board(live_app, browser):
    """Opens the board of a firm with a few referrals, in a window as asked for."""
    app = live_app.inside()
    with app.app_context():
        desk = Desk()
        for days in (1, 3):
            desk.add(R.ASKED, days=days)
        desk.add(R.CONSENTED, expires_at=clock.now() + timedelta(days=2))
        desk.add(R.SENT, S.INTERVIEW)
        cookie = live_app.cookie(app, desk.owner)
    contexts = []

    def open_(width=1440, **window):
        context = browser.new_context(viewport={"width": width, "height": 900}, **window)
        context.add_cookies([cookie, {"name": "lang", "value": "zh", "url": live_app.url}])
        contexts.append(context)
        page = context.new_page()
        page.goto(live_app.url + desk.at)
        return page

    yield open_
    for one in contexts:
        one.close()


def test_arrow_keys_go_from_card_to_card(open_board):
    page = open_board()
    column = page.locator("[data-stage=asked] [data-card-link]")
    column.nth(0).focus()
    page.keyboard.press("ArrowDown")
    expect(column.nth(1)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-stage=consented] [data-card-link]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-stage=interview] [data-card-link]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-stage=interview] [data-card-link]")).to_be_focused()


def test_a_dropped_card_sends_the_form_of_its_menu(open_board):
    """The consent of these rows is not whole, so the service refuses, in words."""
    page = open_board()
    card = page.locator("[data-stage=consented] [data-card]")
    with page.expect_request(lambda one: one.method == "POST") as sent:
        card.drag_to(page.locator("[data-stage=sent]"))
    assert "move=send" in sent.value.post_data
    page.wait_for_url("**/referrals*")
    expect(page.locator("[data-stage=consented] [data-card]")).to_have_count(1)
    fixed = page.locator("[data-stage=interview] [data-card]")
    expect(fixed).to_have_attribute("draggable", "false")


def test_without_scripts_a_menu_moves(open_board):
    page = open_board(java_script_enabled=False)
    card = page.locator("[data-stage=asked] [data-card]").first
    card.locator("summary").click()
    card.get_by_role("button", name="撤回询问").click()
    expect(page.locator("[data-stage=asked] [data-card]")).to_have_count(1)
    expect(page.locator("body")).to_contain_text("询问已撤回")


def test_a_phone_shows_one_stage_and_tabs_to_the_others(open_board):
    page = open_board(width=390)
    expect(page.locator(".board-column:visible")).to_have_count(1)
    page.locator(".board-tabs a", has_text="面试").click()
    expect(page.locator(".board-column:visible")).to_have_attribute("data-stage", "interview")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
