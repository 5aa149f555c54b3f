"""Templates: nothing the content policy forbids, nothing that no page uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.guards.sources import ROOT, python_files, templates

FORBIDDEN = {
    "inline style": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.I),
    "style element": re.compile(r"<style[\s>]", re.I),
    "inline script": re.compile(
        r"<script(?![^>]*\ssrc\s*=)(?![^>]*type=\"application/(ld\+)?json\")", re.I
    ),
    "handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"(href|src|action)\s*=\s*[\"']?\s*javascript:", re.I),
    "other host": re.compile(r"(?:src|srcset)\s*=\s*[\"'](?:https?:)?//", re.I),
    "markup from outside": re.compile(r"\|\s*safe\b"),
}
#: `{{ text | safe }}` is allowed where the text was cleaned by the program; named here.
CLEANED: set[str] = set()
_MACRO = re.compile(r"{%-?\s*macro\s+(\w+)\s*\(")
_LONE_PERCENT = re.compile(r"""gettext\([^)]*?(?<!%)%(?![%(])|_\("[^"]*?(?<!%)%(?![%(])""")
_NAMED = re.compile(r"[\"']([\w./-]+\.(?:html|txt|xml|svg))[\"']")


def offences(text: str) -> list[str]:
    """What of the forbidden is in a template's text."""
    # Expressions may hold quotes and angle brackets; they are not markup.
    markup = re.sub(r"{#.*?#}|{%.*?%}", "", text, flags=re.S)
    markup = re.sub(r"{{(?!.*?\|\s*safe).*?}}", "x", markup, flags=re.S)
    return [name for name, pattern in FORBIDDEN.items() if pattern.search(markup)]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def test_no_inline_style_script_or_handler():
    found = {
        name(path): wrong
        for path in templates()
        if name(path) not in CLEANED and (wrong := offences(path.read_text(encoding="utf-8")))
    }
    assert not found


@pytest.mark.parametrize(
    ("text", "offence"),
    [
        ('<p style="color:red">', "inline style"),
        ("<style>p{}</style>", "style element"),
        ("<script>go()</script>", "inline script"),
        ('<a onclick="go()">', "handler"),
        ('<a href="javascript:go()">', "script address"),
        ('<img src="//cdn.example/x.png">', "other host"),
        ("{{ text | safe }}", "markup from outside"),
    ],
)
def test_the_guard_sees(text, offence):
    assert offences(text) == [offence]


def test_the_guard_lets_pass():
    assert offences('<script src="{{ url_for("static") }}" defer></script><a data-on="x">') == []


def test_no_text_has_a_percent_sign_that_is_read_as_a_value():
    """Texts are printed with their values, also those that have none: 80% is written 80%%."""
    lone = [
        f"{name(path)}: {found}"
        for path in templates()
        for found in _LONE_PERCENT.findall(path.read_text(encoding="utf-8"))
    ]
    assert not lone
    assert _LONE_PERCENT.findall('{{ _("低于 80%，") }}{{ _("低于 80%%，%(name)s", name=1) }}') == [
        '_("低于 80%'
    ]


def test_every_template_is_used():
    texts = [
        path.read_text(encoding="utf-8") for path in [*python_files("talentmarket"), *templates()]
    ]
    named = {found for text in texts for found in _NAMED.findall(text)}
    # Error pages are chosen by status: templates/errors/<status>.html.
    patterns = [re.compile(p) for p in (r"errors/\d{3}\.html",)]
    unused = [
        name(path)
        for path in templates()
        if path.suffix in {".html", ".txt", ".xml"}
        and name(path) not in named
        and not any(pattern.fullmatch(name(path)) for pattern in patterns)
    ]
    assert not unused


def test_every_macro_is_used():
    texts = {path: path.read_text(encoding="utf-8") for path in templates()}
    everything = "\n".join(texts.values())
    unused = []
    for path, text in texts.items():
        for macro in _MACRO.findall(text):
            calls = len(re.findall(rf"\b{macro}\s*\(", everything))
            definitions = len(re.findall(rf"macro\s+{macro}\s*\(", everything))
            if calls <= definitions:
                unused.append(f"{name(path)}: {macro}")
    assert not unused
