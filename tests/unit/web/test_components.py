"""The page of all components, rendered without database or routes, and what its pieces promise."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import render_template, render_template_string

from talentmarket.web.dev.specimens import specimens
from tests.unit.web.bare import ROOT, bare_app

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
STATES = ("met", "claimed", "related", "missing", "unknown")
HAN = re.compile(r"[\u4e00-\u9fff]")


class Reader(HTMLParser):
    """Collects elements with their attributes and the text that stands outside lang="zh"."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.foreign: list[str] = []
        self.unclosed: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        inside = bool(self.open and self.open[-1][1])
        lang = values.get("lang")
        chinese = inside if lang is None else lang.startswith("zh")
        if tag not in VOID:
            self.open.append((tag, chinese))
        for name in ("aria-label", "title", "alt", "placeholder"):
            if not chinese and HAN.search(values.get(name) or ""):
                self.foreign.append(f"{tag}[{name}]: {values[name]}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            self.unclosed.append(tag)
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if HAN.search(data) and not (self.open and self.open[-1][1]):
            self.foreign.append(data.strip())


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@cache
def page(locale: str = "zh", signed_in: bool = False) -> str:
    app = bare_app(locale, signed_in)
    with app.test_request_context("/dev/components"):
        return render_template(
            "dev/components.html", page_url=lambda number: f"#page-{number}", **specimens()
        )


def macro(source: str, **values: Any) -> str:
    app = bare_app()
    with app.test_request_context("/"):
        return render_template_string(source, **values)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_page_is_well_formed_and_holds_nothing_inline(locale: str, signed_in: bool) -> None:
    reader = read(page(locale, signed_in))
    assert reader.unclosed == []
    assert reader.open == []
    for tag, values in reader.elements:
        assert "style" not in values, (tag, values)
        assert not [name for name in values if name.startswith("on")], (tag, values)
        assert tag != "style"
        if tag == "script":
            assert values.get("src")


def test_ids_are_unique_and_fields_have_names() -> None:
    reader = read(page())
    ids = [values["id"] for _tag, values in reader.elements if values.get("id")]
    assert sorted({one for one in ids if ids.count(one) > 1 and one != "None"}) == []
    labels = {values.get("for") for tag, values in reader.elements if tag == "label"}
    wrapped = ("form-check-input",)
    for tag, values in reader.elements:
        if tag in {"input", "select", "textarea"} and values.get("type") not in {"hidden", "radio"}:
            named = values.get("id") in labels or values.get("aria-label")
            assert named or values.get("class") in wrapped, values


def test_the_navigations_between_pages_have_names_of_their_own() -> None:
    for locale in ("zh", "en"):
        elements = read(page(locale)).elements
        names = [one.get("aria-label") for _tag, one in elements if one.get("class") == "pages"]
        assert len(names) == len(set(names) - {None, ""}) == 2


def test_described_by_leads_somewhere() -> None:
    reader = read(page())
    ids = {values.get("id") for _tag, values in reader.elements}
    for _tag, values in reader.elements:
        for target in (values.get("aria-describedby") or "").split():
            assert target in ids


def test_english_page_has_no_chinese_of_its_own() -> None:
    known = {"3–5", "周"}
    invented = re.compile(r"大数据|成都|天工|锦程|西岭|德胜|负责|平台建设|熟练|金科|川联|工程技术")
    left = [text for text in read(page("en", True)).foreign if not invented.search(text)]
    assert [text for text in left if text not in known] == []


def test_score_adds_up_in_the_page() -> None:
    score = specimens_score()
    html = macro(
        '{% import "components/match.html" as match %}'
        "{{ match.score_bar(score.parts) }}|{{ match.part_list(score) }}",
        score=score,
    )
    bar, listed = html.split("|")
    segments = [int(value) for value in re.findall(r'<rect[^>]* data-points="(\d+)"', bar)]
    widths = [int(value) for value in re.findall(r'<rect[^>]* width="(\d+)"', bar)]
    starts = [int(value) for value in re.findall(r'<rect[^>]* x="(\d+)"', bar)]
    points = [int(value) for value in re.findall(r'data-points="(\d+)"', listed)]
    total = int(re.findall(r'data-total="(\d+)"', listed)[0])
    assert segments == widths == points
    assert sum(points) == total == 74
    assert starts == [sum(widths[:at]) for at in range(len(widths))]
    assert "%" not in re.sub(r"<[^>]+>", "", html)


def specimens_score() -> dict[str, Any]:
    with bare_app().test_request_context("/"):
        score: dict[str, Any] = specimens()["score"]
    return score


def test_a_part_without_points_has_no_segment_but_stays_in_the_list() -> None:
    parts = [{"code": "must", "points": 0, "of": 45}, {"code": "wish", "points": 7, "of": 10}]
    html = macro(
        '{% import "components/match.html" as match %}'
        "{{ match.score_bar(parts) }}|{{ match.part_list({'parts': parts, 'total': 7}) }}",
        parts=parts,
    )
    bar, listed = html.split("|")
    assert bar.count("<rect") == 1
    assert 'class="p2" x="0" width="7"' in bar
    assert listed.count("<li") == 3


def test_states_differ_in_shape_and_word() -> None:
    sprite = macro('{% from "components/icons.html" import sprite %}{{ sprite() }}')
    shapes = {
        code: re.findall(rf'<symbol id="state-{code}".*?</symbol>', sprite, flags=re.S)[0]
        for code in STATES
    }
    bodies = {re.sub(r'id="[^"]+"', "", shape) for shape in shapes.values()}
    assert len(bodies) == 5
    rows = {
        code: macro(
            '{% import "components/tags.html" as tags %}{{ tags.state_mark(code) }}', code=code
        )
        for code in STATES
    }
    words = [re.sub(r"<[^>]+>", "", row).strip() for row in rows.values()]
    assert words == ["有据符合", "自述符合", "相近", "缺少", "未知"]
    for code, row in rows.items():
        assert f'href="#state-{code}"' in row


def test_a_shape_alone_is_named() -> None:
    html = macro(
        '{% import "components/tags.html" as tags %}{{ tags.state_mark("met", with_word=False) }}'
    )
    assert 'role="img" aria-label="有据符合"' in html


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ('1800000, 2800000, "month", 14', "18–28K·14薪"),
        ("750000, 1100000", "7.5–11K"),
        ("900000, 900000", "9K"),
        ('20000, 26000, "day"', "200–260元/天"),
        ('5000, none, "hour"', "50元/小时"),
        ('2000000, 3000000, "project"', "20,000–30,000元/项目"),
        ("none", "未写明薪资"),
    ],
)
def test_pay_in_the_words_of_the_trade(arguments: str, words: str) -> None:
    html = macro('{% import "components/tags.html" as tags %}{{ tags.pay(' + arguments + ") }}")
    assert re.sub(r"<[^>]+>", "", html).strip() == words


