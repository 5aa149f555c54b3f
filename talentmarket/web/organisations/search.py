"""The directories: employers, and HR service firms with public employment services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.discovery.organisations import (
    EMPLOYERS,
    FIRMS,
    TERMS,
    FoundOrganisations,
    OrganisationQuery,
    open_jobs,
    search_organisations,
)
from talentmarket.members.models import (
    TRUSTED,
    Licence,
    LicenceState,
    Organisation,
    OrganisationKind,
)
from talentmarket.web import addresses, facetviews, understood
from talentmarket.web.addresses import State
from talentmarket.web.concepts import place_name
from talentmarket.web.context import day
from talentmarket.web.jobviews import on_time, short_day
from talentmarket.web.me.names import table_name

View = dict[str, Any]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/organisations", endpoint="search", view_func=employers)
    bp.add_url_rule("/firms", endpoint="firms", view_func=firms)


def employers() -> str:
    """Verified employers."""
    return _directory("organisations.search", EMPLOYERS)


def firms() -> str:
    """HR service firms and public employment services, with their licences."""
    return _directory("organisations.firms", FIRMS)


def _directory(endpoint: str, kinds: Sequence[OrganisationKind]) -> str:
    session = db.session()
    state = addresses.read(endpoint, TERMS)
    query = OrganisationQuery(state.words, state.filters, state.wish, state.sort, state.page)
    found = search_organisations(session, query, kinds)
    counts = open_jobs(session, [row.id for row in found.rows])
    return render_template(
        "organisations/search.html",
        state=state,
        found=found,
        chips=understood.chips(state, found.understanding),
        mended=understood.mended(state, found.understanding),
        words_url=understood.words_url(state, found.understanding),
        rows=[_row(one, counts.get(one.id, 0)) for one in found.rows],
        facets=_facets(state, found),
        sorts=_sorts(state, found),
        pages=addresses.page_numbers(found.page, found.pages),
        head=_head(found, kinds),
        firms=kinds is FIRMS,
    )


def _head(found: FoundOrganisations, kinds: Sequence[OrganisationKind]) -> str:
    if kinds is FIRMS:
        if found.total is None:
            return _("人力资源服务机构")
        return ngettext("%(num)d 家服务机构", "%(num)d 家服务机构", found.total)
    if found.total is None:
        return _("用人单位")
    return ngettext("%(num)d 家用人单位", "%(num)d 家用人单位", found.total)


def _row(organisation: Organisation, jobs: int) -> View:
    verified = organisation.state in TRUSTED
    meta = [
        place_name(organisation.region_code),
        table_name("org_nature", organisation.nature),
        table_name("org_scale", organisation.size),
        table_name("industry", organisation.industry),
    ]
    if organisation.kind is OrganisationKind.HR_FIRM:
        meta.append(_licence(organisation))
    return {
        "url": _url(organisation),
        "name": organisation.name,
        "verified": verified,
        "verified_until": short_day(clock.local(organisation.verified_at).date())
        if verified and organisation.verified_at
        else None,
        "kind": word("organisation_kind", organisation.kind),
        "meta": meta,
        "jobs": jobs,
        "on_time": on_time(organisation),
        "answers": organisation.answers_due,
    }


def _url(organisation: Organisation) -> str:
    if "organisations.show" in current_app.view_functions:
        return url_for("organisations.show", organisation=organisation.public_id)
    return url_for("jobs.search", employer=organisation.public_id)


def _licence(organisation: Organisation) -> str:
    today = clock.today()
    valid: list[Licence] = [
        one
        for one in organisation.licences
        if one.state is LicenceState.VALID and one.issued_on <= today <= one.expires_on
    ]
    if not valid:
        return _("没有有效许可证")
    return _("许可证有效至 %(date)s", date=day(max(one.expires_on for one in valid)))


def _facets(state: State, found: FoundOrganisations) -> list[View]:
    counts = found.facets
    if found.degraded:
        return []
    made = [
        facetviews.place_facet(state, counts),
        facetviews.table_facet(state, counts, "nature", "org_nature"),
        facetviews.table_facet(state, counts, "size", "org_scale"),
        facetviews.long_facet(state, counts, "industry", facetviews.FIRST_SKILLS, _("更多行业")),
    ]
    return [one for one in made if one["options"]]


def _sorts(state: State, found: FoundOrganisations) -> list[View]:
    names = {"relevance": _("最相关"), "open_jobs": _("在招最多"), "reply": _("按期答复")}
    shown = ["relevance" if state.words else "open_jobs", "reply"]
    return [
        {"text": names[name], "url": state.url(sort=name), "current": name == found.sort}
        for name in shown
    ]
