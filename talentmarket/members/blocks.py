"""Employers that must never see a person. A block binds every firm acting for that employer.

An employer is known by its credit code and its name; a block on one member of a group (parent,
branches) holds for the whole group. Keys are digests, so that the index can hold them: an
organisation may see a person only when none of its keys is among the person's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from stdnum.cn import uscc as credit_code

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean_line, fold
from talentmarket.core.secrecy import digest
from talentmarket.members import editing
from talentmarket.members.groups import whole_groups
from talentmarket.members.models import (
    EntryKind,
    Organisation,
    OrganisationKind,
    Talent,
    TalentBlock,
)

MAX_BLOCKS = 100
#: Half of what an engine takes as alternatives of one condition.
MOST_LATELY = 256


@dataclass(frozen=True)
class Employer:
    """An employer by name and, where known, credit code."""

    name: str
    uscc: str | None = None


#: The function the factory gives in: the employers an organisation acts for at present.
ActsFor = Callable[[Session, Organisation], Iterable[Employer]]


def block_keys(talent: Talent) -> list[str]:
    """Under which keys the person's blocks are known; sorted, for the index."""
    keys = set()
    for block in talent.blocks:
        keys |= _keys(block.name, block.uscc)
    return sorted(keys)


@dataclass(frozen=True)
class Binding:
    """Those whose blocks bind an organisation: itself, its group, and every employer it acts for
    (each with its group, as far as they are on the exchange)."""

    members: tuple[Employer, ...]

    @property
    def keys(self) -> list[str]:
        """The keys of :func:`block_keys` that exclude a person, for the index."""
        return sorted(set().union(*(_keys(one.name, one.uscc) for one in self.members)))

    @property
    def talents(self) -> sa.Select[tuple[int]]:
        """A select of the keys of all talents that block one of them, for lists from rows."""
        return sa.select(TalentBlock.talent_id).where(self._bound)

    def lately(self, session: Session, since: datetime) -> tuple[str, ...]:
        """The public ids of those who block one of them since then, the latest first: an index may
        not have heard of it, and would count them."""
        rows = (
            sa.select(Talent.public_id)
            .join(TalentBlock, TalentBlock.talent_id == Talent.id)
            .where(self._bound, TalentBlock.created_at >= since)
            .order_by(TalentBlock.id.desc())
            .limit(MOST_LATELY)
        )
        return tuple(dict.fromkeys(session.scalars(rows)))

    @property
    def _bound(self) -> sa.ColumnElement[bool]:
        names = {fold(one.name) for one in self.members}
        codes = {one.uscc for one in self.members if one.uscc}
        return sa.or_(TalentBlock.name_folded.in_(names), TalentBlock.uscc.in_(codes))


def binding(
    session: Session,
    organisation: Organisation,
    besides: Iterable[Employer] = (),
    principal: Organisation | None = None,
) -> Binding:
    """Whose blocks bind this organisation at present.

    `besides`: employers it is about to act for. `principal`: one for which it acts just now; what
    binds that one binds it as well.
    """
    acts_for: ActsFor | None = current_app.extensions.get("talentmarket_acts_for")
    employers = [*besides, *(acts_for(session, organisation) if acts_for else ())]
    if principal is not None:
        employers.append(Employer(principal.name, principal.uscc))
        employers += acts_for(session, principal) if acts_for else ()
    group = whole_groups(session, [organisation, *_known(session, employers)])
    return Binding((*employers, *(Employer(one.name, one.uscc) for one in group)))


def organisation_keys(
    session: Session, organisation: Organisation, besides: Iterable[Employer] = ()
) -> list[str]:
    """The keys of :func:`binding`."""
    return binding(session, organisation, besides).keys


def is_blocked(session: Session, talent: Talent, organisation: Organisation) -> bool:
    """Whether this organisation must not see the person."""
    own = block_keys(talent)
    return bool(own) and not set(own).isdisjoint(organisation_keys(session, organisation))


def blocked_talents(session: Session, organisation: Organisation) -> sa.Select[tuple[int]]:
    """The talents of :func:`binding`."""
    return binding(session, organisation).talents


def blocked_employers(session: Session, talent: Talent) -> list[Organisation]:
    """The organisations on the exchange that the person blocks, each with its group."""
    names = [block.name_folded for block in talent.blocks]
    codes = [block.uscc for block in talent.blocks if block.uscc]
    known = session.scalars(
        sa.select(Organisation).where(
            sa.or_(Organisation.name_folded.in_(names), Organisation.uscc.in_(codes))
        )
    ).all()
    return whole_groups(session, known)


def _keys(name: str, code: str | None) -> set[str]:
    keys = {digest("block", "name:" + fold(name))[:24]}
    if code:
        keys.add(digest("block", "uscc:" + code)[:24])
    return keys


