"""A job in words: head, the six elements, requirements, the employer; ready for templates."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from talentmarket.core.db import db
from talentmarket.core.language import language
from talentmarket.core.words import word
from talentmarket.exchange import promises, showing
from talentmarket.exchange.models import Job, Origin, PayUnit
from talentmarket.members.models import TRUSTED, Organisation, OrganisationKind, WorkMode
from talentmarket.taxonomy import retired
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.applications import words
from talentmarket.web.concepts import place_name, skill_name
from talentmarket.web.context import day
from talentmarket.web.proposed import chance_word
from talentmarket.web.years import at_least


def address(endpoint: str, **values: Any) -> str | None:
    """The address of a page, None while the site has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def employer_of(job: Job) -> Organisation:
    """Whose name stands on the job: the employer that is known here, else who posted it."""
    return job.employer or job.organisation


def chinese(text: str) -> Markup:
    """Text that people of the exchange wrote: Chinese also on an English page."""
    return Markup('<span lang="zh">{}</span>').format(text)


def yuan(fen: int) -> str:
    """Fen as whole yuan with thousands apart."""
    return f"{round(fen / 100):,}"


def years_text(job: Job) -> str:
    """The years asked for."""
    low, high = job.years_min, job.years_max
    if low and high and high > low:
        return _("%(low)s–%(high)s 年", low=low, high=high)
    if low:
        return at_least(low)
    return "" if low is None else _("经验不限")


def education_text(job: Job) -> str:
    """The schooling asked for, as a floor."""
    name = words.education_name(job.education_rank)
    return _("%(level)s及以上", level=name) if job.education_rank else name


def place_text(job: Job) -> str:
    """Where the work is."""
    return place_name(job.region_code)


def head(job: Job) -> dict[str, Any]:
    """The white head of the page."""
    employer = employer_of(job)
    reference = job.origin is Origin.REFERENCE
    occupation = retired.occupation(db.session(), job.occupation_code or job.occupation_guess)
    meta = [place_text(job), years_text(job), education_text(job), word("job_kind", job.kind)]
    return {
        "title": job.title,
        "reference": reference,
        "channel": str(job.channel),
        "employer": employer.name if reference else job.employer_name or employer.name,
        "employer_url": None if reference else _organisation_url(employer),
        "verified": not reference and employer.state in TRUSTED,
        "verified_at": employer.verified_at,
        "meta": [text for text in meta if text],
        "occupation": occupation.name(language()) if occupation else "",
        "occupation_code": job.occupation_code if occupation else None,
        "occupation_guessed": _guessed(job),
        "firm": job.organisation.name,
        "site": job.client_name,
    }


def _guessed(job: Job) -> str:
    """That the occupation is a guess, and how sure it is."""
    if not job.occupation_guess or job.occupation_chance is None:
        return ""
    return _("按名称推测，%(chance)s", chance=chance_word(job.occupation_chance / 100))


def _organisation_url(organisation: Organisation) -> str | None:
    return address("organisations.show", organisation=organisation.public_id)


def elements(job: Job) -> list[dict[str, Any]]:
    """The six elements of a posting (国令700号 art. 24); what a reference lacks is said so."""
    unknown = _("原文未写明") if job.origin is Origin.REFERENCE else _("未写明")
    return [
        {"name": _("用人单位"), **_employer(job)},
        {
            "name": _("招聘人数"),
            "value": ngettext("%(num)d 人", "%(num)d 人", job.headcount)
            if job.headcount
            else unknown,
        },
        {"name": _("招聘条件"), **_conditions(job, unknown)},
        {"name": _("工作内容"), **_work(job)},
        {"name": _("工作地点"), **_place(job, unknown)},
        {"name": _("基本劳动报酬"), **_pay(job, unknown)},
    ]


def _employer(job: Job) -> dict[str, Any]:
    if job.origin is Origin.REFERENCE:
        return {"value": _("原文未写明"), "sub": _("转载岗位，请到来源处核对")}
    employer = employer_of(job)
    facts = [
        words.item_name("org_nature", employer.nature),
        words.item_name("org_scale", employer.size),
        words.item_name("industry", employer.industry),
    ]
    return {
        "value": chinese(job.employer_name or employer.name),
        "sub": " · ".join(fact for fact in facts if fact),
    }


def _conditions(job: Job, unknown: str) -> dict[str, Any]:
    parts = [part for part in (education_text(job), years_text(job)) if part]
    count = len(requirement_names(job))
    return {
        "value": " · ".join(parts) or unknown,
        "sub": ngettext("%(num)d 项要求见下", "%(num)d 项要求见下", count) if count else "",
    }


def _work(job: Job) -> dict[str, Any]:
    stated = None if job.occupation_guess else job.occupation_code
    occupation = retired.occupation(db.session(), stated)
    sub = word("job_kind", job.kind)
    if job.contract:
        sub = f"{sub} · {word('contract', job.contract)}"
    value = occupation.name(language()) if occupation else chinese(job.title)
    return {"value": value, "sub": sub}


def _place(job: Job, unknown: str) -> dict[str, Any]:
    mode = word("work_mode", job.work_mode) if job.work_mode else ""
    if job.work_mode is WorkMode.REMOTE and not job.region_code:
        return {"value": mode}
    address = chinese(job.address) if job.address else ""
    sub = Markup(" · ").join(part for part in (mode, address) if part)
    return {"value": place_text(job) or unknown, "sub": sub}


