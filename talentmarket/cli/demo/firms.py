"""Invented firms: name, field, place, size, and where their verification stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from stdnum.cn import uscc

from talentmarket.cli.demo import catalog
from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.members.models import OrganisationKind, OrganisationState
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy

S = OrganisationState
STATES = (
    (S.VERIFIED, 86.0), (S.RENEWAL_DUE, 3.0), (S.LAPSED, 1.5), (S.IN_REVIEW, 4.0),
    (S.RETURNED, 2.0), (S.UNVERIFIED, 2.0), (S.REFUSED, 0.7), (S.SUSPENDED, 0.8),
)  # fmt: skip
#: States a firm reaches only after it was verified once.
ONCE_VERIFIED = (S.VERIFIED, S.RENEWAL_DUE, S.LAPSED, S.SUSPENDED)
SIZES = (("0-20", 20), ("20-99", 34), ("100-499", 28), ("500-999", 10), ("1000-9999", 7),
         ("10000", 1))  # fmt: skip
NATURES = (("private", 72), ("state", 14), ("foreign", 6), ("institution", 4), ("academic", 4))
#: Every so many firms one HR service firm, and one public employment service.
ROUND, HR_FIRM, PUBLIC = 14, 6, 13
#: Firms with accounts that can sign in: an employer, an HR firm, and the HR firm's client.
SHOWN = (0, HR_FIRM, 1)
#: So that every state is there in small markets too.
_STATES = {7: S.IN_REVIEW, 8: S.RETURNED, 9: S.IN_REVIEW, 10: S.RENEWAL_DUE}
_FIELDS = {0: "data", 1: "trade", 2: "factory"}
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm. `discipline` is the share of answers it gives in time."""

    number: int
    public_id: str
    kind: OrganisationKind
    state: OrganisationState
    name: str
    short_name: str
    uscc: str
    legal_form: str
    nature: str
    size: str
    sector: str
    industry: str
    city: str
    county: str
    address: str
    intro: str
    handler: str
    discipline: float
    created_at: datetime
    verified_at: datetime | None


def credit_code(number: int, region: str, head: str = "91") -> str:
    """A well-formed unified social credit code (GB 32100, GB 11714) for an invented body."""
    body = f"{number % 100_000_000:08d}"
    rest = 11 - sum(int(sign) * w for sign, w in zip(body, _ORGANISATION_WEIGHTS, strict=True)) % 11
    inner = body + {10: "X", 11: "0"}.get(rest, str(rest))
    code = f"{head}{region}{inner}"
    return code + str(uscc.calc_check_digit(code))


