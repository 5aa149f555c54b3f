"""Steps against firms that break the rules: counted, told with what counted, appealed, decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import calendar, clock
from talentmarket.core.among import among
from talentmarket.core.db import db, insert_for
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import SYSTEM, Actor, Event, record
from talentmarket.core.folding import clean
from talentmarket.core.ids import new_public_id
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.firms.models import FirmMeasure, MeasureRuling
from talentmarket.exchange.brokering.firms.steps import (
    APPEAL_WORKING_DAYS,
    ORDER,
    RULING_WORKING_DAYS,
    WINDOW,
    Rule,
    Step,
    Strike,
    reached,
)
from talentmarket.exchange.brokering.standing import BROKERS
from talentmarket.exchange.models import Application, Job
from talentmarket.members.memberships import accounts_with
from talentmarket.members.models import Account, Organisation
from talentmarket.notices.send import notify
from talentmarket.notices.texts import register

TEXT_SIGNS = (10, 1000)

register(
    "measure.taken",
    _l("按平台规则：%(step)s"),
    _l(
        "近 180 天计入 %(disputes)s 个裁定不成立的归属、%(postings)s 个被下架的岗位、"
        "%(silences)s 次逾期未答复。处置：%(step)s。可以在 5 个工作日内申诉。"
    ),
)
register(
    "measure.ruled",
    _l("对处置“%(step)s”的决定：%(ruling)s"),
    _l("秘书处的决定：%(ruling)s。理由：%(text)s"),
)


@dataclass(frozen=True, slots=True)
class Counting:
    """One thing that counts against a firm (public id)."""

    firm: str
    kind: Strike
    at: datetime
    event: int


# --- counting ----------------------------------------------------------------------------------
def strikes(session: Session, since: datetime) -> dict[str, list[Counting]]:
    """Firm → what counts against it since then, oldest first."""
    found: dict[str, list[Counting]] = defaultdict(list)
    for one in (*_disputes(session, since), *_postings(session, since), *_silences(session, since)):
        found[one.firm].append(one)
    for rows in found.values():
        rows.sort(key=lambda one: one.event)
    return found


def _disputes(session: Session, since: datetime) -> Iterable[Counting]:
    last: dict[str, Counting | None] = {}
    verbs = ("claim_refuse", "claim_uphold")
    for one in _events(session, "referral", Event.verb.in_(verbs), since):
        against = one.verb == "claim_refuse"
        counting = Counting(str(one.data["firm"]), Strike.DISPUTE, one.at, one.id)
        last[one.subject_id] = counting if against else None
    return [one for one in last.values() if one is not None]


def _postings(session: Session, since: datetime) -> Iterable[Counting]:
    rows = _events(session, "job", Event.verb == "take_down", since)
    return _of_firms(session, rows, Job, Strike.POSTING)


def _silences(session: Session, since: datetime) -> Iterable[Counting]:
    rows = _events(session, "application", Event.to_state == "unanswered", since)
    missed = _events(
        session, "referral", sa.and_(Event.verb == "lapse", Event.from_state == "consented"), since
    )
    return [
        *_of_firms(session, rows, Application, Strike.SILENCE),
        *(Counting(str(one.data["firm"]), Strike.SILENCE, one.at, one.id) for one in missed),
    ]


def _events(
    session: Session, subject: str, which: sa.ColumnElement[bool], since: datetime
) -> list[sa.Row[tuple[int, datetime, str, str, dict[str, object]]]]:
    query = sa.select(Event.id, Event.at, Event.subject_id, Event.verb, Event.data).where(
        Event.subject_type == subject, which, Event.at >= since
    )
    return list(session.execute(query.order_by(Event.id)).all())


def _of_firms(
    session: Session,
    rows: list[sa.Row[tuple[int, datetime, str, str, dict[str, object]]]],
    table: type[Job] | type[Application],
    kind: Strike,
) -> list[Counting]:
    """The rows whose organisation is a firm: an employer's are counted elsewhere."""
    query = (
        sa.select(table.public_id, Organisation.public_id)
        .join(Organisation, Organisation.id == table.organisation_id)
        .where(among(table.public_id, "these"), Organisation.kind.in_(BROKERS))
    )
    asked = session.execute(query, {"these": sorted({one.subject_id for one in rows})}).all()
    firms = {row[0]: row[1] for row in asked}
    return [
        Counting(firms[one.subject_id], kind, one.at, one.id)
        for one in rows
        if one.subject_id in firms
    ]


