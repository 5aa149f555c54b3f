"""What lifts a candidate among the first thousand: its whole title, and skills of the best ones."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from search.analysis import terms
from search.fields import Kind
from search.requests import Alternative, Concept, Hit, SearchRequest, SearchResult
from search.sketches import sketch
from talentmarket.discovery.nearness import (
    SKILLS,
    TITLE,
    VALUES,
    names_of,
    relevance,
)

SKILL_NAMES = ("java", "spring", "mysql", "photoshop", "premiere")
ASKED = SearchRequest(Kind.JOB, "数据分析师")


#: A hit, and its sketches.
Sketched = tuple[Hit, tuple[int | None, ...]]


def hit(row_id: str, score: float, title: str = "", skills: tuple[str, ...] = ()) -> Sketched:
    return Hit(row_id, score), (*sketch(terms(title).grams), *sketch(skills))


def found(rows: Sequence[Sketched]) -> SearchResult:
    columns = {name: [numbers[at] for _, numbers in rows] for at, name in enumerate(VALUES)}
    return SearchResult(len(rows), tuple(one for one, _ in rows), columns=columns)


def order(request: SearchRequest, *rows: Sketched) -> str:
    shares = relevance(request, found(rows))
    return "".join(rows[at][0].id for at in sorted(range(len(rows)), key=lambda at: -shares[at]))


def test_a_title_that_is_what_was_asked_stands_before_one_that_says_more() -> None:
    longer = hit("b", 10.0, "集团总部数据分析师兼总裁办公室行政助理")
    assert order(ASKED, longer, hit("a", 10.0, "数据分析师")) == "ab"


def test_what_asks_for_the_skills_of_the_best_stands_before_its_equals() -> None:
    best = [hit(str(n), 10.0, "后端", ("java", "spring", "mysql")) for n in range(3)]
    other = hit("y", 6.0, "开发", ("photoshop", "premiere"))
    alike = hit("z", 6.0, "开发", ("java", "mysql"))
    assert order(SearchRequest(Kind.JOB, "后端"), *best, other, alike).endswith("zy")


def test_the_engines_score_is_more_than_both() -> None:
    strangers = hit("b", 10.0, "", ())
    assert order(ASKED, hit("a", 3.0, "数据分析师", ("java",)), strangers) == "ba"
    assert TITLE + SKILLS < 1


@given(
    st.lists(
        st.builds(
            hit,
            st.uuids().map(str),
            st.floats(0.0, 100.0, width=32),
            st.sampled_from(("数据分析师", "Java 开发", "前台", "")),
            st.lists(st.sampled_from(SKILL_NAMES), max_size=4).map(tuple),
        ),
        max_size=12,
        unique_by=lambda row: row[0].id,
    )
)
def test_shares_are_known_for_each_and_depend_on_no_order(rows: list[Sketched]) -> None:
    shares = relevance(ASKED, found(rows)).tolist()
    assert len(shares) == len(rows)
    assert all(0.0 <= share <= 1.0 for share in shares)
    back = relevance(ASKED, found(rows[::-1])).tolist()[::-1]
    assert [round(share, 9) for share in shares] == [round(share, 9) for share in back]
    assert max(shares, default=1.0) in (0.0, 1.0)


def test_the_unknown_is_near_nothing() -> None:
    """Of an index of a former time, or a document without title and skills."""
    bare = [(Hit(name, score), (None,) * len(VALUES)) for name, score in (("a", 2.0), ("b", 1.0))]
    assert relevance(ASKED, found(bare)).tolist() == [1.0, 0.5]
    assert relevance(ASKED, found([hit("a", 0.0, "数据分析师")])).tolist() == [0.0]


def test_names_are_what_was_typed_and_its_chinese() -> None:
    concepts = (Concept((Alternative("concepts", ("x",)),), "data analyst", also=("数据分析师",)),)
    assert names_of(SearchRequest(Kind.JOB, "", concepts=concepts)) == (
        "data analyst",
        "数据分析师",
    )
    assert names_of(SearchRequest(Kind.JOB, "前台", phrases=("双休",))) == ("前台 双休",)
    assert names_of(SearchRequest(Kind.JOB)) == ()


def test_no_title_is_looked_for_where_a_category_was_learned() -> None:
    ways = (Alternative("categories", ("c1",)),)
    assert names_of(SearchRequest(Kind.JOB, concepts=(Concept(ways, "数据分析师"),))) == ()
