"""What is proposed while somebody types: occupations, titles, skills, employers, with counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from threading import Lock
from types import MappingProxyType

from flask import current_app
from sqlalchemy.orm import Session

from search.backend import SearchBackend
from search.errors import BadRequest, SearchError
from search.fields import Kind
from search.requests import (
    AllOf,
    Band,
    BandsFacet,
    Filter,
    Ids,
    Not,
    SearchRequest,
    SuggestRequest,
    Terms,
)
from search.suggestions import prefixes, typed
from talentmarket.core import clock
from talentmarket.core.db import AnySession
from talentmarket.discovery import jobfilters
from talentmarket.discovery.exclusions import NOTHING, Excluded, held_back
from talentmarket.discovery.keeping import Kept
from talentmarket.exchange.suspended import lately_suspended
from talentmarket.taxonomy.model import get_taxonomy

PER_GROUP = 2
CANDIDATES = 24  # of the vocabulary: the first letter begins many names, most jobs decide
LINES = 6
MOST_KEPT = 500  # beginnings whose counts a process keeps, of some kilobytes each
_KEPT = "talentmarket_proposals"
#: Seconds for which a process takes the index to stand as it did; a web worker sets it, and whatever
#: writes and reads by turns looks each time.
LOOK_EVERY = "talentmarket_look_every"
_making = Lock()
NO_FILTERS: Mapping[str, tuple[str, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Proposal:
    """One line: its group (occupation, title, skill, employer), code, text and how many jobs."""

    group: str
    code: str
    text: str
    count: int | None


@dataclass(frozen=True)
class Proposed:
    """Lines in the order of their groups. `degraded`: the engine is off, nothing was counted."""

    lines: tuple[Proposal, ...]
    degraded: bool = False

    def __hash__(self) -> int:
        """Of the values, found once: what is kept is looked up by it for each reader."""
        return self._hashed

    @cached_property
    def _hashed(self) -> int:
        return hash((self.lines, self.degraded))


#: Group, code or name, how many jobs.
Counted = tuple[tuple[str, str, int | None], ...]


def suggest(
    session: AnySession,
    text: str,
    locale: str = "zh",
    per_group: int = PER_GROUP,
    filters: Mapping[str, tuple[str, ...]] = NO_FILTERS,
    excluded: Excluded = NOTHING,
) -> Proposed:
    """Proposals for what was typed so far, in the order of the groups; at most two each.

    Counted under the `filters` chosen and what the reader never wants to see; of no profile and no
    history. While the engine is off the vocabulary still answers, without counts. `session` is asked
    for suspensions alone, once a second: given unopened it mostly stays so.
    """
    extensions = current_app.extensions
    engine = extensions["talentmarket_search"]
    start = typed(text)
    if not start:
        return Proposed((), not engine.answers())
    now = int(clock.now().timestamp())
    holding = (
        jobfilters.still_valid(now),
        *held_back(session, excluded).filters,
        *jobfilters.chosen(filters, now),
    )

    # What everybody is told who chose nothing: kept while the index stands as it is.
    kept: Kept[Proposed] = extensions.get(_KEPT) or extensions.setdefault(_KEPT, Kept(MOST_KEPT))
    key, chosen = (start, locale, per_group), bool(filters) or excluded != NOTHING
    every = extensions.get(LOOK_EVERY, 0.0)
    if every and not chosen and (told := kept.lately(holding, key, every)) is not None:
        return told
    codes = {group: _named(group).get(start, [])[:CANDIDATES] for group in ("occupation", "skill")}

    def ask(backend: SearchBackend) -> Proposed:
        def make() -> Proposed:
            return Proposed(_lines(_counted(backend, start, codes, holding), locale, per_group))

        state = None if chosen else backend.state(Kind.JOB)
        return make() if state is None else kept.get((state, holding), key, make)

    try:
        found: Proposed = engine.call(ask)
    except BadRequest:
        return Proposed(())
    except SearchError:
        known = tuple((group, code, None) for group, known in codes.items() for code in known)
        return Proposed(_lines(known, locale, per_group), degraded=True)
    return found


def suggest_organisations(session: Session, text: str, most: int = LINES) -> list[Proposal]:
    """Names of organisations in the directory; none while the engine is off."""
    if not typed(text):
        return []
    gone = lately_suspended(session)
    filters = (Not(Ids(gone)),) if gone else ()
    request = SuggestRequest(Kind.ORGANISATION, "name_suggest", text[:40], filters, limit=most)
    try:
        lines = current_app.extensions["talentmarket_search"].call(
            lambda backend: backend.suggest(request)
        )
    except SearchError:
        return []
    names = [(line.text.split("\n")[0], line.count) for line in lines]
    return [Proposal("organisation", name, name, count) for name, count in names]


def _counted(
    backend: SearchBackend,
    start: str,
    codes: Mapping[str, list[str]],
    filters: tuple[Filter, ...],
) -> Counted:
    counts = backend.search(count_request(codes, filters)).facets
    found = [
        (group, bucket.key, bucket.count) for group, buckets in counts.items() for bucket in buckets
    ]
    for group, column in (("title", "title_suggest"), ("employer", "employer_suggest")):
        asked = SuggestRequest(Kind.JOB, column, start, filters, limit=LINES)
        found += [(group, line.text, line.count) for line in backend.suggest(asked)]
    return tuple(found)


def count_request(codes: Mapping[str, list[str]], filters: tuple[Filter, ...]) -> SearchRequest:
    """One request that counts the jobs of all these codes under the filters. Pure."""
    columns = {"occupation": "occupation", "skill": "skills"}
    facets = tuple(
        BandsFacet(group, tuple(Band(code, Terms(columns[group], (code,))) for code in known))
        for group, known in codes.items()
        if known
    )
    # The facet of a group ignores the filters of its own name; a proposal is counted under all.
    return SearchRequest(Kind.JOB, filters=tuple(AllOf((one,)) for one in filters), facets=facets,
                         limit=0)  # fmt: skip


def _lines(found: Counted, locale: str, per_group: int) -> tuple[Proposal, ...]:
    """The lines with the most jobs of each group, in the order of the groups."""
    lines: list[Proposal] = []
    for group in ("occupation", "title", "skill", "employer"):
        mine = [one for one in found if one[0] == group]
        mine.sort(key=lambda one: -(one[2] or 0))
        lines += [Proposal(group, code, _text(group, code, locale), count)
                  for _group, code, count in mine[:per_group]]  # fmt: skip
    return tuple(lines)


def _text(group: str, code: str, locale: str) -> str:
    """A line in the reader's language; titles and names are as they were written."""
    if group not in ("occupation", "skill"):
        return code
    taxonomy = get_taxonomy()
    table = taxonomy.occupations if group == "occupation" else taxonomy.skills
    return table[code].name(locale)


def warm() -> None:
    """Make the table of the vocabulary's beginnings, which the first proposal would wait for."""
    for group in ("occupation", "skill"):
        _named(group)


def _named(group: str) -> dict[str, list[str]]:
    """The table of a group, made once: threads that ask for it meanwhile wait for the first."""
    with _making:
        return _table(group)


@lru_cache(maxsize=2)
def _table(group: str) -> dict[str, list[str]]:
    """Prefix → codes of the vocabulary; names that begin with it before those that contain it."""
    taxonomy = get_taxonomy()
    concepts = taxonomy.occupations if group == "occupation" else taxonomy.skills
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for code, concept in concepts.items():
        for rank, name in enumerate(dict.fromkeys((concept.name_zh, concept.name_en))):
            whole = typed(name)
            for number, prefix in enumerate(prefixes(name)):
                place = 0 if whole.startswith(prefix) else 1 + (number > 20)
                old = found[prefix].get(code, 9)
                found[prefix][code] = min(old, place + rank)
    return {
        prefix: sorted(codes, key=lambda code: (codes[code], len(code), code))
        for prefix, codes in found.items()
    }