def against(session: Session, firm: Organisation) -> list[Counting]:
    """What counts against one firm today: nothing that a lifted step had counted."""
    forgiven = _forgiven(session).get(firm.public_id)
    rows = strikes(session, clock.now() - WINDOW).get(firm.public_id, [])
    return [one for one in rows if forgiven is None or one.at > forgiven]


def _forgiven(session: Session) -> dict[str, datetime]:
    """Firm → the moment up to which strikes count no more: of its last step that was lifted."""
    rows = session.execute(
        sa.select(Organisation.public_id, sa.func.max(FirmMeasure.taken_at))
        .join(Organisation, Organisation.id == FirmMeasure.organisation_id)
        .where(FirmMeasure.ruling == MeasureRuling.LIFTED)
        .group_by(Organisation.public_id)
    )
    return {row[0]: row[1] for row in rows}


# --- taking ------------------------------------------------------------------------------------
def run_due() -> int:
    """A round of the worker: take the steps that are reached. Returns how many."""
    session = db.session()
    found = strikes(session, clock.now() - WINDOW)
    forgiven = _forgiven(session)
    db.session.rollback()
    taken = 0
    for firm, rows in found.items():
        counting = [one for one in rows if firm not in forgiven or one.at > forgiven[firm]]
        rule = reached(len(counting))
        if rule is not None:
            with unit_of_work() as unit:
                taken += _take(unit, firm, rule, counting)
    return taken


def _take(session: Session, public_id: str, rule: Rule, counting: list[Counting]) -> bool:
    firm = session.scalars(sa.select(Organisation).where(Organisation.public_id == public_id)).one()
    before = session.scalars(
        sa.select(FirmMeasure.step).where(
            FirmMeasure.organisation_id == firm.id,
            FirmMeasure.taken_at >= counting[0].at,
            sa.or_(FirmMeasure.ruling.is_(None), FirmMeasure.ruling != MeasureRuling.LIFTED),
        )
    ).all()
    if any(ORDER.index(one) >= ORDER.index(rule.step) for one in before):
        return False  # this far it went for these already
    at = clock.now()
    counted = Counter(str(one.kind) for one in counting)
    suspension = rule.step is Step.SUSPENSION
    key = session.scalar(
        insert_for(session)(FirmMeasure)
        .values(
            public_id=new_public_id(),
            organisation_id=firm.id,
            step=rule.step,
            key=f"{rule.step}:{counting[-1].event}",
            counted=dict(counted),
            taken_at=at,
            until=at + timedelta(days=rule.days) if rule.days else None,
            due_at=calendar.due(at, RULING_WORKING_DAYS) if suspension else None,
            appeal="",
            reasons="",
        )
        .on_conflict_do_nothing()
        .returning(FirmMeasure.id)
    )
    if key is None:
        return False
    measure = session.get_one(FirmMeasure, key)
    _noted(session, measure, "measure_taken", SYSTEM)
    _tell(session, measure, "measure.taken")
    return True


# --- appeal and decision -----------------------------------------------------------------------
def of_firm(session: Session, firm: Organisation) -> list[FirmMeasure]:
    """All steps against a firm, newest first."""
    return list(
        session.scalars(
            sa.select(FirmMeasure)
            .where(FirmMeasure.organisation_id == firm.id)
            .order_by(FirmMeasure.id.desc())
            .limit(100)
        )
    )


