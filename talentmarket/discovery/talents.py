"""Searching people: by verified organisations, with a purpose; anonymous cards only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from search.errors import BadRequest, SearchError
from search.fields import Kind
from search.requests import (
    AnyOf,
    Facet,
    Filter,
    Ids,
    Not,
    SearchRequest,
    SearchResult,
    Sort,
    Terms,
    TermsFacet,
)
from talentmarket.core import clock
from talentmarket.core.errors import Forbidden
from talentmarket.core.ids import card_id, open_card_id
from talentmarket.discovery import asking, translating
from talentmarket.discovery.understanding import NO_WISH, TALENTS, Understanding, Wish, understand
from talentmarket.exchange.acting import employers_in
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.joining.models import Joining, JoiningState
from talentmarket.exchange.brokering.joining.standing import opened_now
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.stages import AT_WORK
from talentmarket.exchange.models import Channel, Job, JobState, Origin
from talentmarket.exchange.suspended import unsettled_since
from talentmarket.matching.mutual import Mutual
from talentmarket.matching.score import Match
from talentmarket.matching.service import score_talents, stand_talents
from talentmarket.matching.wishes import people_for_both
from talentmarket.members.blocks import Binding, binding, blocked_talents, organisation_keys
from talentmarket.members.licences import has_valid_licence
from talentmarket.members.models import (
    TRUSTED,
    Organisation,
    OrganisationKind,
    Talent,
    TalentSkill,
    TalentState,
    Visibility,
)

PAGE_SIZE = 20
LAST_PAGE = 50
RESCORED = 400
#: Orders for a job: by the match, and by what is good for both sides.
RANKED = ("match", "mutual")
FINDABLE = (Visibility.ORGANISATIONS, Visibility.PUBLIC)
TERMS = {
    "occupation": "occupation_path",
    "region": "regions",
    "skill": "skills",
    "mode": "work_mode",
    "availability": "availability",
    "industry": "industry",
}


@dataclass(frozen=True)
class TalentQuery:
    """A search for people as the address says it. `job`: rank for this job."""

    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wish: Wish = NO_WISH
    sort: str = ""
    page: int = 1


@dataclass(frozen=True)
class FoundTalents:
    """A page of people. Card ids differ from organisation to organisation. `mutual`: of a list for
    both sides, how each of them (public id) stands there."""

    understanding: Understanding
    total: int | None
    rows: tuple[tuple[str, Talent], ...]
    matches: Mapping[str, Match]
    facets: Mapping[str, Sequence[tuple[str, int]]]
    sort: str
    page: int
    pages: int
    degraded: bool = False
    mutual: Mapping[str, Mutual] = field(default_factory=dict)


def acting_tokens(
    session: Session, organisation: Organisation, job: Job | None = None
) -> tuple[str, ...]:
    """The employers this organisation is or acts for: a block of any of them binds it. Those of
    `job`, which may be a draft, are among them."""
    besides = employers_in(job) if job is not None else ()
    return tuple(organisation_keys(session, organisation, besides))


def may_search(organisation: Organisation) -> bool:
    """Whether this organisation may search people at all."""
    return organisation.state in TRUSTED


def hindrance(session: Session, organisation: Organisation, job: Job | None) -> str | None:
    """Why this organisation may not search people for this job, as a code; None when it may.

    A firm needs a licence in force and a job that is named.
    """
    if not may_search(organisation):
        return "unverified"
    if organisation.kind is not OrganisationKind.HR_FIRM:
        return None
    if not has_valid_licence(session, organisation, clock.today()):
        return "licence"
    return None if job is not None else "job"


def purposes(organisation: Organisation) -> sa.Select[tuple[Job]]:
    """The jobs for which it may look for people: its own, and those of mandates at work.

    A posting of a broker for another employer is a purpose while a mandate stands behind it.
    """
    at_work = sa.and_(Mandate.state.in_(AT_WORK), Mandate.valid_until >= clock.today())
    joined = sa.select(Joining.mandate_id).where(
        Joining.firm_id == organisation.id, Joining.state == JoiningState.JOINED
    )
    entrusted = sa.select(Mandate.job_id).where(
        at_work,
        sa.or_(
            Mandate.organisation_id == organisation.id,
            sa.and_(Mandate.id.in_(joined), opened_now()),
        ),
    )
    own = Job.organisation_id == organisation.id
    if standing.brokers(organisation):
        carried = sa.select(Mandate.entrustment_id).where(
            Mandate.organisation_id == organisation.id, at_work
        )
        own &= sa.or_(Job.channel != Channel.AGENCY, Job.entrustment_id.in_(carried))
    return sa.select(Job).where(
        sa.or_(own, Job.id.in_(entrusted)),
        Job.state == JobState.PUBLISHED,
        Job.origin == Origin.OWN,
    )


def search_talents(
    session: Session, organisation: Organisation, query: TalentQuery, job: Job | None = None
) -> FoundTalents:
    """Search people for an organisation; with `job` in the order of the match.

    Raises Forbidden for an organisation that is not verified.
    """
    if not may_search(organisation):
        raise Forbidden()
    understanding = understand(query.words, query.wish, kinds=TALENTS)
    sort = query.sort if query.sort in ("newest", "years") else "relevance"
    if job is not None and query.sort in ("", *RANKED):
        sort = query.sort or "match"
    elif not query.words and sort == "relevance":
        sort = "newest"
    bound = binding(session, organisation)
    lately = bound.lately(session, unsettled_since(session))
    request = _request(query, understanding, sort, tuple(bound.keys), lately)
    try:
        result: SearchResult = current_app.extensions["talentmarket_search"].call(
            lambda backend: backend.search(request)
        )
    except BadRequest:
        return FoundTalents(understanding, 0, (), {}, {}, sort, 1, 1)
    except SearchError:
        return _by_date(session, organisation, understanding, query)
    ids = [hit.id for hit in result.hits]
    mutual: dict[str, Mutual] = {}
    if sort in RANKED and job is not None:
        stand = stand_talents(session, job, ids)
        order = {one: standing.order for one, standing in stand.items()}
        if sort == "mutual":
            pairs = people_for_both(session, job, stand.values(), RESCORED)
            mutual = {one.standing.talent: one for one in pairs}
            order = {one: pair.order for one, pair in mutual.items()}
        ids.sort(key=lambda one: (0, *order[one]) if one in order else (1, one))
        start = (query.page - 1) * PAGE_SIZE
        ids = ids[start : start + PAGE_SIZE]
    matches = score_talents(session, job, ids) if job is not None else {}
    reachable = min(result.total, RESCORED) if sort in RANKED else result.total
    return FoundTalents(
        understanding,
        result.total,
        cards(session, organisation, ids, bound),
        matches,
        {name: [(b.key, b.count) for b in rows] for name, rows in result.facets.items()},
        sort,
        query.page,
        max(1, min(LAST_PAGE, -(-reachable // PAGE_SIZE))),
        mutual=mutual,
    )


def talent_request(query: TalentQuery, tokens: tuple[str, ...]) -> SearchRequest:
    """The latest first, as the engine is asked. `tokens`: as :func:`acting_tokens` gives them."""
    understanding = understand(query.words, query.wish, kinds=TALENTS)
    return _request(query, understanding, "newest", tokens)


def _request(
    query: TalentQuery,
    understanding: Understanding,
    sort: str,
    tokens: tuple[str, ...],
    lately: tuple[str, ...] = (),
) -> SearchRequest:
    rescored = sort in RANKED
    page = min(max(query.page, 1), LAST_PAGE)
    asked = translating.of_talents(understanding)
    filters: list[Filter] = [
        Terms("visibility", tuple(level.value for level in FINDABLE)),
        Not(Terms("blocked_organisations", tokens)),
        *((Not(Ids(lately)),) if lately else ()),
        *asked.filters,
    ]
    for name, codes in query.filters.items():
        if name in TERMS and codes:
            filters.append(Terms(TERMS[name], codes, group=name))
        elif name == "years" and codes:
            bands = tuple(asking.years_filter("years", code, span=False) for code in codes)
            filters.append(AnyOf(bands, group=name))
        elif name == "education" and codes:
            ranks = tuple(asking.education_filter(code) for code in codes)
            filters.append(AnyOf(ranks, group=name))
    sorts = {"newest": Sort("updated_at"), "years": Sort("years")}
    return SearchRequest(
        kind=Kind.TALENT,
        words=asked.words,
        phrases=asked.phrases,
        excluded=asked.excluded,
        concepts=asked.concepts,
        lifts=asked.lifts,
        filters=tuple(filters),
        facets=_facets(),
        sort=sorts.get(sort),
        offset=0 if rescored else (page - 1) * PAGE_SIZE,
        limit=RESCORED if rescored else PAGE_SIZE,
    )


def _facets() -> tuple[Facet, ...]:
    return (
        TermsFacet("skills", size=30, name="skill"),
        TermsFacet("regions", size=200, name="region"),
        TermsFacet("work_mode", size=5, name="mode"),
        TermsFacet("availability", size=8, name="availability"),
        asking.years_facet("years", span=False),
        asking.education_facet(),
    )


def _by_date(
    session: Session,
    organisation: Organisation,
    understanding: Understanding,
    query: TalentQuery,
) -> FoundTalents:
    """While the engine is off: the latest profiles, blocks still held to."""
    found = session.scalars(
        findable(session, organisation)
        .options(*_card_options())
        .order_by(Talent.updated_at.desc(), Talent.id.desc())
        .offset((query.page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    secret = current_app.extensions["talentmarket_settings"].secret_key
    rows = tuple(
        (card_id(secret, organisation.public_id, talent.id), talent) for talent in found[:PAGE_SIZE]
    )
    pages = query.page + (1 if len(found) > PAGE_SIZE else 0)
    return FoundTalents(understanding, None, rows, {}, {}, "newest", query.page, pages, True)


def findable(
    session: Session, organisation: Organisation, bound: Binding | None = None
) -> sa.Select[tuple[Talent]]:
    """The people this organisation may find: their own setting, and no block of it.

    `bound`: whose blocks bind it, where that was asked before.
    """
    bound = bound or binding(session, organisation)
    return sa.select(Talent).where(
        Talent.state == TalentState.ACTIVE,
        Talent.visibility.in_(FINDABLE),
        Talent.id.not_in(bound.talents),
    )


def public_cards(
    session: Session, page: int, organisations: Sequence[str] = ()
) -> tuple[list[Talent], bool]:
    """A page of the people who chose to be seen by everybody, the latest first; more to come?

    `organisations`: public ids of those the reader is known to belong to; who blocked one of them
    is left out. (Signed out the reader is anybody: that is what "public" means, and is said.)
    """
    members = sa.select(Organisation).where(Organisation.public_id.in_(organisations))
    theirs = list(session.scalars(members)) if organisations else []
    found = session.scalars(
        sa.select(Talent)
        .where(
            Talent.state == TalentState.ACTIVE,
            Talent.visibility == Visibility.PUBLIC,
            *(Talent.id.not_in(blocked_talents(session, one)) for one in theirs),
        )
        .options(*_card_options())
        .order_by(Talent.updated_at.desc(), Talent.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return list(found[:PAGE_SIZE]), len(found) > PAGE_SIZE


def _card_options() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Talent.account),
        selectinload(Talent.occupations),
        selectinload(Talent.regions),
        selectinload(Talent.skills).selectinload(TalentSkill.evidence),
        selectinload(Talent.entries),
    )


def cards(
    session: Session,
    organisation: Organisation,
    public_ids: Sequence[str],
    bound: Binding | None = None,
) -> tuple[tuple[str, Talent], ...]:
    """(card id for this organisation, talent), read again under the person's own settings."""
    rows = session.scalars(
        findable(session, organisation, bound)
        .where(Talent.public_id.in_(public_ids))
        .options(*_card_options())
    )
    by_id = {talent.public_id: talent for talent in rows}
    secret = current_app.extensions["talentmarket_settings"].secret_key
    return tuple(
        (card_id(secret, organisation.public_id, by_id[one].id), by_id[one])
        for one in public_ids
        if one in by_id
    )


def open_card(
    session: Session, organisation: Organisation, card: str, bound: Binding | None = None
) -> Talent | None:
    """The person behind a card id of this organisation; None when it is none of theirs, or the
    person may no longer be found by them. `bound` as for :func:`findable`."""
    secret = current_app.extensions["talentmarket_settings"].secret_key
    key = open_card_id(secret, organisation.public_id, card)
    if key is None:
        return None
    return session.scalar(
        findable(session, organisation, bound).where(Talent.id == key).options(*_card_options())
    )
