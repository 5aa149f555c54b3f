"""Organisations, members and licences."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from stdnum.cn import uscc

from talentmarket.core import clock
from talentmarket.core.folding import fold, pinyin_key
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import (
    Account,
    Licence,
    LicenceState,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from tests.factories.people import make_account

_codes = count(1)


def credit_code(number: int | None = None) -> str:
    """A well-formed unified social credit code of Chengdu."""
    body = f"91510100{next(_codes) if number is None else number:09d}"
    return str(body + uscc.calc_check_digit(body))


def make_organisation(
    name: str | None = None,
    kind: OrganisationKind = OrganisationKind.EMPLOYER,
    state: OrganisationState = OrganisationState.VERIFIED,
    **values: Any,
) -> Organisation:
    """A verified employer of Chengdu, unless said otherwise."""
    at = clock.now()
    code = values.pop("uscc", None) or credit_code()
    name = name or f"天工云谱科技{code[10:17]}有限公司"
    values.setdefault("nature", "private")
    values.setdefault("region_code", "510107")
    with unit_of_work() as session:
        organisation = Organisation(
            kind=kind,
            name=name,
            name_folded=fold(name),
            name_pinyin=pinyin_key(name),
            uscc=code,
            state=state,
            verified_at=at if state is OrganisationState.VERIFIED else None,
            renewal_due_at=at + timedelta(days=182),
            created_at=at,
            updated_at=at,
            **values,
        )
        session.add(organisation)
    return organisation


def make_member(
    organisation: Organisation, role: OrgRole = OrgRole.OWNER, account: Account | None = None
) -> Account:
    """A member of the organisation."""
    account = account or make_account("何主管")
    with unit_of_work() as session:
        session.add(
            Membership(
                organisation_id=organisation.id,
                account_id=account.id,
                role=role,
                joined_at=clock.now(),
            )
        )
    return account


def make_licence(organisation: Organisation, **values: Any) -> Licence:
    """A valid HR service licence with online recruitment in its scope."""
    at = clock.now()
    values.setdefault("scope", ["online_recruitment", "referral"])
    values.setdefault("expires_on", clock.today() + timedelta(days=400))
    values.setdefault("state", LicenceState.VALID)
    values.setdefault("full_time_staff", 5)
    with unit_of_work() as session:
        licence = Licence(
            organisation_id=organisation.id,
            number="川人服证字〔2024〕第0100号",
            issued_on=clock.today() - timedelta(days=200),
            issuer="成都市人力资源和社会保障局",
            supervisor_phone="028-12333",
            submitted_at=at,
            reviewed_at=at,
            **values,
        )
        session.add(licence)
    return licence