def find(session: Session, public_id: str, firm: Organisation | None = None) -> FirmMeasure:
    """A step, or only one against `firm`. Raises NotFound."""
    query = sa.select(FirmMeasure).options(joinedload(FirmMeasure.organisation))
    query = query.where(FirmMeasure.public_id == public_id)
    if firm is not None:
        query = query.where(FirmMeasure.organisation_id == firm.id)
    found = session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def may_appeal(measure: FirmMeasure) -> bool:
    """Whether the firm may still appeal: once, within five working days."""
    inside = clock.now() <= calendar.due(measure.taken_at, APPEAL_WORKING_DAYS)
    return measure.appealed_at is None and measure.ruling is None and inside


def appeal(session: Session, measure: FirmMeasure, text: str, *, actor: Actor) -> None:
    """Say why the step is wrong; it holds until the office has decided. Raises Invalid, Conflict."""
    text = _words(text, "text")
    at = clock.now()
    won = session.execute(
        sa.update(FirmMeasure)
        .where(
            FirmMeasure.id == measure.id,
            FirmMeasure.appealed_at.is_(None),
            FirmMeasure.ruling.is_(None),
        )
        .values(appeal=text, appealed_at=at, due_at=calendar.due(at, RULING_WORKING_DAYS))
        .execution_options(synchronize_session=False)
    )
    if not may_appeal(measure) or won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_l("申诉期限已过，或已经申诉过一次。"), code="too-late")
    session.refresh(measure)
    _noted(session, measure, "measure_appealed", actor)


def _words(text: str, field: str) -> str:
    text = clean(text)
    least, most = TEXT_SIGNS
    if not least <= len(text) <= most:
        raise Invalid({field: _l("写明理由，10 到 1000 个字。")})
    return text


def queue(session: Session, limit: int = 200) -> list[FirmMeasure]:
    """Appeals and proposed suspensions that wait for the office, those due first."""
    return list(
        session.scalars(
            sa.select(FirmMeasure)
            .options(joinedload(FirmMeasure.organisation))
            .where(FirmMeasure.ruling.is_(None), FirmMeasure.due_at.is_not(None))
            .order_by(FirmMeasure.due_at, FirmMeasure.id)
            .limit(limit)
        )
    )


def rule(
    session: Session,
    measure: FirmMeasure,
    ruling: MeasureRuling,
    reasons: str,
    *,
    operator: Account,
    actor: Actor,
) -> None:
    """Decide with reasons. Lifted: it ends, and what it counted counts no more. A suspension that
    stands is carried out on the organisation's page. Raises Invalid, Conflict."""
    reasons = _words(reasons, "reasons")
    won = session.execute(
        sa.update(FirmMeasure)
        .where(FirmMeasure.id == measure.id, FirmMeasure.ruling.is_(None))
        .values(ruling=ruling, reasons=reasons, ruled_at=clock.now(), ruled_by=operator.id)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(code="ruled-already")
    session.refresh(measure)
    _noted(session, measure, f"measure_{ruling}", actor)
    _tell(session, measure, "measure.ruled")


def _noted(session: Session, measure: FirmMeasure, verb: str, actor: Actor) -> None:
    record(
        session,
        "organisation",
        measure.organisation.public_id,
        verb,
        actor=actor,
        measure=measure.public_id,
        step=str(measure.step),
        counted=measure.counted,
    )


def _tell(session: Session, measure: FirmMeasure, code: str) -> None:
    firm = measure.organisation
    said = {
        "step": {"word": ["measure_step", str(measure.step)]},
        "disputes": measure.counted.get(Strike.DISPUTE, 0),
        "postings": measure.counted.get(Strike.POSTING, 0),
        "silences": measure.counted.get(Strike.SILENCE, 0),
        "ruling": {"word": ["measure_ruling", str(measure.ruling)]} if measure.ruling else "",
        "text": measure.reasons,
    }
    for account in accounts_with(session, firm, OrgRole.OWNER, OrgRole.CONSULTANT):
        notify(
            session,
            account,
            code,
            said,
            link=f"/org/{firm.public_id}/firm/standing",
            key=f"{code}:{measure.public_id}:{account}",
            urgent=True,
        )
