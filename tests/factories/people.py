"""Accounts and talents."""

from __future__ import annotations

from itertools import count
from typing import Any

from talentmarket.core import clock
from talentmarket.core.folding import fold_phone
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import (
    Account,
    EntryKind,
    Identifier,
    IdentifierKind,
    Organisation,
    Talent,
    TalentBlock,
    TalentEntry,
    TalentOccupation,
    TalentRegion,
    TalentSkill,
    Visibility,
)

_numbers = count(13_900_000_001)


def make_account(name: str = "周予安", *, verified: bool = True, **values: Any) -> Account:
    """An account with a mobile number of its own."""
    at = clock.now()
    phone = fold_phone(str(next(_numbers)))
    assert phone is not None
    with unit_of_work() as session:
        account = Account(name=name, created_at=at, sixteen_declared_at=at, **values)
        session.add(account)
        session.flush()
        session.add(
            Identifier(
                account_id=account.id,
                kind=IdentifierKind.PHONE,
                value=phone,
                digest=digest("identifier", phone),
                verified_at=at if verified else None,
                last_used_at=at,
            )
        )
    return account


def make_talent(
    account: Account | None = None,
    *,
    skills: dict[str, int | None] | None = None,
    occupations: tuple[str, ...] = ("2-02-38-03",),
    regions: tuple[str, ...] = ("510100",),
    visibility: Visibility = Visibility.ORGANISATIONS,
    **values: Any,
) -> Talent:
    """A talent of Chengdu who works with data; `skills` maps ids to levels."""
    account = account or make_account()
    at = clock.now()
    skills = {"spark": 3, "sql": 3, "python": 2} if skills is None else skills
    values.setdefault("headline", "大数据开发工程师")
    values.setdefault("education_rank", 5)
    values.setdefault("years_tenths", 45)
    values.setdefault("pay_low", 1_500_000)
    values.setdefault("pay_high", 2_200_000)
    with unit_of_work() as session:
        talent = Talent(
            account_id=account.id,
            visibility=visibility,
            created_at=at,
            updated_at=at,
            onboarded_at=at,
            **values,
        )
        session.add(talent)
        session.flush()
        talent.occupations = [
            TalentOccupation(occupation_code=code, position=n) for n, code in enumerate(occupations)
        ]
        talent.regions = [
            TalentRegion(region_code=code, position=n) for n, code in enumerate(regions)
        ]
        talent.entries = [
            TalentEntry(
                kind=EntryKind.EXPERIENCE,
                organisation="岷江软件有限公司",
                title="数据开发工程师",
                start_month="2022-03",
                text="负责离线数仓与实时指标。",
            )
        ]
        talent.skills = [TalentSkill(skill_id=one, level=level) for one, level in skills.items()]
    return talent


def block_of(talent: Talent, organisation: Organisation) -> TalentBlock:
    """A row, not yet added: the talent blocks the organisation, known by name and credit code."""
    return TalentBlock(
        talent_id=talent.id,
        name=organisation.name,
        name_folded=organisation.name_folded,
        uscc=organisation.uscc,
        created_at=clock.now(),
    )
