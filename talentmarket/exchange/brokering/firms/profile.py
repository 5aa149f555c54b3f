"""What a firm says of itself beside its card: fields of work and regions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import upsert
from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor, record
from talentmarket.exchange.brokering.firms.models import FirmProfile
from talentmarket.members.models import Organisation
from talentmarket.taxonomy.model import get_taxonomy

MOST_FIELDS, MOST_REGIONS = 6, 10


def of(session: Session, firm: Organisation) -> FirmProfile | None:
    """What the firm has said; None before it said anything."""
    return session.scalar(sa.select(FirmProfile).where(FirmProfile.organisation_id == firm.id))


def say(
    session: Session,
    firm: Organisation,
    fields: Sequence[str],
    regions: Sequence[str],
    *,
    actor: Actor,
) -> None:
    """Write both down. Raises Invalid for codes that are none, or too many."""
    taxonomy = get_taxonomy()
    known = {code for code, _name in taxonomy.choices("industry", "zh")}
    wrong: dict[str, object] = {}
    if len(set(fields)) > MOST_FIELDS or not set(fields) <= known:
        wrong["fields"] = _l("最多选 6 个行业。")
    if len(set(regions)) > MOST_REGIONS or not set(regions) <= _places(regions):
        wrong["regions"] = _l("最多选 10 个地区。")
    if wrong:
        raise Invalid(wrong)
    values = {
        "fields": list(dict.fromkeys(fields)),
        "regions": list(dict.fromkeys(regions)),
        "updated_at": clock.now(),
    }
    table: Any = FirmProfile.__table__
    upsert(session, table, {"organisation_id": firm.id, **values}, ["organisation_id"], **values)
    session.expire_all()
    record(
        session,
        "organisation",
        firm.public_id,
        "say_fields",
        actor=actor,
        fields=values["fields"],
        regions=values["regions"],
    )


def _places(codes: Collection[str]) -> set[str]:
    regions = get_taxonomy().regions
    return {code for code in codes if code in regions}
