"""What is asked where few titles say what was asked for."""

from __future__ import annotations

from search.fields import Kind
from search.requests import Alternative, Concept, Hit, SearchRequest, SearchResult, Terms
from talentmarket.discovery.near import FIELD, FIELD_WEIGHT, MOST, chosen, near_request, why

KEPT = (Terms("kind", ("full",)),)


def test_the_fields_of_what_was_asked_let_in_and_the_words_only_lift():
    asked = SearchRequest(Kind.JOB, "证券经纪人", filters=KEPT, minimum=1)
    found = near_request(asked)
    fields = found.filters[-1].values
    assert found.filters == (*KEPT, Terms(FIELD, fields, group=""))
    assert "trading" in fields
    assert {lift.filter.values for lift in found.lifts} == {(field,) for field in fields}
    assert {lift.weight for lift in found.lifts} == {FIELD_WEIGHT}
    assert (found.words, found.minimum) == ("", None)
    assert found.concepts == (Concept(words="证券经纪人", lifting=True),)


def test_what_must_be_stays_a_must():
    must = Concept((Alternative("employer", ("e1",)),), "某公司", required=True)
    plain = Concept(words="司机")
    found = near_request(SearchRequest(Kind.JOB, "", concepts=(must, plain), excluded=("夜班",)))
    assert found.concepts[0] == must
    assert plain not in found.concepts
    assert found.excluded == ("夜班",)


def test_without_a_field_nothing_is_near():
    assert near_request(SearchRequest(Kind.JOB, "其他")) is None
    assert near_request(SearchRequest(Kind.JOB, "")) is None


def test_a_search_for_a_learned_category_needs_none():
    known = Concept((Alternative("categories", ("c1",)),), "证券分析师")
    assert near_request(SearchRequest(Kind.JOB, concepts=(known,))) is None


def test_each_cluster_once_and_what_is_there_not_again():
    hits = tuple(Hit(f"j{number}", 1.0) for number in range(20))
    clusters = [7, 7, None, None, *range(100, 116)]
    found = SearchResult(20, hits, columns={"cluster": clusters})
    ids = chosen(found, range(20), {"j2"})
    assert ids[:3] == ["j0", "j3", "j4"]
    assert len(ids) == MOST


def test_the_words_that_brought_a_title_are_said():
    asked = SearchRequest(Kind.JOB, "证券经纪人")
    assert ("证券", "期货") in why(asked, "期货分析师")
    assert why(asked, "厨师") == []
