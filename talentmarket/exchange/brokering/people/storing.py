"""Rows of a table become records: each once, however often and by whomever it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.secrecy import digest
from talentmarket.exchange.brokering.people import book, digests
from talentmarket.exchange.brokering.people.models import FirmImportKey, FirmPerson
from talentmarket.exchange.brokering.people.opening import Looked, own_key
from talentmarket.exchange.brokering.people.sheets import Fault, Line
from talentmarket.exchange.brokering.people.values import PersonValues, values_of
from talentmarket.members.models import Organisation


def _key(firm: Organisation, line: Line) -> str:
    return digest(f"book-import:{firm.public_id}", own_key(line))


def content_of(firm: Organisation, line: Line) -> str:
    """A digest of what a row says."""
    return digest(f"book-import:{firm.public_id}", repr(line.values))


def sorted_out(
    session: Session, firm: Organisation, lines: Sequence[Line], looked: Looked
) -> Iterator[tuple[Line, FirmImportKey | None]]:
    """Each line with the key it was taken in by before; those who want to be left alone are said
    and left out."""
    keys = {_key(firm, one): one for one in lines}
    known = {
        row.key: row
        for row in session.scalars(
            sa.select(FirmImportKey).where(
                FirmImportKey.organisation_id == firm.id, FirmImportKey.key.in_(keys)
            )
        )
    }
    known |= _exported(session, firm, {key: one for key, one in keys.items() if key not in known})
    contacts = {
        one.line: [
            found
            for found in (
                digests.of_contact(firm, one.values.phone),
                digests.of_contact(firm, one.values.mail),
            )
            if found
        ]
        for one in lines
    }
    everybody = [found for some in contacts.values() for found in some]
    away = book.refusals(session, firm, everybody) - book.held(session, firm, everybody)
    for key, one in keys.items():
        if key not in known and away.intersection(contacts[one.line]):
            looked.say([Fault(one.line, "", "turned-away")])
            looked.refused += 1
        else:
            yield one, known.get(key)


def _exported(
    session: Session, firm: Organisation, keys: Mapping[str, Line]
) -> dict[str, FirmImportKey]:
    """Rows of a table that the book itself gave out: the number is that of a record, which the row
    then changes. Their keys are stored once they are taken in."""
    named = {one.external_id: key for key, one in keys.items() if one.external_id}
    rows = session.execute(
        sa.select(FirmPerson.public_id, FirmPerson.id).where(
            FirmPerson.organisation_id == firm.id, FirmPerson.public_id.in_(named)
        )
    )
    return {
        named[public_id]: FirmImportKey(
            organisation_id=firm.id, key=named[public_id], content="", person_id=person_id
        )
        for public_id, person_id in rows
    }


def count(looked: Looked, line: Line, known: FirmImportKey | None, content: str) -> None:
    """Count what becomes, or would become, of a row."""
    values = line.values
    if known is None:
        looked.new += 1
    elif known.content != content:
        looked.changed += 1
    else:
        looked.unchanged += 1
    looked.unfounded += not (values.source and values.basis and values.obtained_on)


def store_lines(
    session: Session,
    firm: Organisation,
    lines: Sequence[Line],
    looked: Looked,
    sender: int | None,
) -> None:
    """Store a batch in the running unit, in which the firm is held."""
    at, today = clock.now(), clock.today()
    fresh: list[tuple[FirmPerson, str, str]] = []
    for one, known in sorted_out(session, firm, lines, looked):
        content = content_of(firm, one)
        count(looked, one, known, content)
        if known is None:
            person = FirmPerson(
                organisation_id=firm.id,
                consultant_id=sender,
                created_at=at,
                updated_at=at,
                **book.columns(firm, one.values, today),
            )
            fresh.append((person, _key(firm, one), content))
        elif known.content != content:
            session.add(known)
            _change(session, firm, known, one.values, content)
    session.add_all(person for person, _key_, _content_ in fresh)
    session.flush()
    session.add_all(
        FirmImportKey(organisation_id=firm.id, key=key, content=content, person_id=person.id)
        for person, key, content in fresh
    )
    session.flush()


def _change(
    session: Session, firm: Organisation, known: FirmImportKey, new: PersonValues, content: str
) -> None:
    """What the file says now goes into the record; what it leaves empty stays as it is."""
    person = session.get_one(FirmPerson, known.person_id, with_for_update=True)
    before = values_of(person)
    said = {name: value for name, value in new.__dict__.items() if value not in ("", None, (), {})}
    created = clock.local(person.created_at).date()
    for name, value in book.columns(firm, replace(before, **said), created).items():
        setattr(person, name, value)
    person.updated_at = clock.now()
    person.revision += 1
    known.content = content
