"""What only a browser shows: the page of the interface, data that run nothing, a list to pick from."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from talentmarket.members.cards import card_of
from talentmarket.members.models import Visibility
from talentmarket.taxonomy.model import get_taxonomy
from tests.factories import (
    make_application,
    make_job,
    make_member,
    make_organisation,
    make_talent,
)


@pytest.fixture(scope="module")
def own_job(live_app):
    """The id of a job in the live site."""
    with live_app.inside().app_context():
        return make_job(description="</script> 采集与清洗").public_id


def test_the_data_block_needs_no_exception(page, live_app, own_job):
    """The policy forbids inline scripts; a block of data is none, and is there to be read."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    answer = page.goto(f"/jobs/{own_job}")
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
    kind = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)['@type']"
    )
    assert kind == "JobPosting"
    assert not [text for text in said if "Content Security Policy" in text]


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_the_page_of_the_interface(context, page, axe, live_app, width, theme):
    context.add_cookies([{"name": "theme", "value": theme, "url": live_app.url}])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/api")
    for summary in page.locator(".interface details > summary").all():
        summary.click()
    assert page.locator("pre:visible").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    tall = page.evaluate("document.documentElement.scrollHeight") + 100
    page.set_viewport_size({"width": width, "height": tall})
    assert axe(page) == []
    document = page.locator("main code", has_text="openapi.json").first
    document.click()
    page.wait_for_url("**/api/v1/openapi.json")


def test_a_list_stays_closed_after_a_quick_pick(context, page, live_app):
    """The list answers keys after a pause; a pick within it must not open the list again."""
    app = live_app.inside()
    with app.app_context():
        account = make_talent().account
        context.add_cookies([live_app.cookie(app, account)])
    page.clock.install()
    page.goto("/me/profile/wishes")
    chosen = page.locator("#regions option:checked").count()
    box = page.locator("#regions-ts-control")
    box.click()
    page.clock.run_for(50)
    options = page.locator(".ts-dropdown:visible .option")
    assert options.count()
    box.press_sequentially("成")
    options.first.click()
    page.clock.run_for(2000)
    assert page.locator("#regions option:checked").count() == chosen + 1
    assert page.locator(".ts-dropdown:visible").count() == 0


def test_a_file_over_the_limit_is_said_at_once(context, page, live_app, tmp_path):
    """The form is not sent for nothing: what was typed stays, the file is put back."""
    app = live_app.inside()
    with app.app_context():
        context.add_cookies([live_app.cookie(app, make_talent().account)])
    large, right = tmp_path / "large.pdf", tmp_path / "right.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(10 * 1024 * 1024))
    right.write_bytes(b"%PDF-1.7")
    page.goto("/me/import")
    page.locator("textarea").first.fill("写好的一段经历")
    page.locator("#file").set_input_files(large)
    assert "10 MB" in page.locator("#file-error").inner_text()
    assert page.locator("#file").get_attribute("aria-describedby").split()[-1] == "file-error"
    assert page.locator("#file").input_value() == ""
    page.locator("#file").set_input_files(right)
    assert page.locator("#file-error").count() == 0
    assert page.locator("textarea").first.input_value() == "写好的一段经历"


def test_on_paper(context, page, live_app):
    """Who printed it stands across what is said of a person; forms and folds do not stay."""
    app = live_app.inside()
    with app.app_context():
        owner = make_member(organisation := make_organisation("岷江软件有限公司"))
        talent = make_talent(visibility=Visibility.PUBLIC)
        application = make_application(job := make_job(organisation), talent)
        card = card_of(talent, organisation.public_id)
        desk = f"/org/{organisation.public_id}"
        job_id = job.public_id
        watermark = f"{organisation.name} · {owner.name}"
        context.add_cookies([live_app.cookie(app, owner)])
        paths = (
            f"{desk}/applications/{application.public_id}",
            f"{desk}/talents/{card}?job={job.public_id}",
        )
    page.emulate_media(media="print")
    for path in paths:
        page.goto(path)
        expect(page.locator(".watermark")).to_have_text(watermark)
        expect(page.locator(".watermark")).to_be_visible()
        expect(page.locator(".print-foot")).to_be_visible()
        assert page.locator("textarea:visible, button:visible").count() == 0
    page.goto(f"/jobs/{job_id}")
    for head in page.locator(".req-group").all():
        assert head.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"


def test_folded_skills_are_printed(context, page, live_app):
    app = live_app.inside()
    with app.app_context():
        names = list(get_taxonomy().skills)[:8]
        talent = make_talent(skills=dict.fromkeys(names, 2))
        context.add_cookies([live_app.cookie(app, talent.account)])
    page.goto("/me/profile")
    last = page.locator(".entries-more .entry").last
    expect(last).not_to_be_visible()
    page.emulate_media(media="print")
    expect(last).to_be_visible()
    expect(page.locator(".entries-more > summary")).not_to_be_visible()
    expect(page.locator("#project")).not_to_be_visible()
