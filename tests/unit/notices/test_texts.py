"""Texts of notices: each can be said in both languages with its arguments."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import Babel

from talentmarket.notices import texts

AT = {"moment": "2025-11-24T02:00:00+00:00"}


@pytest.fixture
def babel():
    app = Flask("texts")
    Babel(app, default_translation_directories="translations")
    with app.app_context():
        yield app


def test_arguments_are_said_in_the_language(babel):
    texts_before = dict(texts.TEXTS)
    try:
        texts.register("test.one", "%(state)s %(at)s", "%(day)s %(plain)s")
        arguments = {
            "state": {"word": ["application", "shortlisted"]},
            "at": AT,
            "day": {"day": "2025-12-01"},
            "plain": "100% sure",
        }
        assert texts.render("test.one", arguments, "zh") == texts.Rendered(
            "入围 2025-11-24 10:00", "2025-12-01 100% sure"
        )
        said = texts.render("test.one", arguments, "en")
        assert said.subject.endswith("24 Nov 2025, 10:00")
        assert said.body == "1 Dec 2025 100% sure"
    finally:
        texts.TEXTS.clear()
        texts.TEXTS.update(texts_before)


def test_a_code_has_one_text():
    with pytest.raises(ValueError, match="two texts"):
        texts.register("digest", "", "")


def test_an_argument_of_an_unknown_kind_is_an_error(babel):
    with pytest.raises(ValueError, match="unknown kind"):
        texts.render("account.erased", {"at": {"colour": "red"}}, "zh")


@pytest.mark.parametrize("code", sorted(code for code in texts.TEXTS if code.startswith("code.")))
def test_codes_say_how_long_they_live_and_are_wiped(code):
    text = texts.TEXTS[code]
    assert text.lifetime is not None
    assert text.secret or "code)s" not in str(text.body)


def test_every_text_can_be_said(babel):
    for code, text in texts.TEXTS.items():
        names = set(re.findall(r"%\((\w+)\)s", f"{text.subject}{text.body}"))
        arguments = {name: AT if name == "at" else "x" for name in names}
        said = texts.render(code, arguments, "zh")
        assert "%(" not in said.subject + said.body
