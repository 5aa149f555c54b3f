"""The reader of pages sees what it is there to see."""

from __future__ import annotations

from tests.guards.markup import Page


def test_the_guard_sees():
    page = Page(
        '<html><body><h1 style="a">一</h1><h1 id="x">b</h1><i id="x"></i><input name="q">'
        '<form method="post"></form><script src="https://cdn.example/x.js"></script></body></html>'
    )
    assert len(page.faults()) == 8
    assert [text for spoken, text in page.texts if spoken == ""] == ["一", "b"]
