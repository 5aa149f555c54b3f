"""Applications as the desk's macros take them: numbers first, names where they are open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.words import word
from talentmarket.exchange import score_reviews, snapshots
from talentmarket.exchange.brokering.referring import watching
from talentmarket.exchange.desk import Candidate
from talentmarket.exchange.models import Application, ApplicationState, Job, Side
from talentmarket.exchange.pipeline import Column
from talentmarket.exchange.stages import APPLICATION, By
from talentmarket.exchange.visibility import Level, level
from talentmarket.matching.score import Match
from talentmarket.matching.service import score_snapshots
from talentmarket.web.applications import words
from talentmarket.web.applications.snapshot import about
from talentmarket.web.concepts import skill_name
from talentmarket.web.matchviews import evidence_text

S = ApplicationState
BOARD_MOST = 12  # cards of a column


def profiles_of(session: Session, rows: Sequence[Application]) -> dict[str, dict[str, Any]]:
    """What applicants sent and may be scored by, by talent id; the profile may have gone on since.
    Only of those who have personal ranking on.

    Who withdrew or got no answer is not scored any more: the purpose is over. A score that a human
    review found wrong is none.
    """
    wrong = score_reviews.found_wrong(session, [row.public_id for row in rows])
    open_ones = readable(session, rows)
    return {
        row.talent.public_id: row.snapshot.profile
        for row in rows
        if row.public_id in open_ones
        and row.snapshot is not None
        and row.talent.account.personal_ranking
        and row.public_id not in wrong
    }


def readable(session: Session, rows: Sequence[Application]) -> frozenset[str]:
    """The applications (by public id) whose snapshot the organisation may read now: the stage shows
    it and the person gives it. Of a brought person not before the answer whether it is new, and of
    nobody once it was taken back."""
    shown = [
        row
        for row in rows
        if level(row.state, row.moved_from) >= Level.SNAPSHOT
        and row.snapshot is not None
        and row.snapshot.erased_at is None
    ]
    given = snapshots.given_to_all(session, shown) if shown else {}
    return frozenset(key for key, fields in given.items() if "snapshot" in fields)


def matches_of(session: Session, job: Job, rows: Sequence[Application]) -> dict[str, Match]:
    """Matches of the job with what its applicants sent, by talent id."""
    return score_snapshots(job, profiles_of(session, rows))


def explained(
    job: Job, profiles: Mapping[str, Mapping[str, Any]], rows: Sequence[Candidate]
) -> list[Candidate]:
    """The rows that are shown, each with the match that explains its place."""
    keys = [row.application.talent.public_id for row in rows]
    matches = score_snapshots(job, {one: profiles[one] for one in keys if one in profiles})
    return [replace(row, match=matches.get(one)) for row, one in zip(rows, keys, strict=True)]


def score_view(match: Any) -> dict[str, Any] | None:
    """Total and six parts for the score macros; None without a score."""
    if match is None or match.total is None:
        return None
    return {
        "total": match.total,
        "parts": [
            {"code": str(part.code), "points": part.points, "of": part.of} for part in match.parts
        ],
    }


def candidate_view(
    row: Candidate,
    org: str,
    picked: frozenset[str],
    names: Mapping[str, str],
    open_ones: frozenset[str],
    held: Collection[str] = (),
) -> dict[str, Any]:
    """A row of the ranked list. `names`: those that are open, by application; `open_ones`: see
    :func:`readable`; `held`: moves that must wait."""
    one = row.application
    shown = one.public_id in open_ones
    frozen = one.snapshot.profile if shown and one.snapshot else {}
    return {
        "id": one.public_id,
        "url": url_for("org_desk.show", org=org, application_id=one.public_id),
        "number": one.number,
        "name": names.get(one.public_id),
        "state": one.state,
        "acts": acts_of(one),
        "held": held,
        "tag": (word("route", one.route), "line"),
        "about": about(frozen) if shown else [],
        "skills": _skills(row, frozen) if shown else [],
        "score": score_view(row.match),
        "pick": {
            "name": "pick",
            "value": one.public_id,
            "checked": one.public_id in picked,
            "seen": f"{one.public_id}.{one.revision}",
        },
        "clock": words.clock_of(one),
        "revision": one.revision,
        "invite": None,
    }


def acts_of(application: Application) -> set[str]:
    """The moves the desk may make now."""
    acts = {step.name for step in APPLICATION.allowed(application.state, By.ORGANISATION)}
    if application.state is S.STARTED and application.moved_by_side is Side.ORGANISATION:
        acts.discard("confirm")  # the person says it
    return acts - {"view", "close"}


def _skills(row: Candidate, frozen: dict[str, Any]) -> list[dict[str, Any]]:
    if row.match is not None:
        order = ("met", "claimed", "related", "missing", "unknown")
        asked = [item.row for item in row.match.rows if item.row.key.startswith("skill:")]
        asked.sort(key=lambda one: order.index(str(one.state)))
        return [{"name": words.row_name(one.key), "state": str(one.state)} for one in asked[:8]]
    skills = frozen.get("skills") or ()
    return [
        {"name": skill_name(skill["skill"]), "state": skill.get("state") or "claimed"}
        for skill in skills[:8]
    ]


def comparison(
    rows: Sequence[Candidate], org: str, names: Mapping[str, str], *, differing: bool
) -> tuple[list[Any], list[Any]]:
    """Up to four side by side: (people, requirement rows) for the macro; only the rows where they
    differ, where that was asked."""
    people = [
        {
            "number": row.application.number,
            "name": names.get(row.application.public_id),
            "url": url_for("org_desk.show", org=org, application_id=row.application.public_id),
            "score": score_view(row.match),
        }
        for row in rows
    ]
    found = [
        {item.row.key: item.row for item in row.match.rows} if row.match else {} for row in rows
    ]
    keys = list(dict.fromkeys(key for one in found for key in one))
    table: list[dict[str, Any]] = [
        {"name": words.row_name(key), "cells": [_cell(one.get(key)) for one in found]}
        for key in keys
    ]
    if differing:
        table = [row for row in table if len({_level(cell) for cell in row["cells"]}) > 1]
    return people, table


def _cell(row: Any) -> dict[str, Any]:
    """A requirement of one person: the state, a related skill, and what stands behind it."""
    if row is None:
        return {"state": "unknown", "near": "", "text": _("没有计算")}
    near = ""
    if row.near and row.key.startswith("skill:"):
        near = _("%(skill)s，%(near)s", skill=skill_name(row.near[0]), near=f"{row.near[1]:.2f}")
    return {"state": str(row.state), "near": near, "text": evidence_text(row)}


def _level(cell: dict[str, Any]) -> tuple[str, str]:
    """What makes two cells differ: the same state by other papers is no difference."""
    return cell["state"], cell["near"]


def board_columns(
    columns: Sequence[Column],
    org: str,
    names: Mapping[str, str],
    matches: Mapping[str, Any],
    held: Collection[int],
    here: str,
    address: Callable[..., str],
) -> list[dict[str, Any]]:
    """The board's columns for the macro: the first cards of each, and how many more. `held`: keys of
    those whose moves wait for an answer; `here`: the column a phone shows; `address` makes the
    page's address with some of it changed."""
    found = [
        {
            "stage": str(one.state),
            "title": word("application", one.state),
            "count": one.count,
            "late": one.late,
            "cards": [
                _card(Candidate(row, matches.get(row.talent.public_id)), org, names, held)
                for row in one.rows
            ],
            "rest": one.count - len(one.rows),
            "rest_url": address(view="rank", state=str(one.state)),
            "url": address(column=str(one.state)),
            "current": str(one.state) == here,
        }
        for one in columns
    ]
    if found and not any(one["current"] for one in found):
        max(found, key=lambda one: (bool(one["late"]), bool(one["count"])))["current"] = True
    return found


