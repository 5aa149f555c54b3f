"""A job as programs read it. What is in here is public; nothing in here is about a person."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import url_for

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.masking import MASK, mask
from talentmarket.core.words import word
from talentmarket.exchange.models import Job, Origin
from talentmarket.members.models import TRUSTED, Organisation
from talentmarket.taxonomy import retired

Item = dict[str, Any]
#: Who is to be called: a name after these words, with or without its title.
_CONTACT = re.compile(
    r"(联系人|负责人|联络人)(\s*[:：是为]?\s*)"
    r"(?:[\u4e00-\u9fff]{1,3}(?:先生|女士|小姐|老师|经理|主任)"
    r"|[\u4e00-\u9fff]{2,3}(?=\s*(?:[,，。;；:：（(\d]|电话|手机|微信|$)))"
)


def job_item(job: Job, locale: str) -> Item:
    """A job; names in the reader's language, `description` and the employer's words as written."""
    reference = job.origin is Origin.REFERENCE
    return {
        "id": job.public_id,
        "external_id": job.external_id,
        "url": url_for("jobs.show", job_id=job.public_id, _external=True),
        "title": job.title,
        "origin": str(job.origin),
        "source": _source(job) if reference else None,
        "channel": str(job.channel),
        "employer": _employer(job),
        "publisher": None if reference else _organisation(job.organisation),
        "occupation": _named(retired.occupation(db.session(), job.occupation_code), locale),
        "occupation_guessed": job.occupation_code is not None and job.occupation_guess is not None,
        "kind": str(job.kind),
        "headcount": job.headcount,
        "region": _region(job, locale),
        "address": job.address,
        "work_mode": _code(job.work_mode),
        "pay": _pay(job),
        "education": _education(job),
        "years": {"min": job.years_min, "max": job.years_max},
        "skills": [_skill(row, locale) for row in job.skills],
        "rest_days": _code(job.rest_days),
        "insurance": _code(job.insurance),
        "benefits": list(job.benefits),
        "contract": _code(job.contract),
        "reply_days": None if reference else job.reply_days,
        "description": unreachable(job.description),
        "published_at": moment(job.published_at),
        "updated_at": moment(job.updated_at),
        "valid_until": _day(job.valid_until),
    }


@lru_cache(maxsize=4096)
def unreachable(text: str) -> str:
    """`text` without a contact's name, numbers and addresses; as it was written where it has none."""
    masked = mask(_CONTACT.sub(rf"\1\2{MASK}", text))
    return masked if MASK in masked else text


def moment(at: datetime | None) -> str | None:
    """A moment in UTC, to the second."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _source(job: Job) -> Item:
    """Where a reprinted posting comes from, and the day it was read there."""
    return {"name": job.organisation.name, "date": _day(job.source_date)}


def _employer(job: Job) -> Item | None:
    """The employer named in the posting; `id` where the exchange knows it."""
    known = job.employer
    name = job.employer_name or (known.name if known else "")
    if not name:
        return None
    if known is None:
        return {"id": None, "name": name, "verified": False}
    return {**_organisation(known), "name": name}


def _organisation(organisation: Organisation) -> Item:
    return {
        "id": organisation.public_id,
        "name": organisation.name,
        "verified": organisation.state in TRUSTED,
    }


def _named(concept: Any, locale: str) -> Item | None:
    return None if concept is None else {"code": concept.code, "name": concept.name(locale)}


def _region(job: Job, locale: str) -> Item | None:
    name = retired.place_name(db.session(), job.region_code, locale)
    return {"code": job.region_code, "name": name} if name else None


def _pay(job: Job) -> Item | None:
    """Pay before tax in yuan per unit; None where the posting does not say."""
    if job.pay_low is None and job.pay_high is None:
        return None
    return {
        "currency": "CNY",
        "unit": str(job.pay_unit),
        "low": _yuan(job.pay_low),
        "high": _yuan(job.pay_high),
        "months": job.pay_months,
    }


def _yuan(fen: int | None) -> float | None:
    if fen is None:
        return None
    return fen // 100 if fen % 100 == 0 else fen / 100


def _education(job: Job) -> Item | None:
    """The least schooling asked for, as its rank: 0 none … 7 doctor."""
    if job.education_rank is None:
        return None
    return {"rank": job.education_rank, "name": word("education_rank", job.education_rank)}


def _skill(row: Any, locale: str) -> Item:
    skill = retired.skill(db.session(), row.skill_id)
    return {
        "code": row.skill_id,
        "name": skill.name(locale) if skill else row.skill_id,
        "must": row.must,
        "level": row.level,
        "years": row.years,
    }


def _code(value: object | None) -> str | None:
    return None if value is None else str(value)


def changed_at(job: Job) -> datetime:
    """When anything an item says was last changed, as far as rows tell."""
    moments = [job.updated_at, job.organisation.updated_at]
    if job.employer is not None:
        moments.append(job.employer.updated_at)
    return max(at.astimezone(clock.SHANGHAI) for at in moments)
