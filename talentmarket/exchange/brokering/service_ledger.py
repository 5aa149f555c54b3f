"""The service ledger (服务台账) for inspection: events of what was brokered and published.

人力资源市场暂行条例 art. 33 asks for the object, course and result of each service, 网络招聘服务管理规定
arts. 25–26 for three years. The events are that ledger; here they are handed out as XLSX. Each row
carries its digest and the one before it, so that a changed file is found out without the site
(:func:`verify`), and a changed site by a file that was handed out before. Events hold ids and codes
only, so erasing a person changes nothing here.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from python_calamine import CalamineError, CalamineWorkbook
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.errors import Invalid
from talentmarket.core.events import Actor, Event, EventAnchor, EventHash, record
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.brokering.tables import MOST_ROWS, Column, workbook
from talentmarket.exchange.models import Application, Entrustment, Job
from talentmarket.members.models import Organisation

#: What counts as service, in the order of the law: entrusted, referred, placed, published.
SUBJECTS = (
    *("mandate", "entrustment", "referral", "placement", "ledger_entry", "paper"),
    *("job", "application", "invitation"),
)
#: Parts that can be asked for alone.
KINDS = {
    "all": SUBJECTS,
    "entrusted": ("mandate", "entrustment"),
    "referred": ("referral",),
    "placed": ("placement", "ledger_entry", "paper"),
    "published": ("job", "application", "invitation"),
}
SHEET, SEAL = "台账", "校验"
COLUMNS = (
    Column("序号", 9),
    Column("事件", 9),
    Column("时间（北京）", 20),
    Column("对象类型", 14),
    Column("对象编号", 16),
    Column("动作", 16),
    Column("原状态", 14),
    Column("新状态", 14),
    Column("原因", 14),
    Column("操作者", 16),
    Column("代表单位", 16),
    Column("请求", 20),
    Column("数据", 40),
    Column("时间（UTC）", 28),
    Column("前一摘要", 66),
    Column("摘要", 66),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is handed out: days of Shanghai, both counted; `organisation`: only what is its own;
    `kind`: only this part."""

    since: date
    until: date
    organisation: Organisation | None = None
    kind: str = "all"  # of :data:`KINDS`

    def bounds(self) -> tuple[datetime, datetime]:
        """From the first moment to the first after. Raises Invalid for days in the wrong order."""
        if self.until < self.since:
            raise Invalid(code="days-reversed")
        return clock.start_of_day(self.since), clock.start_of_day(self.until + timedelta(days=1))


def export(session: Session, scope: Scope, *, actor: Actor) -> bytes:
    """The ledger as XLSX. What is not in the chain yet is chained first; the export is an event.

    Raises Invalid for more rows than a sheet holds: ask for a shorter time.
    """
    since, until = scope.bounds()
    while events.chain(session, 10_000):
        session.flush()
    query = _query(scope, since, until)
    counted = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    if counted >= MOST_ROWS:
        raise Invalid(code="too-many-rows")
    length, last = events.head(session)
    seal = [
        ("起", scope.since.isoformat()),
        ("止", scope.until.isoformat()),
        ("范围", scope.organisation.public_id if scope.organisation else "全部"),
        ("笔数", str(counted)),
        ("种类", scope.kind),
        ("链长", str(length)),
        ("链末摘要", last),
        (
            "核对方法",
            "flask ledger verify 文件；或每行自算："
            "JSON 数组 [前一摘要, 事件, 时间（UTC）, 操作者, 代表单位, 请求, 对象类型, 对象编号, 动作, 原状态, 新状态, 原因, 数据]，无空格，键排序，空单元格为 null，取 SHA-256",
        ),
    ]
    data = workbook(
        [
            (SHEET, COLUMNS, _rows(session, query)),
            (SEAL, (Column("项目", 14), Column("值", 70)), seal),
        ]
    )
    record(
        session,
        "organisation" if scope.organisation else "site",
        scope.organisation.public_id if scope.organisation else "ledger",
        "export",
        actor=actor,
        what="service_ledger",
        rows=counted,
        since=scope.since.isoformat(),
        until=scope.until.isoformat(),
        kind=scope.kind,
        head=last,
    )
    return data


