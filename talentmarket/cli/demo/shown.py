"""What the listed accounts find: applications in every stage, invitations, reports, notices."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from talentmarket.cli.demo import courses, files, showcase
from talentmarket.cli.demo.courses import Pair
from talentmarket.cli.demo.dice import Dice, at_work, awake
from talentmarket.cli.demo.histories import Course, Walk
from talentmarket.core import calendar
from talentmarket.exchange import models as exchange
from talentmarket.exchange.models import (
    ApplicationRoute,
    EntrustmentState,
    InvitationState,
    JobState,
    ReportKind,
    ReportState,
    Side,
)
from talentmarket.exchange.reports import ANSWER_DAYS
from talentmarket.members.models import OpeningLevel
from talentmarket.notices.models import Notice

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import Loader

#: Applications of the person who can sign in: days ago, moves, days ago of the answer
#: (None: it still lies ahead), whether it was opened.
COURSES: tuple[tuple[float, tuple[str, ...], float | None, bool], ...] = (
    (0.8, (), None, False),
    (7.2, (), None, True),
    (5.0, ("shortlist",), 3.6, True),
    (4.2, ("interview",), 1.7, True),
    (21.0, ("interview", "offer"), 19.0, True),
    (16.0, ("reject",), 13.8, True),
    (30.0, ("shortlist", "reject"), 27.5, True),
)
DAY = timedelta(days=1)
REPORTS: tuple[tuple[str, ReportKind, str], ...] = (
    ("job", ReportKind.FEE, "面试后要求先交 380 元服装费才能入职，收款人是个人。"),
    ("job", ReportKind.FALSE_POSTING, "到现场才知道是电话销售，与岗位写的数据分析完全不同。"),
    ("job", ReportKind.DISCRIMINATION, "电话里说只要男生，女生的简历不看。"),
    ("organisation", ReportKind.PRIVACY, "没有申请过这家单位，却接到他们的推销电话。"),
    ("organisation", ReportKind.FRAUD, "自称该单位的人要求下载软件并转账验资。"),
    ("job", ReportKind.OTHER, "岗位地址写成都，实际在外省驻点半年以上。"),
)


def run(loader: Loader) -> int:
    """Everything, where there are firms and people enough; how many applications."""
    plan = loader.plan
    if plan.organisations <= max(showcase.FIRMS) or plan.talents == 0:
        return 0
    pairs = _pairs(loader, len(COURSES) + 6)
    shown = list(zip(pairs, COURSES[: plan.applications], strict=False))
    for number, (pair, course) in enumerate(shown):
        _application(loader, number, pair, *course)
    _invitations(loader, pairs[len(COURSES) :])
    _openings(loader, pairs)
    _saved(loader, pairs[len(COURSES) :])
    _letters(loader)
    _reports(loader)
    return len(shown)


def _pairs(loader: Loader, count: int) -> list[Pair]:
    """Published jobs of firms other than the shown employer: of the person's occupations and one
    of each firm first, then whatever is there."""
    near, firms = showcase.trades_near(), set[int]()
    first, second, third = list[Pair](), list[Pair](), list[Pair]()
    for job in loader.opened:
        posting = loader.posting(job.number)
        old = posting.reviewed_at and loader.plan.now - posting.reviewed_at > timedelta(days=32)
        if posting.state is not JobState.PUBLISHED or not old or job.number < showcase.JOBS:
            continue
        if posting.firm.number == showcase.EMPLOYER:
            continue
        pair = courses.pair_of(loader, posting, job.key, 0)
        if posting.trade not in near:
            third.append(pair)
        elif posting.firm.number in firms:
            second.append(pair)
        else:
            firms.add(posting.firm.number)
            first.append(pair)
        if len(first) == count or len(third) > 200:
            break
    return [*first, *second, *third][:count]


def _application(
    loader: Loader,
    number: int,
    pair: Pair,
    days: float,
    moves: tuple[str, ...],
    answer: float | None,
    view: bool,
) -> None:
    now = loader.plan.now
    dice = Dice.of(loader.plan.seed, "shown application", number)
    submitted = awake((now - timedelta(days=days)).replace(microsecond=0), now - DAY * 99, now)
    at = now + DAY if answer is None else at_work(now - timedelta(days=answer), submitted, now)
    course = Walk(dice, pair.posting, pair.person, submitted, now).run(moves, at, view=view)
    if course.interview and course.interview["starts_at"] > now:
        course.interview["accepted_at"] = None  # the person has yet to say yes
    key, public_id = courses.application(loader.store, dice, pair, course, ApplicationRoute.OWN)
    loader.counts[pair.job_key] = loader.counts.get(pair.job_key, 0) + 1
    if answer is not None:
        _thread(loader, pair, key, at + timedelta(minutes=40))
    _notices(loader, pair, course, public_id)


def _thread(loader: Loader, pair: Pair, key: int, at: datetime) -> None:
    lines = (
        (Side.ORGANISATION, pair.recruiter.key, "您好，想了解您做设备数据湖时接入了哪些协议。"),
        (Side.TALENT, pair.account_key, "主要是 OPC UA 和 Modbus，网关侧统一成 MQTT 再进 Kafka。"),
    )
    for number, (side, author, text) in enumerate(lines):
        moment = at + timedelta(minutes=70 * number)
        if moment < loader.plan.now:
            courses.message(loader.store, key, side, author, text, moment, read=number == 0)


def _notices(loader: Loader, pair: Pair, course: Course, public_id: str) -> None:
    """What the person was told on the way."""
    codes = {
        "view": "application.viewed", "shortlist": "application.moved",
        "interview": "interview.proposed", "offer": "application.offered",
        "reject": "application.rejected", "late": "application.late",
    }  # fmt: skip
    names = {"job": pair.posting.title, "organisation": pair.posting.firm.name}
    due = {"moment": course.row.answer_due_at.isoformat()}
    link = f"/me/applications/{public_id}"
    tell(loader, pair.account_key, "application.sent", {**names, "due": due}, link,
         course.row.submitted_at)  # fmt: skip
    for step in course.steps:
        said: dict[str, Any] = {**names, "due": due}
        if step.name == "interview" and course.interview:
            said["at"] = {"moment": course.interview["starts_at"].isoformat()}
        if step.name in ("shortlist", "offer"):
            said["state"] = {"word": ["application", str(step.target)]}
        if step.refusal:
            said["reason"] = {"word": ["end_reason", str(step.refusal.reason)]}
        if step.name in codes:
            tell(loader, pair.account_key, codes[step.name], said, link, step.at)


def tell(
    loader: Loader, account: int, code: str, arguments: dict[str, Any], link: str, at: datetime
) -> None:
    """A notice; those older than five days were read."""
    now = loader.plan.now
    read = awake(at + timedelta(hours=5), at, now) if at < now - timedelta(days=5) else None
    loader.store.add(
        Notice, public_id=Dice(f"notice:{link}:{code}:{at}").public_id(), account_id=account,
        code=code, arguments=arguments, link=link, key=None, deadline=None, created_at=at,
        read_at=read, digested_at=at,
    )  # fmt: skip


def _invitations(loader: Loader, pairs: list[Pair]) -> None:
    now = loader.plan.now
    states = (
        (InvitationState.SENT, 0.6), (InvitationState.SEEN, 2.0), (InvitationState.DECLINED, 20.0),
        (InvitationState.EXPIRED, 28.0),
    )  # fmt: skip
    for number, (pair, (state, days)) in enumerate(zip(pairs, states, strict=False)):
        dice = Dice.of(loader.plan.seed, "shown invitation", number)
        sent = at_work(
            (now - timedelta(days=days)).replace(microsecond=0),
            now - DAY * 99,
            now - courses.SEEN_WITHIN,
        )
        answered = awake(sent + DAY, sent, now) if state is InvitationState.DECLINED else None
        public_id = courses.invitation(
            loader.store, dice, pair, state, sent, answered=answered,
            text="您做过设备数据湖，我们正要建一个，想请您来聊聊。",
        )  # fmt: skip
        said = {
            "job": pair.posting.title, "organisation": pair.posting.firm.name,
            "due": {"moment": calendar.due(sent, 10).isoformat()},
        }  # fmt: skip
        link = f"/me/invitations/{public_id}"
        tell(loader, pair.account_key, "invitation.sent", said, link, sent)


def _openings(loader: Loader, pairs: list[Pair]) -> None:
    for number, pair in enumerate(pairs[:9]):
        now = loader.plan.now
        at = at_work(now - timedelta(days=2.3 * number + 0.4), now - DAY * 99, now)
        purpose = ("match", "search", "invitation")[number % 3]
        subject = ("job", pair.posting.public_id)
        courses.opening(loader.store, pair, at, purpose, OpeningLevel.CARD, subject)


def _saved(loader: Loader, pairs: list[Pair]) -> None:
    for number, pair in enumerate(pairs[:4]):
        loader.store.add(
            exchange.SavedJob, account_id=pair.account_key, job_id=pair.job_key,
            saved_at=awake(loader.plan.now - DAY * (number + 1), pair.person.created_at, loader.plan.now),
        )  # fmt: skip


def _letters(loader: Loader) -> None:
    """Letters of entrustment that wait for the operator."""
    employers = sorted(number for some in loader.by_sector.values() for number in some)
    made = 0
    for firm in loader.agencies:
        for client in employers[firm % 7 :: 11]:
            if (firm, client) in loader.letters or made == 4:
                continue
            posting = _between(loader, firm, client)
            assert loader.operator is not None
            loader.letters[firm, client] = files.entrustment(
                loader.store, posting, loader.firms[firm].organisation,
                loader.firms[client].organisation, loader.operator, loader.plan,
                EntrustmentState.IN_REVIEW,
            )  # fmt: skip
            made += 1
            break


def _between(loader: Loader, firm: int, client: int) -> Any:
    """A firm and its client in the shape a letter is made from."""
    from types import SimpleNamespace

    return SimpleNamespace(
        firm=loader.firm(firm), employer=loader.firm(client), created_at=loader.plan.now
    )


def _reports(loader: Loader) -> None:
    now = loader.plan.now
    published = [job for job in loader.opened if job.number >= showcase.JOBS]
    for number, (about, kind, text) in enumerate(REPORTS * 2):
        if not published:
            return
        dice = Dice.of(loader.plan.seed, "report", number)
        posting = loader.posting(dice.choice(published).number)
        subject = posting.public_id if about == "job" else posting.firm.public_id
        answered = number >= len(REPORTS)
        at = (
            now - timedelta(days=30 + number) if answered else now - timedelta(days=number, hours=3)
        )
        _report(loader, dice, about, subject, kind, text, at, answered)


def _report(
    loader: Loader,
    dice: Dice,
    about: str,
    subject: str,
    kind: ReportKind,
    text: str,
    at: datetime,
    answered: bool,
) -> None:
    assert loader.operator is not None
    state = (
        dice.choice((ReportState.UPHELD, ReportState.DISMISSED)) if answered else ReportState.OPEN
    )
    done = at + timedelta(days=2) if answered else None
    reporter = loader.first_account + dice.randint(1, max(1, loader.plan.talents - 1))
    public_id = dice.public_id()
    loader.store.add(
        exchange.Report, public_id=public_id, subject_type=about, subject_id=subject,
        reporter_id=reporter if loader.plan.talents > 1 else None, contact=None, kind=kind,
        text=text, state=state, answer="已向发布单位核实并留存记录，处理结果见单位页。" if answered else "",
        created_at=at, due_at=calendar.due(at, ANSWER_DAYS), answered_at=done,
        answered_by=loader.operator.key if answered else None,
    )  # fmt: skip
    about_it = {"about": about, "subject": subject, "kind": str(kind)}
    event = ("report", public_id)
    loader.store.event(at, event, "file", states=(None, ReportState.OPEN), data=about_it)
    if done:
        loader.store.event(
            done, event, "answer", actor=loader.operator.public_id,
            states=(ReportState.OPEN, state),
        )  # fmt: skip
