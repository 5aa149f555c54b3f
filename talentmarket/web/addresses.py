"""Search pages keep their whole state in the address: reading it, and writing it anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import gettext as _

from talentmarket.discovery.understanding import Wish

MOST_CODES = 20
LONGEST_CODE = 64
LONGEST_WORDS = 200
LAST_PAGE = 50
LONGEST_CURSOR = 8_000
#: Signs that stay as they are in the values of an address (URL Standard, as Werkzeug has them).
SAFE = "!$'()*,/:;?@"


@dataclass(frozen=True)
class State:
    """What a search page was asked. `filters`: name → chosen codes; `more`: lists shown whole;
    `lift`: what the reader never wants to see, but does this time."""

    endpoint: str
    path: Mapping[str, str] = field(default_factory=dict)
    words: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    must: frozenset[str] = frozenset()
    refuse: frozenset[str] = frozenset()
    sort: str = ""
    page: int = 1
    cursor: str = ""
    more: frozenset[str] = frozenset()
    lift: frozenset[str] = frozenset()
    #: Values of the address that belong to the page itself (the job people are ranked for).
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def wish(self) -> Wish:
        """What the reader said about understood pieces."""
        return Wish(frozenset(self.off), frozenset(self.must), frozenset(self.refuse))

    @property
    def chosen(self) -> int:
        """How many filter codes are set."""
        return sum(len(codes) for codes in self.filters.values())

    def url(self, **changes: Any) -> str:
        """The address of this state with some of it changed; the first page unless said."""
        changes.setdefault("page", 1)
        changes.setdefault("cursor", "")
        other = replace(self, **changes)
        path: dict[str, Any] = dict(other.path)
        here = url_for(other.endpoint, **path)
        asked = "&".join(_said(name, value) for name, value in other.pairs())
        return f"{here}?{asked}" if asked else here

    def number_url(self, number: int) -> str:
        """The address of another page of the list."""
        return self.url(page=number)

    def arguments(self) -> dict[str, Any]:
        """The values of the address; defaults are left out."""
        found: dict[str, Any] = {**self.kept, **self.filters}
        if self.words:
            found["q"] = self.words
        for name, keys in (("off", self.off), ("must", self.must), ("not", self.refuse)):
            if keys:
                found[name] = sorted(keys)
        if self.more:
            found["more"] = sorted(self.more)
        if self.lift:
            found["lift"] = sorted(self.lift)
        if self.sort:
            found["sort"] = self.sort
        if self.page > 1:
            found["page"] = self.page
        if self.cursor:
            found["cursor"] = self.cursor
        return found

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Name and value of everything in the address."""
        for name, value in self.arguments().items():
            if isinstance(value, (tuple, list)):
                yield from ((name, str(one)) for one in value)
            else:
                yield name, str(value)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """Name and value of everything a form must carry on, except what it asks itself."""
        left = {*without, "page", "cursor"}
        return [pair for pair in self.pairs() if pair[0] not in left]

    def with_filter(self, name: str, codes: Iterable[str]) -> str:
        """The address with the codes of one filter replaced."""
        kept = {key: value for key, value in self.filters.items() if key != name}
        if chosen := tuple(codes):
            kept[name] = chosen
        return self.url(filters=kept)


def read(endpoint: str, names: Iterable[str], **path: str) -> State:
    """The state the present address says. `names`: the filters this page knows."""
    args = request.args
    filters = {}
    for name in names:
        codes = (code.strip()[:LONGEST_CODE] for code in args.getlist(name))
        if kept := tuple(dict.fromkeys(code for code in codes if code))[:MOST_CODES]:
            filters[name] = kept
    page = args.get("page", 1, type=int) or 1
    return State(
        endpoint,
        path,
        words=" ".join(args.get("q", "").split())[:LONGEST_WORDS],
        filters=filters,
        off=_keys("off"),
        must=_keys("must"),
        refuse=_keys("not"),
        sort=args.get("sort", "")[:20],
        page=min(max(page, 1), LAST_PAGE),
        cursor=args.get("cursor", "")[:LONGEST_CURSOR],
        more=frozenset(code[:LONGEST_CODE] for code in args.getlist("more")[:MOST_CODES]),
        lift=frozenset(code[:LONGEST_CODE] for code in args.getlist("lift")[:MOST_CODES]),
    )


def _said(name: str, value: str) -> str:
    """A value of an address as it stands there; a page writes the same ones in all of its own."""
    return (_encoded if len(value) <= LONGEST_WORDS else _encoded.__wrapped__)(name, value)


@lru_cache(maxsize=2_048)
def _encoded(name: str, value: str) -> str:
    return urlencode([(name, value)], safe=SAFE)


def _keys(name: str) -> frozenset[str]:
    """Keys of understood pieces."""
    return frozenset(key[:LONGEST_CODE] for key in request.args.getlist(name)[:MOST_CODES])


def with_kept(state: State, **values: str) -> State:
    """The same state with values of the page itself carried on in every address."""
    return replace(state, kept={**state.kept, **values})


def page_numbers(page: int, pages: int) -> list[int | None]:
    """Numbers for the page links: the ends, those around `page`, None for a gap."""
    near = {1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)}
    found: list[int | None] = []
    for number in sorted(near):
        if found and found[-1] is not None and number - found[-1] > 1:
            found.append(number - 1 if number - found[-1] == 2 else None)
        found.append(number)
    return found


def search_tabs(scope: str, words: str = "") -> list[dict[str, Any]]:
    """The scopes of a search, with the words carried over."""
    pages = {
        "jobs": ("jobs.search", _("找工作")),
        "talents": ("talents.search", _("找人才")),
        "firms": ("organisations.firms", _("找服务机构")),
    }
    return [
        {"text": text, "url": url_for(endpoint, q=words or None), "current": name == scope}
        for name, (endpoint, text) in pages.items()
    ]
