"""A job as search engines read it: a schema.org JobPosting, set into its page as a data block.

A script element of a type that is no script is data: the browser does not run it, so the content
policy needs no exception for it (HTML, "prepare the script element").
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import url_for
from markupsafe import escape

from talentmarket.core import clock
from talentmarket.exchange.models import Job, JobKind, Origin, PayUnit
from talentmarket.exchange.showing import Shown, Standing
from talentmarket.members.models import WorkMode
from talentmarket.taxonomy.model import get_taxonomy

EMPLOYMENT = {
    JobKind.FULL: "FULL_TIME",
    JobKind.PART: "PART_TIME",
    JobKind.INTERNSHIP: "INTERN",
    JobKind.PROJECT: "CONTRACTOR",
}
UNITS = {PayUnit.MONTH: "MONTH", PayUnit.DAY: "DAY", PayUnit.HOUR: "HOUR"}
#: Rank of schooling → the words that search engines know.
CREDENTIALS = {
    2: "professional certificate",
    3: "high school",
    4: "associate degree",
    5: "bachelor degree",
    6: "postgraduate degree",
    7: "postgraduate degree",
}
Data = dict[str, Any]


def job_posting(shown: Shown) -> Data | None:
    """The data block of a job's page; None for a reprinted, closed or unlisted one."""
    job = shown.job
    if job.origin is Origin.REFERENCE or not job.listed or shown.standing is not Standing.OPEN:
        return None
    employer = job.employer or job.organisation
    found: Data = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": job.title,
        "description": str(escape(job.description)).replace("\n", "<br>"),
        "url": url_for("jobs.show", job_id=job.public_id, _external=True),
        "identifier": {
            "@type": "PropertyValue",
            "name": job.organisation.name,
            "value": job.public_id,
        },
        "datePosted": _said(job.published_at),
        "validThrough": _end_of(job),
        "employmentType": EMPLOYMENT[job.kind],
        "hiringOrganization": {
            "@type": "Organization",
            "name": job.employer_name or employer.name,
            "sameAs": url_for(
                "organisations.show", organisation=employer.public_id, _external=True
            ),
        },
        "directApply": True,
        "totalJobOpenings": job.headcount,
        "skills": _skills(job),
        "occupationalCategory": job.occupation_code,
        **_place(job),
        "baseSalary": _pay(job),
        "experienceRequirements": _experience(job),
        "educationRequirements": _education(job),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}


def _said(at: datetime | None) -> str | None:
    return None if at is None else clock.local(at).isoformat(timespec="seconds")


def _end_of(job: Job) -> str | None:
    """The last moment of the last day: it is included."""
    if job.valid_until is None:
        return None
    return datetime.combine(job.valid_until, time(23, 59, 59), clock.SHANGHAI).isoformat()


def _place(job: Job) -> Data:
    """Where the work is; work from anywhere says where the person may live instead."""
    remote = job.work_mode is WorkMode.REMOTE
    found: Data = {}
    if remote:
        found["jobLocationType"] = "TELECOMMUTE"
        found["applicantLocationRequirements"] = {"@type": "Country", "name": "CN"}
    if job.region_code is None and remote:
        return found
    taxonomy = get_taxonomy()
    province, city = taxonomy.province_of(job.region_code), taxonomy.city_of(job.region_code)
    own = taxonomy.regions.get(job.region_code or "")
    street = "".join(
        part for part in (own.name_zh if own and own is not city else "", job.address) if part
    )
    address = {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": province.name_zh if province else None,
        "addressLocality": city.name_zh if city else None,
        "streetAddress": street,
    }
    kept = {name: value for name, value in address.items() if value}
    return found | {"jobLocation": {"@type": "Place", "address": kept}}


def _pay(job: Job) -> Data | None:
    """Basic pay before tax; pay of a project has no unit of time and is left out."""
    if job.pay_unit not in UNITS or (job.pay_low is None and job.pay_high is None):
        return None
    ends = {"minValue": job.pay_low, "maxValue": job.pay_high}
    value = {name: fen / 100 for name, fen in ends.items() if fen is not None}
    return {
        "@type": "MonetaryAmount",
        "currency": "CNY",
        "value": {"@type": "QuantitativeValue", **value, "unitText": UNITS[job.pay_unit]},
    }


def _skills(job: Job) -> str:
    table = get_taxonomy().skills
    return "、".join(
        table[row.skill_id].name_zh for row in job.skills if row.must and row.skill_id in table
    )


def _experience(job: Job) -> Data | None:
    if not job.years_min:
        return None
    return {
        "@type": "OccupationalExperienceRequirements",
        "monthsOfExperience": job.years_min * 12,
    }


def _education(job: Job) -> Data | None:
    credential = CREDENTIALS.get(job.education_rank or 0)
    if credential is None:
        return None
    return {"@type": "EducationalOccupationalCredential", "credentialCategory": credential}
