"""Candidates for matching: the same ones on every engine, checked against a plain sum in Python."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backend import SearchBackend
from search.documents import Document, Tombstone, tie_of
from search.errors import BadRequest, UnknownField
from search.fields import Kind
from search.requests import MAX_RECALL, Clause, RecallRequest, Terms
from tests.contracts.documents import fill, job

SKILLS = [f"skill{number}" for number in range(12)]


def people(count: int, seed: int) -> list[Document]:
    chooser = random.Random(seed)
    return [
        job(
            number,
            "人才",
            skills=chooser.sample(SKILLS, chooser.randrange(5)),
            kind=chooser.choice(["full", "part"]),
        )
        for number in range(count)
    ]


def expected(documents: list[Document], request: RecallRequest) -> list[tuple[str, float]]:
    """The rule in its plainest form."""
    rows = []
    for document in documents:
        if any(document.values["kind"] not in wanted.values for wanted in request.filters):
            continue
        met = [
            clause.weight
            for clause in request.clauses
            if set(clause.values) & set(document.values["skills"])
        ]
        if len(met) >= request.minimum:
            rows.append((document.id, sum(met)))
    rows.sort(key=lambda row: (-row[1], tie_of(row[0]), row[0]))
    if len(rows) <= request.limit:
        return rows
    last = rows[request.limit - 1][1]
    return [row for row in rows if row[1] >= last]


def clauses(*weights: float) -> tuple[Clause, ...]:
    return tuple(
        Clause("skills", (SKILLS[number], SKILLS[number + 1]), weight)
        for number, weight in enumerate(weights)
    )


def test_recall_is_the_sum_of_constants_with_whole_groups(backend: SearchBackend) -> None:
    documents = people(200, seed=7)
    fill(backend, documents)
    for request in (
        RecallRequest(Kind.JOB, clauses(1.5, 0.25, 3 / 64), limit=10),
        RecallRequest(Kind.JOB, clauses(1.5, 0.25, 3 / 64), limit=1),
        RecallRequest(Kind.JOB, clauses(1.0, 1.0, 1.0, 1.0), limit=40),
        RecallRequest(Kind.JOB, clauses(1.0, 2.0), (Terms("kind", ("part",)),), limit=25),
        RecallRequest(Kind.JOB, clauses(1.0, 2.0, 4.0), limit=50, minimum=2),
        RecallRequest(Kind.JOB, clauses(1.0, 2.0), (Terms("kind", ("part",)),), 5000, minimum=0),
        RecallRequest(Kind.JOB, clauses(5.0), limit=5000),
    ):
        got = [(candidate.id, candidate.score) for candidate in backend.recall(request)]
        assert got == expected(documents, request), request


def test_many_recalls_at_once_are_the_same_ones(backend: SearchBackend) -> None:
    fill(backend, people(120, seed=5))
    part = (Terms("kind", ("part",)),)
    asked = [
        RecallRequest(Kind.JOB, clauses(1.5, 0.25), limit=10),
        RecallRequest(Kind.JOB, ()),
        RecallRequest(Kind.JOB, clauses(1.0), limit=7),  # the last group goes on beyond the limit
        RecallRequest(Kind.JOB, clauses(1.0, 2.0), part, 5),
        RecallRequest(Kind.JOB, clauses(1.0, 2.0), part, 5, minimum=3),
    ] * 45  # more than go on one way
    found = backend.recall_many(asked)
    assert found == [backend.recall(request) for request in asked[:5]] * 45
    assert len(found[2]) > 7
    assert backend.recall_many([]) == []


def test_a_group_too_large_is_dropped_whole_and_a_first_one_cut_by_the_tie_breaker(
    backend: SearchBackend,
) -> None:
    many = [job(number, "人才", skills=["skill0"]) for number in range(MAX_RECALL + 20)]
    fill(
        backend, [*many, *(job(90_000 + n, "人才", skills=["skill0", "skill5"]) for n in range(3))]
    )
    both = (Clause("skills", ("skill0",), 1.0), Clause("skills", ("skill5",), 0.5))
    got = backend.recall(RecallRequest(Kind.JOB, both, limit=100))
    assert {candidate.id for candidate in got} == {f"job{90_000 + n:09d}" for n in range(3)}
    backend.delete(Kind.JOB, [Tombstone(candidate.id, 2) for candidate in got])
    backend.refresh(Kind.JOB)
    got = backend.recall(RecallRequest(Kind.JOB, both, limit=100))
    lowest = sorted((document.id for document in many), key=tie_of)[:100]
    assert [candidate.id for candidate in got] == lowest


def test_recall_does_not_see_the_deleted(backend: SearchBackend) -> None:
    fill(backend, people(30, seed=3))
    request = RecallRequest(Kind.JOB, clauses(1.0), limit=100)
    before = {candidate.id for candidate in backend.recall(request)}
    gone = min(before)
    backend.delete(Kind.JOB, [Tombstone(gone, 2)])
    backend.refresh(Kind.JOB)
    assert {candidate.id for candidate in backend.recall(request)} == before - {gone}


def test_nothing_asked_recalls_nothing(backend: SearchBackend) -> None:
    fill(backend, people(5, seed=1))
    assert backend.recall(RecallRequest(Kind.JOB, ())) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.lists(
        st.tuples(st.sampled_from(SKILLS), st.integers(1, 640)),
        max_size=20,
        unique_by=lambda r: r[0],
    ),
    limit=st.integers(1, 60),
    minimum=st.integers(0, 3),
)
def test_any_recall_equals_the_plain_sum(
    backend: SearchBackend, chosen: list[tuple[str, int]], limit: int, minimum: int
) -> None:
    documents = people(60, seed=11)
    if not backend.count(Kind.JOB):
        fill(backend, documents)
    wanted = tuple(Clause("skills", (skill,), weight / 64) for skill, weight in chosen)
    request = RecallRequest(Kind.JOB, wanted, limit=limit, minimum=minimum)
    got = [(candidate.id, candidate.score) for candidate in backend.recall(request)]
    assert got == expected(documents, request)


@pytest.mark.parametrize("weight", [0.0, -1.0, 1 / 3, 1 / 128, float("nan"), 2000.0])
def test_a_weight_that_is_no_64th_is_refused(market: SearchBackend, weight: float) -> None:
    with pytest.raises(BadRequest):
        market.recall(RecallRequest(Kind.JOB, (Clause("skills", ("a",), weight),)))


def test_unknown_fields_and_limits(market: SearchBackend) -> None:
    with pytest.raises(UnknownField):
        market.recall(RecallRequest(Kind.JOB, (Clause("title", ("a",), 1.0),)))
    for limit in (0, MAX_RECALL + 1):
        with pytest.raises(BadRequest):
            market.recall(RecallRequest(Kind.JOB, clauses(1.0), limit=limit))
