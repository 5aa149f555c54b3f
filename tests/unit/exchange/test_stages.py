"""The stage tables, walked from every state by everybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.exchange import stages
from talentmarket.exchange.brokering.mandating.models import OVER, MandateState
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.models import ApplicationState as A
from talentmarket.exchange.models import InvitationState as I
from talentmarket.exchange.models import Job, JobState
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import APPLICATION, INVITATION, JOB, By

AT = datetime(2025, 11, 24, 2, tzinfo=UTC)
TABLES = [(JOB, JobState), (APPLICATION, A), (INVITATION, I), (MANDATE, MandateState)]


@pytest.mark.parametrize(("table", "states"), TABLES)
def test_every_pair_is_allowed_or_refused_for_its_reason(table, states):
    for move in table.moves:
        for state in states:
            for by in By:
                here = [m for m in table.moves if m.name == move.name and state in m.sources]
                if any(by in m.by for m in here):
                    assert table.find(move.name, state, by) in table.allowed(state, by)
                else:
                    with pytest.raises(Forbidden if here else Conflict):
                        table.find(move.name, state, by)


@pytest.mark.parametrize(("table", "states"), TABLES)
def test_every_state_is_reached_and_ends_end(table, states):
    first = next(iter(states))
    reached, waiting = {first}, [first]
    while waiting:
        state = waiting.pop()
        for move in table.moves:
            if state in move.sources and move.target not in (None, *reached):
                reached.add(move.target)
                waiting.append(move.target)
    assert reached == set(states)


@pytest.mark.parametrize(("table", "states"), TABLES)
def test_a_source_and_a_target_name_one_move(table, states):
    for state in states:
        for by in By:
            targets = [m.target for m in table.allowed(state, by) if m.target is not None]
            assert len(targets) == len(set(targets))


def test_applications_end_where_the_rows_say():
    assert APPLICATION.ends(A) == frozenset(ENDED)
    assert INVITATION.ends(I) == {I.ACCEPTED, I.DECLINED, I.EXPIRED, I.WITHDRAWN}


def test_mandates_end_where_the_rows_say_and_begin_with_both_signatures():
    assert MANDATE.ends(MandateState) == frozenset(OVER)
    into = [move for move in MANDATE.moves if move.target is MandateState.ACTIVE]
    assert {move.name for move in into} == {"countersign", "resume", "thaw"}
    signed = [move for move in MANDATE.moves if move.name in ("sign", "countersign")]
    assert [move.by for move in signed] == [{By.REVIEWER}, {By.CLIENT}]


def test_nobody_but_a_reviewer_publishes():
    for state in JobState:
        if state is not JobState.PAUSED:  # resuming what was reviewed
            assert JobState.PUBLISHED not in {m.target for m in JOB.allowed(state, By.ORGANISATION)}


def test_refusals_and_closings_need_a_reason():
    for move in APPLICATION.moves:
        assert move.reason == (move.target in (A.REJECTED, A.OFFER_RESCINDED, A.JOB_CLOSED))


@pytest.mark.parametrize(
    ("source", "target", "between"),
    [
        (A.SUBMITTED, A.VIEWED, ()),
        (A.SUBMITTED, A.SHORTLISTED, ()),
        (A.SUBMITTED, A.OFFER, (A.SHORTLISTED, A.INTERVIEW)),
        (A.VIEWED, A.INTERVIEW, (A.SHORTLISTED,)),
        (A.VIEWED, A.REJECTED, ()),
    ],
)
def test_skipped(source, target, between):
    assert stages.skipped(source, target) == between
    assert APPLICATION.to(source, target, By.ORGANISATION).target is target


def test_clocks():
    assert [stages.clock_days(s, 2) for s in (A.SUBMITTED, A.VIEWED, A.INTERVIEW)] == [2, 2, 5]
    assert all(stages.clock_days(state, 2) is None for state in ENDED)


def test_undo_is_for_the_mover_within_half_an_hour():
    reject = APPLICATION.find("reject", A.VIEWED, By.ORGANISATION)
    org = By.ORGANISATION
    late = AT + timedelta(minutes=30, seconds=1)
    assert stages.may_undo(reject, AT, AT + stages.UNDO_WINDOW, mover=org, by=org)
    assert not stages.may_undo(reject, AT, late, mover=org, by=org)
    assert not stages.may_undo(reject, AT, AT, mover=org, by=By.TALENT)
    view = APPLICATION.find("view", A.SUBMITTED, org)
    assert not stages.may_undo(view, AT, AT, mover=org, by=org)


def test_the_other_side_confirms():
    assert stages.confirming_side(By.ORGANISATION) is By.TALENT
    assert stages.confirming_side(By.TALENT) is By.ORGANISATION


def test_the_elements_are_columns():
    columns = {*Job.__table__.columns.keys(), "skills"}
    named = [name for names in stages.SIX_ELEMENTS.values() for name in names]
    assert len(stages.SIX_ELEMENTS) == 6
    assert set(named) <= columns
    assert len(named) == len(set(named))
