"""Invented people: a working life that fits the occupation. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from talentmarket.cli.demo import catalog, firms
from talentmarket.cli.demo.catalog import Trade
from talentmarket.cli.demo.dice import Dice, awake
from talentmarket.core.clock import local
from talentmarket.members.models import Availability, EntryKind, RestDays, Visibility, WorkMode
from talentmarket.taxonomy.model import get_taxonomy

#: Education ranks (2 vocational, 4 college, 5 bachelor, 6 master, 7 doctor) by kind of occupation.
ACADEMIC = ((4, 15), (5, 60), (6, 22), (7, 3))
PRACTICAL = ((2, 14), (4, 52), (5, 32), (6, 2))
VISIBILITY = (
    (Visibility.ORGANISATIONS, 56), (Visibility.PUBLIC, 14), (Visibility.APPLIED, 18),
    (Visibility.PRIVATE, 12),
)  # fmt: skip
AVAILABILITY = (
    (Availability.NOW, 22), (Availability.TWO_WEEKS, 22), (Availability.MONTH, 28),
    (Availability.QUARTER, 10), (Availability.LOOKING_AROUND, 18),
)  # fmt: skip
_DID = (
    "负责{thing}的{skill}工作，独立完成从方案到上线。",
    "参与{thing}建设，主要承担{skill}与{other}部分。",
    "用{skill}改造{thing}，处理时间缩短约{percent}%。",
    "维护{thing}，整理{skill}规范并带教新人。",
    "配合客户完成{thing}交付，编写{skill}相关文档。",
)
#: Names to fall back on where an entry stands without a firm of the demo.
_ELSEWHERE = ("（省外）", "（广东）", "（重庆）", "（浙江）")


@dataclass(slots=True)
class Entry:
    """A section of a profile; months are `YYYY-MM`."""

    kind: EntryKind
    organisation: str
    title: str
    start: str | None
    end: str | None
    text: str = ""
    subject: str = ""
    level: str | None = None
    number: str | None = None
    uscc: str | None = None
    industry: str | None = None
    size: str | None = None
    verified: bool = False


@dataclass(slots=True)
class Held:
    """A skill with level, tenths of years, year of last use, and the entries that show it."""

    skill: str
    level: int
    years_tenths: int
    last_used: int
    evidence: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Person:
    """Somebody with a profile."""

    number: int
    account_id: str
    public_id: str
    name: str
    phone: str
    trade: str
    title: str
    headline: str
    summary: str
    education: int
    years_tenths: int
    city: str
    regions: list[str]
    occupations: list[str]
    pay_low: int
    pay_high: int
    work_mode: WorkMode
    rest_days: RestDays
    availability: Availability
    moves: bool
    visibility: Visibility
    personal_ranking: bool
    entries: list[Entry]
    skills: list[Held]
    blocks: list[tuple[str, str | None]]
    created_at: datetime
    updated_at: datetime


def phone(number: int) -> str:
    """A mobile number of the satellite range 1740, which hardly anybody holds (6 million)."""
    return f"+861740{(number * 48_271 + 12_345) % 6_000_000:07d}"


def trade_of(number: int) -> str:
    """The occupation of person `number`."""
    return catalog.cycle()[number % len(catalog.cycle())]


@lru_cache(maxsize=2048)
def person(seed: int, now: datetime, number: int, firms_total: int) -> Person:
    """Person `number` of the demo of this seed."""
    dice = Dice.of(seed, "person", number)
    trade = catalog.trades()[trade_of(number)]
    title = dice.choice(trade.titles)
    city = catalog.city_cycle()[(number * 37) % len(catalog.city_cycle())]
    years = min(25.0, dice.gammavariate(2.0, 2.8)) if not dice.chance(0.08) else 0.0
    today = local(now).date()
    education = dice.weighted(ACADEMIC if trade.academic else PRACTICAL)
    jobs = _experience(dice, trade, title, today, years, seed, now, firms_total)
    study = _education(dice, trade, education, today, years)
    skills = _skills(dice, trade, title, years, jobs, today)
    entries = [*jobs, study, *_works(dice, trade, skills, today, len(jobs) + 1)]
    _verify(dice, entries)
    _describe(dice, jobs, skills)
    _certify(dice.aside("certificate"), trade, entries, skills, today)
    pay = catalog.monthly_pay(dice, trade, city, years)
    created, updated = _dates(dice, now)
    own = dice.chance(0.35) and jobs and jobs[0].end is None
    headline = _headline(dice, title, years, skills)
    return Person(
        number=number,
        account_id=dice.public_id(),
        public_id=dice.public_id(),
        name=firms.person_name(dice),
        phone=phone(number),
        trade=trade.code,
        title=title,
        headline=headline,
        summary=_summary(dice, trade, title, years, skills),
        education=education,
        years_tenths=round(years * 10),
        city=city,
        regions=_regions(dice, city),
        occupations=_occupations(dice, trade),
        pay_low=pay,
        pay_high=round(pay * dice.uniform(1.25, 1.6) / 50_000) * 50_000,
        work_mode=dice.weighted(((WorkMode.ONSITE, 6), (WorkMode.HYBRID, 3), (WorkMode.REMOTE, 1))),
        rest_days=dice.weighted(((RestDays.TWO, 8), (RestDays.FLEXIBLE, 1), (RestDays.SHIFTS, 1))),
        availability=dice.weighted(AVAILABILITY),
        moves=dice.chance(0.3),
        visibility=dice.weighted(VISIBILITY),
        personal_ranking=not dice.chance(0.02),
        entries=entries,
        skills=skills,
        blocks=[(jobs[0].organisation, jobs[0].uscc)] if own else [],
        created_at=created,
        updated_at=updated,
    )


def _dates(dice: Dice, now: datetime) -> tuple[datetime, datetime]:
    days = dice.randint(135, 400) if not dice.chance(0.15) else dice.randint(2, 130)
    created = dice.office(now - timedelta(days=days), now - timedelta(hours=2))
    updated = now - timedelta(days=dice.random() ** 2 * days, hours=1)
    return created, max(created, awake(updated.replace(microsecond=0), created, now))


def _month(day: date, months_back: int) -> str:
    count = day.year * 12 + day.month - 1 - months_back
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def _experience(
    dice: Dice,
    trade: Trade,
    title: str,
    today: date,
    years: float,
    seed: int,
    now: datetime,
    firms_total: int,
) -> list[Entry]:
    left, back = round(years * 12), 0 if dice.chance(0.72) else dice.randint(1, 5)
    found: list[Entry] = []
    while left > 2 and len(found) < 4:
        span = left if left < 20 or len(found) == 3 else dice.randint(12, max(13, min(left, 60)))
        employer = _employer(dice, trade, seed, now, firms_total)
        found.append(
            Entry(
                EntryKind.EXPERIENCE,
                employer[0],
                title if not found or dice.chance(0.6) else dice.choice(trade.titles),
                _month(today, back + span),
                None if back == 0 else _month(today, back),
                uscc=employer[1],
                industry=employer[2],
                size=employer[3],
            )
        )
        left -= span
        back += span
    return found


def _employer(
    dice: Dice, trade: Trade, seed: int, now: datetime, firms_total: int
) -> tuple[str, str | None, str, str]:
    sector = catalog.sectors()[dice.choice(trade.sectors)]
    if firms_total and dice.chance(0.25):
        known = firms.firm(seed, now, dice.randrange(firms_total))
        if known.sector in trade.sectors and known.kind.value == "employer":
            return known.name, known.uscc, known.industry, known.size
    lists = catalog.words()
    brand = dice.choice(lists["brands"]) + dice.choice(lists["tails"])
    name = f"{brand}{dice.choice(sector.words)}有限公司"
    if dice.chance(0.2):
        name += dice.choice(_ELSEWHERE)
    return name, None, sector.industry, dice.weighted(firms.SIZES)


def _education(dice: Dice, trade: Trade, rank: int, today: date, years: float) -> Entry:
    fitting = [name for name, top in catalog.words()["schools"] if top == min(rank, 5)]
    span = {2: 3, 4: 3, 5: 4, 6: 3, 7: 4}[rank]
    end = today.year - int(years) - (1 if today.month < 7 else 0)
    return Entry(
        EntryKind.EDUCATION,
        dice.choice(fitting),
        trade.subject,
        f"{end - span}-09",
        f"{end}-06",
        subject=trade.subject,
        level=str(rank),
    )


def _skills(
    dice: Dice, trade: Trade, title: str, years: float, jobs: list[Entry], today: date
) -> list[Held]:
    count = min(18, 4 + round(years * 0.7) + dice.randint(0, 5))
    found = []
    for position, skill in enumerate(catalog.skill_set(dice, trade, title, count)):
        depth = max(0.3, years * dice.uniform(0.25, 1.0) * (1 if position < 4 else 0.6))
        level = 1 + (depth >= 1) + (depth >= 3) + (depth >= 6.5)
        shown = [n for n in range(len(jobs)) if dice.chance(0.75 if n == 0 else 0.4)]
        old = position > 4 and dice.chance(0.15)
        last = today.year - (dice.randint(2, 6) if old else dice.randint(0, 1))
        found.append(Held(skill, level, round(10 * min(depth, years or 1.0)), last, shown[:2]))
    return found


def _works(dice: Dice, trade: Trade, skills: list[Held], today: date, first: int) -> list[Entry]:
    """Certificates and projects, shown as evidence of a skill each."""
    taxonomy, found = get_taxonomy(), list[Entry]()
    if dice.chance(0.3):
        level = dice.choice(("初级", "中级", "高级"))
        name = taxonomy.occupations[trade.code].name_zh
        found.append(
            Entry(
                EntryKind.CERTIFICATE,
                dice.choice(catalog.words()["issuers"]),
                f"{name}（{level}）",
                _month(today, dice.randint(2, 40)),
                None,
                number=f"DEMO{dice.randrange(10**8):08d}",
            )
        )
    if dice.chance(0.35):
        sector = catalog.sectors()[dice.choice(trade.sectors)]
        used = "、".join(taxonomy.skills[one.skill].name_zh for one in skills[:3])
        start = dice.randint(4, 30)
        found.append(
            Entry(
                EntryKind.PROJECT,
                "",
                dice.choice(sector.things),
                _month(today, start),
                _month(today, start - dice.randint(1, 4)),
                text=f"承担其中的{used}部分，按期验收。",
            )
        )
    for number in range(len(found)):
        for held in skills[number : number + 2]:
            held.evidence.append(first + number)
    return found


def _certify(
    dice: Dice, trade: Trade, entries: list[Entry], skills: list[Held], today: date
) -> None:
    """A certificate of the occupation that jobs may ask for by its name, with its entry."""
    if not trade.certificates or not dice.chance(0.3):
        return
    paper, got = dice.choice(trade.certificates), _month(today, dice.randint(2, 40))
    entries.append(
        Entry(
            EntryKind.CERTIFICATE,
            dice.choice(catalog.words()["issuers"]),
            get_taxonomy().skills[paper].name_zh,
            got,
            None,
            number=f"DEMO{dice.randrange(10**8):08d}",
            verified=dice.chance(0.5),
        )
    )
    skills.append(Held(paper, 2, 0, today.year, [len(entries) - 1]))


def _verify(dice: Dice, entries: list[Entry]) -> None:
    for entry in entries:
        share = {EntryKind.EDUCATION: 0.35, EntryKind.CERTIFICATE: 0.5}.get(entry.kind, 0.12)
        entry.verified = entry.kind is not EntryKind.PROJECT and dice.chance(share)


def _describe(dice: Dice, jobs: list[Entry], skills: list[Held]) -> None:
    taxonomy = get_taxonomy()
    things = {s.industry: s.things for s in catalog.sectors().values()}
    for number, entry in enumerate(jobs):
        shown = [one.skill for one in skills if number in one.evidence] or [skills[0].skill]
        lines = []

        def others(skill: str, shown: list[str] = shown) -> list[str]:
            return (
                [one for one in shown if one != skill]
                or [one.skill for one in skills if one.skill != skill]
                or [skill]
            )

        for skill, pattern in zip(shown, dice.some(_DID, 3), strict=False):
            lines.append(
                pattern.format(
                    thing=dice.choice(things.get(entry.industry or "", ("业务系统",))),
                    skill=taxonomy.skills[skill].name_zh,
                    other=taxonomy.skills[dice.choice(others(skill))].name_zh,
                    percent=dice.randint(15, 60),
                )
            )
        entry.text = "\n".join(lines)


def _headline(dice: Dice, title: str, years: float, skills: list[Held]) -> str:
    """What one does; how long stands beside it wherever a headline is printed."""
    names = [get_taxonomy().skills[one.skill].name_zh for one in skills[:2]]
    if years < 1:
        return f"{title}，应届，学过{names[0]}"
    return dice.choice((f"{title}，主要做{names[0]}", f"{title} · {'、'.join(names)}", title))


def _summary(dice: Dice, trade: Trade, title: str, years: float, skills: list[Held]) -> str:
    names = [get_taxonomy().skills[one.skill].name_zh for one in skills[:4]]
    sector = catalog.sectors()[dice.choice(trade.sectors)]
    worked = f"做了{int(years)}年" if years >= 1 else "刚开始做"
    return (
        f"{worked}{title}，常用{'、'.join(names[:3])}。熟悉{dice.choice(sector.things)}一类的项目，"
        f"希望继续做{sector.intro}。"
    )


def _regions(dice: Dice, city: str) -> list[str]:
    found = [city]
    if city != "510100" and dice.chance(0.55):
        found.append("510100")
    elif dice.chance(0.15):
        found.append(dice.choice(sorted(set(catalog.city_cycle()) - {city})))
    return found


def _occupations(dice: Dice, trade: Trade) -> list[str]:
    near = [c for c in catalog.trades() if c != trade.code and c[:7] == trade.code[:7]]
    more = dice.some(near, 1) if near and dice.chance(0.35) else []
    return [trade.code, *more]
