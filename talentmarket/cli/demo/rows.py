"""Invented things become rows: firms, people and jobs, each with consents and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.cli.demo.firms import ONCE_VERIFIED, Firm
from talentmarket.cli.demo.jobs import Posting
from talentmarket.cli.demo.people import Entry, Person
from talentmarket.cli.demo.store import Store
from talentmarket.core.folding import fold, pinyin_key
from talentmarket.core.roles import OrgRole
from talentmarket.core.secrecy import digest
from talentmarket.exchange import models as exchange
from talentmarket.exchange import pay
from talentmarket.exchange.models import JobState
from talentmarket.members import completeness
from talentmarket.members import models as members
from talentmarket.members.consents import NOTICE_VERSION
from talentmarket.members.models import (
    ConsentKind,
    IdentifierKind,
    OrganisationState,
    VerificationState,
)
from talentmarket.members.talents import VISIBILITY_VERSION
from talentmarket.members.verification_states import MONTHS, lapses_at, months_after

_S = OrganisationState
_RETURNED = "营业执照扫描件看不清统一社会信用代码，请重新上传。"
_REFUSED = "公示系统查不到该单位的登记信息。"
_SUSPENDED = "多人举报面试时收取材料费，经核查属实。"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who acts for a firm: key and public id of the account."""

    key: int
    public_id: str


def account(
    store: Store,
    *,
    public_id: str,
    name: str,
    at: datetime,
    identifiers: list[tuple[IdentifierKind, str]],
    used_at: datetime,
    **values: Any,
) -> int:
    """An account with verified identifiers and the consent to the privacy notice."""
    kept = {
        "password_hash": None, "is_operator": False, "totp_secret": None, "personal_ranking": True,
        "daily_mail": False, **values,
    }  # fmt: skip
    key = store.add(
        members.Account, public_id=public_id, name=name, is_demo=True, sixteen_declared_at=at,
        created_at=at, **kept,
    )  # fmt: skip
    for kind, value in identifiers:
        store.add(
            members.Identifier, account_id=key, kind=kind, value=value,
            digest=digest("identifier", value), verified_at=at, last_used_at=used_at,
        )  # fmt: skip
    subject = ("account", public_id)
    store.event(at, subject, "registered", actor=public_id)
    consent(store, key, public_id, ConsentKind.PRIVACY_NOTICE, NOTICE_VERSION, at)
    return key


