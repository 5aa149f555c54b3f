"""The start of a placement: said by a link, and decided by the office where one side is silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from talentmarket.core import calendar, clock
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.placing import links, proving, starting
from talentmarket.exchange.brokering.placing.cases import StartCase, StartParty, StartRuling
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account
from tests.factories.mandates import PDF
from tests.integration.brokering.any_order.acts import ACTS, Act, Run, act, hopeful, slips
from tests.integration.brokering.any_order.world import fresh

_FIRM = StartParty.FIRM
_SIDES = {"organisation": StartParty.EMPLOYER, "talent": StartParty.PERSON}
_TEXT = "十二月一日起在天府五街上班，有考勤记录。"


def _awaited(*states: str) -> Callable[[Run], list[int]]:
    """Placements whose start is awaited, by the stage of their application."""
    return lambda run: [
        one.id
        for one in run.seen.placements.values()
        if one.state == "agreed" and run.seen.applications[one.application_id].state in states
    ]


@act(_awaited("accepted", "started"), 2, after=("application_accept",))
def say_start_by_link(run: Run, session: Any, key: int) -> None:
    """Whoever holds a link says the start, and says it twice; now and then by an old one."""
    placement = fresh(session, Placement, key)
    side = run.chosen(*(starting.missing(placement.application) or (By.TALENT,)))
    receivers = links.receivers(session, placement, side)
    if not receivers:
        raise Conflict(code="nobody-there")
    until = clock.now() + timedelta(days=-1 if slips(run) else 14)
    token = links.token_of(placement, side, receivers[0].identity.value, until)
    links.say_by_link(session, token)
    assert links.say_by_link(session, token) is starting.Said.BEFORE


# --- one side is silent ------------------------------------------------------------------------


def _silence_ends(run: Run) -> list[datetime]:
    found = []
    for key in _awaited("started")(run):
        placement = run.seen.placements[key]
        if not _cases(run, key):
            found.append(_silent_until(run, placement) + timedelta(minutes=1))
    return [one for one in found if one > run.seen.now]


def _silent_until(run: Run, placement: Any) -> datetime:
    application = run.seen.applications[placement.application_id]
    morning = clock.start_of_day(run.starts[application.id]) + timedelta(hours=9)
    return calendar.due(max(application.moved_at, morning), 10)


def _cases(run: Run, placement: int) -> list[Any]:
    return [one for one in run.seen.cases.values() if one.placement_id == placement]


ACTS["wait_silent_start"] = Act(
    "wait_silent_start", 1, _silence_ends, lambda *_: None, ("application_start",), waits=True
)


def _provable(run: Run) -> list[tuple[int, StartParty]]:
    """(placement, who proves): the side that said it, or the firm; not the silent one."""
    found = []
    for key in _awaited("started")(run):
        placement = run.seen.placements[key]
        over = _silent_until(run, placement) < run.seen.now
        if not _cases(run, key) and hopeful(run, over):
            said = _SIDES[run.seen.applications[placement.application_id].moved_by_side]
            found += [
                (key, one) for one in (*StartParty, said) if hopeful(run, one in (said, _FIRM))
            ]
    return found


@act(_provable, 8, after=("wait_silent_start",))
def file_proof(run: Run, session: Any, target: tuple[int, StartParty]) -> None:
    key, party = target
    placement = fresh(session, Placement, key)
    _alive(run, placement, party)
    proof = (PDF, "劳动合同.pdf")
    proving.file(session, placement, party, _TEXT, proof, actor=Actor("someone"))


def _alive(run: Run, placement: Placement, party: StartParty) -> None:
    """Who was erased cannot sign in."""
    if party is StartParty.PERSON and run.person(placement.application.talent_id).erased:
        raise Conflict(code="erased")


def _open(kind: str) -> Callable[[Run], list[int]]:
    return lambda run: [
        one.id for one in run.seen.cases.values() if one.ruling is None and one.kind == kind
    ]


def _unanswered(run: Run) -> list[tuple[int, StartParty]]:
    found = []
    for key in (*_open("proof")(run), *_open("appeal")(run)):
        case = run.seen.cases[key]
        others = [one for one in StartParty if one != case.party]
        found += [(case.placement_id, one) for one in others if case.answered_at is None]
    return found


@act(_unanswered, 1, after=("file_proof",))
def answer_proof(run: Run, session: Any, target: tuple[int, StartParty]) -> None:
    key, party = target
    placement = fresh(session, Placement, key)
    _alive(run, placement, party)
    proving.answer(session, placement, party, _TEXT, actor=Actor("someone"))


def _rules(name: str, kind: str, *rulings: StartRuling) -> None:
    def do(run: Run, session: Any, key: int) -> None:
        case = fresh(session, StartCase, key)
        before = [one.ruled_by for one in _cases(run, case.placement_id)]
        others = [one for one in run.parties.operators if one not in before]
        operator = run.chosen(*others, *run.parties.operators)
        proving.rule(
            session,
            case,
            run.chosen(*rulings),
            "合同和考勤相符，足以认定。",
            operator=fresh(session, Account, operator),
            actor=Actor("office"),
        )

    do.__name__ = name
    act(_open(kind), 2, after=("file_proof" if kind == "proof" else "appeal_start",))(do)


_R = StartRuling
_rules("rule_start_took_place", "proof", _R.STARTED)
_rules("rule_start_not_proven", "proof", _R.NOT_PROVEN)
_rules("rule_start_appeal", "appeal", _R.STARTED, _R.NOT_PROVEN)


def _lost(run: Run) -> list[tuple[int, StartParty]]:
    """(placement, who lost the first ruling) while it is not carried out."""
    found = []
    for one in run.seen.cases.values():
        if one.kind == "appeal" or one.takes_effect_at is None:
            continue
        placement = run.seen.placements[one.placement_id]
        said = _SIDES.get(run.seen.applications[placement.application_id].moved_by_side)
        started = one.ruling == "started"
        losers = [x for x in StartParty if (x in (said, _FIRM)) is not started]
        found += [(one.placement_id, loser) for loser in losers]
    return found


@act(_lost, 1.5, after=("rule_start_not_proven", "rule_start_took_place"))
def appeal_start(run: Run, session: Any, target: tuple[int, StartParty]) -> None:
    key, party = target
    placement = fresh(session, Placement, key)
    _alive(run, placement, party)
    proving.file(session, placement, party, _TEXT, None, actor=Actor("someone"))


def _takes_effect(run: Run) -> list[datetime]:
    ends = [one.takes_effect_at for one in run.seen.cases.values()]
    return [one + timedelta(minutes=1) for one in ends if one is not None and one > run.seen.now]


ACTS["wait_ruling_carried_out"] = Act(
    "wait_ruling_carried_out",
    1.5,
    _takes_effect,
    lambda *_: None,
    ("rule_start_took_place", "rule_start_not_proven"),
    waits=True,
)
