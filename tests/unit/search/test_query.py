"""Requests become plans: values in, trees out, compared as they stand."""

import pytest

from search.errors import BadRequest, UnknownField
from search.fields import JOB, SCHEMAS, Kind, Text
from search.query import GATE_SHARE, Score, group_of, plan
from search.recall import recall_plan, suggest_plan, whole_groups
from search.requests import (
    AllOf,
    Alternative,
    Band,
    BandsFacet,
    Candidate,
    Clause,
    Concept,
    Ids,
    Lift,
    Not,
    Overlap,
    Range,
    RecallRequest,
    SearchRequest,
    Sort,
    SuggestRequest,
    Terms,
    TermsFacet,
)
from search.tree import (
    All,
    And,
    AnyTerm,
    Negation,
    Node,
    Nothing,
    NumberRange,
    Or,
    Phrase,
    Term,
    conjunction,
    disjunction,
)


def in_gate(*grams: str) -> Node:
    return Term("gate", grams[0]) if len(grams) == 1 else Phrase("gate", grams)


def job(**request: object) -> SearchRequest:
    return SearchRequest(Kind.JOB, **request)  # type: ignore[arg-type]


def test_nothing_asked_is_everything_in_a_fixed_order() -> None:
    planned = plan(job())
    assert planned.gate == All()
    assert planned.lifts == ()
    assert planned.order == ("tie", False)


def test_two_words_must_both_stand_in_a_gate_field() -> None:
    assert plan(job(words="数据 开发")).gate == And((in_gate("数据"), in_gate("开发")))


def test_of_three_words_two_are_enough() -> None:
    gate = plan(job(words="成都 数据 工程师")).gate
    expected = (in_gate("成都"), in_gate("数据"), in_gate("工程", "程师"))
    assert gate == Or(expected, 2)


def test_a_latin_word_is_one_lookup() -> None:
    assert plan(job(words="C++")).gate == Term("gate", "c++")


def test_a_compound_is_found_whole_joined_and_in_parts() -> None:
    assert plan(job(words="node.js")).gate == Or(
        (Term("gate", "node.js"), Term("gate", "nodejs"), Phrase("gate", ("node", "js")))
    )


def test_every_text_lifts_with_its_boost_and_the_gate_with_a_share() -> None:
    lifts = plan(job(words="数据")).lifts
    weights = {score.node.field: score.weight for score in lifts if isinstance(score.node, Term)}
    expected = {f"{text.name}__words": text.boost for text in JOB.texts}
    assert weights == {**expected, "gate": 4.0 * GATE_SHARE}
    assert not any(score.constant for score in lifts)


def test_a_concept_counts_as_one_unit_and_scores_by_its_ways() -> None:
    concept = Concept(
        (Alternative("skills", ("java",), 3.0), Alternative("concepts", ("jvm",), 2.0))
    )
    planned = plan(job(words="开发", concepts=(concept,)))
    levels = tuple(Term(f"concepts__{weight}", "jvm") for weight in (4, 3, 2, 1))
    assert planned.gate == And((in_gate("开发"), Or((Term("skills", "java"), Or(levels)))))
    constants = [(score.node, score.weight) for score in planned.lifts if score.constant]
    assert constants == [
        (Term("skills", "java"), 3.0),
        (levels[0], 2.0),
        (levels[1], 1.5),
        (levels[2], 1.0),
        (levels[3], 0.5),
    ]


def test_a_required_concept_stands_apart_from_the_count() -> None:
    concept = Concept((Alternative("skills", ("java",)),), required=True)
    planned = plan(job(words="数据 开发 测试", concepts=(concept,)))
    units = Or((in_gate("数据"), in_gate("开发"), in_gate("测试")), 2)
    assert planned.gate == And((Term("skills", "java"), units))


def test_a_concept_named_in_words_is_let_in_by_the_text_too() -> None:
    concept = Concept((Alternative("skills", ("java",)),), words="数据")
    gate = plan(job(concepts=(concept,))).gate
    assert gate == Or((Term("skills", "java"), in_gate("数据")))


def test_lifts_are_constants() -> None:
    planned = plan(job(lifts=(Lift(Range("published_at", 5), 0.25),)))
    assert planned.lifts == (Score(NumberRange("published_at", 5, None), 0.25, constant=True),)
    assert planned.order is None


def test_phrases_and_exclusions_look_at_every_text() -> None:
    gate = plan(job(phrases=("云平台",), excluded=("外包",))).gate
    names = ["gate", *(f"{text.name}__grams" for text in JOB.texts if not text.gate)]
    quoted = Or(tuple(Phrase(name, ("云平", "平台")) for name in names))
    unwanted = Or(tuple(Term(name, "外包") for name in names))
    assert gate == And((quoted, Negation(unwanted)))