def _card(
    row: Candidate, org: str, names: Mapping[str, str], held: Collection[int]
) -> dict[str, Any]:
    one, name = row.application, names.get(row.application.public_id)
    days = (clock.today() - clock.local(one.moved_at).date()).days
    waits = watching.AFTER_ANSWER if one.id in held else frozenset()
    return {
        "id": one.public_id,
        "name": name or one.number,
        "named": name is not None,
        "url": url_for("org_desk.show", org=org, application_id=one.public_id),
        "score": row.score,
        "lines": [],
        "age": _("今天进入") if days <= 0 else ngettext("已 %(num)d 天", "已 %(num)d 天", days),
        "clock": words.clock_of(one),
        "pick": {"value": one.public_id, "seen": f"{one.public_id}.{one.revision}"},
        "moves": [
            _move(name, one, org, waits=name in waits)
            for name in CARD_MOVES
            if name in acts_of(one)
        ],
        "waits": _("先答复是否新人选，才能入围、约面试或录用。") if waits else None,
    }


#: Moves of a card's menu and the column each leads to; both ends of a refusal ask for a reason.
CARD_MOVES = {
    "shortlist": S.SHORTLISTED,
    "interview": S.INTERVIEW,
    "offer": S.OFFER,
    "start": S.STARTED,
    "reject": S.REJECTED,
}


def _move(name: str, one: Application, org: str, *, waits: bool) -> dict[str, Any]:
    texts = {
        "shortlist": pgettext("move", "入围"),
        "interview": _("约面试"),
        "offer": _("发出录用"),
        "start": _("已入职"),
        "reject": _("不合适…"),
    }
    view: dict[str, Any] = {"text": texts[name], "to": str(CARD_MOVES[name]), "kind": "quiet"}
    if waits:
        view["waits"] = True  # nothing to press and nowhere to drag
    elif name == "interview":
        view["url"] = url_for("org_desk.interview", org=org, application_id=one.public_id)
    elif name == "reject":
        view["url"] = url_for("org_desk.refuse", org=org, application_id=one.public_id)
    else:
        view["url"] = url_for("org_desk.move", org=org, application_id=one.public_id)
        view["fields"] = {"move": name, "revision": one.revision}
    return view


def answer_view(one: Application, org: str) -> dict[str, Any]:
    """A line of what is to be answered."""
    return {
        "number": one.number,
        "job": one.job.title,
        "state": one.state,
        "url": url_for("org_desk.show", org=org, application_id=one.public_id),
        "clock": words.clock_of(one),
    }


def person_view(application: Application, sight: Any) -> snapshots.Person:
    """Name and contact as far as they are open."""
    return snapshots.person_of(application.snapshot, sight)
