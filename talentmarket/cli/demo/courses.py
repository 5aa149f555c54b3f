"""Applications, invitations and openings become rows, with consents, snapshots and events."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from talentmarket.cli.demo import rows
from talentmarket.cli.demo.dice import Dice, awake
from talentmarket.cli.demo.histories import Course, Step
from talentmarket.cli.demo.jobs import Posting
from talentmarket.cli.demo.people import Person
from talentmarket.cli.demo.rows import Member
from talentmarket.cli.demo.store import Store
from talentmarket.core import calendar
from talentmarket.exchange import models as exchange
from talentmarket.exchange.models import (
    ApplicationRoute,
    ApplicationState,
    ContactWhen,
    InterviewState,
    InvitationState,
    Side,
)
from talentmarket.exchange.snapshots import CONSENT_VERSION
from talentmarket.exchange.stages import INVITATION_WORKING_DAYS, By
from talentmarket.members import models as members
from talentmarket.members.cards import snapshot_person, snapshot_profile
from talentmarket.members.models import ConsentKind, OpeningLevel

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import Loader


#: An invitation that nobody has answered was seen within this time after it was sent.
SEEN_WITHIN = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Pair:
    """A job and a person with the keys of their rows, and who answers for the job."""

    posting: Posting
    person: Person
    job_key: int
    organisation_key: int
    talent_key: int
    account_key: int
    recruiter: Member


def pair_of(loader: Loader, posting: Posting, job: int, number: int) -> Pair:
    """A job and person `number`, ready to be joined."""
    firm = loader.firms[posting.firm.number]
    return Pair(
        posting, loader.person(number), job, firm.organisation, loader.first_talent + number,
        loader.first_account + number, firm.recruiter,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives by a referral: from the employer's answer `at` on (None: not yet)."""

    at: datetime | None
    until: datetime
    contact_now: bool


def application(
    store: Store,
    dice: Dice,
    pair: Pair,
    course: Course,
    route: ApplicationRoute,
    given: Given | None = None,
) -> tuple[int, str]:
    """The application with all that goes with it; key and public id."""
    row, public_id = course.row, dice.public_id()
    when = dice.choice((ContactWhen.NOW, ContactWhen.INTERVIEW))
    if given is not None:
        when = ContactWhen.NOW if given.contact_now else ContactWhen.INTERVIEW
    withdrawn = row.moved_at if row.state is ApplicationState.WITHDRAWN else None
    opened = _contact_opened(course, when, given)
    key = store.add(
        exchange.Application, public_id=public_id, number=f"T-{dice.randint(100_000, 999_999)}",
        job_id=pair.job_key, organisation_id=pair.organisation_key, talent_id=pair.talent_key,
        route=route, state=row.state, contact_when=when,
        contact_opened_at=None if withdrawn else opened, submitted_at=row.submitted_at,
        viewed_at=row.viewed_at, answer_due_at=row.answer_due_at, answered_at=row.answered_at,
        due_at=row.due_at, late=row.late, moved_at=row.moved_at, moved_from=row.moved_from,
        moved_by_side=row.moved_by_side, skipped=row.skipped, end_reason=row.end_reason,
        end_requirement=row.end_requirement, end_text=row.end_text, closed_at=row.closed_at,
        score=None, model_version=None, revision=row.revision,
    )  # fmt: skip
    profile: Any = rows.as_profile(pair.person)
    store.add(
        exchange.Snapshot, application_id=key, profile=snapshot_profile(profile),
        person=json.dumps(snapshot_person(profile), ensure_ascii=False),
        taken_at=row.submitted_at,
    )  # fmt: skip
    _events(store, pair, course, public_id, route, when, given)
    _consents(store, pair, course, public_id, when, withdrawn, given)
    if course.interview:
        _interview(store, course.interview, key)
    return key, public_id


def _contact_opened(
    course: Course, when: ContactWhen, given: Given | None = None
) -> datetime | None:
    if when is ContactWhen.NOW:
        return given.at if given else course.row.submitted_at
    return course.interview["accepted_at"] if course.interview else None


def _interview(store: Store, interview: dict[str, Any], key: int) -> None:
    accepted = interview["accepted_at"]
    store.add(
        exchange.Interview, public_id=interview["public_id"], application_id=key,
        starts_at=interview["starts_at"], minutes=interview["minutes"], place=interview["place"],
        by_video=interview["by_video"],
        state=InterviewState.ACCEPTED if accepted else InterviewState.PROPOSED,
        proposed_at=interview["proposed_at"], answered_at=accepted,
    )  # fmt: skip


def _events(
    store: Store,
    pair: Pair,
    course: Course,
    public_id: str,
    route: ApplicationRoute,
    when: ContactWhen,
    referred: Given | None,
) -> None:
    subject, receiver = ("application", public_id), pair.posting.firm.public_id
    me = pair.person.account_id
    store.event(
        course.row.submitted_at, subject, "submit", actor=me,
        states=(None, ApplicationState.SUBMITTED),
        data={
            "organisation": receiver, "job": pair.posting.public_id, "route": str(route),
            "score": None, "model": None, "contact": str(when),
        },
    )  # fmt: skip
    for step in course.steps:
        unseen = referred is not None and (referred.at is None or step.at < referred.at)
        _step(store, pair, step, subject, me, OpeningLevel.CARD if unseen else None)
        if step.name == "interview" and course.interview:
            _interview_events(store, pair, course.interview, subject, me)
    if course.row.state is ApplicationState.WITHDRAWN:
        kinds = [ConsentKind.SNAPSHOT] if referred is None or referred.at else []
        if _contact_opened(course, when, referred):
            kinds.insert(0, ConsentKind.CONTACT)
        for kind in kinds:
            store.event(course.row.moved_at, subject, "take_back", actor=me, reason=str(kind))