def test_the_unknown_passes_where_it_is_let_pass() -> None:
    wanted = Overlap("pay", 10, 20, or_missing=True)
    known = And(
        (
            Negation(Term("missing", "pay")),
            Or((NumberRange("pay_high", 10, None), Term("missing", "pay_high"))),
            Or((NumberRange("pay_low", None, 20), Term("missing", "pay_low"))),
        )
    )
    assert plan(job(filters=(wanted,))).common == Or((known, Term("missing", "pay")))


def test_facets_ignore_the_filters_of_their_group() -> None:
    kind = Terms("kind", ("full",))
    channel = Not(Terms("channel", ("agency",)), group="channel")
    pay = Range("pay_low", 5, group="money")
    ids = Ids(("a", "b"))
    bands = BandsFacet("money", (Band("some", Range("pay_low", 1)),))
    planned = plan(
        job(
            filters=(kind, channel, pay, ids),
            facets=(TermsFacet("kind"), TermsFacet("education_rank", size=3), bands),
        )
    )
    node_kind = Term("kind", "full")
    node_pay = NumberRange("pay_low", 5, None)
    node_channel = Negation(Term("channel", "agency"))
    assert planned.common == And((node_channel, AnyTerm("id", ("a", "b"))))
    assert planned.grouped == And((node_kind, node_pay))
    wheres = {facet.key: facet.where for facet in planned.facets}
    assert wheres == {
        "kind": node_pay,
        "education_rank": And((node_kind, node_pay)),
        "money": node_kind,
    }
    assert planned.facets[1].numeric
    assert planned.facets[2].bands == (("some", NumberRange("pay_low", 1, None)),)
    assert group_of(AllOf((kind,))) == ""


def test_order() -> None:
    assert plan(job(sort=Sort("pay_high"))).order == ("pay_high__desc", True)
    assert plan(job(sort=Sort("pay_high", False))).order == ("pay_high__asc", False)
    assert plan(job(words="数据")).order is None


def test_simplifications() -> None:
    a, b = Term("f", "a"), Term("f", "b")
    assert conjunction(()) == All()
    assert conjunction((a, All())) == a
    assert conjunction((a, Nothing())) == Nothing()
    assert disjunction(()) == Nothing()
    assert disjunction((a, a, Nothing())) == a
    assert disjunction((a, b), 2) == And((a, b))
    assert disjunction((a, b), 3) == Nothing()
    assert disjunction((a, b), 0) == All()


def test_no_kind_has_a_field_for_names_or_contacts_of_persons() -> None:
    names = {item.name for item in SCHEMAS[Kind.TALENT].fields}
    assert not names & {"name", "phone", "mail", "email", "mobile", "birth", "sex", "photo"}
    assert all(isinstance(text, Text) for text in SCHEMAS[Kind.TALENT].texts)


def test_recall_plan() -> None:
    request = RecallRequest(
        Kind.JOB,
        (Clause("skills", ("a", "b"), 1.5), Clause("skills", (), 1.0)),
        (Terms("kind", ("full",)),),
        limit=7,
    )
    planned = recall_plan(request)
    assert planned.where == Term("kind", "full")
    assert planned.scores == (Score(AnyTerm("skills", ("a", "b")), 1.5, constant=True),)
    assert (planned.minimum, planned.limit) == (1, 7)
    with pytest.raises(BadRequest):
        recall_plan(RecallRequest(Kind.JOB, (Clause("skills", ("a",), 0.3),)))


def test_whole_groups_by_hand() -> None:
    def pairs(*rows: tuple[str, float, int]) -> list[tuple[Candidate, int]]:
        return [(Candidate(name, score), tie) for name, score, tie in rows]

    found = pairs(("c", 1.0, 5), ("a", 2.0, 9), ("b", 1.0, 3), ("d", 0.5, 1))
    assert [one.id for one in whole_groups(found, 2)] == ["a", "b", "c"]
    assert [one.id for one in whole_groups(found, 1)] == ["a"]
    assert [one.id for one in whole_groups(found, 9)] == ["a", "b", "c", "d"]


def test_suggest_plan() -> None:
    planned = suggest_plan(SuggestRequest(Kind.JOB, "title_suggest", " Da-Shu "))
    assert planned.where == Term("title_suggest__prefixes", "dashu")
    with pytest.raises(UnknownField):
        suggest_plan(SuggestRequest(Kind.JOB, "title", "a"))
    with pytest.raises(BadRequest):
        suggest_plan(SuggestRequest(Kind.JOB, "title_suggest", "a", limit=0))
