"""Two records of one person in a firm's book: found by their number or address, merged by hand.

Only within the firm: the digests of another firm's book are others (:mod:`.digests`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.people import book
from talentmarket.exchange.brokering.people.models import (
    FirmImportKey,
    FirmInvitation,
    FirmPerson,
)
from talentmarket.exchange.brokering.people.values import (
    MOST_ENTRIES,
    MOST_NOTE,
    MOST_SKILLS,
    PersonValues,
    together,
    values_of,
)
from talentmarket.members.models import Organisation

#: Groups of duplicates that a page lists.
MOST_GROUPS = 100


@dataclass(frozen=True)
class Group:
    """Records with one number or address; `by`: phone or mail."""

    by: str
    people: tuple[FirmPerson, ...]


def groups(session: Session, firm: Organisation) -> list[Group]:
    """Records of the firm that share a number or an address, the oldest of each first."""
    found = []
    for by, column in (("phone", FirmPerson.phone_digest), ("mail", FirmPerson.mail_digest)):
        shared = (
            sa.select(column)
            .where(FirmPerson.organisation_id == firm.id, column.is_not(None))
            .group_by(column)
            .having(sa.func.count() > 1)
            .order_by(column)
            .limit(MOST_GROUPS)
        )
        rows: dict[str, list[FirmPerson]] = {}
        for one in session.scalars(
            book.of_firm(firm).where(column.in_(shared)).order_by(FirmPerson.id)
        ):
            rows.setdefault(getattr(one, f"{by}_digest"), []).append(one)
        found += [Group(by, tuple(some)) for some in rows.values()]
    seen: set[frozenset[int]] = set()
    kept = []
    for group in found:
        keys = frozenset(one.id for one in group.people)
        if keys not in seen:
            seen.add(keys)
            kept.append(group)
    return kept[:MOST_GROUPS]


def duplicates_of(session: Session, firm: Organisation, person: FirmPerson) -> list[FirmPerson]:
    """Other records of the firm with the number or the address of this one."""
    same = [
        column == value
        for column, value in (
            (FirmPerson.phone_digest, person.phone_digest),
            (FirmPerson.mail_digest, person.mail_digest),
        )
        if value
    ]
    if not same:
        return []
    rows = book.of_firm(firm).where(sa.or_(*same), FirmPerson.id != person.id)
    return list(session.scalars(rows.order_by(FirmPerson.id).limit(20)))


def merge(
    session: Session,
    firm: Organisation,
    keep_id: str,
    lose_id: str,
    *,
    revisions: tuple[int, int],
    actor: Actor,
) -> FirmPerson:
    """Put the second record into the first and delete it; returns the first.

    What the first says stays; gaps are filled from the second, skills and entries put together, the
    later contact counts. A number or address that would be lost goes into the notes. `revisions`:
    of both as they were shown. Raises Forbidden; NotFound when one is gone; Conflict when one was
    changed since, or when both joined with different accounts.
    """
    standing.require(session, firm)
    keep, lose = _both(session, firm, keep_id, lose_id)
    if (keep.revision, lose.revision) != revisions:
        raise Conflict(_l("这条记录刚被别人改过，请看最新内容后再改。"), code="stale")
    if keep.account_id and lose.account_id and keep.account_id != lose.account_id:
        raise Conflict(_l("两条记录已与两个不同的账号相连，不能合并。"), code="two-accounts")
    new = book.columns(firm, _together(values_of(keep), values_of(lose)), _older(keep, lose))
    account, accepted = lose.account_id, lose.accepted_at
    if keep.account_id is None and account is not None:
        new |= {"account_id": account, "accepted_at": accepted}
    new["created_at"] = min(keep.created_at, lose.created_at)
    if keep.consultant_id is None:
        new["consultant_id"] = lose.consultant_id
    for table in (FirmImportKey, FirmInvitation):
        session.execute(
            sa.update(table)
            .where(table.person_id == lose.id)
            .values(person_id=keep.id)
            .execution_options(synchronize_session=False)
        )
    if not book.remove(session, lose, "merged", actor=actor):
        raise NotFound()
    book.write(session, keep, new, keep.revision)
    book.noted(session, keep, "merge", actor, merged=lose_id)
    return keep


def _both(
    session: Session, firm: Organisation, keep_id: str, lose_id: str
) -> tuple[FirmPerson, FirmPerson]:
    """Both, held until the unit ends; taken in one order, so that two who merge the same two the
    other way round never wait for each other."""
    rows = session.scalars(
        book.of_firm(firm)
        .where(FirmPerson.public_id.in_((keep_id, lose_id)))
        .order_by(FirmPerson.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    found = {one.public_id: one for one in rows}
    if keep_id == lose_id or len(found) != 2:
        raise NotFound(_l("其中一条记录已经不在，可能刚被合并或删除。"))
    return found[keep_id], found[lose_id]


def _older(one: FirmPerson, other: FirmPerson) -> Any:
    return clock.local(min(one.created_at, other.created_at)).date()


def _together(keep: PersonValues, lose: PersonValues) -> PersonValues:
    """What a merged record says. Pure but for the reader's language of what goes into the notes."""
    gaps: dict[str, Any] = {
        name: value
        for name, value in lose.__dict__.items()
        if getattr(keep, name) in ("", None, (), {}) and value not in ("", None, (), {})
    }
    if keep.source and keep.basis and keep.obtained_on:
        for name in ("source", "basis", "obtained_on"):
            gaps.pop(name, None)
    elif lose.source and lose.basis and lose.obtained_on:
        # Source, basis and date belong together: a whole set is taken whole.
        gaps |= {"source": lose.source, "basis": lose.basis, "obtained_on": lose.obtained_on}
    days = [day for day in (keep.contacted_on, lose.contacted_on) if day is not None]
    others = [
        value
        for mine, value in ((keep.phone, lose.phone), (keep.mail, lose.mail))
        if mine and value and mine != value
    ]
    notes = [keep.note, lose.note if lose.note != keep.note else ""]
    if others:
        notes.append(_("合并前的另一联系方式：%(values)s", values="，".join(others)))
    return replace(
        keep,
        **{
            **gaps,
            "contacted_on": max(days, default=None),
            "note": "\n".join(one for one in notes if one)[:MOST_NOTE],
            "skills": together(keep.skills, lose.skills, "skill")[:MOST_SKILLS],
            "entries": together(keep.entries, lose.entries, "id")[:MOST_ENTRIES],
            "other_skills": tuple(dict.fromkeys((*keep.other_skills, *lose.other_skills)))[
                :MOST_SKILLS
            ],
        },
    )
