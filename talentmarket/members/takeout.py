"""The copy of a person's data: one archive with JSON, a page to read, and their files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, datetime
from enum import Enum
from html import escape
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.db import Base
from talentmarket.core.events import Actor, Event
from talentmarket.core.files import FileLost, store
from talentmarket.core.language import language
from talentmarket.members.consents import consents_of
from talentmarket.members.identities import held_by
from talentmarket.members.models import (
    Account,
    Draft,
    MemberInvitation,
    Membership,
    Organisation,
    OrganisationClaim,
    ProfileOpening,
    Talent,
)
from talentmarket.members.privacy import files_of, on_export, talent_of
from talentmarket.members.sessions import sessions_of
from talentmarket.notices.models import Delivery, Notice
from talentmarket.notices.texts import render

_HAN = re.compile(r"[\u3400-\u9fff]")
#: Columns that mean something only inside the database, or open a door.
HIDDEN = {"id", "key", "password_hash", "totp_secret", "totp_last_step", "token_digest", "digest"}


def collect(session: Session, account: Account) -> dict[str, Any]:
    """Everything that is kept about the person, as plain values."""
    talent = talent_of(session, account)
    data: dict[str, Any] = {
        "exported_at": clock.now().isoformat(),
        "account": plain(account) | {"has_password": account.password_hash is not None},
        "identifiers": [plain(row) for row in held_by(session, account)],
        "consents": [plain(row) for row in consents_of(session, account)],
        "sessions": [plain(row) for row in sessions_of(session, account)],
        "memberships": _memberships(session, account),
        "claims": _of_organisations(
            session, OrganisationClaim, OrganisationClaim.account_id, account
        ),
        "member_invitations": _of_organisations(
            session, MemberInvitation, MemberInvitation.used_by, account
        ),
        "notices": _notices(session, account),
        "messages_sent": _deliveries(session, account),
        "drafts": [plain(row) for row in _rows(session, Draft, account)],
        "profile": _profile(talent) if talent else None,
        "openings": _openings(session, talent) if talent else [],
        "files": [plain(row) for row in files_of(session, account)],
        "events": _events(session, account, talent),
    }
    for part, function in on_export.items():
        data[part] = function(session, account)
    return data


def plain(row: Base) -> dict[str, Any]:
    """The columns of a row as plain values, without keys of the database and secrets."""
    found: dict[str, Any] = {}
    for attribute in sa.inspect(type(row)).column_attrs:
        name = attribute.key
        if name in HIDDEN or (name.endswith("_id") and name != "public_id" and _is_key(attribute)):
            continue
        found[name] = plain_value(getattr(row, name))
    return found


def _is_key(attribute: Any) -> bool:
    return any(column.foreign_keys for column in attribute.columns)


def plain_value(value: Any) -> Any:
    """`value` as JSON knows it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _rows(session: Session, table: Any, account: Account) -> list[Any]:
    found = sa.select(table).where(table.account_id == account.id).order_by(table.id)
    return list(session.scalars(found))


def _memberships(session: Session, account: Account) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(Membership, Organisation.public_id, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.account_id == account.id)
        .order_by(Membership.id)
    )
    return [plain(row) | {"organisation": org, "name": name} for row, org, name in rows]


def _of_organisations(
    session: Session, table: Any, person: Any, account: Account
) -> list[dict[str, Any]]:
    """The person's rows of a table that belong to organisations, with the organisation's name."""
    rows = session.execute(
        sa.select(table, Organisation.name)
        .join(Organisation, Organisation.id == table.organisation_id)
        .where(person == account.id)
        .order_by(table.id)
    )
    return [plain(row) | {"organisation": name} for row, name in rows]


def _deliveries(session: Session, account: Account) -> list[dict[str, Any]]:
    """Mails and short messages: where they went and when; what they said stands in the notices."""
    told = ("channel", "receiver", "code", "state", "created_at", "sent_at")
    return [
        {name: value for name, value in plain(row).items() if name in told}
        for row in _rows(session, Delivery, account)
    ]


def _notices(session: Session, account: Account) -> list[dict[str, Any]]:
    return [
        {
            "at": row.created_at.isoformat(),
            "read_at": plain_value(row.read_at),
            "text": render(row.code, row.arguments, account.locale).body,
        }
        for row in _rows(session, Notice, account)
    ]


def _profile(talent: Talent) -> dict[str, Any]:
    entries = {entry.id: entry.public_id for entry in talent.entries}
    return plain(talent) | {
        "occupations": [row.occupation_code for row in talent.occupations],
        "regions": [row.region_code for row in talent.regions],
        "entries": [plain(row) for row in talent.entries],
        "skills": [
            plain(row) | {"evidence": [entries[proof.entry_id] for proof in row.evidence]}
            for row in talent.skills
        ],
        "blocks": [plain(row) for row in talent.blocks],
    }


def _openings(session: Session, talent: Talent) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(ProfileOpening, Organisation.name)
        .outerjoin(Organisation, Organisation.id == ProfileOpening.organisation_id)
        .where(ProfileOpening.talent_id == talent.id)
        .order_by(ProfileOpening.id)
    )
    return [plain(row) | {"organisation": name} for row, name in rows]


def _events(session: Session, account: Account, talent: Talent | None) -> list[dict[str, Any]]:
    subjects = [account.public_id, *([talent.public_id] if talent else [])]
    rows = session.scalars(
        sa.select(Event)
        .where(sa.or_(Event.actor == account.public_id, Event.subject_id.in_(subjects)))
        .order_by(Event.id)
    )
    return [
        {
            "at": row.at.isoformat(),
            "subject": [row.subject_type, row.subject_id],
            "verb": row.verb,
            "from": row.from_state,
            "to": row.to_state,
            "reason": row.reason,
        }
        for row in rows
    ]


def archive(session: Session, account: Account, data: dict[str, Any]) -> bytes:
    """The zip with ``data.json``, ``data.html`` and the person's files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=2))
        made.writestr("data.html", readable(data))
        for file in files_of(session, account):
            try:
                made.writestr(f"files/{file.public_id}-{file.name}", store().get(file.key))
            except FileLost as lost:
                made.writestr(f"files/{file.public_id}-missing.txt", str(lost.message))
    return out.getvalue()


def note_export(session: Session, account: Account, *, actor: Actor) -> None:
    """Write down that a copy was made."""
    events.record(session, "account", account.public_id, "exported", actor=actor)


def readable(data: dict[str, Any]) -> str:
    """The same data as a page that opens without the site, in the language of the reader."""
    parts = "".join(f"<h2>{escape(name)}</h2>{_markup(value)}" for name, value in data.items())
    title = escape(_("数才汇：我的全部资料"))
    return (
        f'<!doctype html><html lang="{"en" if language() == "en" else "zh-CN"}"><head>'
        '<meta charset="utf-8">'
        f"<title>{title}</title></head><body><h1>{title}</h1>{parts}</body></html>"
    )


def _markup(value: Any) -> str:
    if isinstance(value, dict):
        rows = "".join(
            f"<dt>{escape(str(name))}</dt><dd>{_markup(one)}</dd>"
            for name, one in value.items()
            if one not in (None, "", [], {})
        )
        return f"<dl>{rows}</dl>"
    if isinstance(value, list | tuple):
        return f"<ol>{''.join(f'<li>{_markup(one)}</li>' for one in value)}</ol>"
    text = escape("" if value is None else str(value))
    return f'<span lang="zh">{text}</span>' if _HAN.search(text) else text
