"""Groups of organisations: a parent, its branches, and what stands below those."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.members.models import Organisation

MAX_GROUP = 200


def whole_groups(session: Session, organisations: Iterable[Organisation]) -> list[Organisation]:
    """The organisations with their parents and everything below the topmost of each.

    Asked level by level for all of them together: a firm acts for many. A group is followed down
    until it has MAX_GROUP members.
    """
    members = {one.id: one for one in organisations}
    below_all = _parents(session, members)
    level = {top: top for top in below_all}  # member → topmost of its group
    walked, sizes = set(level), Counter(below_all)
    while level:
        below = session.scalars(
            sa.select(Organisation)
            .where(Organisation.parent_id.in_(sorted(level)))
            .order_by(Organisation.id)
        ).all()
        fresh = {one.id: one for one in below if one.id not in walked}
        tops = {one.id: level[one.parent_id] for one in fresh.values() if one.parent_id}
        members |= fresh
        walked |= fresh.keys()
        sizes.update(tops.values())
        level = {one: top for one, top in tops.items() if sizes[top] < MAX_GROUP}
    return list(members.values())


def _parents(session: Session, members: dict[int, Organisation]) -> set[int]:
    """Add every organisation above the members; returns the keys of the topmost ones. Parents
    that go round in a circle end where the circle closes."""
    starts = list(members.values())
    lacking = {one.parent_id for one in starts if one.parent_id} - members.keys()
    while lacking:
        above = session.scalars(sa.select(Organisation).where(Organisation.id.in_(lacking))).all()
        members.update((one.id, one) for one in above)
        lacking = {one.parent_id for one in above if one.parent_id} - members.keys()
    tops = set()
    for top in starts:
        seen = {top.id}
        while top.parent_id and top.parent_id not in seen:
            top = members[top.parent_id]
            seen.add(top.id)
        tops.add(top.id)
    return tops