def _query(scope: Scope, since: datetime, until: datetime) -> sa.Select[Any]:
    before = sa.orm.aliased(EventHash)
    digest = sa.func.coalesce(before.digest, EventAnchor.digest)
    query = (
        sa.select(Event, EventHash.position, EventHash.digest, digest.label("before"))
        .join(EventHash, EventHash.event_id == Event.id)
        .outerjoin(before, before.position == EventHash.position - 1)
        .outerjoin(EventAnchor, EventAnchor.position == EventHash.position - 1)
        .where(Event.at >= since, Event.at < until, Event.subject_type.in_(KINDS[scope.kind]))
    )
    if scope.organisation is not None:
        query = query.where(_own(scope.organisation))
    return query.order_by(EventHash.position)


def _side_of_referral(organisation: Organisation) -> sa.ColumnElement[bool]:
    """Its firm, its employer, or the firm whose mandate it is."""
    return sa.or_(
        Referral.firm_id == organisation.id,
        Referral.employer_id == organisation.id,
        Referral.mandate.has(organisation_id=organisation.id),
    )


def _own(organisation: Organisation) -> sa.ColumnElement[bool]:
    """What the organisation did, and what others did to its own."""
    held = {
        "mandate": sa.select(Mandate.public_id).where(
            sa.or_(Mandate.organisation_id == organisation.id, Mandate.client_id == organisation.id)
        ),
        "referral": sa.select(Referral.public_id).where(_side_of_referral(organisation)),
        "placement": sa.select(Placement.public_id)
        .join(Referral, Referral.id == Placement.referral_id)
        .where(_side_of_referral(organisation)),
        "entrustment": sa.select(Entrustment.public_id).where(
            Entrustment.organisation_id == organisation.id
        ),
        "job": sa.select(Job.public_id).where(Job.organisation_id == organisation.id),
        "application": sa.select(Application.public_id).where(
            Application.organisation_id == organisation.id
        ),
    }
    return sa.or_(
        Event.acting_for == organisation.public_id,
        *(
            sa.and_(Event.subject_type == kind, Event.subject_id.in_(ids))
            for kind, ids in held.items()
        ),
    )


def _rows(session: Session, query: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    found = session.execute(query.execution_options(yield_per=2_000))
    with found:
        for event, position, digest, before in found:
            yield (
                position,
                event.id,
                event.at,
                event.subject_type,
                event.subject_id,
                event.verb,
                event.from_state,
                event.to_state,
                event.reason,
                event.actor,
                event.acting_for,
                event.request_id,
                json.dumps(event.data, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
                event.at.isoformat(timespec="microseconds"),
                before or "",
                digest,
            )


@dataclass(frozen=True)
class Verified:
    """What reading an export again found. `wrong`: positions whose digest does not fit, or that do
    not follow on the row before; `head`: digest of the end of the chain when it was handed out."""

    rows: int
    wrong: tuple[int, ...]
    head: str


def verify(data: bytes) -> Verified:
    """Recompute every digest of an export, without the site. Raises Invalid for another file."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_name(SHEET).to_python()
        seal = {str(row[0]): str(row[1]) for row in book.get_sheet_by_name(SEAL).to_python()}
    except (CalamineError, ValueError, KeyError, IndexError) as error:
        raise Invalid(code="not-an-export") from error
    if not rows or [str(one) for one in rows[0]] != [column.head for column in COLUMNS]:
        raise Invalid(code="not-an-export")
    wrong: list[int] = []
    last = (0, "")
    for row in rows[1:]:
        position, digest = int(str(row[0]).removesuffix(".0")), str(row[15])
        follows = position > last[0] and (position != last[0] + 1 or str(row[14]) == last[1])
        if not follows or _again(row) != digest:
            wrong.append(position)
        last = (position, digest)
    counted = len(rows) - 1
    if seal.get("笔数") != str(counted):
        wrong.append(0)
    return Verified(counted, tuple(wrong), seal.get("链末摘要", ""))


def _again(row: Sequence[Any]) -> str:
    def text(at: int) -> str | None:
        return str(row[at]) or None

    try:
        data = json.loads(str(row[12]))
    except ValueError:
        return ""
    parts: Iterable[Any] = (
        *(str(row[14]), int(str(row[1]).removesuffix(".0")), str(row[13])),
        *(text(at) for at in (9, 10, 11, 3, 4, 5, 6, 7, 8)),
        data,
    )
    return events.digest_of(parts)


def known_head(session: Session, head: str) -> bool:
    """Whether this digest stands in the site's chain: it was not rewritten since the export."""
    stands = (sa.exists().where(table.digest == head) for table in (EventHash, EventAnchor))
    return bool(session.scalar(sa.select(sa.or_(*stands))))
