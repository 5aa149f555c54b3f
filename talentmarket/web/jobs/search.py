"""The search for jobs. The address is the whole state; a signed-in person sees the own match."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.discovery.asking import EDUCATION_RANKS, POSTED_DAYS, YEARS_BANDS
from talentmarket.discovery.exclusions import Excluded
from talentmarket.discovery.jobfilters import BANDS, TERMS
from talentmarket.discovery.jobs import Found, JobQuery, search_jobs
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.outcomes.recording import shown
from talentmarket.members.models import Visibility
from talentmarket.web import addresses, facetviews, understood
from talentmarket.web.addresses import State
from talentmarket.web.jobviews import job_row
from talentmarket.web.saved_searches.views import offer

NAMES = (*TERMS, *BANDS)
View = dict[str, Any]


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/jobs", view_func=search)


def search() -> str:
    """Words, filters, order; rows with the reader's match."""
    state = addresses.read("jobs.search", NAMES)
    talent = current_user.talent
    excluded = current_user.excluded
    query = JobQuery(
        state.words,
        state.filters,
        state.wish,
        state.sort,
        state.cursor,
        excluded=excluded.without(state.lift),
    )
    found = search_jobs(db.session(), query, talent)
    if found.sort == "match" and found.begun:  # of a later page nobody knows the ranks any more
        matches = (found.matches.get(job.public_id) for job in found.rows)
        shown(Surface.SEARCH, enumerate(matches, 1), viewer=current_user.account.public_id)
    plain = found.understanding.words and not found.matches
    rows = [
        job_row(
            job,
            found.matches.get(job.public_id),
            found.fragments.get(job.public_id) if plain else None,
            found.merged.get(job.public_id, ()),
            found.skills.get(job.id),
        )
        for job in found.rows
    ]
    return render_template(
        "jobs/search.html",
        near=[{**job_row(one.job), "near": one.why} for one in found.near],
        state=state,
        found=found,
        rows=rows,
        suggest_url=_suggest_url(state),
        chips=understood.chips(state, found.understanding),
        mended=understood.mended(state, found.understanding),
        words_url=understood.words_url(state, found.understanding),
        never=_never(state, excluded),
        facets=_facets(state, found),
        sorts=_sorts(state, found.sort, personal=talent is not None and _personal()),
        previous=state.url(cursor=found.previous) if found.previous else None,
        following=state.url(cursor=found.next) if found.next else None,
        ways=_ways(state, found),
        feed_url=_feed_url(state),
        saving=offer(state, "saved_searches.new"),
        head=_head(found),
        counted=_counted(found),
        conditions=_conditions(state, found),
        model=next((match.model for match in found.matches.values()), None),
        unscored=bool(found.matches)
        and all(match.total is None for match in found.matches.values()),
        hidden_person=talent is not None
        and talent.visibility in (Visibility.PRIVATE, Visibility.APPLIED),
        personal=_personal(),
    )


def _feed_url(state: State) -> str:
    """The newest jobs of the same search, for a feed reader."""
    kept: dict[str, Any] = {"q": state.words or None, **state.filters}
    kept |= {"off": sorted(state.off), "must": sorted(state.must), "not": sorted(state.refuse)}
    return url_for("feeds.atom", **kept)


def _personal() -> bool:
    return bool(current_user.is_authenticated and current_user.account.personal_ranking)


def _head(found: Found) -> str:
    if found.total is None:
        return _("最新岗位")
    return ngettext("%(num)d 个岗位", "%(num)d 个岗位", found.total)


def _counted(found: Found) -> str | None:
    """What the numbers count, said where a row stands for more than one posting."""
    if not found.merged:
        return None
    return _("数字是发布的岗位数；多家机构发布的同一岗位合并成一行。")


def _suggest_url(state: State) -> str:
    """Where proposals come from, counted under the filters chosen."""
    carried: View = {**state.filters, "lift": sorted(state.lift)}
    return url_for("suggest.proposals", **carried)


def _never(state: State, excluded: Excluded) -> list[View]:
    """What the reader never wants to see: lifted once by its address, for good by a button."""
    return [
        {
            "value": word("exclusion", key),
            "code": key,
            "lifted": key in state.lift,
            "url": state.url(lift=state.lift ^ {key}),
        }
        for key in excluded.keys
    ]


def _conditions(state: State, found: Found) -> int:
    """How many conditions a search sets: understood pieces, plain words, filters."""
    return len(found.understanding.pieces) + bool(found.understanding.words) + len(state.filters)


def _facets(state: State, found: Found) -> list[View]:
    counts = found.facets
    if found.degraded:  # what the database can hold to, without counts
        return [
            facetviews.words_facet(state, counts, "channel", "channel"),
            facetviews.place_facet(state, counts),
            facetviews.words_facet(state, counts, "kind", "job_kind"),
            facetviews.words_facet(state, counts, "mode", "work_mode"),
            facetviews.words_facet(state, counts, "rest", "rest_days"),
            facetviews.words_facet(state, counts, "origin", "origin"),
        ]
    made = [
        facetviews.words_facet(state, counts, "channel", "channel"),
        facetviews.table_facet(state, counts, "pay", "salary_band"),
        facetviews.place_facet(state, counts),
        facetviews.occupation_facet(state, counts),
        facetviews.facet(state, counts, "years", [code for code, _low, _high in YEARS_BANDS]),
        facetviews.facet(state, counts, "education", [str(rank) for rank in EDUCATION_RANKS]),
        facetviews.long_facet(state, counts, "skill", facetviews.FIRST_SKILLS, _("更多技能")),
        facetviews.table_facet(state, counts, "nature", "org_nature"),
        facetviews.table_facet(state, counts, "size", "org_scale"),
        facetviews.long_facet(state, counts, "industry", facetviews.FIRST_SKILLS, _("更多行业")),
        facetviews.words_facet(state, counts, "rest", "rest_days"),
        facetviews.words_facet(state, counts, "mode", "work_mode"),
        facetviews.words_facet(state, counts, "kind", "job_kind"),
        facetviews.facet(state, counts, "posted", [str(days) for days in POSTED_DAYS]),
        facetviews.words_facet(state, counts, "origin", "origin"),
    ]
    return [one for one in made if one["options"]]


def _sorts(state: State, chosen: str, *, personal: bool) -> list[View]:
    names = {
        "match": _("匹配优先"),
        "relevance": _("最相关"),
        "newest": _("最新"),
        "pay": _("月薪"),
        "reply": _("答复最快"),
    }
    shown = [
        name
        for name in names
        if (name != "match" or personal) and (name != "relevance" or state.words)
    ]
    return [
        {"text": names[name], "url": state.url(sort=name), "current": name == chosen}
        for name in shown
    ]


def _ways(state: State, found: Found) -> list[View]:
    """What each condition costs: the address without it, and how many there are then."""
    ways = []
    for name, count in found.loosened:
        if name.startswith("lift:"):
            kind, value = _("一直不看"), word("exclusion", name[5:])
            url = state.url(lift=state.lift | {name[5:]})
        elif name.startswith("off:"):
            key = name.removeprefix("off:")
            piece = next(it for it in found.understanding.everything if it.key == key)
            kind, value = understood.said(piece)
            url = understood.taken_off(state, found.understanding, key)
        else:
            kind = facetviews.title(name)
            codes = state.filters.get(name, ())
            value = _("、").join(facetviews.label(name, code) for code in codes)
            url = state.with_filter(name, ())
        text = _("去掉“%(value)s”", value=value)
        ways.append({"kind": kind, "text": text, "count": count, "url": url})
    return ways