def _pay(job: Job, unknown: str) -> dict[str, Any]:
    if job.pay_low is None and job.pay_high is None:
        return {"value": unknown}
    if job.base_pay is None:
        return {"value": range_text(job)}
    base = yuan(job.base_pay)
    if job.pay_unit is PayUnit.MONTH:
        return {"value": _("月基本工资 %(base)s 元起", base=base), "sub": range_text(job)}
    return {"value": range_text(job), "sub": _("其中基本报酬 %(base)s 元", base=base)}


def range_text(job: Job) -> str:
    """The range of pay in yuan with its unit and months."""
    low = job.pay_low if job.pay_low is not None else job.pay_high
    high = job.pay_high if job.pay_high is not None else job.pay_low
    assert low is not None
    assert high is not None
    span = yuan(low) if low == high else f"{yuan(low)}–{yuan(high)}"
    texts = {
        PayUnit.MONTH: _("每月 %(span)s 元", span=span),
        PayUnit.DAY: _("每天 %(span)s 元", span=span),
        PayUnit.HOUR: _("每小时 %(span)s 元", span=span),
        PayUnit.PROJECT: _("每个项目 %(span)s 元", span=span),
    }
    text = texts[job.pay_unit]
    if job.pay_unit is PayUnit.MONTH and job.pay_months != 12:
        return _("%(pay)s，一年 %(months)s 薪", pay=text, months=job.pay_months)
    return text


def requirement_names(job: Job) -> list[tuple[str, str]]:
    """(part, text) of what a job asks for, where nobody is compared with it."""
    found = [("must" if one.must else "wish", skill_text(one)) for one in job.skills]
    if text := years_text(job):
        found.append(("experience", text))
    if text := education_text(job):
        found.append(("education", text))
    return found


def skill_text(skill: Any) -> str:
    """A skill with the level and years asked."""
    parts = [skill_name(skill.skill_id)]
    if skill.level:
        parts.append(level_name(skill.level))
    if skill.years:
        parts.append(at_least(skill.years))
    return " · ".join(parts)


def level_name(level: int) -> str:
    """A level of skill, 1 to 4."""
    items = list(get_taxonomy().codes["proficiency"].values())
    return items[level - 1].name(language()) if 1 <= level <= len(items) else str(level)


def groups(job: Job) -> list[dict[str, Any]]:
    """Requirements by part, in the order of the parts."""
    asked = requirement_names(job)
    parts = ("must", "wish", "experience", "education")
    return [
        {"part": part, "rows": [text for code, text in asked if code == part]}
        for part in parts
        if any(code == part for code, _text in asked)
    ]


def terms(job: Job) -> list[tuple[str, str]]:
    """The terms beside the six elements: (name, value)."""
    months = ngettext("%(num)d 个月", "%(num)d 个月", job.contract_months or 0)
    trial = ngettext("%(num)d 个月", "%(num)d 个月", job.probation_months or 0)
    rows = [
        (_("合同"), word("contract", job.contract) if job.contract else ""),
        (_("合同期限"), months if job.contract_months else ""),
        (_("试用期"), trial if job.probation_months else ""),
        (_("社会保险"), word("insurance", job.insurance) if job.insurance else ""),
        (_("休息"), word("rest_days", job.rest_days) if job.rest_days else ""),
    ]
    return [(name, value) for name, value in rows if value]


def employer_panel(session: Session, job: Job) -> dict[str, Any] | None:
    """What is known of the organisation that answers; None for a reference."""
    if job.origin is Origin.REFERENCE:
        return None
    owner = job.organisation
    rate = promises.rate_of(owner)
    verified = owner.state in TRUSTED
    rows = [
        (_("统一社会信用代码"), _("核验一致") if verified and owner.uscc else _("未核验")),
        (
            _("按期答复"),
            _("%(rate)s%%，近 90 天 %(count)s 份申请", rate=rate.percent, count=rate.due)
            if rate.percent is not None
            else _("满 10 份答复后显示"),
        ),
    ]
    count = showing.open_jobs_of(session, owner)
    kind = word("organisation_kind", owner.kind)
    industry = words.item_name("industry", owner.industry)
    return {
        "name": owner.name,
        "url": _organisation_url(owner),
        "sub": industry if owner.kind is OrganisationKind.EMPLOYER and industry else kind,
        "jobs": ngettext("在招 %(num)d 个岗位", "在招 %(num)d 个岗位", count),
        "rows": rows,
    }


def brief(job: Job) -> dict[str, Any]:
    """A job for short lists: the mapping of the macro `job_brief`."""
    return {
        "url": url_for("jobs.show", job_id=job.public_id),
        "title": job.title,
        "s": bool(job.occupation_code),
        "channel": str(job.channel),
        "reference": job.origin is Origin.REFERENCE,
        "pay_low": job.pay_low,
        "pay_high": job.pay_high,
        "pay_unit": str(job.pay_unit),
        "pay_months": job.pay_months,
        "employer": job.employer_name or job.organisation.name,
        "verified": job.origin is not Origin.REFERENCE and job.organisation.state in TRUSTED,
        "meta": [place_text(job), years_text(job), words.education_name(job.education_rank)],
        "note": day(job.published_at) if job.published_at else None,
    }
