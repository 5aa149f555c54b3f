"""Whatever is written into the event table has words, in which the operator's pages show it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from talentmarket.alliance.duties.models import StepKind
from talentmarket.core.words import WORDS
from talentmarket.exchange.brokering.firms.models import MeasureRuling
from talentmarket.exchange.brokering.joining.stages import JOINING
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.brokering.placing.placements import PLACEMENT
from talentmarket.exchange.brokering.referring.stages import CLAIM, REFERRAL
from talentmarket.exchange.stages import APPLICATION, INVITATION, JOB
from talentmarket.members.licences import VERDICTS
from talentmarket.members.verification_states import STEPS
from talentmarket.web.operator.happened import verb_word
from tests.guards import sources

#: Subject → verbs that come from a table.
TABLES = {
    "application": {move.name for move in APPLICATION.moves},
    "incident": {str(kind) for kind in StepKind},
    "invitation": {move.name for move in INVITATION.moves} | {"send"},
    "job": {move.name for move in JOB.moves},
    "licence": set(VERDICTS),
    "mandate": {move.name for move in MANDATE.moves}
    | {f"joining_{move.name}" for move in JOINING.moves}
    | {"joining_ask"},
    "organisation": {step.name for step in STEPS}
    | {f"measure_{ruling}" for ruling in MeasureRuling}
    | {"measure_taken", "measure_appealed"},
    "placement": {move.name for move in PLACEMENT.moves},
    "referral": {move.name for move in REFERRAL.moves}
    | {f"claim_{move.name}" for move in CLAIM.moves},
}
#: Functions that write an event, and where they are called so: how many arguments stand before the
#: verb, and the subject where it is no argument of theirs.
WRITERS = {
    ("talentmarket/", "record"): (3, None),
    ("members/", "finish"): (2, "talent"),
    ("members/entry_verification.py", "_finish"): (3, "talent"),
    ("exchange/interviews.py", "_record"): (2, "application"),
    ("exchange/interview_absence.py", "_note"): (3, "application"),
    ("exchange/brokering/people/", "noted"): (2, "firm_person"),
    ("matching/store.py", "_record"): (1, "site"),
}


def _texts(node: ast.expr, named: dict[str, str]) -> Iterator[str]:
    """The texts an argument may be: a text, a name for one, one of two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in named:
        yield named[node.id]
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, named)
        yield from _texts(node.orelse, named)


def _constants(tree: ast.Module) -> dict[str, str]:
    """Names that stand for a text in a module."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def written() -> set[tuple[str, str]]:
    """(subject, verb) of every event that the source writes in so many words."""
    found = set()
    for path in sources.python_files("talentmarket"):
        tree = sources.tree(path)
        named = _constants(tree)
        writers = {name: how for (place, name), how in WRITERS.items() if place in path.as_posix()}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            place, subject = writers.get(name, (len(node.args), None))
            if len(node.args) <= place:
                continue
            subjects = [subject] if subject else _texts(node.args[1], named)
            verbs = list(_texts(node.args[place], named))
            found |= {(one, verb) for one in subjects for verb in verbs}
    return found


@pytest.mark.parametrize("subject", sorted(TABLES))
def test_moves_have_words(subject):
    assert subject in WORDS["event_subject"]
    assert not [verb for verb in TABLES[subject] if verb_word(subject, verb) == verb]


def test_what_the_source_writes_has_words():
    found = written()
    for known in (("account", "lift"), ("talent", "skill_put"), ("site", "check-chain")):
        assert known in found
    assert not sorted({one for one, _verb in found} - WORDS["event_subject"].keys())
    assert not sorted(pair for pair in found if verb_word(*pair) == pair[1])
