"""The English side is whole: every text has its translation, and it is English."""

from __future__ import annotations

import re

import pytest

from tools import messages

HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
#: Names that stay Chinese in English pages, in the language switch for one.
OWN_NAMES = {"中文"}


@pytest.fixture(scope="module")
def known():
    return messages.translations(messages.read_catalogue("en"))


def test_texts_and_translations_are_the_same(known):
    texts = {messages.key(one): str(one.id) for one in messages.extract_template() if one.id}
    lacking = [text for key, text in texts.items() if key not in known]
    assert not lacking, "add them with tools.messages"
    assert not [key[1] for key in known if key not in texts], "drop them: tools.messages prune"


def test_english_has_no_han(known):
    texts = [
        (key[1], t)
        for key, text in known.items()
        for t in ([text] if isinstance(text, str) else text)
    ]
    assert not [pair for pair in texts if HAN.search(pair[1]) and pair[0] not in OWN_NAMES]


def test_placeholders_are_the_same(known):
    for (_context, chinese), english in known.items():
        messages.check_pair(chinese, english)


def test_a_lost_placeholder_is_refused():
    with pytest.raises(messages.CatalogueError):
        messages.check_pair("共 %(count)s 个岗位", "jobs")


def test_templates_can_all_be_read():
    """The extractor passes over a template it cannot parse; here that is an error."""
    from jinja2 import Environment

    environment = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    for path in (messages.ROOT / "templates").rglob("*.html"):
        environment.parse(path.read_text(encoding="utf-8"), filename=str(path))
