"""Jobs as the rows of lists print them, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from talentmarket.core import clock
from talentmarket.core.language import Texts, language, texts
from talentmarket.core.words import word
from talentmarket.exchange.listing import AnyJob, ListedJob, ListedOrganisation
from talentmarket.exchange.models import Channel, Job, Origin
from talentmarket.exchange.stages import RATE_HOLD, RATE_LEAST
from talentmarket.matching.outcomes.interleaving import Team
from talentmarket.matching.outcomes.recording import Placed
from talentmarket.matching.score import Match
from talentmarket.members.models import TRUSTED, Organisation
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.concepts import place_name, skill_name
from talentmarket.web.matchviews import score_view, skill_views, years_asked
from talentmarket.web.me.names import table_name

View = dict[str, Any]


def job_url(job: AnyJob, anchor: str | None = None) -> str:
    """The address of a job's page."""
    return url_for("jobs.show", job_id=job.public_id, _anchor=anchor)


def job_row(
    job: AnyJob,
    match: Match | None = None,
    fragments: Mapping[str, Any] | None = None,
    merged: Sequence[AnyJob] = (),
    skills: Sequence[str] | None = None,
    placed: Placed | None = None,
) -> View:
    """A job for the macro job_row. `placed`: how it came into a list of a trial. `merged`: the same job, published by others. `skills`: codes of
    those asked for, where the job was read without them."""
    reference = job.origin is Origin.REFERENCE
    publisher = job.organisation
    rate = on_time(publisher)
    codes = _skills(job) if skills is None else skills
    return {
        **_common(job),
        "meta": [*conditions(job), about_employer(job.employer)],
        "firm": publisher.name if job.channel is not Channel.DIRECT else None,
        "site": job.client_name,
        "skills": skill_views(match, codes),
        "reply_days": None if reference else job.reply_days,
        "on_time": rate,
        "on_time_low": rate is not None and rate < RATE_HOLD,
        "posted": day_said(job.published_at),
        "valid_until": short_day(job.valid_until),
        "source": source_said(job) if reference else None,
        "score": score_view(match, job_url(job, "requirements")) if match is not None else None,
        "fragments": _fragments(fragments),
        "merged": _merged(merged),
        "placed": placed_text(placed),
    }


def placed_text(placed: Placed | None) -> str:
    """In a trial: which ranking put the row where it stands; empty otherwise."""
    if placed is None:
        return ""
    if placed.team is Team.PRESENT:
        return _("排序试验：由现行权重选入这一位")
    return _("排序试验：由候选权重选入这一位，按候选权重 %(points)s 分", points=placed.points)


def _skills(job: AnyJob) -> list[str]:
    if isinstance(job, ListedJob):  # it comes without
        return []
    return [row.skill_id for row in sorted(job.skills, key=lambda it: (not it.must, it.position))]


def _merged(others: Sequence[AnyJob]) -> View | None:
    if not others:
        return None
    return {
        "text": ngettext(
            "另有 %(num)d 家也发布了这个岗位：", "另有 %(num)d 家也发布了这个岗位：", len(others)
        ),
        "links": [
            {
                "text": _(
                    "%(firm)s（%(channel)s）",
                    firm=one.organisation.name,
                    channel=word("origin", "reference")
                    if one.origin is Origin.REFERENCE
                    else word("channel", str(one.channel)),
                ),
                "url": job_url(one),
            }
            for one in others
        ],
    }


def job_brief(job: Job) -> View:
    """A job for the macro job_brief."""
    shown = [skill_name(row.skill_id) for row in job.skills[:3]]
    if job.origin is Origin.REFERENCE:
        note = source_said(job)
    else:
        note = ngettext(
            "%(num)d 个工作日内答复 · %(posted)s",
            "%(num)d 个工作日内答复 · %(posted)s",
            job.reply_days,
            posted=day_said(job.published_at),
        )
    return {**_common(job), "meta": conditions(job), "skills_text": " · ".join(shown), "note": note}


def _common(job: AnyJob) -> View:
    employer = job.employer
    return {
        "url": job_url(job),
        "title": job.title,
        "s": job.occupation_code in get_taxonomy().occupations,
        "channel": str(job.channel),
        "reference": job.origin is Origin.REFERENCE,
        "pay_low": job.pay_low,
        "pay_high": job.pay_high,
        "pay_unit": str(job.pay_unit),
        "pay_months": job.pay_months,
        "employer": job.employer_name or (employer.name if employer else ""),
        "verified": employer is not None and employer.state in TRUSTED,
    }


def conditions(job: AnyJob) -> list[str]:
    """Place, years and schooling."""
    rank = job.education_rank
    return [
        place_name(job.region_code),
        years_asked(job.years_min, job.years_max),
        word("education_rank", rank) if rank is not None else "",
    ]


def about_employer(employer: Organisation | ListedOrganisation | None) -> str:
    """Nature and size in one."""
    if employer is None:
        return ""
    names = (table_name("org_nature", employer.nature), table_name("org_scale", employer.size))
    return " ".join(name for name in names if name)


def on_time(organisation: Organisation | ListedOrganisation) -> int | None:
    """On-time replies of 90 days in percent; None below ten cases."""
    due = organisation.answers_due
    return round(100 * organisation.answers_on_time / due) if due >= RATE_LEAST else None


def source_said(job: AnyJob) -> str:
    """Where a reference posting came from, and when."""
    if job.source_date is None:
        return job.organisation.name
    return _("%(source)s，%(date)s", source=job.organisation.name, date=short_day(job.source_date))


def day_said(at: datetime | None) -> str:
    """A day as lists say it: today, yesterday, else the short date."""
    if at is None:
        return ""
    return _day_said(texts(), clock.local(at).date(), clock.today())


@lru_cache(maxsize=1_024)
def _day_said(_texts: Texts, day: date, today: date) -> str:
    past = (today - day).days
    if past == 0:
        return _("今天")
    return _("昨天") if past == 1 else _short(_texts, day, today)


def short_day(day: date | None) -> str:
    """Month and day; with the year when it is another one."""
    if day is None:
        return ""
    return _short(texts(), day, clock.today())


@lru_cache(maxsize=1_024)
def _short(_texts: Texts, day: date, today: date) -> str:
    same = day.year == today.year
    if language() == "zh":
        return f"{day:%m-%d}" if same else day.isoformat()
    return str(format_date(day, "d MMM" if same else "d MMM y"))


def _fragments(found: Mapping[str, Any] | None) -> Sequence[tuple[str, bool]]:
    """The passage of the text where the words were found."""
    for fragment in (found or {}).get("description", ()):
        return list(fragment)
    return ()
