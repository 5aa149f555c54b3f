"""Starts that one side says and the other does not: the proof that is with the office."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from talentmarket.cli.demo import files
from talentmarket.cli.demo.brokering.facts import Placed
from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.cli.demo.histories import Course
from talentmarket.core import calendar
from talentmarket.core import files as stored
from talentmarket.exchange.brokering.placing.cases import StartCase, StartCaseKind, StartParty
from talentmarket.exchange.brokering.placing.models import PlacementState
from talentmarket.exchange.brokering.placing.proving import SILENCE_DAYS
from talentmarket.exchange.brokering.referring.stages import RULING_WORKING_DAYS

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import FirmKeys, Loader

TEXTS = (
    "本人已按约到岗，劳动合同已签，门禁和考勤自入职日起都有记录，多次提醒仍没有确认。",
    "已办理入职登记并开始缴纳社会保险，工资按月发放，请裁定已入职。",
)


def filed_at(placed: Placed, course: Course, now: datetime, dice: Dice) -> datetime | None:
    """When the employer filed proof, so lately that the office still has time; None where the start
    is confirmed, or the silence not long enough."""
    steps = {step.name: step.at for step in course.steps}
    if placed.state is not PlacementState.AGREED or "start" not in steps:
        return None
    if {"confirm", "not_started"} & set(steps):
        return None
    first = calendar.due(steps["start"], SILENCE_DAYS)
    least = max(first, now - timedelta(days=2))
    if now - least < timedelta(hours=4):
        return None
    return at_work(least + (now - least) * dice.uniform(0.2, 0.8), least, now)


def write(
    loader: Loader, client: FirmKeys, acting_for: str, placement: tuple[int, str], at: datetime
) -> None:
    """The case with its file, and its event. `acting_for`: the employer."""
    key, public_id = placement
    dice, store = Dice(f"proof:{public_id}"), loader.store
    case, who = dice.public_id(), client.recruiter.public_id
    data = files.specimen(
        "Proof of a start", f"Placement: {public_id}", "Made for the demonstration, no document."
    )
    file = store.add(
        stored.StoredFile, public_id=dice.public_id(), key=stored.store().put(data),
        name="考勤记录.pdf", content_type="application/pdf", size=len(data),
        owner_type="start_case", owner_id=case, purpose="start_proof", uploaded_by=who,
        uploaded_at=at,
    )  # fmt: skip
    store.add(
        StartCase, public_id=case, placement_id=key, kind=StartCaseKind.PROOF,
        party=StartParty.EMPLOYER, text=dice.choice(TEXTS), file_id=file, filed_at=at,
        due_at=calendar.due(at, RULING_WORKING_DAYS), answer="", answered_at=None, ruling=None,
        reasons="", ruled_at=None, ruled_by=None, takes_effect_at=None, revision=1,
    )  # fmt: skip
    store.event(
        at, ("placement", public_id), "file_proof", actor=who, acting_for=acting_for,
        data={"case": case, "party": str(StartParty.EMPLOYER)},
    )  # fmt: skip
