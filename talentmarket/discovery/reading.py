"""Reading jobs from outside: the search of the pages without a person, its cursors taken strictly.

A page shows its beginning for a cursor it cannot read; a program that got it unasked would hold
a list with a hole, so it is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.errors import Invalid, Unavailable
from talentmarket.discovery import fallback
from talentmarket.discovery.jobs import Found, JobQuery, from_rows, search_jobs


@dataclass(frozen=True)
class Read:
    """A part of a list; `ignored` names filters that the database, answering in the engine's
    place, could not hold to."""

    found: Found
    ignored: tuple[str, ...] = ()


def read_jobs(session: Session, query: JobQuery) -> Read:
    """The part of the list that the query's cursor leads to, without facets and passages.

    What began while the engine was off goes on in the database after it is back. Raises Invalid
    for a cursor that is not one of this search, Unavailable where only the engine could continue
    and it is off.
    """
    found = search_jobs(session, query, bare=True)
    if query.cursor and found.begun:
        rows = found if found.degraded else from_rows(session, query, found.understanding)
        if rows.begun and found.degraded:
            raise Unavailable(_l("搜索引擎暂时停用，这个列表要等它恢复才能继续读。"))
        if rows.begun:
            raise Invalid(
                {"cursor": _l("cursor 不是这次查询给出的。请原样使用上一页的 next，其他参数不变。")}
            )
        found = rows
    return Read(found, tuple(fallback.ignored(query.filters)) if found.degraded else ())
