"""Who sees what: the table walked whole, role by role."""

from __future__ import annotations

from itertools import product

import pytest

from talentmarket.core.roles import OrgRole
from talentmarket.exchange.models import ApplicationState as S
from talentmarket.exchange.stages import FORWARD
from talentmarket.exchange.visibility import ENDS, STAGES, Reader, Sight, level, reader_of, sight

ALL = frozenset({"snapshot", "name", "phone", "mail"})
BEFORE = frozenset({"snapshot", "name"})


def test_every_state_stands_in_one_of_the_tables():
    assert set(STAGES) | set(ENDS) == set(S)
    assert not set(STAGES) & set(ENDS)
    assert tuple(STAGES) == FORWARD


@pytest.mark.parametrize("state", [S.SUBMITTED, S.VIEWED])
def test_first_screening_is_a_number_and_the_snapshot(state):
    assert sight(state, Reader.DESK, given=BEFORE) == Sight(snapshot=True)


@pytest.mark.parametrize("state", FORWARD[2:])
def test_the_name_comes_with_the_shortlist_and_contact_only_by_consent(state):
    assert sight(state, Reader.DESK, given=BEFORE) == Sight(snapshot=True, name=True)
    assert sight(state, Reader.DESK, given=ALL) == Sight(True, True, True, True)


def test_phone_now_shows_the_phone_and_no_name():
    seen = sight(S.SUBMITTED, Reader.DESK, given=BEFORE | {"phone"})
    assert seen == Sight(snapshot=True, phone=True)


@pytest.mark.parametrize(("state", "reached"), list(product(S, (None, *FORWARD))))
def test_a_hiring_manager_never_sees_contact_nor_anybody_before_the_shortlist(state, reached):
    seen = sight(state, Reader.MANAGER, reached=reached, given=ALL)
    assert not seen.contact
    assert seen.snapshot == seen.name


@pytest.mark.parametrize(("state", "reached"), list(product(ENDS, FORWARD)))
def test_an_end_never_shows_more_than_the_stage_before_it(state, reached):
    seen = sight(state, Reader.DESK, reached=reached, given=ALL)
    before = sight(reached, Reader.DESK, given=ALL)
    assert not seen.contact
    assert seen.name <= before.name
    assert seen.snapshot <= before.snapshot


@pytest.mark.parametrize("end", [S.WITHDRAWN, S.UNANSWERED])
def test_what_was_taken_back_or_never_answered_is_a_number_again(end):
    assert sight(end, Reader.DESK, reached=S.SHORTLISTED, given=ALL) == Sight()


@pytest.mark.parametrize("state", S)
def test_nothing_is_seen_without_consent_after_erasure_or_by_others(state):
    assert sight(state, Reader.DESK, reached=S.OFFER, given=frozenset()) == Sight()
    assert sight(state, Reader.NONE, reached=S.OFFER, given=ALL) == Sight()
    erased = sight(state, Reader.DESK, reached=S.OFFER, given=ALL, erased=True)
    assert not erased.name
    assert not erased.contact


def test_roles_read_as_desk_manager_or_not_at_all():
    assert {role for role in OrgRole if reader_of(role) is Reader.DESK} == {
        OrgRole.OWNER,
        OrgRole.RECRUITER,
        OrgRole.CONSULTANT,
    }
    assert reader_of(OrgRole.HIRING_MANAGER) is Reader.MANAGER
    assert reader_of(OrgRole.VIEWER) is Reader.NONE
    assert reader_of(None) is Reader.NONE


def test_an_unknown_stage_before_an_end_shows_nothing():
    assert level(S.REJECTED) == 0