def _known(session: Session, employers: Collection[Employer]) -> list[Organisation]:
    """The employers that are on the exchange, each as :func:`_find` finds it, in one question."""
    codes = {one.uscc for one in employers if one.uscc}
    names = {fold(one.name) for one in employers if not one.uscc}
    if not codes and not names:
        return []
    rows = session.scalars(
        sa.select(Organisation)
        .where(sa.or_(Organisation.uscc.in_(codes), Organisation.name_folded.in_(names)))
        .order_by(Organisation.id)
    ).all()
    first: dict[str, Organisation] = {}
    for one in rows:
        first.setdefault(one.name_folded, one)
    found = {one.id: one for one in rows if one.uscc in codes}
    found |= {one.id: one for name, one in first.items() if name in names}
    return list(found.values())


def _find(session: Session, employer: Employer) -> Organisation | None:
    condition = (
        Organisation.uscc == employer.uscc
        if employer.uscc
        else Organisation.name_folded == fold(employer.name)
    )
    found = sa.select(Organisation).where(condition).order_by(Organisation.id).limit(1)
    return session.scalars(found).first()


def _by_short_name(session: Session, name: str) -> Organisation | None:
    """The one organisation of this short name. Raises Invalid when several share it: whom the
    person means is not for us to guess."""
    if not name:
        return None
    short = sa.func.lower(Organisation.short_name) == name.lower()
    of_it = sa.select(Organisation).where(short, Organisation.kind != OrganisationKind.SOURCE)
    found = session.scalars(of_it.order_by(Organisation.id).limit(5)).all()
    if len(found) > 1:
        names = "、".join(one.name for one in found)
        raise Invalid(
            {"name": _l("有几家单位用这个简称，请填写其中一家的全称：%(names)s", names=names)}
        )
    return found[0] if found else None


def unmatched(session: Session, talent: Talent) -> set[str]:
    """The names among the person's blocks that no organisation on the exchange bears at present:
    such a block waits until one of exactly this name or code comes."""
    names = [block.name_folded for block in talent.blocks]
    codes = [block.uscc for block in talent.blocks if block.uscc]
    columns = Organisation.__table__.c
    rows = session.execute(
        sa.select(columns.name_folded, columns.uscc).where(
            sa.or_(columns.name_folded.in_(names), columns.uscc.in_(codes))
        )
    ).all()
    known = {row.name_folded for row in rows} | {row.uscc for row in rows if row.uscc}
    return {
        block.name for block in talent.blocks if known.isdisjoint((block.name_folded, block.uscc))
    }


def add_block(
    session: Session, talent: Talent, name: str, uscc: str | None = None, *, actor: Actor
) -> TalentBlock:
    """Block an employer by name, short name or credit code; twice is once. Returns the block."""
    name = clean_line(name)
    code = credit_code.compact(uscc or "") or None
    if not code and credit_code.is_valid(name):
        name, code = "", credit_code.compact(name)
    if code and not credit_code.is_valid(code):
        raise Invalid({"uscc": _l("统一社会信用代码不对，请核对 18 位。不知道可以不填。")})
    known = _find(session, Employer(name, code)) if name or code else None
    if known is None and not code and (known := _by_short_name(session, name)) is not None:
        name = known.name
    if known is not None:
        name, code = name or known.name, code or known.uscc
    name = name or code or ""
    if not name or len(name) > 160:
        raise Invalid({"name": _l("请填写单位名称或统一社会信用代码。")})
    editing.begin(session, talent)
    if len(talent.blocks) >= MAX_BLOCKS:
        raise Invalid({"name": _l("最多屏蔽 100 家单位。")})
    session.execute(
        insert_for(session)(TalentBlock)
        .values(
            talent_id=talent.id,
            name=name,
            name_folded=fold(name),
            uscc=code,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["talent_id", "name_folded"])
    )
    editing.finish(session, talent, "block_added", actor=actor)
    return session.scalars(
        sa.select(TalentBlock).where(
            TalentBlock.talent_id == talent.id, TalentBlock.name_folded == fold(name)
        )
    ).one()


def remove_block(session: Session, talent: Talent, name: str, *, actor: Actor) -> None:
    """Lift the block on the employer of this name."""
    editing.begin(session, talent)
    block = session.scalar(
        sa.select(TalentBlock).where(
            TalentBlock.talent_id == talent.id, TalentBlock.name_folded == fold(name)
        )
    )
    if block is None:
        raise NotFound()
    session.delete(block)
    editing.finish(session, talent, "block_removed", actor=actor)


def proposed(session: Session, talent: Talent) -> list[Employer]:
    """The person's own employers that are not blocked yet, the latest first."""
    blocked_names = {block.name_folded for block in talent.blocks}
    blocked_codes = {block.uscc for block in talent.blocks if block.uscc}
    found: dict[str, Employer] = {}
    for entry in talent.entries:
        if entry.kind is not EntryKind.EXPERIENCE or not entry.organisation:
            continue
        employer = Employer(entry.organisation, entry.organisation_uscc)
        if employer.uscc is None and (known := _find(session, employer)) is not None:
            employer = Employer(entry.organisation, known.uscc)
        if fold(employer.name) in blocked_names or employer.uscc in blocked_codes:
            continue
        found.setdefault(employer.uscc or fold(employer.name), employer)
    return list(found.values())