@lru_cache(maxsize=4096)
def firm(seed: int, now: datetime, number: int) -> Firm:
    """Firm `number` of the demo of this seed."""
    dice = Dice.of(seed, "firm", number)
    kind = _kind(number)
    field = dice.choice(sorted(catalog.sectors()))
    sector = catalog.sectors()[_FIELDS.get(number, field)]
    city = catalog.city_cycle()[number % len(catalog.city_cycle())]
    if number in SHOWN:
        city = "510100"
    if kind is OrganisationKind.PUBLIC_SERVICE:
        city = _prefectures()[number // ROUND % len(_prefectures())]
    county = dice.choice(catalog.counties(city))
    state = dice.weighted(STATES) if number > HR_FIRM else S.VERIFIED
    state = _STATES.get(number, state)
    if kind is OrganisationKind.PUBLIC_SERVICE:
        state = S.VERIFIED
    name, short = _name(dice, kind, sector, city, number)
    verified_at = _verified_at(
        dice, now, state, old=kind is not OrganisationKind.EMPLOYER or number == 0
    )
    created = (verified_at or now) - timedelta(days=dice.randint(2, 20), hours=dice.randint(0, 9))
    created = at_work(created, created - timedelta(days=5), verified_at or now)
    handler = person_name(dice)
    return Firm(
        number=number,
        public_id=dice.public_id(),
        kind=kind,
        state=state,
        name=name,
        short_name=short,
        uscc=credit_code(
            10_000_000 + (number * 7_654_321 + seed * 97) % 89_999_999,
            county,
            "12" if kind is OrganisationKind.PUBLIC_SERVICE else "91",
        ),
        legal_form="institution" if kind is OrganisationKind.PUBLIC_SERVICE else "llc",
        nature=_nature(dice, kind),
        size="100-499" if number in SHOWN else dice.weighted(SIZES),
        sector=sector.code,
        industry=sector.industry if kind is OrganisationKind.EMPLOYER else "99",
        city=city,
        county=county,
        address=_address(dice, county),
        intro=_intro(dice, kind, sector, short, city),
        handler=handler,
        discipline=0.97 if number in SHOWN else dice.weighted(((0.98, 6), (0.93, 3), (0.62, 1))),
        created_at=created.replace(microsecond=0),
        verified_at=verified_at,
    )


def _kind(number: int) -> OrganisationKind:
    if number % ROUND == HR_FIRM:
        return OrganisationKind.HR_FIRM
    if number % ROUND == PUBLIC and number // ROUND < len(_prefectures()):
        return OrganisationKind.PUBLIC_SERVICE
    return OrganisationKind.EMPLOYER


@lru_cache(maxsize=1)
def _prefectures() -> tuple[str, ...]:
    return tuple(region.code for region in get_taxonomy().regions_of_kind("city", SICHUAN))


def _name(
    dice: Dice, kind: OrganisationKind, sector: catalog.Sector, city: str, number: int
) -> tuple[str, str]:
    taxonomy, lists = get_taxonomy(), catalog.words()
    place = taxonomy.regions[city].short_zh
    if kind is OrganisationKind.PUBLIC_SERVICE:
        full = taxonomy.regions[city].name_zh
        return f"{full}公共就业和人才服务中心（演示）", f"{place}公共就业服务"
    brands, tails = lists["brands"], lists["tails"]
    # Brand and tail walk through all pairs before one comes again.
    brand = brands[number % len(brands)] + tails[number // len(brands) % len(tails)]
    if kind is OrganisationKind.HR_FIRM:
        return f"{place}{brand}人力资源服务有限公司", f"{brand}人力"
    word = dice.choice(sector.words)
    form = dice.weighted((("有限公司", 8), ("有限责任公司", 3), ("股份有限公司", 1)))
    head = dice.weighted((("四川", 4), (place, 6)))
    return f"{head}{brand}{word}{form}", brand + word


def _nature(dice: Dice, kind: OrganisationKind) -> str:
    if kind is OrganisationKind.PUBLIC_SERVICE:
        return "institution"
    return dice.weighted(NATURES) if kind is OrganisationKind.EMPLOYER else "private"


def _address(dice: Dice, county: str) -> str:
    street = dice.choice(catalog.words()["streets"])
    return f"{get_taxonomy().regions[county].name_zh}{street}{dice.randint(1, 299)}号"


def _intro(
    dice: Dice, kind: OrganisationKind, sector: catalog.Sector, short: str, city: str
) -> str:
    place = get_taxonomy().regions[city].name_zh
    if kind is OrganisationKind.PUBLIC_SERVICE:
        return (
            f"为{place}的求职者和用人单位提供免费的公共就业服务：岗位信息、招聘会、档案与政策咨询。"
        )
    if kind is OrganisationKind.HR_FIRM:
        return f"{short}在{place}从事人力资源服务，专注数字技术岗位的受托招聘，不向求职者收取费用。"
    first, second = dice.some(sector.things, 2)
    year = dice.randint(2004, 2021)
    return f"{short}{year}年成立于{place}，从事{sector.intro}，主要项目有{first}和{second}。"


def _verified_at(
    dice: Dice, now: datetime, state: OrganisationState, *, old: bool
) -> datetime | None:
    """When it was verified last; a firm that brokers has done so for months."""
    days = {
        S.VERIFIED: (140 if old else 3, 170), S.RENEWAL_DUE: (187, 208), S.LAPSED: (215, 300), S.SUSPENDED: (60, 160),
    }.get(state)  # fmt: skip
    if days is None:
        return None
    return dice.office(now - timedelta(days=dice.randint(*days)), now - timedelta(hours=2))


def is_agency(firm: Firm) -> bool:
    """Whether the firm brokers."""
    return firm.kind is OrganisationKind.HR_FIRM


def person_name(dice: Dice) -> str:
    """A family name and a given name."""
    lists = catalog.words()
    # Common family names come more often: the list is in order of frequency.
    at = int(len(lists["surnames"]) * dice.random() ** 2.2)
    return str(lists["surnames"][at]) + str(dice.choice(lists["given"]))