def _step(
    store: Store,
    pair: Pair,
    step: Step,
    subject: tuple[str, str],
    me: str,
    level: OpeningLevel | None = None,
) -> None:
    receiver = pair.posting.firm.public_id
    if step.name == "late":
        store.event(step.at, subject, "late")
        return
    by: dict[str, Any] = {}
    if step.by is By.ORGANISATION:
        by = {"actor": pair.recruiter.public_id, "acting_for": receiver}
    elif step.by is By.TALENT:
        by = {"actor": me}
    store.event(
        step.at, subject, step.name, states=(step.source, step.target),
        reason=str(step.refusal.reason) if step.refusal else None,
        data={"organisation": receiver, **step.data}, **by,
    )  # fmt: skip
    if step.name == "view":
        opening(store, pair, step.at, "application", level or OpeningLevel.SNAPSHOT, subject)


def _interview_events(
    store: Store, pair: Pair, interview: dict[str, Any], subject: tuple[str, str], me: str
) -> None:
    data = {
        "interview": interview["public_id"], "starts_at": interview["starts_at"].isoformat(),
        "sequence": 0,
    }  # fmt: skip
    store.event(
        interview["proposed_at"], subject, "interview_propose", actor=pair.recruiter.public_id,
        acting_for=pair.posting.firm.public_id, states=(None, InterviewState.PROPOSED), data=data,
    )  # fmt: skip
    if interview["accepted_at"]:
        store.event(
            interview["accepted_at"], subject, "interview_accept", actor=me,
            states=(None, InterviewState.ACCEPTED), data=data,
        )  # fmt: skip


def _consents(
    store: Store,
    pair: Pair,
    course: Course,
    public_id: str,
    when: ContactWhen,
    withdrawn: datetime | None,
    referred: Given | None,
) -> None:
    at_first = referred.at if referred else course.row.submitted_at
    given: list[tuple[ConsentKind, list[str], datetime]] = []
    if at_first is not None:
        given.append((ConsentKind.SNAPSHOT, ["snapshot", "name"], at_first))
    if at_first is not None and when is ContactWhen.NOW:
        given.append((ConsentKind.CONTACT, ["phone"], at_first))
    if course.interview and course.interview["accepted_at"]:
        given.append((ConsentKind.CONTACT, ["mail", "phone"], course.interview["accepted_at"]))
    for kind, fields, at in given:
        rows.consent(
            store, pair.account_key, pair.person.account_id, kind, CONSENT_VERSION, at,
            receiver=pair.posting.firm.public_id, application=public_id,
            data={"fields": fields}, withdrawn_at=withdrawn,
            until=referred.until if referred else None,
        )  # fmt: skip


def opening(
    store: Store,
    pair: Pair,
    at: datetime,
    purpose: str,
    level: OpeningLevel,
    subject: tuple[str, str],
) -> None:
    """The firm looked at the person."""
    store.add(
        members.ProfileOpening, talent_id=pair.talent_key, at=at, viewer_id=pair.recruiter.key,
        organisation_id=pair.organisation_key, purpose=purpose, level=level,
        subject_type=subject[0], subject_id=subject[1],
    )  # fmt: skip
    store.event(
        at, ("talent", pair.person.public_id), "opened", actor=pair.recruiter.public_id,
        acting_for=pair.posting.firm.public_id, reason=purpose,
        data={"level": str(level), "subject": list(subject)},
    )  # fmt: skip


def invitation(
    store: Store,
    dice: Dice,
    pair: Pair,
    state: InvitationState,
    sent: datetime,
    *,
    application: int | None = None,
    answered: datetime | None = None,
    text: str = "",
) -> str:
    """An invitation with its course; its public id."""
    public_id, expires = dice.public_id(), calendar.due(sent, INVITATION_WORKING_DAYS)
    seen = None
    if state not in (InvitationState.SENT, InvitationState.EXPIRED):
        latest = answered or sent + SEEN_WITHIN
        seen = awake(sent + (latest - sent) / 2, sent, latest)
    store.add(
        exchange.Invitation, public_id=public_id, organisation_id=pair.organisation_key,
        job_id=pair.job_key, talent_id=pair.talent_key, sender_id=pair.recruiter.key, text=text,
        state=state, sent_at=sent, seen_at=seen, answered_at=answered, expires_at=expires,
        application_id=application,
    )  # fmt: skip
    firm = pair.posting.firm.public_id
    data = {"organisation": firm, "job": pair.posting.public_id}
    own = {"actor": pair.recruiter.public_id, "acting_for": firm}
    subject, me = ("invitation", public_id), {"actor": pair.person.account_id}
    s = InvitationState
    store.event(sent, subject, "send", states=(None, s.SENT), data=data, **own)
    if seen:
        store.event(seen, subject, "see", states=(s.SENT, s.SEEN), data=data, **me)
    source = s.SEEN if seen else s.SENT
    if state is s.EXPIRED:
        store.event(expires, subject, "expire", states=(source, state), data=data)
    verb, by = {
        s.ACCEPTED: ("accept", me), s.DECLINED: ("decline", me), s.WITHDRAWN: ("withdraw", own),
    }.get(state, (None, me))  # fmt: skip
    if verb and answered:
        store.event(answered, subject, verb, states=(source, state), data=data, **by)
    return public_id


def message(
    store: Store, application: int, side: Side, author: int, text: str, at: datetime, read: bool
) -> None:
    """A line in the thread of an application."""
    name = hashlib.sha256(f"message {store.peek(exchange.Message)}".encode()).hexdigest()[:16]
    store.add(
        exchange.Message, public_id=name, application_id=application, side=side, author_id=author, text=text,
        sent_at=at, read_at=at + timedelta(hours=2) if read else None,
    )  # fmt: skip
