"""A person's profile: basics, what is wanted, who may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, outbox
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Invalid
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean, clean_line
from talentmarket.members import editing
from talentmarket.members.identities import needed_kinds
from talentmarket.members.models import (
    Account,
    Availability,
    Consent,
    ConsentKind,
    Identifier,
    IdentifierKind,
    RestDays,
    Talent,
    TalentOccupation,
    TalentRegion,
    Visibility,
    WorkMode,
)
from talentmarket.taxonomy.model import get_taxonomy

MAX_OCCUPATIONS, MAX_REGIONS = 5, 10
MAX_PAY = 100_000_000  # fen a month
EDUCATION_RANKS = range(1, 8)
#: The parts of a profile whose visibility can be narrowed on their own.
SECTIONS = (
    "current_employer",
    "skills",
    "experience",
    "project",
    "education",
    "certificate",
    "pay",
)
#: From closed to open.
OPENNESS = {level: n for n, level in enumerate(Visibility)}
#: The version of the words under which a visibility is chosen.
VISIBILITY_VERSION = "2026-11"


@dataclass(frozen=True)
class Basics:
    """Who the person is at work. `years_tenths`: professional experience in tenths of a year."""

    name: str = ""
    headline: str = ""
    summary: str = ""
    education_rank: int | None = None
    years_tenths: int | None = None
    home_region: str | None = None


@dataclass(frozen=True)
class Wishes:
    """What the person looks for. Pay in fen a month."""

    occupations: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    pay_low: int | None = None
    pay_high: int | None = None
    work_mode: WorkMode | None = None
    rest_days: RestDays | None = None
    availability: Availability | None = None
    willing_to_move: bool | None = None


@dataclass(frozen=True)
class Sight:
    """Who may see what: the whole profile, and parts that are narrower."""

    visibility: Visibility
    sections: dict[str, str]


def talent_of(session: Session, account: Account) -> Talent | None:
    """The profile of an account, if there is one."""
    return session.scalar(sa.select(Talent).where(Talent.account_id == account.id))


def ensure_talent(session: Session, account: Account, *, actor: Actor) -> Talent:
    """The profile of an account, made private and empty on the first call."""
    at = clock.now()
    made = session.scalar(
        insert_for(session)(Talent)
        .values(account_id=account.id, created_at=at, updated_at=at)
        .on_conflict_do_nothing(index_elements=["account_id"])
        .returning(Talent.id)
    )
    talent = talent_of(session, account)
    assert talent is not None
    if made is not None:
        record(session, "talent", talent.public_id, "created", actor=actor)
        outbox.changed(session, "talent", talent.public_id)
    return talent


def basics_of(talent: Talent) -> Basics:
    """The basics as they stand."""
    return Basics(
        name=talent.account.name,
        headline=talent.headline,
        summary=talent.summary,
        education_rank=talent.education_rank,
        years_tenths=talent.years_tenths,
        home_region=talent.home_region,
    )


def wishes_of(talent: Talent) -> Wishes:
    """The wishes as they stand."""
    return Wishes(
        occupations=tuple(row.occupation_code for row in talent.occupations),
        regions=tuple(row.region_code for row in talent.regions),
        pay_low=talent.pay_low,
        pay_high=talent.pay_high,
        work_mode=talent.work_mode,
        rest_days=talent.rest_days,
        availability=talent.availability,
        willing_to_move=talent.willing_to_move,
    )


def sight_of(talent: Talent) -> Sight:
    """Who sees what as it stands."""
    return Sight(talent.visibility, dict(talent.sections or {}))


def edit_basics(
    session: Session, talent: Talent, values: Basics, *, actor: Actor, version: str | None = None
) -> None:
    """Store the basics. Raises :class:`Stale` when they changed since `version`."""
    values = _checked_basics(values, talent.home_region)
    editing.begin(session, talent)
    editing.check(version, basics_of(talent))
    talent.account.name = values.name or talent.account.name
    talent.headline = values.headline
    talent.summary = values.summary
    talent.education_rank = values.education_rank
    talent.years_tenths = values.years_tenths
    talent.home_region = values.home_region
    editing.finish(session, talent, "basics_edited", actor=actor)


def _checked_basics(values: Basics, home: str | None) -> Basics:
    errors: dict[str, Any] = {}
    values = replace(
        values,
        name=clean_line(values.name),
        headline=clean_line(values.headline),
        summary=clean(values.summary),
        home_region=values.home_region or None,
    )
    if len(values.name) > 80:
        errors["name"] = _l("姓名最多 80 个字。")
    if len(values.headline) > 120:
        errors["headline"] = _l("标题最多 120 个字。")
    if len(values.summary) > 5000:
        errors["summary"] = _l("自我介绍最多 5000 个字。")
    if values.education_rank is not None and values.education_rank not in EDUCATION_RANKS:
        errors["education_rank"] = _l("请从列表中选择学历。")
    if values.years_tenths is not None and not 0 <= values.years_tenths <= 600:
        errors["years"] = _l("工作年限在 0 到 60 年之间。")
    # What has retired since is kept by whoever has it.
    if values.home_region not in (None, home) and values.home_region not in get_taxonomy().regions:
        errors["home_region"] = _l("请从列表中选择地点。")
    if errors:
        raise Invalid(errors)
    return values


def edit_wishes(
    session: Session, talent: Talent, values: Wishes, *, actor: Actor, version: str | None = None
) -> None:
    """Store what the person looks for. Raises :class:`Stale` as :func:`edit_basics` does."""
    values = _checked_wishes(values, wishes_of(talent))
    editing.begin(session, talent)
    editing.check(version, wishes_of(talent))
    _replace_rows(session, TalentOccupation, talent, "occupation_code", values.occupations)
    _replace_rows(session, TalentRegion, talent, "region_code", values.regions)
    talent.pay_low, talent.pay_high = values.pay_low, values.pay_high
    talent.work_mode, talent.rest_days = values.work_mode, values.rest_days
    talent.availability = values.availability
    talent.willing_to_move = values.willing_to_move
    editing.finish(session, talent, "wishes_edited", actor=actor)


def _replace_rows(
    session: Session, table: Any, talent: Talent, column: str, codes: tuple[str, ...]
) -> None:
    session.execute(sa.delete(table).where(table.talent_id == talent.id))
    for position, code in enumerate(codes):
        session.add(table(talent_id=talent.id, position=position, **{column: code}))


def _checked_wishes(values: Wishes, held: Wishes) -> Wishes:
    errors: dict[str, Any] = {}
    taxonomy = get_taxonomy()
    occupations = tuple(dict.fromkeys(values.occupations))
    regions = tuple(dict.fromkeys(values.regions))
    if not taxonomy.occupations.keys() | {*held.occupations} >= {*occupations}:
        errors["occupations"] = _l("请从列表中选择职业。")
    elif len(occupations) > MAX_OCCUPATIONS:
        errors["occupations"] = _l("目标职业最多选 5 个。")
    if not taxonomy.regions.keys() | {*held.regions} >= {*regions}:
        errors["regions"] = _l("请从列表中选择地点。")
    elif len(regions) > MAX_REGIONS:
        errors["regions"] = _l("期望地点最多选 10 个。")
    low, high = values.pay_low, values.pay_high
    if any(pay is not None and not 0 < pay <= MAX_PAY for pay in (low, high)):
        errors["pay_low"] = _l("月薪填写 1 到 1,000,000 元。")
    elif low is not None and high is not None and low > high:
        errors["pay_low"] = _l("最低月薪高于最高月薪，请调换。")
    if errors:
        raise Invalid(errors)
    return replace(values, occupations=occupations, regions=regions)


def holds_verified_identifier(session: Session, account_id: int) -> bool:
    """Whether the account holds a verified identity of a kind that is needed."""
    held = sa.select(Identifier.id).where(
        Identifier.account_id == account_id,
        Identifier.kind.in_(needed_kinds()),
        Identifier.verified_at.is_not(None),
        Identifier.released_at.is_(None),
    )
    return session.scalar(held.limit(1)) is not None


def choose_visibility(
    session: Session, talent: Talent, values: Sight, *, actor: Actor, version: str | None = None
) -> None:
    """Say who may find and open the profile; the choice is kept as a consent with its date.

    To be found (verified organisations, public) a verified number is needed (`needed_kinds`).
    """
    unknown = set(values.sections) - set(SECTIONS)
    if unknown or any(level not in set(Visibility) for level in values.sections.values()):
        raise Invalid({"visibility": _l("请从四个范围中选择。")})
    editing.begin(session, talent)
    editing.check(version, sight_of(talent))
    # Who was found before, by an address, may say less or the same: never to be asked for more.
    opened = OPENNESS[values.visibility] > OPENNESS[talent.visibility]
    findable = OPENNESS[values.visibility] >= OPENNESS[Visibility.ORGANISATIONS]
    if findable and opened and not holds_verified_identifier(session, talent.account_id):
        number_only = IdentifierKind.MAIL not in needed_kinds()
        first = _l("先验证手机号，才能让单位找到您。")
        either = _l("先验证手机号或邮箱，才能让单位找到您。")
        raise Invalid({"visibility": first if number_only else either})
    before, at = talent.visibility, clock.now()
    talent.visibility = values.visibility
    talent.sections = dict(values.sections)
    talent.visibility_chosen_at = at
    _end_consent(session, talent.account_id)
    session.add(
        Consent(
            account_id=talent.account_id,
            kind=ConsentKind.VISIBILITY,
            version=VISIBILITY_VERSION,
            data={"visibility": str(values.visibility), "sections": dict(values.sections)},
            given_at=at,
        )
    )
    editing.finish(
        session,
        talent,
        "visibility_chosen",
        actor=actor,
        from_state=before,
        to_state=values.visibility,
    )


def hide_unverified(session: Session, account: Account) -> None:
    """Whoever holds no verified number any more is not found: the profile is shown to nobody until
    the person, verified again, chooses anew."""
    talent = talent_of(session, account)
    if talent is None or holds_verified_identifier(session, account.id):
        return
    before = talent.visibility
    if OPENNESS[before] < OPENNESS[Visibility.ORGANISATIONS]:
        return
    editing.begin(session, talent)
    talent.visibility, talent.visibility_chosen_at = Visibility.PRIVATE, None
    _end_consent(session, account.id)
    editing.finish(
        session,
        talent,
        "visibility_chosen",
        actor=SYSTEM,
        from_state=before,
        to_state=Visibility.PRIVATE,
    )


def _end_consent(session: Session, account_id: int) -> None:
    session.execute(
        sa.update(Consent)
        .where(
            Consent.account_id == account_id,
            Consent.kind == ConsentKind.VISIBILITY,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def section_choice(talent: Talent, section: str) -> Visibility:
    """The level chosen for a section. Without a choice of its own it follows the profile, and is
    given with an application even when the profile is private."""
    followed = max(talent.visibility, Visibility.APPLIED, key=OPENNESS.__getitem__)
    return Visibility((talent.sections or {}).get(section, followed))


def level_of(talent: Talent, section: str) -> Visibility:
    """Who sees a section: never more than who sees the profile."""
    return _level_of(talent.sections, talent.visibility, section)


def _level_of(sections: dict[str, str] | None, profile: Visibility, section: str) -> Visibility:
    own = Visibility((sections or {}).get(section, profile))
    return min(own, profile, key=OPENNESS.__getitem__)


def closed_sections(
    sections: dict[str, str] | None, profile: Visibility, viewer: Visibility
) -> frozenset[str]:
    """The sections that a viewer of this level does not see; the person sees all.

    Who applies shows what was not kept to oneself, however open the profile itself is.
    """
    if viewer is Visibility.PRIVATE:
        return frozenset()
    if viewer is Visibility.APPLIED:
        kept = sections or {}
        return frozenset(name for name in SECTIONS if kept.get(name) == Visibility.PRIVATE)
    return frozenset(
        name for name in SECTIONS if OPENNESS[_level_of(sections, profile, name)] < OPENNESS[viewer]
    )
