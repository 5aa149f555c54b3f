"""What a posting says, as one value; and what of it is missing or cannot be. Pure.

A draft may be incomplete; :func:`problems` is asked before it is sent to review.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from talentmarket.exchange import pay
from talentmarket.exchange.lint import Finding, lint_fields
from talentmarket.exchange.models import (
    Channel,
    Contract,
    Insurance,
    Job,
    JobKind,
    JobSkill,
    PayUnit,
)
from talentmarket.exchange.stages import SIX_ELEMENTS, VALID_DAYS_MOST
from talentmarket.members.models import RestDays, WorkMode
from talentmarket.taxonomy.model import get_taxonomy

#: Fields whose words the posting check reads.
CHECKED = ("title", "description", "hours", "address", "benefits")
#: Fields that hold a code of an enumeration, with the enumeration.
CODES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "kind": JobKind,
        "channel": Channel,
        "work_mode": WorkMode,
        "rest_days": RestDays,
        "insurance": Insurance,
        "contract": Contract,
        "pay_unit": PayUnit,
    }
)
MOST_SKILLS = 40
MOST_HEADCOUNT = 9999


@dataclass(frozen=True, slots=True)
class SkillWanted:
    """A skill asked for: must or wish, level 1 to 4, years."""

    skill_id: str
    must: bool = True
    level: int | None = None
    years: int | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """All that an employer writes. Field names are those of :class:`Job`; pay in fen."""

    title: str = ""
    occupation_code: str | None = None
    description: str = ""
    kind: JobKind = JobKind.FULL
    channel: Channel = Channel.DIRECT
    employer_id: int | None = None
    employer_name: str = ""
    client_name: str = ""
    entrustment_id: int | None = None
    headcount: int | None = None
    education_rank: int | None = None
    years_min: int | None = None
    years_max: int | None = None
    region_code: str | None = None
    address: str = ""
    work_mode: WorkMode | None = None
    rest_days: RestDays | None = None
    hours: str = ""
    insurance: Insurance | None = None
    contract: Contract | None = None
    contract_months: int | None = None
    probation_months: int | None = None
    benefits: tuple[str, ...] = ()
    pay_unit: PayUnit = PayUnit.MONTH
    pay_low: int | None = None
    pay_high: int | None = None
    pay_months: int = 12
    base_pay: int | None = None
    reply_days: int = 3
    valid_until: date | None = None
    listed: bool = True
    #: The hiring manager who reads the shortlist; shown to the organisation alone.
    manager_id: int | None = None
    skills: tuple[SkillWanted, ...] = ()

    def but(self, **changes: Any) -> Posting:
        """The same posting with some values replaced."""
        return replace(self, **changes)


NAMES = tuple(field.name for field in fields(Posting))


def posting_of(job: Job) -> Posting:
    """What the row says."""
    values = {name: getattr(job, name) for name in NAMES if name not in ("skills", "benefits")}
    return Posting(
        **values,
        benefits=tuple(job.benefits),
        skills=tuple(
            SkillWanted(one.skill_id, one.must, one.level, one.years) for one in job.skills
        ),
    )


def write_to(job: Job, posting: Posting) -> None:
    """Bring the row to what the posting says, the pay of a month included."""
    for name in NAMES:
        if name not in ("skills", "benefits"):
            setattr(job, name, getattr(posting, name))
    job.benefits = list(posting.benefits)
    job.month_low = pay.monthly(posting.pay_unit, posting.pay_low)
    job.month_high = pay.monthly(posting.pay_unit, posting.pay_high)
    rows = {row.skill_id: row for row in job.skills}
    kept = []
    for position, want in enumerate(posting.skills):
        row = rows.get(want.skill_id) or JobSkill(skill_id=want.skill_id)
        row.must, row.level, row.years, row.position = want.must, want.level, want.years, position
        kept.append(row)
    job.skills = kept


def changed_elements(old: Posting, new: Posting) -> tuple[str, ...]:
    """The elements of the six that differ."""
    return tuple(
        element
        for element, names in SIX_ELEMENTS.items()
        if any(getattr(old, name) != getattr(new, name) for name in names)
    )


def differences(mine: Posting, theirs: Posting) -> tuple[str, ...]:
    """The fields in which two versions differ."""
    return tuple(name for name in NAMES if getattr(mine, name) != getattr(theirs, name))


def missing_elements(posting: Posting) -> dict[str, str]:
    """Of the six elements those without their value: element → the field to fill in."""
    asked: dict[str, tuple[str, bool]] = {
        "employer": ("employer_name", bool(posting.employer_name)),
        "headcount": ("headcount", posting.headcount is not None),
        "conditions": ("education_rank", posting.education_rank is not None),
        "work": ("description", len(posting.description.strip()) >= 20),
        "place": ("region_code", posting.region_code is not None),
        "pay": ("pay_low", None not in (posting.pay_low, posting.pay_high)),
    }
    return {element: field for element, (field, there) in asked.items() if not there}


def unfinished_elements(posting: Posting) -> dict[str, str]:
    """What the writer of the posting still has to add to the six: also the base part of a monthly
    pay and the county, which :func:`problems` asks for and reprinted postings hardly ever say."""
    missing = missing_elements(posting)
    if posting.pay_unit is PayUnit.MONTH and posting.base_pay is None:
        missing.setdefault("pay", "base_pay")
    if not _to_the_county(posting.region_code):
        missing.setdefault("place", "region_code")
    return missing


def _to_the_county(code: str | None) -> bool:
    """Whether a place says the county, where the vocabulary knows counties: those of Sichuan."""
    taxonomy = get_taxonomy()
    region = taxonomy.regions.get(code or "")
    if region is None or region.kind in ("county", "area"):
        return True
    return all(taxonomy.regions[one].kind != "county" for one in taxonomy.within(region.code))


_MISSING = {
    "employer": _l("写明用人单位。"),
    "headcount": _l("填写招聘人数，如 3。"),
    "conditions": _l("选择学历要求；不要求学历请选“学历不限”。"),
    "work": _l("写明工作内容，至少 20 个字。"),
    "place": _l("选择工作地点，到区县。"),
    "pay": _l("写明最低和最高薪资，不能只写“面议”。"),
}


def problems(posting: Posting, today: date) -> dict[str, Any]:
    """Field → message for everything that keeps the posting from review."""
    wrong: dict[str, Any] = {
        field: _MISSING[element] for element, field in missing_elements(posting).items()
    }
    if not _to_the_county(posting.region_code):
        wrong["region_code"] = _MISSING["place"]
    if len(posting.title) < 2:
        wrong["title"] = _l("填写岗位名称，2 到 60 个字。")
    if posting.headcount is not None and not 1 <= posting.headcount <= MOST_HEADCOUNT:
        wrong["headcount"] = _l("招聘人数应在 1 到 9999 之间。")
    if None not in (posting.years_min, posting.years_max) and (
        (posting.years_min or 0) > (posting.years_max or 0)
    ):
        wrong["years_min"] = _l("最少年限高于最多年限，是否填反了。")
    _pay_problems(posting, wrong)
    _contract_problems(posting, wrong)
    latest = today + timedelta(days=VALID_DAYS_MOST)
    if posting.valid_until is None or not today <= posting.valid_until <= latest:
        wrong["valid_until"] = _l("有效期须在今天之后、90 天以内。")
    if not 1 <= posting.reply_days <= 5:
        wrong["reply_days"] = _l("答复期限为 1 到 5 个工作日。")
    if len(posting.skills) > MOST_SKILLS:
        wrong["skills"] = _l("技能不超过 40 项，请留下真正要紧的。")
    if posting.channel in (Channel.OUTSOURCED, Channel.DISPATCHED) and not posting.client_name:
        wrong["client_name"] = (
            _l("写明派驻的客户单位。")
            if posting.channel is Channel.OUTSOURCED
            else _l("写明实际用工单位。")
        )
    for name, findings in lint_posting(posting).items():
        if red := next((one for one in findings if one.refused), None):
            wrong.setdefault(name, red.rule.says)
    return wrong


def _pay_problems(posting: Posting, wrong: dict[str, Any]) -> None:
    low, high, base, unit = posting.pay_low, posting.pay_high, posting.base_pay, posting.pay_unit
    if low is not None and high is not None:
        if low > high:
            wrong["pay_low"] = _l("最低薪资高于最高薪资，是否填反了。")
        elif not (pay.plausible(unit, low) and pay.plausible(unit, high)):
            wrong["pay_low"] = _l("请核对薪资数额和计薪单位（按元填写）。")
    if base is None:
        if unit is PayUnit.MONTH:
            wrong["base_pay"] = _l("写明月基本工资：劳动报酬的基本部分。")
    elif base <= 0 or (high is not None and base > high):
        wrong["base_pay"] = _l("基本工资应大于 0，且不高于最高薪资。")
    if posting.pay_months not in pay.MONTHS:
        wrong["pay_months"] = _l("一年的薪资月数在 12 到 24 之间。")


def _contract_problems(posting: Posting, wrong: dict[str, Any]) -> None:
    months, trial = posting.contract_months, posting.probation_months
    if posting.contract is Contract.FIXED and not months:
        wrong["contract_months"] = _l("写明合同期限（月）。")
    if trial is None or posting.contract is None:
        return
    if posting.contract is Contract.OPEN:
        most = longest_probation(None)
    elif posting.contract is Contract.FIXED and months:
        most = longest_probation(months)
    else:
        most = 0
    if trial > most:
        wrong["probation_months"] = _l(
            "按劳动合同法第19条，这份合同的试用期最长 %(most)s 个月。", most=most
        )


def longest_probation(contract_months: int | None) -> int:
    """The longest probation, months, of a contract of this term; None is one without an end.

    劳动合同法 art. 19: under 3 months none, under a year 1, under three years 2, else 6.
    """
    if contract_months is None or contract_months >= 36:
        return 6
    return 0 if contract_months < 3 else 1 if contract_months < 12 else 2


def lint_posting(posting: Posting) -> dict[str, list[Finding]]:
    """Findings of the posting check by field."""
    texts = {name: getattr(posting, name) for name in CHECKED if name != "benefits"}
    texts["benefits"] = "\n".join(posting.benefits)
    return lint_fields(texts)


def asks_reviewer(posting: Posting) -> bool:
    """Whether something in it needs a person's judgement: amber words or a wide range of pay."""
    return pay.too_wide(posting.pay_low, posting.pay_high) or bool(lint_posting(posting))
