"""The table of verification."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.members.models import OrganisationState
from talentmarket.members.verification_states import (
    STEPS,
    Party,
    allowed,
    months_after,
    step,
)

S = OrganisationState


def test_every_state_is_left_by_somebody_and_reached_by_somebody():
    for state in S:
        assert any(state in one.sources for one in STEPS), state
        if state is not S.UNVERIFIED:
            assert any(one.target is state for one in STEPS), state


def test_a_name_and_a_state_lead_to_one_step():
    for one in STEPS:
        for state in one.sources:
            twins = [other for other in STEPS if other.name == one.name and state in other.sources]
            assert twins == [one]


def test_only_the_operator_verifies_suspends_and_lifts():
    for name in ("approve", "return", "refuse", "reopen", "suspend", "lift"):
        assert {one.by for one in STEPS if one.name == name} == {Party.OPERATOR}
    with pytest.raises(Forbidden):
        step("approve", S.IN_REVIEW, Party.ORGANISATION)


def test_bad_news_have_a_reason():
    assert {one.name for one in STEPS if one.reason} == {"return", "refuse", "reopen", "suspend"}


def test_a_suspended_organisation_can_only_be_lifted():
    assert allowed(S.SUSPENDED, Party.OPERATOR) == ("lift",)
    assert allowed(S.SUSPENDED, Party.ORGANISATION) == ()
    assert allowed(S.SUSPENDED, Party.SYSTEM) == ()


def test_a_renewal_keeps_the_state():
    for state in (S.RENEWAL_DUE, S.LAPSED):
        assert step("renew", state, Party.ORGANISATION).target is None
        assert step("return", state, Party.OPERATOR).target is None
    with pytest.raises(Conflict):
        step("renew", S.VERIFIED, Party.ORGANISATION)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((2025, 11, 24), (2026, 5, 24)),
        ((2025, 8, 31), (2026, 2, 28)),
        ((2027, 8, 30), (2028, 2, 29)),
        ((2025, 7, 1), (2026, 1, 1)),
    ],
)
def test_six_months_later(start, end):
    assert months_after(datetime(*start, tzinfo=UTC), 6) == datetime(*end, tzinfo=UTC)
