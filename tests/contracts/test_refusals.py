"""What cannot be asked: the same typed errors from every engine, and nothing else."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.backend import SearchBackend
from search.errors import BadDocument, BadRequest, UnknownField
from search.fields import Kind
from search.requests import (
    Alternative,
    Concept,
    Lift,
    Overlap,
    Range,
    SearchRequest,
    Sort,
    SuggestRequest,
    Terms,
    TermsFacet,
)
from tests.contracts.documents import job


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(Kind.JOB, filters=(Terms("salary", ("1",)),)),
        SearchRequest(Kind.JOB, filters=(Terms("title", ("1",)),)),
        SearchRequest(Kind.JOB, filters=(Range("kind", 1),)),
        SearchRequest(Kind.JOB, filters=(Overlap("pay_low", 1),)),
        SearchRequest(Kind.JOB, facets=(TermsFacet("nothing"),)),
        SearchRequest(Kind.JOB, sort=Sort("education_rank")),
        SearchRequest(Kind.JOB, highlight=("skills",)),
        SearchRequest(Kind.JOB, concepts=(Concept((Alternative("nothing", ("1",)),)),)),
        SearchRequest(Kind.TALENT, filters=(Terms("name", ("1",)),)),
        SearchRequest(Kind.TALENT, filters=(Terms("mail", ("1",)),)),
    ],
)
def test_an_unknown_field_is_a_typed_error(market: SearchBackend, request_: SearchRequest) -> None:
    with pytest.raises(UnknownField):
        market.search(request_)


@pytest.mark.parametrize(
    "request_",
    [
        SearchRequest(Kind.JOB, limit=-1),
        SearchRequest(Kind.JOB, offset=-1),
        SearchRequest(Kind.JOB, limit=1001),
        SearchRequest(Kind.JOB, offset=9_990, limit=20),
        SearchRequest(Kind.JOB, after=(1, "a")),
        SearchRequest(Kind.JOB, before=(1, "a")),
        SearchRequest(Kind.JOB, sort=Sort("pay_low"), after=(1, "a"), before=(1, "a")),
        SearchRequest(Kind.JOB, filters=(Range("pay_low", 5, 4),)),
        SearchRequest(Kind.JOB, filters=(Terms("pay_low", ("five",)),)),
        SearchRequest(Kind.JOB, filters=(Terms("kind", ("x",) * 600),)),
        SearchRequest(Kind.JOB, facets=(TermsFacet("kind"), TermsFacet("kind"))),
        SearchRequest(Kind.JOB, lifts=(Lift(Terms("kind", ("full",)), float("nan")),)),
        SearchRequest(Kind.JOB, lifts=(Lift(Terms("kind", ("full",)), -1.0),)),
    ],
)
def test_an_impossible_request_is_a_typed_error(
    market: SearchBackend, request_: SearchRequest
) -> None:
    with pytest.raises(BadRequest):
        market.search(request_)


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.text(
        alphabet="()[]{}*?~^\"'\\/:+-!&|<>=.#@ ORANDNOT数据a\x00\u202e\ud800\udfff", max_size=40
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=HOSTILE, phrase=HOSTILE, code=HOSTILE, typed=HOSTILE)
def test_hostile_texts_raise_nothing_but_typed_errors(
    backend: SearchBackend, words: str, phrase: str, code: str, typed: str
) -> None:
    request = SearchRequest(
        Kind.JOB,
        words=words,
        phrases=(phrase,),
        excluded=(code,),
        filters=(Terms("kind", (code, "full"), or_missing=True),),
        concepts=(Concept((Alternative("skills", (code,)),), words=phrase),),
        highlight=("title", "description"),
        facets=(TermsFacet("kind"),),
    )
    try:
        assert backend.search(request).total >= 0
        backend.suggest(SuggestRequest(Kind.JOB, "title_suggest", typed))
        backend.upsert(Kind.JOB, [job(77, words, version=1, description=phrase, skills=[code])])
    except (BadRequest, BadDocument):
        assert backend.count(Kind.JOB) >= 0
