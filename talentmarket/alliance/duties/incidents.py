"""What happened, or may have happened, to personal information, and who was told (个人信息保护法 art. 57).

The law says *at once*. The clocks: the authority within four hours of finding it, which
国家网络安全事件报告管理办法 art. 4 sets for graver ones and the exchange keeps for all; the persons within a
day, the exchange's own rule. They are told of the kinds of data, cause and possible harm, of the
measures and what they can do themselves, and whom to ask. Where measures averted the harm persons
need not be told; why is written down, and the authority may still ask for it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, selectinload

from talentmarket.alliance.duties import common
from talentmarket.alliance.duties.models import Incident, IncidentStep, Mishap, StepKind
from talentmarket.core import clock
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean, clean_line
from talentmarket.members.models import Account, AccountState
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

AUTHORITY, PERSONS = timedelta(hours=4), timedelta(hours=24)
MOST_PEOPLE, MOST_TOLD = 2_000_000_000, 2_000
#: What a notice to persons must hold, besides the kinds of data.
TOLD = ("cause", "harm", "measures", "advice", "contact")

register(
    "incident.happened",
    _l("关于您个人信息的安全事件"),
    _l(
        "涉及的信息：%(data)s。原因：%(cause)s 可能的危害：%(harm)s 我们已采取：%(measures)s "
        "您可以：%(advice)s 联系方式：%(contact)s"
    ),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an incident by now. Only what happened and when it was found is known at
    once; the rest follows."""

    mishap: str
    certain: bool | None
    found_at: datetime | None
    happened_at: datetime | None
    kinds: tuple[str, ...]
    people: int | None
    what: str
    cause: str = ""
    harm: str = ""
    measures: str = ""
    advice: str = ""
    contact: str = ""


def _checked(given: Known) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    if given.mishap not in set(Mishap):
        wrong["mishap"] = _l("请选一项。")
    if given.certain is None:
        wrong["certain"] = _l("请选一项。")
    common.not_ahead(given.found_at, "found_at", wrong)
    if given.happened_at is not None:
        common.not_ahead(given.happened_at, "happened_at", wrong)
        if given.found_at and given.happened_at > given.found_at:
            wrong["happened_at"] = _l("发生时间不能晚于发现时间；不清楚可以不填。")
    if given.people is not None and not 0 <= given.people <= MOST_PEOPLE:
        wrong["people"] = _l("填写大约涉及的人数；不清楚可以不填。")
    values: dict[str, Any] = {
        "kinds": common.kinds_of(given.kinds, wrong),
        "what": common.text_of(given.what, "what", wrong),
        **{
            name: common.text_of(getattr(given, name), name, wrong, least=0)
            for name in ("cause", "harm", "measures", "advice")
        },
        "contact": clean_line(given.contact)[:200],
    }
    if wrong:
        raise Invalid(wrong)
    return values | {
        "mishap": Mishap(given.mishap),
        "certain": given.certain,
        "found_at": given.found_at,
        "happened_at": given.happened_at,
        "people": given.people,
    }


def open_(session: Session, given: Known, *, by: Account, actor: Actor) -> Incident:
    """Begin the record; both clocks run from the moment it was found. The rest of the office is told.
    Raises Invalid."""
    values = _checked(given)
    found_at: datetime = values["found_at"]
    made = Incident(
        number=f"E-{secrets.randbelow(900_000) + 100_000}",
        authority_due=found_at + AUTHORITY,
        persons_due=found_at + PERSONS,
        **values,
    )
    session.add(made)
    session.flush()
    _log(session, made, StepKind.RECORDED, by=by, actor=actor)
    return made


def change(
    session: Session, incident: Incident, given: Known, *, revision: int, by: Account, actor: Actor
) -> None:
    """Write down what is known now; the clocks stay, unless it was found earlier than was said.
    Raises Invalid, Conflict when a colleague wrote meanwhile or it is closed."""
    values = _checked(given)
    found_at: datetime = values["found_at"]
    won = session.execute(
        sa.update(Incident)
        .where(
            Incident.id == incident.id,
            Incident.revision == revision,
            Incident.closed_at.is_(None),
        )
        .values(
            revision=Incident.revision + 1,
            authority_due=min(incident.authority_due, found_at + AUTHORITY),
            persons_due=min(incident.persons_due, found_at + PERSONS),
            **values,
        )
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            _l("您打开以后同事改过，或事件已结束。您写的还在，请核对后再保存。"), code="stale"
        )
    session.refresh(incident)
    _log(session, incident, StepKind.CHANGED, by=by, actor=actor)


