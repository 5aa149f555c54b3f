"""Names of fields and elements, and two versions side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.exchange.posting import Posting
from talentmarket.exchange.stages import SIX_ELEMENTS
from talentmarket.members.models import Account
from talentmarket.web.applications import words
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.context import day
from talentmarket.web.jobs.describing import level_name, yuan
from talentmarket.web.org_jobs.forms import JobForm

#: Fields whose value is a code of :mod:`talentmarket.core.words`, with the kind.
_KINDS = {
    "kind": "job_kind",
    "channel": "channel",
    "work_mode": "work_mode",
    "rest_days": "rest_days",
    "insurance": "insurance",
    "contract": "contract",
    "pay_unit": "pay_unit",
}


def element_names(missing: Mapping[str, str]) -> list[dict[str, Any]]:
    """The six elements for a check list: which are there."""
    names = {
        "employer": _("用人单位基本情况"),
        "headcount": _("招聘人数"),
        "conditions": _("招聘条件"),
        "work": _("工作内容"),
        "place": _("工作地点"),
        "pay": _("基本劳动报酬"),
    }
    return [
        {
            "text": names[element],
            "done": element not in missing,
            "note": _("待补") if element in missing else _("已齐"),
            "url": f"#{missing[element]}" if element in missing else None,
        }
        for element in SIX_ELEMENTS
    ]


def field_name(name: str) -> str:
    """What the form calls a field."""
    if name == "skills":
        return _("技能要求")
    field = getattr(JobForm, name, None)
    if name == "employer_name" or field is None:
        return _("用人单位")
    return str(field.args[0])


def difference_rows(names: Iterable[str], mine: Posting, theirs: Posting) -> list[dict[str, str]]:
    """The fields in which two versions differ, each said in both."""
    return [
        {
            "name": field_name(name),
            "mine": value_text(name, getattr(mine, name)),
            "theirs": value_text(name, getattr(theirs, name)),
        }
        for name in names
        if name not in ("employer_id", "entrustment_id")
    ]


def value_text(name: str, value: Any) -> str:
    """A value of a posting in words."""
    if value in (None, "", ()):
        return _("（空）")
    if name in _KINDS:
        return word(_KINDS[name], value)
    if name in ("pay_low", "pay_high", "base_pay"):
        return _("%(amount)s 元", amount=yuan(value))
    if name == "skills":
        return "，".join(_skill(one) for one in value)
    if name == "benefits":
        return "，".join(value)
    if name == "valid_until":
        return day(value)
    if name == "listed":
        return _("是") if value else _("否")
    readers: dict[str, Callable[[Any], str]] = {
        "region_code": place_name,
        "occupation_code": occupation_name,
        "education_rank": words.education_name,
        "manager_id": _person,
    }
    return readers[name](value) if name in readers else str(value)


def _person(key: int) -> str:
    account = db.session().get(Account, key)
    return (account.name or account.public_id) if account else ""


def _skill(one: Any) -> str:
    parts = [skill_name(one.skill_id), word("part_short", "must" if one.must else "wish")]
    if one.level:
        parts.append(level_name(one.level))
    return " ".join(parts)
