"""Invented jobs: what a firm of that field would post, in every stage. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from talentmarket.cli.demo import catalog, firms
from talentmarket.cli.demo.catalog import Trade
from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.cli.demo.firms import Firm
from talentmarket.core import calendar
from talentmarket.core.clock import local
from talentmarket.exchange.models import (
    Channel,
    Contract,
    Insurance,
    JobKind,
    JobState,
    PayUnit,
)
from talentmarket.exchange.stages import REVIEW_WORKING_HOURS
from talentmarket.members.models import RestDays, WorkMode
from talentmarket.taxonomy.model import get_taxonomy

S = JobState
#: The lowest numbers are jobs of the firms that can sign in (:mod:`.showcase`).
SHOWN = 8
#: Of the first round, every so many jobs one is a project.
PROJECT_EVERY = 36
#: So many firms are looked at for one of the prefecture, however many there are.
LOOKED_AT = 60
STATES = (
    (S.PUBLISHED, 74.0), (S.PAUSED, 2.5), (S.FILLED, 6.0), (S.EXPIRED, 5.0), (S.WITHDRAWN, 3.0),
    (S.IN_REVIEW, 3.5), (S.DRAFT, 3.5), (S.RETURNED, 1.5), (S.REJECTED, 1.0),
)  # fmt: skip
#: States of jobs that people could apply to at some time.
OPENED = (S.PUBLISHED, S.PAUSED, S.FILLED, S.EXPIRED, S.WITHDRAWN)
RESTING = ((RestDays.TWO, 76), (RestDays.ALTERNATE, 8), (RestDays.SHIFTS, 10), (RestDays.ONE, 4),
           (RestDays.FLEXIBLE, 2))  # fmt: skip
#: Of the jobs whose occupation has certificates, how many ask for one; of these, how many must.
PAPER_SHARE, PAPER_MUST = 0.06, 0.5
_DUTIES = (
    "负责{thing}中{skill}部分的设计与实现",
    "承担{thing}的{skill}工作，按周交付可验收的结果",
    "与产品、现场同事一起梳理{thing}的需求，转成{skill}方案",
    "编写{skill}相关文档，保证{thing}稳定运行",
    "排查{thing}运行中的问题，持续改进{skill}",
)
_MARKS = {JobKind.INTERNSHIP: "（实习）", JobKind.PROJECT: "（项目制）"}
REASONS = (
    ("element", "工作内容只有一句话，请写明负责什么、交付什么。"),
    ("pay", "薪资上限超过下限的两倍，请按实际职级收窄。"),
    ("proof", "请补充办公地址的证明，岗位地点与登记地址不在同一城市。"),
    ("repeated", "与本单位另一条岗位内容相同，请合并人数后再提交。"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A skill a job asks for."""

    skill: str
    must: bool
    level: int
    years: int | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A job with its course until now. `firm` posts it; `employer` is who employs."""

    number: int
    public_id: str
    firm: Firm
    employer: Firm
    client_name: str
    channel: Channel
    state: JobState
    title: str
    trade: str
    description: str
    kind: JobKind
    headcount: int
    education: int
    years_min: int | None
    years_max: int | None
    county: str
    address: str
    work_mode: WorkMode
    rest_days: RestDays
    hours: str
    insurance: Insurance
    contract: Contract
    contract_months: int | None
    probation_months: int | None
    benefits: list[str]
    unit: PayUnit
    pay_low: int
    pay_high: int
    pay_months: int
    base_pay: int
    reply_days: int
    skills: tuple[Wanted, ...]
    created_at: datetime
    submitted_at: datetime | None
    review_due_at: datetime | None
    reviewed_at: datetime | None
    review_reason: str | None
    review_text: str
    valid_until: date
    closed_at: datetime | None


def posting(
    seed: int, now: datetime, number: int, by_sector: dict[str, list[int]], agencies: list[int]
) -> Posting:
    """Job `number`. `by_sector`: numbers of firms that may post, by field; `agencies`: HR firms."""
    dice = Dice.of(seed, "job", number)
    code, city, state, kind = _drawn(dice, number)
    fitting = [n for sector in catalog.trades()[code].sectors for n in by_sector.get(sector, ())]
    everybody = fitting or [n for some in by_sector.values() for n in some]
    some = [firms.firm(seed, now, n) for n in dice.some(everybody, LOOKED_AT)] if city else []
    # Where no firm of the field sits, one from elsewhere has work.
    near = [one for one in some if one.city == city] or some
    employer = near[0] if near else firms.firm(seed, now, dice.choice(everybody))
    channel = Channel.DIRECT
    firm, client = employer, ""
    if agencies and dice.chance(0.12):
        firm = firms.firm(seed, now, dice.choice(agencies))
        channel = dice.weighted(((Channel.AGENCY, 8), (Channel.DISPATCHED, 2)))
    elif employer.sector in ("software", "service", "ai") and dice.chance(0.08):
        channel = Channel.OUTSOURCED
        client = firms.firm(seed, now, dice.choice(everybody)).name
    if channel is Channel.DISPATCHED:
        client, employer = employer.name, firm
    state = state or dice.weighted(STATES)
    return build(
        dice, now, number, code, firm, employer, channel, client, state, city=city, kind=kind
    )


def _drawn(dice: Dice, number: int) -> tuple[str, str | None, JobState | None, JobKind | None]:
    """Occupation of a job; of one of the first round also prefecture, state and, for some, kind."""
    first, at = catalog.first_round(), number - SHOWN
    if 0 <= at < len(first):
        project = at % PROJECT_EVERY == PROJECT_EVERY // 2
        return *first[at], S.PUBLISHED, JobKind.PROJECT if project else None
    return catalog.cycle()[(number * 7) % len(catalog.cycle())], None, None, None


def build(
    dice: Dice,
    now: datetime,
    number: int,
    code: str,
    firm: Firm,
    employer: Firm,
    channel: Channel,
    client: str,
    state: JobState,
    title: str | None = None,
    city: str | None = None,
    kind: JobKind | None = None,
) -> Posting:
    """A job of this occupation at these firms, in this state now. `city`: where the work is, if
    not with the firm."""
    trade = catalog.trades()[code]
    title = title or dice.choice(trade.titles)
    kind = kind or _kind(dice, trade)
    years = _years(dice, title, kind)
    place = firm if channel is Channel.DISPATCHED else employer
    city = city or place.city
    at_home = city == place.city and dice.chance(0.6)
    county = place.county if at_home else dice.choice(catalog.counties(city))
    wanted = _wanted(dice, trade, title, years[0] or 0)
    unit, low, high, base = _pay(dice, trade, city, years, kind)
    dates = _dates(dice, now, state)
    sector = catalog.sectors()[place.sector]
    if sector.code not in trade.sectors:
        sector = catalog.sectors()[trade.sectors[0]]
    education = dice.weighted(
        ((4, 30), (5, 62), (6, 8)) if trade.academic else ((0, 22), (2, 14), (4, 46), (5, 18))
    )
    full = kind is JobKind.FULL
    return Posting(
        number=number,
        public_id=dice.public_id(),
        firm=firm,
        employer=employer,
        client_name=client,
        channel=channel,
        state=state,
        title=title + _MARKS.get(kind, ""),
        trade=code,
        description=_description(dice, sector, wanted, place, education, years),
        kind=kind,
        headcount=dice.weighted(((1, 40), (2, 30), (3, 15), (5, 10), (10, 5))),
        education=education,
        years_min=years[0],
        years_max=years[1],
        county=county,
        address=_address(dice, county),
        work_mode=dice.weighted(
            ((WorkMode.ONSITE, 78), (WorkMode.HYBRID, 16), (WorkMode.REMOTE, 6))
        ),
        rest_days=dice.weighted(RESTING),
        hours=dice.choice(
            ("9:00–18:00，午休一小时", "8:30–17:30，午休一小时", "弹性到岗，每天 8 小时")
        ),
        insurance=dice.weighted(((Insurance.FULL_AND_FUND, 80), (Insurance.FULL, 20)))
        if full
        else Insurance.INJURY_ONLY,
        contract=Contract.FIXED
        if full
        else Contract.INTERN
        if kind is JobKind.INTERNSHIP
        else Contract.SERVICE,
        contract_months=36 if full else None,
        probation_months=dice.choice((1, 2, 3)) if full else None,
        benefits=dice.some(catalog.words()["benefits"], dice.randint(1, 4)) if full else [],
        unit=unit,
        pay_low=low,
        pay_high=high,
        pay_months=dice.weighted(((12, 50), (13, 32), (14, 12), (15, 6))) if full else 12,
        base_pay=base,
        reply_days=dice.weighted(((3, 70), (2, 15), (1, 5), (5, 10))),
        skills=wanted,
        **dates,
    )


def _kind(dice: Dice, trade: Trade) -> JobKind:
    if trade.code.startswith(("4-13", "4-04-05-05", "2-09")) and dice.chance(0.06):
        return JobKind.PART
    return dice.weighted(((JobKind.FULL, 94), (JobKind.INTERNSHIP, 5), (JobKind.PROJECT, 1)))


def _years(dice: Dice, title: str, kind: JobKind) -> tuple[int | None, int | None]:
    if kind is not JobKind.FULL:
        return None, None
    if any(word in title for word in ("总监", "首席", "架构师", "专家")):
        return dice.choice(((8, None), (5, 10)))
    if any(word in title for word in ("经理", "主管", "高级")):
        return 5, 10
    return dice.weighted(
        (((None, None), 14), ((1, 3), 30), ((3, 5), 34), ((5, 10), 16), ((0, 1), 6))
    )


def _wanted(dice: Dice, trade: Trade, title: str, years: int) -> tuple[Wanted, ...]:
    skills = catalog.skill_set(dice, trade, title, dice.randint(4, 9))
    must = max(2, round(len(skills) * 0.6))
    level = 2 if years < 1 else 3 if years < 8 else 4
    found = tuple(
        Wanted(
            skill,
            position < must,
            max(1, level - (position >= 2) * dice.randint(0, 1)),
            min(years, 3) if position == 0 and years >= 3 and dice.chance(0.4) else None,
        )
        for position, skill in enumerate(skills)
    )
    paper = dice.aside("certificate")
    if trade.certificates and paper.chance(PAPER_SHARE):
        found += (Wanted(paper.choice(trade.certificates), paper.chance(PAPER_MUST), 1, None),)
    return found


def _pay(
    dice: Dice, trade: Trade, city: str, years: tuple[int | None, int | None], kind: JobKind
) -> tuple[PayUnit, int, int, int]:
    month = catalog.monthly_pay(dice, trade, city, (years[0] or 0) + dice.uniform(0, 1.5))
    if kind is JobKind.INTERNSHIP:
        day = dice.choice((12_000, 15_000, 18_000, 20_000))
        return PayUnit.DAY, day, day + 3_000, day
    if kind is JobKind.PART:
        hour = max(2_500, round(month / 174 / 500) * 500)
        return PayUnit.HOUR, hour, round(hour * 1.4 / 500) * 500, hour
    if kind is JobKind.PROJECT:
        whole = round(month * dice.randint(2, 6) / 100_000) * 100_000
        return PayUnit.PROJECT, whole, round(whole * 1.3 / 100_000) * 100_000, whole
    wide = dice.uniform(1.3, 1.85) if not dice.chance(0.02) else 2.3
    high = round(month * wide / 50_000) * 50_000
    return PayUnit.MONTH, month, high, round(month * dice.uniform(0.6, 0.85) / 10_000) * 10_000


def _address(dice: Dice, county: str) -> str:
    return f"{dice.choice(catalog.words()['streets'])}{dice.randint(1, 299)}号"


def _description(
    dice: Dice,
    sector: catalog.Sector,
    wanted: tuple[Wanted, ...],
    place: Firm,
    education: int,
    years: tuple[int | None, int | None],
) -> str:
    taxonomy = get_taxonomy()
    papers = [one for one in wanted if catalog.is_certificate(one.skill)]
    wanted = tuple(one for one in wanted if one not in papers)
    names = [taxonomy.skills[one.skill].name_zh for one in wanted]
    duties = [
        f"{n}. "
        + pattern.format(thing=dice.choice(sector.things), skill=dice.choice(names[:4]))
        + "。"
        for n, pattern in enumerate(dice.some(_DUTIES, 3), 1)
    ]
    levels = ("了解", "熟悉", "熟练使用", "精通")
    must = [
        f"{levels[one.level - 1]}{taxonomy.skills[one.skill].name_zh}" for one in wanted if one.must
    ]
    wish = [taxonomy.skills[one.skill].name_zh for one in wanted if not one.must]
    asks = [f"1. {'，'.join(must)}。"]
    if years[0]:
        asks.append(f"2. {years[0]}年以上相关工作经验，能独立承担一块工作。")
    if wish:
        asks.append(f"{len(asks) + 1}. 有{'、'.join(wish)}经验的优先。")
    for one in papers:
        name = taxonomy.skills[one.skill].name_zh
        asks.append(
            f"{len(asks) + 1}. " + (f"须持有{name}。" if one.must else f"持有{name}者优先。")
        )
    return "\n".join(["工作内容", *duties, "任职要求", *asks])


def _dates(dice: Dice, now: datetime, state: JobState) -> dict[str, Any]:
    """The moments of a job's course, all before `now`, in their order."""
    ages = {
        S.PUBLISHED: (0, 50), S.PAUSED: (10, 50), S.FILLED: (30, 100), S.EXPIRED: (50, 110),
        S.WITHDRAWN: (20, 90), S.RETURNED: (1, 6), S.REJECTED: (2, 20), S.DRAFT: (0, 15),
        S.IN_REVIEW: (1, 4),
    }[state]  # fmt: skip
    written = dice.office(
        now - timedelta(days=dice.randint(*ages) + 2),
        now - timedelta(hours=32 if state is S.IN_REVIEW else 8),
    )
    today = local(now).date()
    moments: dict[str, Any] = {
        "created_at": written, "submitted_at": None, "review_due_at": None, "reviewed_at": None,
        "review_reason": None, "review_text": "", "closed_at": None,
        "valid_until": today + timedelta(days=dice.randint(14, 60)),
    }  # fmt: skip
    if state is S.DRAFT:
        return moments
    submitted = dice.office(written, now - timedelta(hours=1))
    if state is S.IN_REVIEW:  # some are overdue
        submitted = now - timedelta(hours=dice.choice((1, 2, 3, 5, 20, 30)))
        submitted = at_work(submitted, written, now)
    moments["submitted_at"] = submitted
    due = calendar.add_working_hours(submitted, REVIEW_WORKING_HOURS)
    if state is S.IN_REVIEW:
        return moments | {"review_due_at": due}
    spent = dice.uniform(0.4, REVIEW_WORKING_HOURS - 0.3)
    reviewed = calendar.add_working_hours(submitted, spent).replace(microsecond=0)
    reviewed = min(reviewed, now - timedelta(minutes=9))
    moments["reviewed_at"] = reviewed
    if state in (S.RETURNED, S.REJECTED):
        reason, text = dice.choice(REASONS)
        return moments | {"review_reason": reason, "review_text": text}
    if state is S.EXPIRED:
        last = min(local(reviewed).date() + timedelta(days=30), today - timedelta(days=1))
        closed = dice.on(last + timedelta(days=1), 0, 0)
        return moments | {"valid_until": last, "closed_at": min(closed, now)}
    if state in (S.FILLED, S.WITHDRAWN):
        closed = reviewed + (now - reviewed) * dice.uniform(0.5, 0.9)
        return moments | {"closed_at": at_work(closed.replace(microsecond=0), reviewed, now)}
    return moments
