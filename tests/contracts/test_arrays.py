"""The embedded engine gives the same answers by arrays and without them."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.documents import Document, Tombstone
from search.embedded import searching
from search.embedded.backend import EmbeddedBackend
from search.embedded.views import State, Views
from search.fields import Kind
from search.requests import (
    AllOf,
    Alternative,
    AnyOf,
    Band,
    BandsFacet,
    Concept,
    Filter,
    Ids,
    Lift,
    Not,
    Overlap,
    Range,
    SearchRequest,
    SearchResult,
    Sort,
    Terms,
    TermsFacet,
)
from tests.contracts.documents import job
from tests.fixtures.search_engines import DATABASE

ROUNDING = 1e-5
WORDS = ["大数据", "数据分析师", "Java", "前端开发", "Node.js", "测试", "算法", "C++", "云计算平台"]
SKILLS = ["spark", "java", "node", "sql", "linux"]
PLACES = ["510000", "510100", "510104", "510107", "510700"]
KINDS = ["full", "part", "intern"]


class Draw:
    """Documents and questions out of whatever picks one of a list."""

    def __init__(self, choose: Callable[[list[Any]], Any]) -> None:
        self.one = choose

    def some(self, of: list[Any], most: int) -> list[Any]:
        return list(dict.fromkeys(self.one(of) for _ in range(self.one(list(range(most + 1))))))

    def maybe(self, value: Callable[[], Any]) -> Any:
        return value() if self.one([True, False]) else None

    def number(self, most: int) -> int:
        return int(self.one(list(range(most + 1))))

    def document(self, number: int, version: int) -> Document:
        return job(
            number,
            "".join(self.some(WORDS, 3)) or "其他",
            version=version,
            description="，".join(self.some(WORDS, 6)),
            employer_name=self.maybe(lambda: f"成都{self.one(WORDS)}公司"),
            skills=self.some(SKILLS, 4),
            regions=self.some(PLACES, 3),
            kind=self.maybe(lambda: self.one(KINDS)),
            education_rank=self.maybe(lambda: self.number(6)),
            years_min=self.maybe(lambda: self.number(4)),
            years_max=self.maybe(lambda: 4 + self.number(4)),
            pay_low=self.maybe(lambda: self.number(40) * 100_000),
            concepts={code: self.number(3) + 1 for code in self.some(SKILLS, 3)},
            cluster=self.maybe(lambda: self.one([1, 2, 2**33])),
        )

    def filter(self, depth: int = 1) -> Filter:
        plain: list[Callable[[], Filter]] = [
            lambda: Terms("kind", tuple(self.some(KINDS, 2)), self.one([True, False])),
            lambda: Terms("regions", (self.one(PLACES),)),
            lambda: Terms("skills", tuple(self.some([*SKILLS, "none"], 3)), group="skills"),
            lambda: Terms("listed", (True,)),
            lambda: Terms("concepts", tuple(self.some(SKILLS, 2))),
            lambda: Range("education_rank", self.number(6), None, self.one([True, False])),
            lambda: Range("pay_low", None, self.number(40) * 100_000),
            lambda: Range("education_rank"),
            lambda: Overlap("years", self.number(5), 5 + self.number(3), self.one([True, False])),
            lambda: Ids(tuple(f"job{self.number(30):09d}" for _ in range(3))),
        ]
        joined: list[Callable[[], Filter]] = [
            lambda: Not(self.filter(depth - 1), group=self.one([None, "kind"])),
            lambda: AnyOf((self.filter(depth - 1), self.filter(depth - 1))),
            lambda: AllOf((self.filter(depth - 1), self.filter(depth - 1)), group="regions"),
        ]
        found: Filter = self.one(plain + joined * depth)()
        return found

    def concept(self) -> Concept:
        return Concept(
            (
                Alternative("concepts", tuple(self.some(SKILLS, 2)), self.number(4) / 2),
                Alternative("skills", (self.one(SKILLS),), 2.0),
            ),
            words=self.one(["", *WORDS]),
            required=self.one([True, False]),
            lifting=self.one([True, False]),
        )

    def request(self) -> SearchRequest:
        facets = (
            TermsFacet("kind", 2),
            TermsFacet("regions", 3),
            TermsFacet("skills"),
            TermsFacet("education_rank", 4),
            TermsFacet("cluster"),
            BandsFacet(
                "pay", tuple(Band(str(n), Range("pay_low", n, 2 * n)) for n in (0, 900_000))
            ),
            BandsFacet(
                "years", (Band("some", Overlap("years", 2, 5)), Band("any", Range("years_min")))
            ),
        )
        return SearchRequest(
            Kind.JOB,
            words=" ".join(self.some(WORDS, 3)),
            phrases=tuple(self.some(WORDS, 1)) if self.number(3) == 0 else (),
            excluded=tuple(self.some(WORDS, 1)) if self.number(3) == 0 else (),
            concepts=tuple(self.concept() for _ in range(self.number(2))),
            lifts=tuple(Lift(self.filter(0), self.number(3) / 2) for _ in range(self.number(1))),
            filters=tuple(self.filter() for _ in range(self.number(3))),
            facets=tuple(self.some(list(facets), 4)),
            sort=Sort("published_at", self.one([True, False])) if self.number(4) == 0 else None,
            offset=self.one([0, 0, 3]),
            limit=self.one([0, 5, 20, 1000]),
            values=("pay_low", "education_rank"),
            minimum=self.one([None, None, 1]),
        )


@contextmanager
def engines() -> Iterator[tuple[EmbeddedBackend, EmbeddedBackend, EmbeddedBackend]]:
    """A writer, a reader that has no arrays and one that always uses them."""
    folder = Path(mkdtemp())
    try:
        with (
            closing(EmbeddedBackend(folder, DATABASE, writable=True)) as writer,
            closing(EmbeddedBackend(folder, DATABASE, arrays_after=None)) as plain,
            closing(EmbeddedBackend(folder, DATABASE, arrays_after=0)) as quick,
        ):
            writer.ensure(Kind.JOB)
            yield writer, plain, quick
    finally:
        shutil.rmtree(folder)


def assert_same(request: SearchRequest, expected: SearchResult, found: SearchResult) -> None:
    """Equal but for what two ways of adding up the same numbers may differ by."""
    assert (found.total, found.facets) == (expected.total, expected.facets), request
    scores = {hit.id: hit.score for hit in expected.hits}
    assert len(found.hits) == len(expected.hits), request
    for one, other in zip(expected.hits, found.hits, strict=True):
        assert other.score == pytest.approx(one.score, rel=ROUNDING, abs=ROUNDING), request
        if one.id != other.id and other.id in scores:
            assert scores[other.id] == pytest.approx(one.score, rel=ROUNDING, abs=ROUNDING), request
        if one.id == other.id:
            assert one == other._replace(score=one.score), request
    if [hit.id for hit in expected.hits] == [hit.id for hit in found.hits]:
        assert found.columns == expected.columns, request


def compare(backend: EmbeddedBackend, request: SearchRequest) -> None:
    """Ask one state both ways. (Two readers may see a state before and after a merge, which
    changes how rare words are.)"""
    state = backend._readers[Kind.JOB].opened()
    plain = State(Views(Kind.JOB, None), state._folder, state.searcher, lambda: True)
    expected = searching.search(request, lambda: plain)
    assert_same(request, expected, searching.search(request, lambda: state))


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> dict[bool, int]:
    """How many questions arrays did answer, and how many they left to tantivy."""
    counted = {True: 0, False: 0}
    answer = State.answer

    def counting(state: State, *asked: Any) -> Any:
        found = answer(state, *asked)
        counted[found is not None] += state._views.after is not None
        return found

    monkeypatch.setattr(State, "answer", counting)
    return counted


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_same_answers_whatever_is_written_and_asked(data: st.DataObject) -> None:
    draw = Draw(lambda choices: data.draw(st.sampled_from(choices)))
    with engines() as (writer, _, quick):
        version = 0
        for _ in range(1 + draw.number(3)):
            operations: list[Document | Tombstone] = []
            for _ in range(1 + draw.number(7)):
                version += 1
                number = draw.number(12)
                if draw.number(4) == 0:
                    operations.append(Tombstone(f"job{number:09d}", version))
                else:
                    operations.append(draw.document(number, version))
            writer.bulk(Kind.JOB, operations)
            for _ in range(3):
                compare(quick, draw.request())


@pytest.mark.parametrize("seed", range(3))
def test_the_same_answers_with_long_lists_many_segments_and_merges(
    seed: int, answered: dict[bool, int]
) -> None:
    source = random.Random(seed)
    draw = Draw(source.choice)
    with engines() as (writer, _, quick):
        version = 0
        for size in (900, 40, 300, 5, 1, 1, 60, 1, 1, 1, 1, 1, 1):
            operations: list[Document | Tombstone] = []
            for _ in range(size):
                version += 1
                number = source.randrange(1_000)
                if source.random() < 0.2 and version > 900:
                    operations.append(Tombstone(f"job{number:09d}", version))
                else:
                    operations.append(draw.document(number, version))
            writer.bulk(Kind.JOB, operations)
            for _ in range(12):
                compare(quick, draw.request())
        with writer.rebuild(Kind.JOB) as rebuilt:
            rebuilt.write(draw.document(number, version + 1) for number in range(700))
        for _ in range(40):
            compare(quick, draw.request())
    assert answered[True] > answered[False] > 0, answered


def test_every_page_of_a_sorted_search(answered: dict[bool, int]) -> None:
    draw = Draw(random.Random(5).choice)
    with engines() as (writer, plain, quick):
        writer.bulk(Kind.JOB, [draw.document(number, 1) for number in range(300)])
        cursor = None
        for _ in range(4):
            request = SearchRequest(
                Kind.JOB,
                words="数据",
                sort=Sort("published_at"),
                after=cursor,
                facets=(TermsFacet("kind"),),
            )
            found = quick.search(request)
            assert found == plain.search(request)
            cursor = found.hits[-1].cursor
    assert answered == {True: 4, False: 0}


def test_words_are_tantivys_until_they_are_asked_for_again(answered: dict[bool, int]) -> None:
    draw = Draw(random.Random(6).choice)
    with engines() as (writer, plain, _):
        writer.bulk(Kind.JOB, [draw.document(number, 1) for number in range(50)])
        root = plain._folder.root
        with (
            closing(EmbeddedBackend(root, DATABASE, arrays_after=0.000_001)) as soon,
            closing(EmbeddedBackend(root, DATABASE, arrays_after=3_600)) as late,
        ):
            for words, by_arrays in (("数据", 0), ("算法", 0), ("数据", 1), ("算法", 2), ("", 3)):
                request = SearchRequest(Kind.JOB, words=words, facets=(TermsFacet("kind"),))
                assert late.search(request) == plain.search(request)
                assert_same(request, plain.search(request), soon.search(request))
                assert answered[True] == by_arrays
            writer.bulk(Kind.JOB, [draw.document(1, 2)])
            soon.search(SearchRequest(Kind.JOB, words="数据"))
            assert answered[True] == 3  # in a new state it was not asked for yet


@pytest.mark.parametrize("name", ["idx", "term", "fieldnorm"])
@pytest.mark.parametrize("end", [b"", b"\0" * 200])
def test_files_that_are_not_what_they_should_be_are_tantivys_to_judge(
    name: str,
    end: bytes,
    answered: dict[bool, int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The state that tantivy opened serves on; what arrays read is another, damaged copy. It is said
    once, and where the engine is asked how it is."""
    draw = Draw(random.Random(7).choice)
    with engines() as (writer, plain, quick):
        writer.bulk(Kind.JOB, [draw.document(number, 1) for number in range(400)])
        request = SearchRequest(Kind.JOB, words="数据", facets=(TermsFacet("skills"),))
        expected = plain.search(request)
        state = quick._readers[Kind.JOB].opened()
        copy = Path(mkdtemp())
        try:
            shutil.copytree(state._folder, copy, dirs_exist_ok=True)
            (file,) = copy.glob(f"*.{name}")
            whole = file.read_bytes()
            file.write_bytes(whole[: len(whole) // 2] + end)
            monkeypatch.setattr(state, "_folder", copy)
            assert not quick.info().unread
            assert quick.search(request) == expected
            assert quick.search(request) == expected
            assert list(quick.info().unread) == [Kind.JOB]
            said = [one for one in caplog.messages if "cannot be read as arrays" in one]
            assert len(said) == 1
            assert quick.info().unread[Kind.JOB] in said[0]
            assert not plain.info().unread
        finally:
            shutil.rmtree(copy)
    assert answered[True] == 0
