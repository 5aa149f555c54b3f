"""Cursors hold their place by themselves and are good for one search only."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talentmarket.discovery import cursors
from talentmarket.discovery.cursors import Cursor
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
MARK = st.none() | st.tuples(st.integers(0, 2**62), st.text("abc0123456789", min_size=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 60_000), st.lists(st.text(max_size=12), max_size=40), MARK, MARK)
def test_what_is_written_is_read_again(session, day, shown, after, before):
    cursor = Cursor(day, after=after, before=before).with_shown(shown)
    text = cursors.written(cursor, "search")
    assert cursors.read(text, "search") == cursor
    assert cursors.read(text, "another search") is None
    assert all(cursor.has(row) for row in shown)
    assert len(cursor) == len(shown)


def test_a_changed_cursor_is_none(session):
    text = cursors.written(Cursor(20_000).with_shown(["a", "b"]), "search")
    changed = [text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :] for at in
               range(len(text))]  # fmt: skip
    # The last sign of a base64 text holds bits that say nothing.
    assert {cursors.read(one, "search") for one in changed[:-1]} == {None}
    assert cursors.read(text[:-3], "search") is None


@pytest.mark.parametrize("text", ["", "x", ".", "e30.", "a" * 9_000, "数据", "\0"])
def test_what_never_was_a_cursor_is_none(session, text):
    assert cursors.read(text, "search") is None


def test_a_thousand_rows_fit_into_an_address(session):
    cursor = Cursor(20_000).with_shown(f"job{number:09d}" for number in range(1_000))
    assert len(cursors.written(cursor, "search")) < 6_000


def test_a_step_back_takes_off_the_last_rows(app):
    cursor = Cursor(1).with_shown(["a", "b", "c"]).moved(after=(1, "x"))
    assert cursor.back(2) == Cursor(1).with_shown(["a"])
    assert cursor.back(9) == Cursor(1)
