"""The yearly self-check of how users' data is protected (网络招聘服务管理规定 art. 21).

At least once a year; what was found is written down, and dangers are removed in time: each has a
day by which it is, and how it was. The items follow arts. 20 to 22 (level protection, rules on
users' data, giving abroad) and the laws these point to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from talentmarket.alliance.duties import common
from talentmarket.alliance.duties.models import CheckFinding, SelfCheck
from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean
from talentmarket.core.words import WORDS
from talentmarket.members.models import Account

ITEMS = tuple(WORDS["check_item"])
RESULTS = tuple(WORDS["check_result"])
#: Days from one check to the next at the most, and in which a danger is removed unless a shorter
#: time is set: the law says "in time", the thirty days are the exchange's own rule.
YEAR, REMOVE_DAYS = 365, 30
MOST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. `results`: item → (result, note)."""

    checked_on: date | None
    results: Mapping[str, tuple[str, str]]
    summary: str
    duty: str


def _results(given: Checked, wrong: dict[str, Any]) -> dict[str, dict[str, str]]:
    found = {}
    for item in ITEMS:
        result, note = given.results.get(item, ("", ""))
        note = clean(note)
        if result not in RESULTS:
            wrong[item] = _l("请选一项结果。")
        elif result != "good" and len(note) < 2:
            wrong[f"{item}_note"] = (
                _l("写明发现了什么隐患。") if result == "found" else _l("写明为什么不适用。")
            )
        elif len(note) > MOST_NOTE:
            wrong[f"{item}_note"] = _l("最多 %(most)s 字，请缩短。", most=MOST_NOTE)
        found[item] = {"result": result, "note": note}
    return found


def sign(session: Session, given: Checked, *, signer: Account, actor: Actor) -> SelfCheck:
    """Sign a check; each danger it found waits to be removed. Raises Invalid, Conflict."""
    wrong: dict[str, Any] = {}
    today = clock.today()
    on = given.checked_on
    if on is None or not today - timedelta(days=YEAR) <= on <= today:
        wrong["checked_on"] = _l("填写完成自查的日期，在一年之内，不能晚于今天。")
    results = _results(given, wrong)
    summary = common.text_of(given.summary, "summary", wrong)
    duty = common.duty_of(given.duty, wrong)
    if wrong or on is None:
        raise Invalid(wrong)
    made = SelfCheck(
        checked_on=on,
        results=results,
        summary=summary,
        duty=duty,
        signed_by=signer.id,
        signed_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as error:
        raise Conflict(_l("这一天的自查已经有人签署。"), code="checked-meanwhile") from error
    for item, said in results.items():
        if said["result"] == "found":
            session.add(
                CheckFinding(
                    self_check_id=made.id,
                    item=item,
                    text=said["note"],
                    due_on=on + timedelta(days=REMOVE_DAYS),
                )
            )
    dangers = sum(one["result"] == "found" for one in results.values())
    record(session, "self_check", made.public_id, "sign", actor=actor, dangers=dangers)
    session.flush()
    return made


def remove(
    session: Session, check: SelfCheck, item: str, text: str, *, by: Account, actor: Actor
) -> None:
    """Say how a danger was removed; once. Raises Invalid, NotFound, Conflict."""
    wrong: dict[str, Any] = {}
    text = common.text_of(text, "text", wrong)
    if wrong:
        raise Invalid(wrong)
    if all(one.item != item for one in check.findings):
        raise NotFound()
    won = session.execute(
        sa.update(CheckFinding)
        .where(
            CheckFinding.self_check_id == check.id,
            CheckFinding.item == item,
            CheckFinding.fixed_at.is_(None),
        )
        .values(fixed_at=clock.now(), fixed_text=text, fixed_by=by.id)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="removed-already")
    session.expire(check, ["findings"])
    record(session, "self_check", check.public_id, "danger_removed", actor=actor, item=item)


def find(session: Session, public_id: str) -> SelfCheck:
    """One check. Raises NotFound."""
    query = sa.select(SelfCheck).options(
        joinedload(SelfCheck.signer), selectinload(SelfCheck.findings)
    )
    found = session.scalar(query.where(SelfCheck.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def checks(session: Session) -> list[SelfCheck]:
    """All checks, the newest first."""
    return list(
        session.scalars(
            sa.select(SelfCheck)
            .options(joinedload(SelfCheck.signer), selectinload(SelfCheck.findings))
            .order_by(SelfCheck.checked_on.desc())
        )
    )


def next_due(session: Session) -> date:
    """By when the next check is done: today where there never was one."""
    return due_after(session.scalar(sa.select(sa.func.max(SelfCheck.checked_on))))


def due_after(last: date | None) -> date:
    """By when the check after the `last` one is done."""
    return last + timedelta(days=YEAR) if last else clock.today()


def dangers(session: Session) -> list[date]:
    """The days by which dangers that are still there are removed, the first on top."""
    query = sa.select(CheckFinding.due_on).where(CheckFinding.fixed_at.is_(None))
    return list(session.scalars(query.order_by(CheckFinding.due_on)))
