"""The judged set is whole: every id stands for something, and it is large and mixed enough."""

from __future__ import annotations

from collections import Counter

import pytest
from sklearn.metrics import cohen_kappa_score

from talentmarket.discovery import limiting
from talentmarket.discovery.evaluating import documents, judgements
from talentmarket.discovery.understanding import JOBS, TALENTS, EmployerNames, understand
from talentmarket.taxonomy.model import get_taxonomy


def test_ids_stand_for_documents_and_grades_are_grades():
    known = {row["id"] for name in ("jobs", "talents") for row in documents.read(name)}
    queries = {one.id: one.kind for one in judgements.queries()}
    found = judgements.qrels()
    assert set(found) <= set(queries)
    for query, grades in found.items():
        assert set(grades) <= known
        assert {document[0] for document in grades} == {queries[query]}
        assert set(grades.values()) <= {0, 1, 2, 3}


def test_it_is_large_enough_and_partly_sealed():
    queries = judgements.queries()
    assert len(queries) >= 150
    assert sum(one.sealed for one in queries) >= 50
    assert Counter(one.kind for one in queries)["t"] >= 30


def test_at_most_a_third_are_names_of_the_vocabulary_as_they_stand():
    taxonomy = get_taxonomy()
    names = {
        name.casefold()
        for table in (taxonomy.occupations, taxonomy.skills, taxonomy.titles)
        for item in table.values()
        for name in (item.name_zh, item.name_en)
    }
    queries = judgements.queries()
    plain = [one.text for one in queries if one.text.casefold() in names]
    assert len(plain) <= len(queries) / 3, plain


def test_every_kind_of_what_can_be_understood_is_asked_for():
    names = [row["name"] for row in documents.read("organisations")]
    employers = EmployerNames([("", names)])
    asked = [
        understand(one.text, kinds=JOBS if one.kind == "j" else TALENTS, employers=employers)
        for one in judgements.queries()
    ]
    assert {piece.kind for found in asked for piece in found.pieces} >= JOBS - {"employer", "area"}
    assert any(limiting.is_area(piece.code) for found in asked for piece in found.of("region"))
    assert any(found.quoted for found in asked)
    assert any(found.refused for found in asked)
    assert any(piece.mended for found in asked for piece in found.corrections)


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_two_gradings_agree(weights):
    first, second = judgements.qrels(), judgements.second_qrels()
    pairs = [
        (first[query][document], grade)
        for query, grades in second.items()
        for document, grade in grades.items()
    ]
    assert len(pairs) == 300
    assert cohen_kappa_score(*zip(*pairs, strict=True), weights=weights) >= 0.6


def test_what_two_engines_do_not_share_is_told():
    embedded = {"q1": ["j1", "j2"], "q2": ["j3", "j4", "j5", "j6"], "q3": []}
    other = {"q1": ["j2", "j1"], "q2": ["j3", "j4", "j5", "j7"]}
    assert list(judgements.differing(embedded, other)) == [
        {
            "query": "q2",
            "overlap": 0.75,
            "embedded only": ["j6"],
            "elasticsearch only": ["j7"],
        }
    ]
    assert judgements.overlaps(embedded, other) == {"overlap@20": 0.9167, "overlap@20 least": 0.75}
    # Behind the first twenty nothing counts.
    long = [f"j{number}" for number in range(30)]
    assert not list(judgements.differing({"q": long}, {"q": long[:20]}))
