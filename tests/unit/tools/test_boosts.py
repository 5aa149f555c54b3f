"""The tool that measures boosts changes the one it names, and the table has a figure for each."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from search.fields import Kind
from search.query import plan
from search.requests import Hit, SearchRequest, SearchResult
from search.sketches import sketch
from talentmarket.discovery import nearness, order, translating
from talentmarket.discovery.understanding import TALENTS, EmployerNames, understand
from tools.judged.boosts import CHANGES, LEARNED, boosts, compared

ROOT = Path(__file__).resolve().parents[3]
BOOSTS = {boost.name: boost for boost in boosts()}
NAMES = EmployerNames([("org1", ["岷江云计算"])])
QUERIES = ("高级Java工程师 天府新区", "首席信息官", "岷江云计算", "ActionScript")


def _found(*rows: tuple[str, float, str]) -> SearchResult:
    numbers = [(*sketch(["java"]), *sketch([skill])) for *_, skill in rows]
    columns = {
        name: list(held)
        for name, held in zip(nearness.VALUES, zip(*numbers, strict=True), strict=True)
    }
    hits = tuple(Hit(row_id, score) for row_id, score, _ in rows)
    return SearchResult(len(rows), hits, columns=columns)


def scored() -> dict[object, float]:
    """Everything that adds to a score, of a job, of a person and of the first thousand."""
    found: dict[object, float] = {}
    for text in QUERIES:
        jobs = translating.of_jobs(understand(text, employers=NAMES), 0)
        people = translating.of_talents(understand(text, kinds=TALENTS))
        for kind, asked in ((Kind.JOB, jobs), (Kind.TALENT, people)):
            request = SearchRequest(kind, asked.words, concepts=asked.concepts, lifts=asked.lifts)
            for score in plan(request).lifts:
                found[(text, kind, score.node)] = score.weight
    hits = _found(("a", 2.0, "java"), ("b", 1.0, "java"), ("c", 1.0, "cooking"))
    request = SearchRequest(Kind.JOB, "java")
    found |= dict(enumerate(nearness.relevance(request, hits).tolist()))
    one = order.Candidates(["a"], [0.5], published_at=[0], on_time=[100], applicants=[0])
    return found | {name: float(held[0]) for name, held in order.lifts(one, 0).items()}


@pytest.mark.parametrize("name", sorted(BOOSTS.keys() - {LEARNED}))
def test_it_changes_what_it_names_and_puts_it_back(name: str) -> None:
    before = scored()
    for change in BOOSTS[name].changes:
        with BOOSTS[name].times(CHANGES[change]):
            assert scored() != before, change
        assert scored() == before


def test_categories_change_where_they_were_learned() -> None:
    with BOOSTS["category"].times(0.5):
        assert BOOSTS["category"].value / 2 == translating.CATEGORY_WEIGHT


def test_the_table_has_every_boost_with_its_value_and_its_measured_effect() -> None:
    page = (ROOT / "docs/relevance.md").read_text("utf-8")
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in page.splitlines()]
    table = {row[0]: row for row in rows if len(row) == 7}
    figure = re.compile(r"[+−]\.\d{3} \(\d+:\d+\)|0")
    for boost in BOOSTS.values():
        _, value, why, *effects, sealed = table[boost.name]
        assert float(value) == boost.value, boost.name
        assert why
        for change, effect in zip(CHANGES, effects, strict=True):
            assert figure.fullmatch(effect) or change not in boost.changes, boost.name
        assert re.fullmatch(r"[+−]\.\d{3}|0|–", sealed), boost.name


def test_means_and_moves_are_compared() -> None:
    before = {"open": {"a": 0.5, "b": 0.5}, "sealed": {"c": 1.0}}
    after = {"open": {"a": 0.7, "b": 0.4}, "sealed": {"c": 0.5}}
    assert compared(before, after) == {"open": 0.05, "sealed": -0.5, "better": 1, "worse": 1}
