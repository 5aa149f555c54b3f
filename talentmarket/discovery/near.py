"""Where few titles say what was asked for: jobs whose titles are of the same fields of work.

They stand apart, behind all that was found, and each says which words brought it: 期货 is near to 证券.
The filters of the search, and what it insists on, hold for them as well.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from search.requests import Concept, Lift, SearchRequest, SearchResult, Terms
from talentmarket.discovery import paging
from talentmarket.discovery.nearness import names_of
from talentmarket.exchange import listing
from talentmarket.exchange.listing import ListedJob
from talentmarket.taxonomy.fieldwords import fields_of, shared_words

#: Near titles are looked for where fewer rows than these were found, and so many are shown.
FEW = MOST = 10
#: Of each field that is shared. More than words give: a word alone says little of the work.
FIELD_WEIGHT = 32.0
FIELD = "title_fields"


@dataclass(frozen=True)
class Near:
    """A job whose title is near to what was asked for; `why`: words asked for, and its own."""

    job: ListedJob
    why: tuple[tuple[str, str], ...]


def near_jobs(
    session: Session,
    ask: paging.Ask,
    request: SearchRequest,
    rank: Callable[[SearchResult], list[int]],
    there: Collection[str],
) -> tuple[Near, ...]:
    """Jobs of near titles, best first, without those that are there."""
    asked = near_request(request)
    if asked is None:
        return ()
    found = ask(replace(asked, limit=paging.CANDIDATES, values=paging.VALUES))
    ids = chosen(found, rank(found), there)
    loaded = listing.rows_among(session, ids)
    jobs = (loaded[one] for one in ids if one in loaded)
    return tuple(Near(job, tuple(why(request, job.title))) for job in jobs)


def near_request(request: SearchRequest) -> SearchRequest | None:
    """The same search for titles of the same fields; None where what was asked for is of none."""
    names = names_of(request)
    fields = tuple(dict.fromkeys(field for name in names for field in fields_of(name)))
    if not fields:
        return None
    insisted = [one for one in request.concepts if one.required]
    return replace(
        request,
        words="",
        concepts=(*insisted, Concept(words=names[0], lifting=True)),
        lifts=tuple(Lift(Terms(FIELD, (field,)), FIELD_WEIGHT) for field in fields),
        filters=(*request.filters, Terms(FIELD, fields, group="")),
        facets=(),
        highlight=(),
        minimum=None,
    )


def chosen(found: SearchResult, order: Sequence[int], there: Collection[str]) -> list[str]:
    """Ids of the first in this order that are not there yet, of one cluster one."""
    ids, clusters = list[str](), set[int]()
    for at in order:
        one, cluster = found.hits[at].id, found.columns["cluster"][at]
        if one in there or cluster in clusters:
            continue
        if cluster is not None:
            clusters.add(cluster)
        ids.append(one)
    return ids[:MOST]


def why(request: SearchRequest, title: str) -> list[tuple[str, str]]:
    """Words of what was asked for, and the words of a title that are of the same fields."""
    pairs = [pair for name in names_of(request) for pair in shared_words(name, title)]
    return list(dict.fromkeys(pairs))