def step(
    session: Session,
    incident: Incident,
    kind: StepKind,
    *,
    at: datetime | None,
    text: str,
    accounts: tuple[str, ...] = (),
    by: Account,
    actor: Actor,
) -> int:
    """Add to the log what was done at `at`; returns how many people the site itself told.

    Telling persons by the site needs all that the law has them told; `accounts`: whom (public ids),
    none where they were told in another way. Raises Invalid, Conflict.
    """
    wrong: dict[str, Any] = {}
    common.not_ahead(at, "at", wrong)
    text = common.text_of(text, "text", wrong)
    if wrong or at is None:
        raise Invalid(wrong)
    if kind in (StepKind.RECORDED, StepKind.CHANGED):
        raise NotFound()
    told = None
    changes: dict[str, Any] = {}
    if kind is StepKind.AUTHORITY:
        changes["authority_told_at"] = incident.authority_told_at or at
    elif kind is StepKind.PERSONS:
        told = _tell_persons(session, incident, accounts)
        changes["persons_told_at"] = incident.persons_told_at or at
    elif kind is StepKind.NOT_PERSONS:
        changes["spared"] = text
    elif kind is StepKind.CLOSED:
        _check_closable(incident)
        changes["closed_at"] = clock.now()
    won = session.execute(
        sa.update(Incident)
        .where(
            Incident.id == incident.id,
            Incident.revision == incident.revision,
            Incident.closed_at.is_(None),
        )
        .values(revision=Incident.revision + 1, **changes)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_l("同事刚刚记录过，或事件已结束。请看最新记录。"), code="stale")
    session.refresh(incident)
    _log(session, incident, kind, at=at, text=text, told=told, by=by, actor=actor)
    return told or 0


def lacking(incident: Incident) -> list[str]:
    """What a notice to persons must hold and is not written down yet (field names)."""
    return [name for name in TOLD if not getattr(incident, name)]


def _check_closable(incident: Incident) -> None:
    if incident.authority_told_at is None:
        raise Conflict(_l("还没有报告主管部门，不能结束。"), code="authority-not-told")
    if incident.persons_told_at is None and not incident.spared:
        raise Conflict(
            _l("还没有通知个人，也没有写明不通知的理由，不能结束。"), code="persons-not-told"
        )
    if not (incident.cause and incident.harm and incident.measures):
        raise Conflict(_l("原因、危害和补救措施写全后才能结束。"), code="not-whole")


def _tell_persons(session: Session, incident: Incident, accounts: tuple[str, ...]) -> int:
    if lacking(incident):
        raise Conflict(
            _l("先写全原因、可能的危害、补救措施、个人可以采取的措施和联系方式，再通知个人。"),
            code="notice-not-whole",
        )
    wanted = list(dict.fromkeys(clean(one) for one in accounts if clean(one)))
    if len(wanted) > MOST_TOLD:
        raise Invalid({"accounts": _l("一次最多 2000 个账号。")})
    rows = session.execute(
        sa.select(Account.id, Account.public_id).where(
            Account.public_id.in_(wanted), Account.state != AccountState.ERASED
        )
    ).all()
    unknown = set(wanted) - {row.public_id for row in rows}
    if unknown:
        raise Invalid({"accounts": _l("没有这些账号：%(ids)s", ids="、".join(sorted(unknown)[:5]))})
    said: dict[str, Any] = {name: getattr(incident, name) for name in TOLD}
    said["data"] = {"joined": [{"word": ["personal_data", one]} for one in incident.kinds]}
    told = 0
    for row in rows:
        told += notify(
            session,
            row.id,
            "incident.happened",
            said,
            key=f"incident:{incident.public_id}:{row.public_id}",
            deadline=clock.now() + PERSONS,  # by mail at once
        )
    return told


def _log(
    session: Session,
    incident: Incident,
    kind: StepKind,
    *,
    at: datetime | None = None,
    text: str = "",
    told: int | None = None,
    by: Account,
    actor: Actor,
) -> None:
    now = clock.now()
    session.add(
        IncidentStep(
            incident_id=incident.id,
            kind=kind,
            at=at or now,
            text=text,
            told=told,
            noted_at=now,
            noted_by=by.id,
        )
    )
    record(session, "incident", incident.public_id, str(kind), actor=actor, told=told)
    session.flush()


def find(session: Session, public_id: str) -> Incident:
    """One incident. Raises NotFound."""
    found = session.scalar(
        sa.select(Incident)
        .options(selectinload(Incident.steps).joinedload(IncidentStep.signer))
        .where(Incident.public_id == public_id)
    )
    if found is None:
        raise NotFound()
    return found


def incidents(session: Session, limit: int = 200) -> list[Incident]:
    """All incidents: open ones first, then the newest."""
    return list(
        session.scalars(
            sa.select(Incident)
            .order_by(Incident.closed_at.is_not(None), Incident.id.desc())
            .limit(limit)
        )
    )


def running(session: Session) -> list[Incident]:
    """Those that are not closed."""
    query = sa.select(Incident).where(Incident.closed_at.is_(None))
    return list(session.scalars(query.order_by(Incident.authority_due)))


def due_of(incident: Incident) -> datetime | None:
    """The next moment by which somebody is to be told; None when all were."""
    waits = []
    if incident.authority_told_at is None:
        waits.append(incident.authority_due)
    if incident.persons_told_at is None and not incident.spared:
        waits.append(incident.persons_due)
    return min(waits, default=None)
