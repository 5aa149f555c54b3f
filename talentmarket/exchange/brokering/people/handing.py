"""The book as a table to take along: what a firm sees of its people it can export; an event.

The table has the columns the import reads, so that it can be sent again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core.events import Actor, record
from talentmarket.core.words import word
from talentmarket.exchange.brokering.people import book
from talentmarket.exchange.brokering.people.models import FirmPerson
from talentmarket.exchange.brokering.tables import Column, workbook
from talentmarket.members.models import Organisation
from talentmarket.taxonomy import retired

#: Columns in the order of the table, with their widths in characters.
WIDTHS = {
    "external_id": 16,
    "name": 12,
    "phone": 18,
    "mail": 26,
    "headline": 26,
    "occupation": 22,
    "skills": 36,
    "education_rank": 10,
    "years": 10,
    "home": 12,
    "wanted": 18,
    "source": 18,
    "basis": 18,
    "obtained_on": 12,
    "contacted_on": 12,
    "note": 30,
    "resume": 40,
}
_STEP = 500


def export(session: Session, firm: Organisation, *, locale: str, actor: Actor) -> bytes:
    """The whole book as XLSX, in the reader's language. Needs no licence."""
    count = session.scalar(
        sa.select(sa.func.count(FirmPerson.id)).where(FirmPerson.organisation_id == firm.id)
    )
    heads = [Column(str(word("book_column", name)), width) for name, width in WIDTHS.items()]
    data = workbook([("book", heads, _rows(session, firm, locale))])
    record(
        session,
        "organisation",
        firm.public_id,
        "export_book",
        actor=actor,
        records=count or 0,
    )
    return data


def _rows(session: Session, firm: Organisation, locale: str) -> Iterator[list[Any]]:
    last = 0
    while True:
        some = session.scalars(
            book.of_firm(firm).where(FirmPerson.id > last).order_by(FirmPerson.id).limit(_STEP)
        ).all()
        if not some:
            return
        for one in some:
            last = one.id
            yield row_of(session, one, locale)
        session.expunge_all()


def row_of(session: Session, person: FirmPerson, locale: str) -> list[Any]:
    """One record as the table has it."""
    profile = person.profile
    occupations = [retired.occupation(session, one) for one in profile.get("occupations") or ()]
    skills = [retired.skill(session, one["skill"]) for one in profile.get("skills") or ()]
    rank, tenths = profile.get("education_rank"), profile.get("years_tenths")
    return [
        person.public_id,
        person.name or "",
        person.phone or "",
        person.mail or "",
        person.headline,
        "、".join(one.name(locale) for one in occupations if one),
        "、".join([*(one.name(locale) for one in skills if one), *person.other_skills]),
        str(word("education_rank", rank)) if rank is not None else "",
        tenths / 10 if tenths is not None else None,
        retired.place_name(session, person.home_region, locale),
        "、".join(retired.place_name(session, one, locale) for one in profile.get("regions") or ()),
        person.source,
        str(word("legal_basis", person.basis)) if person.basis else "",
        person.obtained_on,
        person.contacted_on,
        person.note or "",
        person.resume or "",
    ]
