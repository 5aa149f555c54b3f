"""Saved searches in words, and their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from talentmarket.core.words import word
from talentmarket.discovery.alerts import asked as asking
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, SavedSearch
from talentmarket.discovery.alerts.saving import LONGEST_NAME
from talentmarket.web import facetviews
from talentmarket.web.addresses import State

View = dict[str, Any]
MOST_SAID = 4
#: Parts of the address before the page: the organisation, or nothing.
Path = Mapping[str, Any]


def asked_of(state: State) -> Asked:
    """What the address of a search page asks. What is lifted once is not kept."""
    return Asked(state.words, state.filters, state.wish)


def offer(state: State, endpoint: str) -> View:
    """The form under a search page: where it leads, what it is filled with.

    It carries the search in its address, so that signing in first loses nothing.
    """
    kept = [(name, value) for name, value in state.hidden("sort", "more", "lift")]
    return {
        "url": url_for(endpoint, **dict[str, Any](state.path)),
        "keep": kept,
        "name": name_of(asked_of(state)),
        "choices": [(one.value, word("alert_frequency", one.value)) for one in Frequency],
        "chosen": Frequency.DAILY.value,
    }


def name_of(asked: Asked) -> str:
    """What a search is called unless the person says otherwise."""
    said = [asked.words] if asked.words else []
    for name, codes in asked.filters.items():
        said += [facetviews.label(name, code) for code in codes]
    return " · ".join(said[:MOST_SAID])[:LONGEST_NAME] or _("全部")


def conditions_of(saved: SavedSearch) -> list[tuple[str, str]]:
    """What a saved search asks, or whose match it tells."""
    if not saved.by_match:
        return conditions(asking.read(saved.query))
    return suits(saved.organisation_id is not None)


def suits(for_job: bool) -> list[tuple[str, str]]:
    """That the match is told instead of a search: of the person's profile, or of a job."""
    return [(_("按匹配"), _("岗位的要求") if for_job else _("您的档案"))]


def conditions(asked: Asked) -> list[tuple[str, str]]:
    """(kind, value) of everything it asks."""
    rows = [(_("搜索词"), asked.words)] if asked.words else []
    for name, codes in asked.filters.items():
        value = _("、").join(facetviews.label(name, code) for code in codes)
        rows.append((facetviews.title(name), value))
    return rows


def state_of(saved: SavedSearch, path: Path) -> State:
    """The state of the search page, the newest first."""
    asked = asking.read(saved.query)
    sort = "match" if saved.by_match else "newest"
    return State(
        "org_talents.search" if path else "jobs.search",
        path,
        asked.words,
        asked.filters,
        asked.wish.off,
        asked.wish.must,
        asked.wish.refuse,
        sort,
        kept={"job": saved.purpose} if saved.purpose else {},
    )


def open_url(saved: SavedSearch, path: Path) -> str:
    """Where the whole list stands."""
    if saved.by_match and not path:
        return url_for("me_matches.matches")
    return state_of(saved, path).url()


def rows(searches: Iterable[SavedSearch], counts: Mapping[int, int], path: Path) -> list[View]:
    """The list of the page."""
    area = "org_saved_searches" if path else "saved_searches"
    return [
        {
            "name": saved.name,
            "url": url_for(f"{area}.show", search_id=saved.public_id, **path),
            "open_url": open_url(saved, path),
            "conditions": conditions_of(saved),
            "frequency": word("alert_frequency", saved.frequency),
            "off": saved.frequency is Frequency.OFF,
            "new": counts.get(saved.id, 0),
            "created_at": saved.created_at,
        }
        for saved in searches
    ]
