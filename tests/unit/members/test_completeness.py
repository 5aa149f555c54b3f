"""Completeness: one table that is worth a hundred."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from talentmarket.members.completeness import TABLE, Facts, measure

facts = st.builds(
    Facts,
    **{
        one.name: st.booleans() if one.type == "bool" else st.integers(0, 8)
        for one in fields(Facts)
    },
)
WHOLE = Facts(
    **{one.name: True if one.type == "bool" else 5 for one in fields(Facts)}  # type: ignore[arg-type]
)


def test_the_table_is_worth_a_hundred():
    assert sum(item.unit * item.most for item in TABLE) == 100
    assert measure(Facts()).percent == 0
    assert measure(WHOLE).percent == 100
    assert measure(WHOLE).steps == ()


@given(facts)
def test_sections_and_total_agree(given_facts):
    done = measure(given_facts)
    assert sum(have for have, _ in done.sections.values()) == done.percent
    assert sum(of for _, of in done.sections.values()) == 100


@given(facts)
def test_the_best_step_stands_first(given_facts):
    gains = [step.gain for step in measure(given_facts).steps]
    assert gains == sorted(gains, reverse=True)


def test_a_step_brings_what_it_says():
    before = measure(Facts(headline=False))
    step = next(step for step in before.steps if step.code == "headline")
    assert measure(Facts(headline=True)).percent - before.percent == step.gain


def test_evidence_is_asked_for_only_where_there_is_a_skill():
    assert "evidence" not in {step.code for step in measure(Facts()).steps}
    assert "evidence" in {step.code for step in measure(Facts(skills=1)).steps}
    assert "evidence" not in {step.code for step in measure(Facts(skills=1, evidence=1)).steps}
