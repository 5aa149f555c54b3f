"""Plans in Elasticsearch's words, compared as they stand."""

from dataclasses import replace

from search.documents import Document, project
from search.elastic.body import document_body, node_body, recall_body, search_body
from search.elastic.mappings import index_body
from search.fields import SCHEMAS, Kind
from search.query import plan
from search.recall import recall_plan
from search.requests import Clause, RecallRequest, SearchRequest, Sort, Terms, TermsFacet
from search.tree import All, And, AnyTerm, Negation, Nothing, NumberRange, Or, Phrase, Term

NOT_DELETED = {"bool": {"must_not": [{"term": {"deleted": {"value": "true"}}}]}}


def test_nodes() -> None:
    a, b = Term("f", "a"), Phrase("g", ("x", "y"))
    term, phrase = {"term": {"f": {"value": "a"}}}, {"match_phrase": {"g": {"query": "x y"}}}
    assert node_body(All()) == {"match_all": {}}
    assert node_body(Nothing()) == {"match_none": {}}
    assert node_body(AnyTerm("f", ("a", "b"))) == {"terms": {"f": ["a", "b"]}}
    assert node_body(NumberRange("n", None, 3)) == {"range": {"n": {"lte": 3}}}
    assert node_body(NumberRange("n", 0, 3)) == {"range": {"n": {"gte": 0, "lte": 3}}}
    assert node_body(And((a, b))) == {"bool": {"filter": [term, phrase]}}
    assert node_body(Negation(a)) == {"bool": {"must_not": [term]}}
    assert node_body(Or((a, b), 2)) == {
        "bool": {"should": [term, phrase], "minimum_should_match": 2}
    }


def test_a_search_by_relevance() -> None:
    request = SearchRequest(Kind.ORGANISATION, words="云", highlight=("name",), offset=5)
    body = search_body(request, plan(request))
    assert body["sort"] == [{"_score": "desc"}, {"tie": "asc"}, {"id": "asc"}]
    assert (body["_source"], "stored_fields" in body) == (["values.name"], False)
    assert (body["from"], body["size"], body["track_total_hits"]) == (5, 20, True)
    assert body["query"]["bool"]["filter"][0]["bool"]["filter"][-1] == NOT_DELETED
    assert body["query"]["bool"]["minimum_should_match"] == 0
    assert body["query"]["bool"]["should"][0] == {
        "term": {"name__words": {"value": "云", "boost": 4.0}}
    }
    assert "aggs" not in body


def test_a_sorted_search_goes_on_after_a_cursor_and_scores_nothing() -> None:
    request = SearchRequest(
        Kind.JOB, words="云", sort=Sort("pay_low", descending=False), after=(7, "x")
    )
    body = search_body(request, plan(request))
    assert body["sort"] == [{"pay_low__asc": "asc"}, {"id": "asc"}]
    assert body["search_after"] == [7, "x"]
    assert "should" not in body["query"]["bool"]
    assert (body["stored_fields"], "_source" in body) == ("_none_", False)


def test_ids_and_numbers_of_hits_come_from_columns() -> None:
    names = ("published_at", "cluster")
    scored = SearchRequest(Kind.JOB, words="云", values=names)
    body = search_body(scored, plan(scored))
    assert body["sort"][3:] == [
        {"published_at": {"order": "asc", "missing": -1}},
        {"cluster": {"order": "asc", "missing": -1}},
    ]
    assert ("docvalue_fields" in body, body["stored_fields"]) == (False, "_none_")
    by_date = replace(scored, sort=Sort("published_at"), after=(1, "x"))
    body = search_body(by_date, plan(by_date))
    assert body["sort"] == [{"published_at__desc": "desc"}, {"id": "asc"}]
    assert body["docvalue_fields"] == list(names)


def test_facets_stand_before_the_post_filter() -> None:
    request = SearchRequest(
        Kind.JOB,
        filters=(Terms("kind", ("full",)), Terms("channel", ("direct",))),
        facets=(TermsFacet("kind", size=5),),
    )
    body = search_body(request, plan(request))
    kind = {"term": {"kind": {"value": "full"}}}
    channel = {"term": {"channel": {"value": "direct"}}}
    assert body["query"] == {"bool": {"filter": [{"bool": {"filter": [channel, NOT_DELETED]}}]}}
    assert body["post_filter"] == kind
    assert body["aggs"] == {
        "kind": {
            "filter": {"match_all": {}},
            "aggs": {"rows": {"terms": {"field": "kind", "size": 205, "shard_size": 250}}},
        }
    }


def test_recall_is_a_sum_of_constants() -> None:
    request = RecallRequest(Kind.JOB, (Clause("skills", ("a",), 1.5),), limit=3)
    body = recall_body(recall_plan(request), 4)
    assert body["query"]["bool"]["should"] == [
        {"constant_score": {"filter": {"term": {"skills": {"value": "a"}}}, "boost": 1.5}}
    ]
    assert body["query"]["bool"]["minimum_should_match"] == 1
    assert body["size"] == 4


def test_mappings_are_strict_stamped_and_hold_every_field() -> None:
    for kind, schema in SCHEMAS.items():
        body = index_body(kind, "db", shards=2, replicas=1)
        mappings = body["mappings"]
        assert mappings["dynamic"] == "strict"
        assert mappings["_meta"] == {"schema": schema.version, "database": "db"}
        assert set(mappings["properties"]) == {*schema.engine_fields, "values"}
        assert body["settings"]["number_of_shards"] == 2
        types = {row["type"] for row in mappings["properties"].values()}
        assert types <= {"text", "keyword", "long", "object"}


def test_a_document_fits_its_mapping() -> None:
    document = Document("abc", 3, {"title": "云", "skills": ["a"], "pay_low": 5})
    body = document_body(project(Kind.JOB, document))
    properties = index_body(Kind.JOB, "db", shards=1, replicas=0)["mappings"]["properties"]
    assert set(body) <= set(properties)
    assert body["id"] == "abc"
    assert body["values"] == {"title": "云", "skills": ["a"], "pay_low": 5}
