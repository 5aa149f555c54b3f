"""What stands behind the accounts that can sign in: a rich profile, a busy desk, full queues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from talentmarket.cli.demo import catalog, firms, jobs, rows
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.firms import Firm
from talentmarket.cli.demo.jobs import Posting
from talentmarket.cli.demo.people import Entry, Held, Person, phone
from talentmarket.cli.demo.rows import Member
from talentmarket.cli.demo.store import Store
from talentmarket.core.clock import local
from talentmarket.exchange.models import Channel, JobState
from talentmarket.members import demo
from talentmarket.members.demo import Listed
from talentmarket.members.models import (
    Availability,
    EntryKind,
    IdentifierKind,
    RestDays,
    Visibility,
    WorkMode,
)
from talentmarket.members.passwords import hash_password

EMPLOYER, FIRM, CLIENT = firms.SHOWN
FIRMS = (EMPLOYER, FIRM)
_BY_KEY = {one.key: one for one in demo.LISTED}
TALENT = _BY_KEY["talent"]
OPERATOR = _BY_KEY["operator"]
_ROLES = {
    (EMPLOYER, "owner"): "owner", (EMPLOYER, "recruiter"): "recruiter",
    (EMPLOYER, "hiring_manager"): "manager", (FIRM, "owner"): "firm",
    (FIRM, "consultant"): "consultant",
}  # fmt: skip
#: The jobs with the lowest numbers: firm, occupation, title, state.
_POSTINGS: tuple[tuple[int, str, str, JobState], ...] = (
    (EMPLOYER, "2-02-38-03", "大数据开发工程师", JobState.PUBLISHED),
    (EMPLOYER, "2-02-38-03", "数据治理工程师", JobState.PUBLISHED),
    (EMPLOYER, "2-02-30-09", "数据分析师", JobState.PUBLISHED),
    (EMPLOYER, "4-04-05-04", "数据库管理员", JobState.FILLED),
    (EMPLOYER, "4-04-05-05", "数据标注员", JobState.IN_REVIEW),
    (EMPLOYER, "2-02-38-01", "人工智能工程师", JobState.DRAFT),
    (FIRM, "4-01-06-01", "电商运营经理", JobState.PUBLISHED),
    (FIRM, "4-01-06-03", "跨境电商专员", JobState.IN_REVIEW),
)
JOBS = len(_POSTINGS)
#: Of these, the ones with which something has come to an end.
_OLD = (0, 2, 3)
assert jobs.SHOWN == JOBS


def listed_for(firm: int, role: str) -> Listed | None:
    """The listed account that holds this role in this firm."""
    key = _ROLES.get((firm, role))
    return _BY_KEY[key] if key else None


@lru_cache(maxsize=16)
def _hash(password: str) -> str:
    return hash_password(password)


def opening_values(listed: Listed) -> dict[str, Any]:
    """What lets a listed account in."""
    return {
        "password_hash": _hash(demo.password_of(listed.key)),
        "is_operator": listed.operator,
        "totp_secret": demo.totp_secret_of(listed.key) if listed.operator else None,
    }


def operator(store: Store, now: datetime) -> Member:
    """The office of the alliance, who reviews everything."""
    public_id, at = Dice("operator").public_id(), now - timedelta(days=420)
    if store.is_taken(public_id):
        public_id = Dice().public_id()
    identifiers = [
        (IdentifierKind.PHONE, phone(5_900_000)),
        (IdentifierKind.MAIL, OPERATOR.mail),
    ]
    key = rows.account(
        store, public_id=public_id, name=OPERATOR.name, at=at, identifiers=identifiers,
        used_at=now - timedelta(hours=5), **opening_values(OPERATOR),
    )  # fmt: skip
    return Member(key, public_id)


def posting(seed: int, now: datetime, number: int, firm: Callable[[int], Firm]) -> Posting:
    """One of the first jobs. The first one was posted weeks ago, so that all stages are there."""
    at, code, title, state = _POSTINGS[number]
    poster = firm(at)
    employer, channel = poster, Channel.DIRECT
    if at == FIRM:
        employer, channel = firm(CLIENT), Channel.AGENCY
    for attempt in range(200):
        dice = Dice.of(seed, "shown job", number * 1000 + attempt)
        made = jobs.build(dice, now, number, code, poster, employer, channel, "", state, title)
        # A filled one is old enough that the guarantee of who was hired for it is over.
        least = timedelta(days=80 if state is JobState.FILLED else 32)
        old = made.reviewed_at is None or now - made.reviewed_at > least
        if (old or number not in _OLD) and made.kind.value == "full" and made.reply_days == 3:
            return made
    return made


def person(seed: int, now: datetime, firms_total: int) -> Person:
    """The person who can sign in: a data engineer of Chengdu."""
    today = local(now).date()
    dice = Dice.of(seed, "shown person")
    year = today.year
    known = firms.firm(seed, now, 2) if firms_total > 2 else None
    entries = [
        Entry(
            EntryKind.EXPERIENCE, "明算云软件有限公司", "大数据开发工程师", f"{year - 3}-04", None,
            "负责装备制造客户的设备数据湖：Flink 实时接入 1,200 台设备，延迟由 5 分钟降到 20 秒。\n"
            "用 Spark 与 Hive 建设离线数仓，整理 300 余张表的口径与血缘。\n"
            "带两名新人，编写调度与数据质量规范。",
            industry="0406", size="100-499", verified=True,
        ),
        Entry(
            EntryKind.EXPERIENCE, known.name if known else "岷源精密制造有限公司", "数据开发工程师",
            f"{year - 6}-07", f"{year - 3}-03",
            "用 Python 与 SQL 开发产线报表，替换人工汇总，每周省下约 12 小时。\n"
            "参与 MES 与 ERP 数据对接，维护 Kafka 消息通道。",
            uscc=known.uscc if known else None, industry=known.industry if known else "0502",
            size=known.size if known else "500-999",
        ),
        Entry(
            EntryKind.EDUCATION, "岷江科技大学", "软件工程", f"{year - 10}-09", f"{year - 6}-06",
            subject="软件工程", level="5", verified=True,
        ),
        Entry(
            EntryKind.CERTIFICATE, "数字技术能力评价机构（演示）", "大数据工程技术人员（中级）",
            f"{year - 1}-05", None, level="中级", number="DEMO20240517", verified=True,
        ),
        Entry(
            EntryKind.PROJECT, "", "设备健康指标平台", f"{year - 2}-03", f"{year - 2}-11",
            "把振动、温度等 40 类指标统一到一个平台，维修班组每天使用；承担接入与指标计算。",
        ),
    ]  # fmt: skip
    skills = [
        Held(code, level, tenths, year - back, evidence)
        for code, level, tenths, back, evidence in (
            ("spark", 4, 48, 0, [0, 3]), ("flink", 3, 30, 0, [0, 4]), ("sql", 4, 62, 0, [0, 1]),
            ("python", 3, 58, 0, [1]), ("hive", 3, 40, 0, [0]), ("kafka", 3, 35, 0, [1, 4]),
            ("hadoop", 2, 40, 1, [0]), ("data-warehouse", 3, 36, 0, [0]),
            ("data-governance", 2, 15, 0, [0]), ("java", 2, 20, 2, []), ("airflow", 2, 18, 0, [0]),
            ("clickhouse", 2, 12, 0, [4]), ("linux", 3, 60, 0, []), ("tableau", 1, 8, 4, []),
        )
    ]  # fmt: skip
    from talentmarket.taxonomy.model import get_taxonomy

    return Person(
        number=0, account_id=dice.public_id(), public_id=dice.public_id(), name=TALENT.name,
        phone=phone(0), trade="2-02-38-03", title="大数据开发工程师",
        headline="大数据开发工程师，做过装备制造设备数据湖",
        summary="六年数据开发，三年在装备制造一线。做过实时接入、离线数仓和指标平台，"
        "习惯先和车间把口径谈清楚再写代码。想继续做工业数据，也愿意带小组。",
        education=5, years_tenths=62, city="510100", regions=["510100", "510600"],
        occupations=["2-02-38-03", "2-02-30-09"], pay_low=1_800_000, pay_high=2_600_000,
        work_mode=WorkMode.HYBRID, rest_days=RestDays.TWO, availability=Availability.MONTH,
        moves=False, visibility=Visibility.ORGANISATIONS, personal_ranking=True, entries=entries,
        skills=[one for one in skills if one.skill in get_taxonomy().skills],
        blocks=[("明算云软件有限公司", None)], created_at=dice.office(now - timedelta(days=210)),
        updated_at=dice.office(now - timedelta(days=6), now),
    )  # fmt: skip


def trades_near() -> tuple[str, ...]:
    """Occupations the person would apply to."""
    return tuple(
        code
        for code in ("2-02-38-03", "2-02-30-09", "4-04-05-04", "4-07-02-05", "2-02-38-01")
        if code in catalog.trades()
    )
