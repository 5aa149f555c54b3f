"""The terms of a mandate as a value: one form, one digest, and what cannot be agreed."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.exchange.brokering.mandating import terms as room
from talentmarket.exchange.brokering.mandating.models import MandateTerms
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Reach, Remedy, Terms

GOOD = Terms(
    fee_share=2_000,
    guarantee_days=90,
    remedy=Remedy.REFUND_BY_DAYS,
    record_name="天工云谱科技有限公司",
)
ANY = st.builds(
    Terms,
    exclusive=st.booleans(),
    fee_basis=st.sampled_from(FeeBasis),
    fee_share=st.integers(0, 10_000),
    fee_amount=st.integers(0, 10**9),
    tax_rate=st.integers(0, 2_000),
    guarantee_days=st.integers(0, 365),
    remedy=st.sampled_from(Remedy),
    ownership_days=st.integers(30, 730),
    reach=st.sampled_from(Reach),
    objection_days=st.integers(1, 5),
    opened=st.booleans(),
    split=st.integers(0, 10_000),
    record_name=st.text(max_size=20),
    record_uscc=st.text(max_size=18),
    host_name=st.text(max_size=20),
    host_uscc=st.text(max_size=18),
)


@given(ANY)
def test_the_canonical_form_says_all_and_reads_back(terms):
    assert Terms.from_mapping(json.loads(terms.canonical())) == terms


@given(ANY, ANY)
def test_digests_are_equal_where_the_terms_are(one, two):
    assert (one.digest() == two.digest()) == (one == two) == (not room.differences(one, two))


@given(ANY)
def test_settling_twice_changes_nothing_more(terms):
    assert room.settled(room.settled(terms)) == room.settled(terms)


def test_every_term_has_a_column():
    columns = set(MandateTerms.__table__.columns.keys())
    assert {field.name for field in fields(Terms)} <= columns


def test_good_terms_have_no_problem():
    assert room.problems(GOOD) == {}
    assert GOOD.tax_rate == 600


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"fee_share": 0}, "fee_share"),
        ({"fee_share": 6_001}, "fee_share"),
        ({"fee_basis": FeeBasis.AMOUNT}, "fee_amount"),
        ({"fee_basis": FeeBasis.NONE}, "fee_basis"),
        ({"tax_rate": -1}, "tax_rate"),
        ({"guarantee_days": 366}, "guarantee_days"),
        ({"remedy": Remedy.NONE}, "remedy"),
        ({"ownership_days": 29}, "ownership_days"),
        ({"objection_days": 6}, "objection_days"),
        ({"opened": True}, "split"),
        ({"opened": True, "split": 10_000}, "split"),
        ({"record_name": ""}, "record_name"),
    ],
)
def test_what_cannot_be_agreed_is_named(changes, field):
    assert list(room.problems(GOOD.but(**changes))) == [field]


def test_public_services_ask_no_fee():
    free = GOOD.but(fee_basis=FeeBasis.NONE, fee_share=0)
    assert room.problems(free, free=True) == {}
    assert list(room.problems(GOOD, free=True)) == ["fee_basis"]


def test_settled_terms_keep_no_value_that_does_not_count():
    terms = room.settled(GOOD.but(fee_amount=5, split=3_000, guarantee_days=0))
    assert (terms.fee_amount, terms.split, terms.remedy) == (0, 0, Remedy.NONE)
