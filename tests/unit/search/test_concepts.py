"""Concepts in a plan: names in two languages, and those that only score."""

from __future__ import annotations

from search.fields import Kind
from search.query import plan
from search.requests import Alternative, Concept, SearchRequest
from search.tree import All


def planned(*concepts: Concept):
    return plan(SearchRequest(Kind.JOB, concepts=concepts))


def test_any_name_of_a_concept_lets_in_and_scores():
    way = (Alternative("skills", ("big-data",), 4.0),)
    one, both = planned(Concept(way, "大数据")), planned(Concept(way, "大数据", also=("big data",)))
    assert one.gate != both.gate
    assert set(one.lifts) < set(both.lifts)
    # the same name twice is the same
    assert planned(Concept(way, "大数据", also=("大數據",))).lifts == one.lifts


def test_a_lifting_concept_scores_and_keeps_nothing_out():
    found = planned(Concept(words="高级", lifting=True))
    assert isinstance(found.gate, All)
    assert found.lifts
    assert (
        planned(Concept(words="java"), Concept(words="高级", lifting=True)).gate
        == planned(Concept(words="java")).gate
    )
