"""The people of one job as its page shows them: ranked and compared, by stage, through firms, over.

Also the few whom the platform recommends: they stand among the ranked by their points, as the
anonymous cards they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.discovery.recommended import Recommended, recommended
from talentmarket.exchange import applications, desk, pipeline
from talentmarket.exchange.brokering.referring import sending, watching
from talentmarket.exchange.desk import Candidate, Filters, Scope
from talentmarket.exchange.models import Application, ApplicationRoute, ApplicationState, Job
from talentmarket.exchange.visibility import Reader
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.outcomes.recording import Drafted
from talentmarket.matching.outcomes.recording import shown as note_shown
from talentmarket.matching.score import Match
from talentmarket.matching.service import stand_snapshots
from talentmarket.members import cards
from talentmarket.web.jobviews import placed_text
from talentmarket.web.org_desk import views
from talentmarket.web.talents.views import card_row

PAGE = 50  # rows of a list at once
#: What the address of a list says, and its other addresses carry on.
KEPT = (
    *("view", "state", "route", "late", "number", "order"),
    *("page", "block", "column", "pick", "differing"),
)
View = dict[str, Any]


@dataclass(frozen=True)
class People:
    """What the page prints, the applications that stand on it, and the names that are open."""

    values: View
    listed: list[Application]
    names: Mapping[str, str]


def board_of(session: Session, scope: Scope, job: Job, view: str) -> People:
    """The board: all applications counted by stage, the first of each column shown."""
    org = scope.organisation.public_id
    stacks = pipeline.board(session, scope, job, filters_of(view), views.BOARD_MOST)
    listed = [row for stack in stacks for row in stack.rows]
    names = applications.names_of(session, listed, scope.reader)
    matches = stand_snapshots(job, views.profiles_of(session, listed))
    held = sending.awaiting(session, listed)
    values = {
        "columns": views.board_columns(
            stacks, org, names, matches, held, request.args.get("column", ""), _changed
        )
    }
    return People(values, listed, names)


def people_of(session: Session, scope: Scope, job: Job, view: str) -> People:
    """The list: ranked within a block of applications, however many there are."""
    org = scope.organisation.public_id
    by_time = request.args.get("order") == "time"
    filters = filters_of(view)
    block = desk.applications_of(
        session,
        scope,
        job,
        filters,
        ended=view == "ended",
        number=request.args.get("block", 1, type=int),
    )
    profiles = views.profiles_of(session, block.rows)
    ranked = desk.candidates(block.rows, stand_snapshots(job, profiles), by_time=by_time)
    pages = max(1, -(-len(ranked) // PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    picked = frozenset(request.args.getlist("pick")[: desk.COMPARE_MOST])
    shown = ranked[(page - 1) * PAGE : page * PAGE]
    compared = _compared(ranked, picked) if view == "rank" else []
    listed = [row.application for row in (*shown, *compared)]
    names = applications.names_of(session, listed, scope.reader)
    explained = views.explained(job, profiles, [*shown, *compared])
    shown, compared = explained[: len(shown)], explained[len(shown) :]
    differing = request.args.get("differing") == "1"
    people, table = views.comparison(compared, org, names, differing=differing)
    open_ones = views.readable(session, [row.application for row in shown])
    waiting = sending.awaiting(session, [row.application for row in shown])
    found = [
        views.candidate_view(
            row,
            org,
            picked,
            names,
            open_ones,
            watching.AFTER_ANSWER if row.application.id in waiting else (),
        )
        for row in shown
    ]
    model = next((str(row.match.model) for row in explained if row.match), None)
    if view == "rank" and not by_time and filters == Filters():
        matches = {one["url"]: row.match for one, row in zip(found, shown, strict=True)}
        start = page == 1 and block.number == 1
        proposed, drafted = _recommended(session, scope, job) if start else ({}, None)
        others = list(proposed.values())
        found = among(found, [card for card, _match in others])
        model = model or next((match.model for _card, match in others), None)
        first = block.first + (page - 1) * PAGE
        _note(org, Surface.DESK, found, matches, first)
        theirs = {url: match for url, (_card, match) in proposed.items()}
        _note(org, Surface.RECOMMENDED, found, theirs, first, drafted)
    values = {
        "candidates": found,
        "previous": _page(page - 1) if page > 1 else None,
        "next": _page(page + 1) if page < pages else None,
        "differing": differing,
        "people": people,
        "table": table,
        "blocks": _blocks(block),
        "by_time": by_time,
        "model": model,
    }
    return People(values, listed, names)


def _blocks(block: desk.Block) -> View | None:
    """Which of more applications than are put in order at once the list holds; None for all."""
    if block.blocks == 1:
        return None
    last = min(block.total, block.first + desk.MOST_ROWS - 1)
    return {
        "text": _(
            "共 %(total)s 份申请，按提交时间每 %(most)s 份一组排序，这是第 %(first)s–%(last)s 份。",
            total=block.total,
            most=desk.MOST_ROWS,
            first=block.first,
            last=last,
        ),
        "previous": _changed(block=block.number - 1, page=None) if block.number > 1 else None,
        "next": _changed(block=block.number + 1, page=None)
        if block.number < block.blocks
        else None,
    }


def _compared(ranked: Sequence[Candidate], picked: frozenset[str]) -> list[Candidate]:
    chosen = [row for row in ranked if row.application.public_id in picked]
    return chosen or list(ranked[:3])


def _page(number: int) -> str:
    return _changed(page=number)


def _changed(**changes: Any) -> str:
    asked = {name: request.args.getlist(name) for name in KEPT if name in request.args}
    values = {**asked, **(request.view_args or {}), **changes}
    return url_for(".job", **values)


def filters_of(view: str) -> Filters:
    """What the address narrows the list to."""
    state = request.args.get("state", "")
    route = request.args.get("route", "")
    if view == "referred":
        route = str(ApplicationRoute.REFERRAL)
    return Filters(
        state=ApplicationState(state) if state in set(ApplicationState) else None,
        route=route if route in set(ApplicationRoute) else None,
        late=request.args.get("late") == "1",
        text=request.args.get("number", "")[:12],
    )


def _note(
    org: str,
    surface: Surface,
    rows: Sequence[View],
    matches: Mapping[str, Match | None],
    first: int,
    drafted: Drafted | None = None,
) -> None:
    """What was shown, with the ranks among all rows of the list."""
    ranked = ((rank, matches.get(row["url"])) for rank, row in enumerate(rows, first))
    viewer = current_user.account.public_id
    note_shown(surface, ranked, viewer=viewer, organisation=org, drafted=drafted)


def _recommended(
    session: Session, scope: Scope, job: Job
) -> tuple[dict[str, tuple[View, Match]], Drafted | None]:
    """By address: the card and its match, best first; and how they were picked in a trial."""
    if scope.reader is not Reader.DESK:
        return {}, None
    asked = [row.skill_id for row in job.skills]
    org = scope.organisation.public_id
    people = recommended(session, scope.organisation, job)
    found = [(_card(one, org, job, asked), one.match) for one in people]
    drafted = next((one.drafted for one in people), None)
    return {card["url"]: (card, match) for card, match in found}, drafted


def _card(one: Recommended, org: str, job: Job, asked: list[str]) -> View:
    address = url_for("org_talents.show", org=org, card=one.card, job=job.public_id)
    card = card_row(cards.anonymous_card(one.talent, viewer_org=org), address, one.match, asked)
    placed = one.drafted.placed.get(one.talent.public_id) if one.drafted is not None else None
    return {
        **{name: card[name] for name in ("url", "number", "skills", "score")},
        "name": None,
        "tag": (_("平台推荐，未申请"), "line"),
        "about": [*card["meta"], placed_text(placed)] if placed else card["meta"],
        "pick": None,
        "clock": None,
        "invite": url_for("org_desk.invite", org=org, card=one.card, job=job.public_id),
    }


def among(rows: Sequence[View], others: Sequence[View]) -> list[View]:
    """`others`, best first, each before the first row with fewer points, or at the end.

    Rows keep their order: whoever applied never falls behind somebody with as many points.
    """
    merged: list[View] = []
    waiting = list(others)
    for row in rows:
        points = row["score"]["total"] if row["score"] else None
        while waiting and points is not None and waiting[0]["score"]["total"] > points:
            merged.append(waiting.pop(0))
        merged.append(row)
    return merged + waiting