def consent(
    store: Store,
    account_key: int,
    account_id: str,
    kind: ConsentKind,
    version: str,
    at: datetime,
    *,
    receiver: str | None = None,
    application: str | None = None,
    data: dict[str, Any] | None = None,
    withdrawn_at: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """One consent; the privacy notice's with its event."""
    public_id = Dice(f"consent:{account_id}:{kind}:{at}:{application}").public_id()
    store.add(
        members.Consent, public_id=public_id, account_id=account_key, kind=kind, version=version,
        receiver_type="organisation" if receiver else None, receiver_id=receiver,
        subject_type="application" if application else None, subject_id=application,
        purpose="application" if application else None, data=data or {}, given_at=at,
        until=until, withdrawn_at=withdrawn_at,
    )  # fmt: skip
    if kind is ConsentKind.PRIVACY_NOTICE:
        store.event(
            at, ("account", account_id), "consented", actor=account_id,
            data={"kind": kind.value, "version": version, "consent": public_id},
        )  # fmt: skip


# --- firms -------------------------------------------------------------------------------------


def organisation(store: Store, firm: Firm, owner: Member, operator: str, now: datetime) -> int:
    """A firm, its owner's membership and the course of its verification."""
    due = months_after(firm.verified_at, MONTHS) if firm.verified_at else None
    submitted = now - timedelta(hours=Dice(firm.public_id).choice((1, 3, 6, 26, 50, 75)))
    submitted = at_work(submitted, now - timedelta(days=4), now)
    suspended = firm.state is _S.SUSPENDED
    reason, text = {
        _S.RETURNED: ("documents", _RETURNED), _S.REFUSED: ("untrue", _REFUSED),
        _S.SUSPENDED: ("complaint", _SUSPENDED),
    }.get(firm.state, (None, ""))  # fmt: skip
    renewing = firm.state is _S.RENEWAL_DUE and firm.number % 2 == 0
    key = store.add(
        members.Organisation, public_id=firm.public_id, kind=firm.kind, name=firm.name,
        name_folded=fold(firm.name), name_pinyin=pinyin_key(firm.name), short_name=firm.short_name,
        uscc=firm.uscc, legal_form=firm.legal_form, nature=firm.nature, size=firm.size,
        industry=firm.industry, region_code=firm.county, address=firm.address, intro=firm.intro,
        state=firm.state, state_reason=reason, state_text=text,
        submitted_at=submitted if firm.state is _S.IN_REVIEW or renewing else None,
        verified_at=firm.verified_at, renewal_due_at=due,
        state_before_suspension=_S.VERIFIED.value if suspended else None,
        handler_name=firm.handler, created_at=firm.created_at,
        updated_at=firm.verified_at or firm.created_at,
        fee_standard=_fees(firm),
    )  # fmt: skip
    store.add(
        members.Membership, organisation_id=key, account_id=owner.key, role=OrgRole.OWNER,
        joined_at=firm.created_at,
    )  # fmt: skip
    _verification(store, firm, owner, operator, now, due, submitted if renewing else None)
    return key


def _fees(firm: Firm) -> str:
    if firm.kind is not members.OrganisationKind.HR_FIRM:
        return ""
    return "只向用人单位收费：受托招聘按录用年薪的 15%–25% 或约定金额收取，保证期一至三个月；不向求职者收费。"


def _verification(
    store: Store,
    firm: Firm,
    owner: Member,
    operator: str,
    now: datetime,
    due: datetime | None,
    renewing: datetime | None,
) -> None:
    subject = ("organisation", firm.public_id)
    own: dict[str, Any] = {"actor": owner.public_id, "acting_for": firm.public_id}
    data = {"kind": str(firm.kind), "unusual_code": False, "parent": None}
    store.event(
        firm.created_at, subject, "register", states=(None, _S.UNVERIFIED), data=data, **own
    )
    if firm.state is _S.UNVERIFIED:
        return
    answered = firm.verified_at or min(firm.created_at + timedelta(days=1), now)
    handed_in = firm.created_at + (answered - firm.created_at) / 2
    handed_in = at_work(handed_in, firm.created_at, answered)
    store.event(handed_in, subject, "submit", states=(_S.UNVERIFIED, _S.IN_REVIEW), **own)
    by: dict[str, Any] = {"actor": operator}
    if firm.state in ONCE_VERIFIED:
        store.event(
            answered, subject, "approve", states=(_S.IN_REVIEW, _S.VERIFIED),
            data={"renamed": False}, **by,
        )  # fmt: skip
    if firm.state in (_S.RETURNED, _S.REFUSED):
        verb, why = ("return", "documents") if firm.state is _S.RETURNED else ("refuse", "untrue")
        store.event(answered, subject, verb, states=(_S.IN_REVIEW, firm.state), reason=why, **by)
    if firm.state in (_S.RENEWAL_DUE, _S.LAPSED) and due:
        store.event(due, subject, "fall_due", states=(_S.VERIFIED, _S.RENEWAL_DUE))
    if firm.state is _S.LAPSED and due:
        store.event(lapses_at(due), subject, "lapse", states=(_S.RENEWAL_DUE, _S.LAPSED))
    if renewing:
        store.event(renewing, subject, "renew", states=(firm.state, firm.state), **own)
    if firm.state is _S.SUSPENDED:
        at = now - timedelta(days=3)
        states = (_S.VERIFIED, _S.SUSPENDED)
        store.event(at, subject, "suspend", states=states, reason="complaint", **by)


# --- people ------------------------------------------------------------------------------------


def entry_id(person: Person, position: int) -> str:
    """The public id of an entry."""
    return Dice(f"entry:{person.public_id}:{position}").public_id()


def as_profile(person: Person, keys: range | None = None) -> SimpleNamespace:
    """The person in the shape that cards, snapshots and completeness read."""
    keys = keys or range(1, len(person.entries) + 1)
    entries = [
        SimpleNamespace(
            id=keys[n], public_id=entry_id(person, n), **_entry_values(person, entry),
        )
        for n, entry in enumerate(person.entries)
    ]  # fmt: skip
    skills = [
        SimpleNamespace(
            skill_id=one.skill, level=one.level, years_tenths=one.years_tenths,
            last_used=one.last_used, evidence=[SimpleNamespace(entry_id=keys[n]) for n in one.evidence],
        )
        for one in person.skills
    ]  # fmt: skip
    identifiers = [
        SimpleNamespace(
            kind=IdentifierKind.PHONE, value=person.phone, verified_at=person.created_at,
            released_at=None,
        )
    ]  # fmt: skip
    return SimpleNamespace(
        headline=person.headline, summary=person.summary, education_rank=person.education,
        years_tenths=person.years_tenths, home_region=person.city, pay_low=person.pay_low,
        pay_high=person.pay_high, work_mode=person.work_mode, rest_days=person.rest_days,
        availability=person.availability, willing_to_move=person.moves, sections={}, revision=1,
        visibility=person.visibility,
        occupations=[SimpleNamespace(occupation_code=code) for code in person.occupations],
        regions=[SimpleNamespace(region_code=code) for code in person.regions],
        entries=entries, skills=skills,
        account=SimpleNamespace(name=person.name, identifiers=identifiers),
    )  # fmt: skip


def _entry_values(person: Person, entry: Entry) -> dict[str, Any]:
    verified = entry.verified
    return {
        "kind": entry.kind, "organisation": entry.organisation, "organisation_uscc": entry.uscc,
        "organisation_industry": entry.industry, "organisation_size": entry.size,
        "title": entry.title, "subject": entry.subject, "level": entry.level,
        "number": entry.number, "start_month": entry.start, "end_month": entry.end,
        "valid_until": None, "text": entry.text,
        "verification": VerificationState.VERIFIED if verified else VerificationState.CLAIMED,
        "verified_at": person.updated_at if verified else None,
    }  # fmt: skip


def talent(store: Store, person: Person, account_key: int, operator: str) -> int:
    """A profile with everything in it."""
    at = person.created_at + timedelta(minutes=25)
    first = store.peek(members.TalentEntry)
    profile = as_profile(person, range(first, first + len(person.entries)))
    key = store.add(
        members.Talent, public_id=person.public_id, account_id=account_key,
        headline=person.headline, summary=person.summary, education_rank=person.education,
        years_tenths=person.years_tenths, pay_low=person.pay_low, pay_high=person.pay_high,
        work_mode=person.work_mode, rest_days=person.rest_days, availability=person.availability,
        willing_to_move=person.moves, home_region=person.city, visibility=person.visibility,
        visibility_chosen_at=at, blocks_confirmed_at=at, onboarded_at=at,
        completeness=completeness.of(profile).percent,  # type: ignore[arg-type]
        created_at=person.created_at, updated_at=max(at, person.updated_at),
    )  # fmt: skip
    for position, code in enumerate(person.occupations):
        store.add(members.TalentOccupation, talent_id=key, occupation_code=code, position=position)
    for position, code in enumerate(person.regions):
        store.add(members.TalentRegion, talent_id=key, region_code=code, position=position)
    for position, entry in enumerate(person.entries):
        store.add(
            members.TalentEntry, talent_id=key, public_id=entry_id(person, position),
            verified_by=operator if entry.verified else None, **_entry_values(person, entry),
        )  # fmt: skip
    for one in person.skills:
        skill = store.add(
            members.TalentSkill, talent_id=key, skill_id=one.skill, level=one.level,
            years_tenths=one.years_tenths, last_used=one.last_used,
        )  # fmt: skip
        for position in one.evidence:
            store.add(members.TalentSkillEvidence, talent_skill_id=skill, entry_id=first + position)
    for name, blocked in person.blocks:
        store.add(
            members.TalentBlock, talent_id=key, name=name, name_folded=fold(name), uscc=blocked,
            created_at=at,
        )  # fmt: skip
    _onboarding(store, person, account_key, at)
    return key


def _onboarding(store: Store, person: Person, account_key: int, at: datetime) -> None:
    subject, me = ("talent", person.public_id), person.account_id
    store.event(person.created_at, subject, "created", actor=me)
    consent(
        store, account_key, me, ConsentKind.VISIBILITY, VISIBILITY_VERSION, at,
        data={"visibility": str(person.visibility), "sections": {}},
    )  # fmt: skip
    store.event(at, subject, "visibility_chosen", actor=me, states=("private", person.visibility))
    store.event(at, subject, "onboarded", actor=me)


# --- jobs --------------------------------------------------------------------------------------


def job(
    store: Store,
    posting: Posting,
    firm_key: int,
    employer_key: int,
    author: Member,
    reviewer: Member,
    *,
    manager: int | None = None,
    entrustment: int | None = None,
) -> int:
    """A job with its skills and its course."""
    opened = posting.reviewed_at if posting.review_reason is None else None
    key = store.add(
        exchange.Job, public_id=posting.public_id, organisation_id=firm_key,
        employer_id=employer_key, employer_name=posting.employer.name,
        client_name=posting.client_name, entrustment_id=entrustment, created_by=author.key,
        manager_id=manager, title=posting.title, occupation_code=posting.trade,
        description=posting.description, kind=posting.kind, channel=posting.channel,
        headcount=posting.headcount, education_rank=posting.education,
        years_min=posting.years_min, years_max=posting.years_max, region_code=posting.county,
        address=posting.address, work_mode=posting.work_mode, rest_days=posting.rest_days,
        hours=posting.hours, insurance=posting.insurance, contract=posting.contract,
        contract_months=posting.contract_months, probation_months=posting.probation_months,
        benefits=posting.benefits, pay_unit=posting.unit, pay_low=posting.pay_low,
        pay_high=posting.pay_high, pay_months=posting.pay_months, base_pay=posting.base_pay,
        month_low=pay.monthly(posting.unit, posting.pay_low),
        month_high=pay.monthly(posting.unit, posting.pay_high),
        reply_days=posting.reply_days, valid_until=posting.valid_until, state=posting.state,
        submitted_at=posting.submitted_at, review_due_at=posting.review_due_at,
        reviewed_at=posting.reviewed_at,
        reviewer_id=reviewer.key if posting.reviewed_at else None,
        review_reason=posting.review_reason, review_text=posting.review_text,
        published_at=opened, first_published_at=opened, closed_at=posting.closed_at,
        created_at=posting.created_at,
        updated_at=posting.closed_at or posting.reviewed_at or posting.submitted_at
        or posting.created_at,
    )  # fmt: skip
    for position, one in enumerate(posting.skills):
        store.add(
            exchange.JobSkill, job_id=key, skill_id=one.skill, must=one.must, level=one.level,
            years=one.years, position=position,
        )  # fmt: skip
    _job_course(store, posting, author, reviewer)
    return key


def _paused_at(reviewed: datetime) -> datetime:
    """The day after it was published: whoever applied did so before."""
    at = reviewed + timedelta(hours=20)
    return at_work(at, reviewed + timedelta(hours=19), at + timedelta(days=4))


def _job_course(store: Store, posting: Posting, author: Member, reviewer: Member) -> None:
    subject, state = ("job", posting.public_id), posting.state
    own: dict[str, Any] = {"actor": author.public_id, "acting_for": posting.firm.public_id}
    by: dict[str, Any] = {"actor": reviewer.public_id}
    store.event(posting.created_at, subject, "create", states=(None, JobState.DRAFT), **own)
    if posting.submitted_at is None:
        return
    states = (JobState.DRAFT, JobState.IN_REVIEW)
    store.event(posting.submitted_at, subject, "submit", states=states, **own)
    if posting.reviewed_at is None:
        return
    late = {"late": False}
    if posting.review_reason:
        verb = "return" if state is JobState.RETURNED else "reject"
        store.event(
            posting.reviewed_at, subject, verb, states=(JobState.IN_REVIEW, state),
            reason=posting.review_reason, data=late, **by,
        )  # fmt: skip
        return
    states = (JobState.IN_REVIEW, JobState.PUBLISHED)
    store.event(posting.reviewed_at, subject, "approve", states=states, data=late, **by)
    ending = {
        JobState.PAUSED: "pause", JobState.FILLED: "fill", JobState.WITHDRAWN: "withdraw",
        JobState.EXPIRED: "expire",
    }.get(state)  # fmt: skip
    if ending is None:
        return
    at = posting.closed_at or _paused_at(posting.reviewed_at)
    if ending == "expire":
        store.event(at, subject, ending, states=(JobState.PUBLISHED, state))
        return
    reason = {"fill": "filled", "withdraw": "other"}.get(ending)
    store.event(at, subject, ending, states=(JobState.PUBLISHED, state), reason=reason, **own)
