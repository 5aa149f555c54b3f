"""The reader's language and texts are found once, and follow Flask-Babel where it changes them."""

from __future__ import annotations

from flask import Flask, render_template_string
from flask_babel import force_locale, gettext, refresh

from talentmarket.core.language import Babel, language, texts
from talentmarket.core.words import word
from tests.unit.web.bare import ROOT


def site(chosen: list[str]) -> Flask:
    app = Flask("languages")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "talentmarket" / "translations")
    Babel().init_app(app, locale_selector=lambda: chosen[-1])
    return app


def said() -> list[str]:
    shown = render_template_string(
        "{{ _('找工作') }} {{ ngettext('%(num)d 个岗位', '%(num)d 个岗位', 2) }}"
    )
    return [language(), gettext("找工作"), word("job_kind", "full"), shown]


CHINESE = ["zh", "找工作", "全职", "找工作 2 个岗位"]
ENGLISH = ["en", "Jobs", "Full time", "Jobs 2 jobs"]


def test_every_way_to_another_language() -> None:
    chosen = ["zh"]
    with site(chosen).test_request_context():
        assert said() == CHINESE
        with force_locale("en"):
            assert said() == ENGLISH
        assert said() == CHINESE
        chosen.append("en")
        assert said() == CHINESE  # until it is told
        refresh()
        assert said() == ENGLISH


def test_the_catalogue_is_looked_up_once_a_request() -> None:
    asked: list[str] = []

    class Chosen(list[str]):
        def __getitem__(self, at):  # type: ignore[no-untyped-def]
            asked.append("locale")
            return super().__getitem__(at)

    with site(Chosen(["en"])).test_request_context():
        for _ in range(9):
            said()
        assert asked == ["locale"]
        assert texts() is texts()


def test_outside_of_an_app_texts_are_chinese() -> None:
    assert [language(), word("job_kind", "full"), gettext("找工作")] == ["zh", "全职", "找工作"]


def test_texts_with_and_without_values_are_printed_as_jinja_prints_them() -> None:
    template = (
        '{{ _("来源：%(source)s", source=name) }} {{ _("按期 %(rate)s%%", rate=9) }} {{ _("5%%") }}'
    )
    chosen = ["zh"]
    with site(chosen).test_request_context():
        for _time in range(2):
            for language_, first in (("zh", "来源：&lt;b&gt;"), ("en", "Source: &lt;b&gt;")):
                with force_locale(language_):
                    printed = render_template_string(template, name="<b>")
                assert printed.split(" ")[-1] == "5%"
                assert "9%" in printed
                assert printed.startswith(first)


def test_a_text_for_a_mail_is_not_escaped() -> None:
    template = '{% autoescape false %}{{ _("来源：%(source)s", source=name) }}{% endautoescape %}'
    with site(["en"]).test_request_context():
        assert render_template_string(template, name="<b>") == "Source: <b>"
