"""People for a verified organisation: search with a purpose, and the card of one.

Who opens a card leaves a trace the person can read; how many cards an organisation may open in a
day is limited, and the limit is shared by all processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy.orm import Session, lazyload, selectinload

from talentmarket.core import clock, counters
from talentmarket.core.errors import NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import talents as discovery
from talentmarket.discovery.alike import alike
from talentmarket.discovery.asking import EDUCATION_RANKS, YEARS_BANDS
from talentmarket.discovery.talents import FoundTalents, TalentQuery
from talentmarket.exchange.models import Job
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.outcomes.recording import opened, shown
from talentmarket.matching.service import score_talents
from talentmarket.matching.wishes import lists_made
from talentmarket.members import cards
from talentmarket.members.blocks import Binding, binding
from talentmarket.members.models import (
    Account,
    OpeningLevel,
    Organisation,
    ProfileOpening,
    Talent,
)
from talentmarket.members.openings import record_opening
from talentmarket.web import addresses, facetviews, understood
from talentmarket.web.addresses import State
from talentmarket.web.concepts import skill_name
from talentmarket.web.matchviews import match_view, mutual_view
from talentmarket.web.me.card_views import card_view
from talentmarket.web.org_desk import common
from talentmarket.web.referrals.organisation import may_refer
from talentmarket.web.referring import asked_on
from talentmarket.web.saved_searches.views import offer
from talentmarket.web.talents.views import card_row

bp = Blueprint("org_talents", __name__, url_prefix="/org/<org>/talents")
NAMES = (*discovery.TERMS, "years", "education")
#: Cards that an organisation may open in a day.
DAILY_CARDS = 200
DAY = timedelta(days=1)
View = dict[str, Any]


@dataclass(frozen=True)
class Purpose:
    """For what people are searched. `job`: chosen; `jobs`: to choose from; `hindrance`: a code of
    why no search is possible, None when it is."""

    organisation: Organisation
    jobs: list[Job]
    job: Job | None
    hindrance: str | None


def purpose_of(session: Session, org: str) -> Purpose:
    """The purpose the address names, and whether the organisation may search with it."""
    organisation = common.organisation_of(session, org)
    jobs = list(
        session.scalars(
            discovery.purposes(organisation)
            .options(selectinload(Job.skills))
            .order_by(Job.published_at.desc(), Job.id)
            .limit(200)
        )
    )
    wanted = request.args.get("job", "")
    job = next((one for one in jobs if one.public_id == wanted), None)
    return Purpose(organisation, jobs, job, discovery.hindrance(session, organisation, job))


@bp.get("")
def search(org: str) -> str:
    """Words and filters; with a job, in the order of the match with it."""
    session = common.read()
    purpose = purpose_of(session, org)
    state = addresses.read("org_talents.search", NAMES, org=org)
    if purpose.job is not None:
        state = addresses.with_kept(state, job=purpose.job.public_id)
    if purpose.hindrance is not None:
        return common.page(
            "talents/org_search.html",
            purpose.organisation,
            purpose=purpose,
            state=state,
            found=None,
        )
    query = TalentQuery(state.words, state.filters, state.wish, state.sort, state.page)
    found = discovery.search_talents(session, purpose.organisation, query, purpose.job)
    if found.sort in discovery.RANKED:
        matches = (found.matches.get(talent.public_id) for _card, talent in found.rows)
        shown(
            Surface.PEOPLE,
            enumerate(matches, 1 + (found.page - 1) * discovery.PAGE_SIZE),
            viewer=current_user.account.public_id,
            organisation=org,
        )
    return common.page(
        "talents/org_search.html",
        purpose.organisation,
        purpose=purpose,
        state=state,
        found=found,
        rows=rows_of(org, purpose.job, found),
        chips=understood.chips(state, found.understanding),
        mended=understood.mended(state, found.understanding),
        words_url=understood.words_url(state, found.understanding),
        facets=_facets(state, found),
        sorts=_sorts(state, found.sort, purpose.job),
        pages=addresses.page_numbers(found.page, found.pages),
        head=_head(found),
        saving=offer(state, "org_saved_searches.new"),
        model=next((match.model for match in found.matches.values()), None),
        lists_made=lists_made(session) if found.sort == "mutual" else None,
    )


def rows_of(org: str, job: Job | None, found: FoundTalents) -> list[View]:
    """The cards of a page, each with the address that opens it."""
    asked = [row.skill_id for row in job.skills] if job is not None else []
    rows = []
    for card, talent in found.rows:
        url = url_for("org_talents.show", org=org, card=card, job=job.public_id if job else None)
        shown = cards.anonymous_card(talent, viewer_org=org)
        row = card_row(shown, url, found.matches.get(talent.public_id), asked)
        row["mutual"] = mutual_view(found.mutual.get(talent.public_id), own=False)
        rows.append(row)
    return rows


def _head(found: FoundTalents) -> str:
    if found.total is None:
        return _("最近更新的人才")
    return ngettext("%(num)d 位人才", "%(num)d 位人才", found.total)


def _facets(state: State, found: FoundTalents) -> list[View]:
    if found.degraded:
        return []
    counts = found.facets
    made = [
        facetviews.place_facet(state, counts),
        facetviews.facet(state, counts, "years", [code for code, _low, _high in YEARS_BANDS]),
        facetviews.facet(state, counts, "education", [str(rank) for rank in EDUCATION_RANKS]),
        facetviews.long_facet(state, counts, "skill", facetviews.FIRST_SKILLS, _("更多技能")),
        facetviews.words_facet(state, counts, "availability", "availability"),
        facetviews.words_facet(state, counts, "mode", "work_mode"),
    ]
    return [one for one in made if one["options"]]


def _sorts(state: State, chosen: str, job: Job | None) -> list[View]:
    names = {
        "match": _("匹配优先"),
        "mutual": _("双方都合适"),
        "relevance": _("最相关"),
        "newest": _("最近更新"),
        "years": _("经验最多"),
    }
    shown = [
        name
        for name in names
        if (name not in discovery.RANKED or job is not None)
        and (name != "relevance" or state.words)
    ]
    return [
        {"text": names[name], "url": state.url(sort=name), "current": name == chosen}
        for name in shown
    ]


@bp.get("/<card>")
def show(org: str, card: str) -> str:
    """The card of one person; opening it is written down for the person."""
    session = common.read()
    purpose = purpose_of(session, org)
    if purpose.hindrance is not None:
        raise NotFound()
    bound = binding(session, purpose.organisation)
    talent = discovery.open_card(session, purpose.organisation, card, bound)
    if talent is None:
        raise NotFound()
    job, match = purpose.job, None
    if job is not None:
        match = score_talents(session, job, [talent.public_id]).get(talent.public_id)
    page = {
        "card": card_view(cards.anonymous_card(talent, viewer_org=org)),
        "card_id": card,
        "match": match_view(match, own=False, hidden=cards.identifying_names(talent)),
        "job": {"id": job.public_id, "title": job.title} if job is not None else None,
        "may_invite": bool(purpose.jobs),
        "may_refer": may_refer(session, purpose.organisation),
        "alike": _alike(session, purpose, talent, bound),
    }
    if match is not None and job is not None and _from_list(org, job):
        opened(job.public_id, talent.public_id, viewer=current_user.account.public_id)
    organisation = purpose.organisation
    if talent.account_id != current_user.account.id and _write_down(
        session, organisation.id, talent.id, job.public_id if job is not None else None
    ):
        organisation = common.organisation_of(common.read(), org)
    return common.page("talents/org_show.html", organisation, **page)


def _from_list(org: str, job: Job) -> bool:
    """Whether the reader comes from people in an order for the job."""
    desk = url_for("org_desk.job", org=org, job_id=job.public_id)
    asked = asked_on(url_for("org_talents.search", org=org), desk)
    if asked is None or asked.get("order") == "time":
        return False
    for_job = asked.get("job", job.public_id) == job.public_id
    return for_job and asked.get("sort", "match") in discovery.RANKED


def _alike(session: Session, purpose: Purpose, talent: Talent, bound: Binding) -> list[View]:
    """Cards like this one. Each is counted when it is opened, as in the search."""
    org, job = purpose.organisation.public_id, purpose.job
    rows = []
    for one in alike(session, purpose.organisation, talent, bound):
        url = url_for(
            "org_talents.show", org=org, card=one.card, job=job.public_id if job else None
        )
        row = card_row(cards.anonymous_card(one.talent, viewer_org=org), url)
        names = _("、").join(skill_name(code) for code in one.similar.shared)
        row["alike"] = (
            _("相近 %(points)s：都有%(skills)s", points=one.similar.points, skills=names)
            if names
            else _("相近 %(points)s", points=one.similar.points)
        )
        rows.append(row)
    return rows


def _write_down(reading: Session, organisation_id: int, talent_id: int, job_id: str | None) -> bool:
    """Write the opening down, once a day for the same reader, person and purpose; whether anything
    was written, and so what was read is to be read again.

    Raises TooMany past the organisation's limit of the day.
    """
    reader = current_user.account.id
    if _opened_today(reading, talent_id, reader, organisation_id, job_id):
        return False  # nothing to write: no lock, and what was read stays
    with unit_of_work() as session:
        organisation = session.get_one(Organisation, organisation_id)
        talent = session.get_one(  # of whom nothing but the row itself is written about
            Talent, talent_id, options=[lazyload("*")], populate_existing=True
        )
        viewer = session.get_one(Account, reader)
        if _opened_today(session, talent_id, viewer.id, organisation_id, job_id):
            return True
        counters.limit(session, f"cards:{organisation.id}", DAY, DAILY_CARDS)
        record_opening(
            session,
            talent,
            viewer=viewer,
            organisation=organisation,
            purpose="match" if job_id else "search",
            level=OpeningLevel.CARD,
            subject=("job", job_id) if job_id else None,
        )
    return True


def _opened_today(
    session: Session, talent: int, viewer: int, organisation: int, job: str | None
) -> bool:
    subject = ProfileOpening.subject_id
    rows = sa.select(ProfileOpening.id).where(
        ProfileOpening.talent_id == talent,
        ProfileOpening.viewer_id == viewer,
        ProfileOpening.organisation_id == organisation,
        ProfileOpening.level == OpeningLevel.CARD,
        ProfileOpening.at >= clock.start_of_day(clock.today()),
        subject == job if job else subject.is_(None),
    )
    return session.scalar(sa.select(rows.exists())) is True
