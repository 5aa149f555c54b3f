"""The entries of a profile: jobs held, studies, certificates, projects."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from stdnum.cn import uscc

from talentmarket.core import clock, files, tasks
from talentmarket.core.errors import Invalid, NotFound
from talentmarket.core.events import Actor
from talentmarket.core.folding import clean, clean_line, fold
from talentmarket.members import editing
from talentmarket.members.models import (
    EntryKind,
    Organisation,
    OrganisationKind,
    Talent,
    TalentEntry,
    VerificationState,
)
from talentmarket.taxonomy.model import get_taxonomy

MAX_ENTRIES = 60
_MONTH = re.compile(r"(19[5-9]\d|20\d\d)-(0[1-9]|1[0-2])")
_PROOF_TYPES = ("application/pdf", "image/png", "image/jpeg")
#: What a verification stands for: who changes one of these has a new claim.
_PROVEN = (
    *("organisation", "title", "subject", "level", "number"),
    *("start_month", "end_month", "valid_until"),
)


@dataclass(frozen=True)
class EntryValues:
    """One entry. Months are `YYYY-MM`; an experience without an end goes on until today."""

    kind: EntryKind
    title: str = ""
    organisation: str = ""
    organisation_uscc: str | None = None
    organisation_industry: str | None = None
    organisation_size: str | None = None
    subject: str = ""
    level: str | None = None
    number: str | None = None
    start_month: str | None = None
    end_month: str | None = None
    valid_until: date | None = None
    text: str = ""


def values_of(entry: TalentEntry) -> EntryValues:
    """An entry as form values."""
    names = (name for name in EntryValues.__dataclass_fields__)
    return EntryValues(**{name: getattr(entry, name) for name in names})


def find_entry(session: Session, talent: Talent, public_id: str) -> TalentEntry:
    """One of the person's own entries; raises :class:`NotFound` for anybody else's."""
    found = session.scalar(
        sa.select(TalentEntry).where(
            TalentEntry.talent_id == talent.id, TalentEntry.public_id == public_id
        )
    )
    if found is None:
        raise NotFound()
    return found


def add_entry(
    session: Session, talent: Talent, values: EntryValues, *, actor: Actor
) -> TalentEntry:
    """Add an entry; nobody has verified it yet."""
    values = _with_known_employer(session, checked(values, clock.today()))
    editing.begin(session, talent)
    if len(talent.entries) >= MAX_ENTRIES:
        raise Invalid({"title": _l("最多 60 段经历，请先合并或删除一些。")})
    entry = TalentEntry(talent_id=talent.id)
    _fill(entry, values)
    session.add(entry)
    editing.finish(
        session, talent, "entry_added", actor=actor, entry=_id(session, entry), kind=values.kind
    )
    return entry


def edit_entry(
    session: Session,
    talent: Talent,
    public_id: str,
    values: EntryValues,
    *,
    actor: Actor,
    version: str | None = None,
) -> TalentEntry:
    """Change an entry. What was verified and changes becomes a claim again."""
    editing.begin(session, talent)
    entry = find_entry(session, talent, public_id)
    before = values_of(entry)
    editing.check(version, before)
    values = checked(replace(values, kind=entry.kind), clock.today())
    values = _with_known_employer(session, values)
    _fill(entry, values)
    if any(getattr(before, name) != getattr(values, name) for name in _PROVEN):
        claim_again(entry)
    editing.finish(session, talent, "entry_edited", actor=actor, entry=public_id)
    return entry


def claim_again(entry: TalentEntry) -> None:
    """Nobody but the person says it any more."""
    entry.verification = VerificationState.CLAIMED
    entry.asked_at = entry.verified_at = None
    entry.verified_by = entry.return_reason = entry.return_text = None


def remove_entry(session: Session, talent: Talent, public_id: str, *, actor: Actor) -> None:
    """Remove an entry, what it proved and its scan."""
    editing.begin(session, talent)
    entry = find_entry(session, talent, public_id)
    _drop_file(session, entry)
    session.delete(entry)
    editing.finish(session, talent, "entry_removed", actor=actor, entry=public_id)


def attach_proof(
    session: Session, talent: Talent, public_id: str, data: bytes, name: str, *, actor: Actor
) -> None:
    """Keep a scan with an entry (PDF, PNG, JPEG); an older one goes, and with it what somebody
    said who had seen it."""
    editing.begin(session, talent)
    entry = find_entry(session, talent, public_id)
    kept = files.keep(
        session,
        data,
        name,
        owner_type="talent",
        owner_id=talent.public_id,
        purpose="evidence",
        uploaded_by=actor.account,
        allowed=_PROOF_TYPES,
    )
    _drop_file(session, entry)
    entry.file_id = kept.id
    claim_again(entry)
    editing.finish(session, talent, "proof_attached", actor=actor, entry=public_id)


def _drop_file(session: Session, entry: TalentEntry) -> None:
    if entry.file_id is None:
        return
    held = session.get(files.StoredFile, entry.file_id)
    entry.file_id = None
    session.flush()
    if held is not None and held.erased_at is None:
        held.erased_at = clock.now()
        held.name = ""
        # The bytes go once this is stored: a file must not be lost to a transaction that failed.
        tasks.put(session, "erase-file", {"key": held.key}, key=f"erase-file:{held.key}")


def checked(values: EntryValues, today: date) -> EntryValues:
    """Cleaned values; raises :class:`Invalid` naming each field. Pure."""
    values = replace(
        values,
        title=clean_line(values.title),
        organisation=clean_line(values.organisation),
        organisation_uscc=uscc.compact(values.organisation_uscc or "") or None,
        organisation_industry=values.organisation_industry or None,
        organisation_size=values.organisation_size or None,
        subject=clean_line(values.subject),
        level=values.level or None,
        number=clean_line(values.number or "") or None,
        start_month=values.start_month or None,
        end_month=values.end_month or None,
        text=clean(values.text),
    )
    errors = {**_missing(values), **_too_long(values), **_months(values, today)}
    if values.organisation_uscc and not uscc.is_valid(values.organisation_uscc):
        errors["organisation_uscc"] = _l("统一社会信用代码不对，请核对 18 位。不知道可以不填。")
    taxonomy = get_taxonomy()
    for name, table in (("organisation_industry", "industry"), ("organisation_size", "org_scale")):
        code = getattr(values, name)
        if code and taxonomy.item(table, code) is None:
            errors[name] = _l("请从列表中选择。")
    if values.kind is EntryKind.EDUCATION and values.level not in set("1234567"):
        errors["level"] = _l("请选择学历。")
    if errors:
        raise Invalid(errors)
    return values


def _missing(values: EntryValues) -> dict[str, Any]:
    asked: dict[EntryKind, dict[str, Any]] = {
        EntryKind.EXPERIENCE: {
            "organisation": _l("请填写单位名称。"),
            "title": _l("请填写岗位名称。"),
            "start_month": _l("请填写开始的年月，例如 2022-03。"),
        },
        EntryKind.EDUCATION: {"organisation": _l("请填写学校名称。")},
        EntryKind.CERTIFICATE: {
            "title": _l("请填写证书名称。"),
            "organisation": _l("请填写发证机构。"),
        },
        EntryKind.PROJECT: {"title": _l("请填写项目名称。")},
    }
    wanted = asked[values.kind].items()
    return {name: message for name, message in wanted if not getattr(values, name)}


def _too_long(values: EntryValues) -> dict[str, Any]:
    limits = {"title": 160, "organisation": 160, "subject": 120, "number": 80, "text": 5000}
    limits["level"] = 16
    return {
        name: _l("最多 %(limit)s 个字。", limit=limit)
        for name, limit in limits.items()
        if len(getattr(values, name) or "") > limit
    }


def _months(values: EntryValues, today: date) -> dict[str, Any]:
    errors: dict[str, Any] = {}
    this_month = f"{today:%Y-%m}"
    for name in ("start_month", "end_month"):
        month = getattr(values, name)
        if month and not _MONTH.fullmatch(month):
            errors[name] = _l("年月写成 2022-03 的样子。")
    start, end = values.start_month, values.end_month
    if errors or not start:
        return errors
    if start > this_month:
        errors["start_month"] = _l("开始时间还没到。")
    if end and end < start:
        errors["end_month"] = _l("结束时间早于开始时间。")
    if end and end > this_month and values.kind is not EntryKind.EDUCATION:
        errors["end_month"] = _l("结束时间还没到；仍在进行请留空。")
    return errors


def _with_known_employer(session: Session, values: EntryValues) -> EntryValues:
    """Take credit code, field and size from the organisation of that name, where not given."""
    if values.kind is not EntryKind.EXPERIENCE or not values.organisation:
        return values
    named = Organisation.name_folded == fold(values.organisation)
    if values.organisation_uscc:
        named = Organisation.uscc == values.organisation_uscc
    found = session.scalars(
        sa.select(Organisation).where(named, Organisation.kind != OrganisationKind.SOURCE).limit(2)
    ).all()
    if len(found) != 1:
        return values
    return replace(
        values,
        organisation_uscc=values.organisation_uscc or found[0].uscc,
        organisation_industry=values.organisation_industry or found[0].industry,
        organisation_size=values.organisation_size or found[0].size,
    )


def _fill(entry: TalentEntry, values: EntryValues) -> None:
    for name in EntryValues.__dataclass_fields__:
        setattr(entry, name, getattr(values, name))


def _id(session: Session, entry: TalentEntry) -> str:
    session.flush()
    return entry.public_id