@pytest.mark.parametrize(
    ("channel", "word"),
    [("direct", "直招"), ("agency", "代招"), ("outsourced", "外包"), ("dispatched", "派遣")],
)
def test_every_job_row_says_how_the_job_comes(channel: str, word: str) -> None:
    with bare_app().test_request_context("/"):
        job = {**specimens()["jobs"][0], "channel": channel, "firm": "甲", "site": "乙"}
    html = macro(
        '{% import "components/rows.html" as rows %}{{ rows.job_row(job) }}{{ rows.job_brief(job) }}',
        job=job,
    )
    assert len(re.findall(rf'<span class="tag[^"]*">{word}</span>', html)) == 2


def test_text_of_people_cannot_bring_markup() -> None:
    with bare_app().test_request_context("/"):
        job = {**specimens()["jobs"][1], "title": "<script>x</script>", "firm": "<b>firm</b>"}
        job["fragments"] = [("<i>a</i>", True)]
    html = macro('{% import "components/rows.html" as rows %}{{ rows.job_row(job) }}', job=job)
    assert "<script>" not in html
    assert "<b>firm</b>" not in html
    assert "<i>a</i>" not in html
    assert "&lt;b&gt;firm&lt;/b&gt;" in html


def test_a_field_puts_label_hint_error_and_control_in_this_order() -> None:
    app = bare_app()
    with app.test_request_context("/"):
        form = specimens()["form"]
        form.phone.errors = ["填写 11 位手机号"]
        html = render_template_string(
            '{% import "components/forms.html" as forms %}{{ forms.field(form.phone) }}', form=form
        )
    places = [html.index(part) for part in ("<label", "phone-hint", "phone-error", "<input")]
    assert places == sorted(places)
    assert 'aria-describedby="phone-hint phone-error"' in html
    assert 'aria-invalid="true"' in html
    assert "has-error" in html


def test_error_summary_leads_to_each_field() -> None:
    app = bare_app()
    with app.test_request_context("/"):
        form = specimens()["form"]
        html = render_template_string(
            '{% import "components/forms.html" as forms %}{{ forms.error_summary(form) }}',
            form=form,
        )
    assert re.findall(r'href="#([\w-]+)"', html) == ["headcount", "pay_low"]
    assert "请改 2 处" in html


@pytest.mark.parametrize("code", ["submitted", "interview", "confirmed"])
def test_stage_line_has_eight_stages_and_one_place(code: str) -> None:
    html = macro(
        '{% import "components/lists.html" as lists %}{{ lists.stage_line(code) }}', code=code
    )
    assert html.count("<li") == 8
    assert html.count('aria-current="step"') == (0 if code == "confirmed" else 1)


@pytest.mark.parametrize("name", ["400", "403", "404", "429", "500", "503"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_fault_pages_stand_alone(name: str, locale: str) -> None:
    app = bare_app(locale)
    with app.test_request_context("/"):
        html = render_template(f"errors/{name}.html", message=None, status=int(name))
    reader = read(html)
    assert reader.unclosed == []
    assert sum(tag == "h1" for tag, _values in reader.elements) == 1
    if locale == "en":
        assert [text for text in reader.foreign if text not in {"中文"}] == []


def test_no_template_holds_a_style_a_script_or_a_handler() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert not re.search(
            r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=| type=\"application/ld\+json\")", text
        ), path
        assert not re.search(r"<[^>]*\son[a-z]+\s*=(?!=)", text), path
        assert "javascript:" not in text, path


def test_icons_come_through_the_macro() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        if path.name != "icons.html":
            assert 'class="bi ' not in path.read_text(encoding="utf-8"), path


def test_every_icon_exists() -> None:
    sheet = (ROOT / "static/vendor/bootstrap-icons/bootstrap-icons.min.css").read_text()
    known = set(re.findall(r"\.bi-([\w-]+)::before", sheet))
    for path in (ROOT / "templates").rglob("*.html"):
        for name in re.findall(r'icon\("([\w-]+)"', path.read_text(encoding="utf-8")):
            assert name in known, (path, name)


def test_desk_shows_its_rail_with_one_place() -> None:
    app = bare_app(signed_in=True)
    with app.test_request_context("/org/x"):
        html = render_template_string(
            '{% extends "layout/desk.html" %}{% block main %}<h1>desk</h1>{% endblock %}',
            rail=specimens()["rail"],
        )
    reader = read(html)
    assert reader.unclosed == []
    assert sum(values.get("aria-current") == "page" for _tag, values in reader.elements) == 1
    assert [tag for tag, values in reader.elements if values.get("id") == "main"] == ["main"]
