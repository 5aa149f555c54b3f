"""What an engine stores of a document."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import clean
from search.documents import (
    MAX_NUMBER,
    Document,
    Tombstone,
    buried,
    packed,
    plain,
    project,
    tie_of,
)
from search.errors import BadDocument, UnknownField
from search.fields import Kind
from search.suggestions import prefixes

PUBLISHED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_projection() -> None:
    document = Document(
        "abc",
        3,
        {
            "title": "Java 开发",
            "skills": ["java", "java", "spring"],
            "concepts": {"b": 2, "a": 4},
            "listed": False,
            "pay_high": 5,
            "published_at": PUBLISHED,
            "description": None,
            "wish_skills": [],
        },
    )
    found = project(Kind.JOB, document)
    assert found.texts == {"title__words": "java 开发", "gate": "java 开发 |"}
    assert found.codes["skills"] == ("java", "spring")
    assert found.codes["concepts__4"] == ("a",)
    assert found.codes["concepts__2"] == ("b",)
    assert found.codes["listed"] == ("false",)
    assert found.codes["title_suggest"] == ("Java 开发",)
    assert "jav" in found.codes["title_suggest__prefixes"]
    assert {"description", "wish_skills", "pay_low", "years"} <= set(found.codes["missing"])
    assert not {"pay", "pay_high", "title", "listed"} & set(found.codes["missing"])
    assert found.numbers["published_at"] == int(PUBLISHED.timestamp())
    assert found.numbers["version"] == 3
    assert found.numbers["pay_high__desc"] == packed(5, tie_of("abc"), descending=True)
    assert "wish_skills" not in found.values


def test_a_tombstone_holds_id_and_version_only() -> None:
    found = buried(Tombstone("abc", 4))
    assert (found.texts, found.values) == ({}, {})
    assert found.codes == {"id": ("abc",), "deleted": ("true",)}
    assert found.numbers == {"version": 4, "tie": tie_of("abc")}


@pytest.mark.parametrize(
    "values",
    [
        {"title": 5},
        {"title": ["a", 5]},
        {"skills": "x" * 300},
        {"skills": {"a": 1}},
        {"skills": b"raw"},
        {"pay_low": -1},
        {"pay_low": 1.5},
        {"pay_low": True},
        {"pay_low": MAX_NUMBER + 1},
        {"listed": "yes"},
        {"published_at": "today"},
        {"published_at": PUBLISHED.replace(tzinfo=None)},
        {"concepts": {"a": 5}},
        {"concepts": ["a"]},
        {"pay": 3},
        {"title_suggest": "a"},
    ],
)
def test_wrong_values_are_refused(values: dict[str, object]) -> None:
    with pytest.raises(BadDocument):
        project(Kind.JOB, Document("abc", 1, values))


def test_unknown_fields_and_identities_are_refused() -> None:
    with pytest.raises(UnknownField):
        project(Kind.TALENT, Document("abc", 1, {"phone": "13800000000"}))
    for document_id, version in (("", 1), ("a b", 1), ("x" * 65, 1), ("a", 0), ("a", True)):
        with pytest.raises(BadDocument):
            project(Kind.JOB, Document(document_id, version, {}))


def test_documents_compare_by_values_not_by_their_spelling() -> None:
    one = {"title": "a\u200bb", "skills": {"y", "x"}, "published_at": PUBLISHED}
    other = {"published_at": int(PUBLISHED.timestamp()), "skills": ["x", "y"], "title": " ab "}
    assert plain(Kind.JOB, one) == plain(Kind.JOB, other)
    assert plain(Kind.JOB, one) != plain(Kind.JOB, {**other, "title": "ac"})
    assert plain(Kind.JOB, plain(Kind.JOB, one)) == plain(Kind.JOB, one)


codes = st.text("ab\u200b \n", max_size=3)


@given(st.lists(codes, max_size=6))
def test_a_list_of_codes_is_clean_and_holds_each_once(given_codes: list[str]) -> None:
    expected = list(dict.fromkeys(clean(code) for code in given_codes if code))
    for _ in range(2):  # found, then kept
        held = plain(Kind.JOB, {"benefits": given_codes}).get("benefits", [])
        assert held == expected
        held.append("changed by who was given it")


@pytest.mark.parametrize("names", ["数据工程师", "数据工程师\n\nJava 开发", "\n 数据 \n数据"])
def test_a_proposed_name_is_found_by_each_of_its_beginnings_once(names: str) -> None:
    made = project(Kind.JOB, Document("abc", 1, {"title": names})).codes
    lines = [line.strip() for line in names.split("\n") if line.strip()]
    assert made["title_suggest"] == tuple(lines)
    found = [one for line in lines for one in prefixes(line)]
    assert made["title_suggest__prefixes"] == tuple(dict.fromkeys(found))


numbers = st.none() | st.integers(0, MAX_NUMBER)


@given(numbers, numbers, st.integers(0, 2**29 - 1), st.integers(0, 2**29 - 1))
def test_packed_numbers_order_like_their_values(
    one: int | None, other: int | None, tie: int, other_tie: int
) -> None:
    for descending in (True, False):
        a = packed(one, tie, descending=descending)
        b = packed(other, other_tie, descending=descending)
        assert 0 <= a < 2**63
        if one is not None and other is not None and one != other:
            assert (a < b) == (one < other)
        if one is not None and other is None:
            assert (a > b) == descending
