"""What to learn or add next, as the page prints it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from talentmarket.core.db import db
from talentmarket.core.words import word
from talentmarket.discovery.jobs import load_jobs
from talentmarket.discovery.raising import THRESHOLDS, Raise, Steps, steps_for
from talentmarket.exchange.models import Job
from talentmarket.matching.gains import Change, Kind
from talentmarket.members.models import Talent
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.jobviews import job_url
from talentmarket.web.matchviews import missing_views
from talentmarket.web.me.names import table_name

View = dict[str, Any]


def page() -> str:
    """Rows with what each brings, or what stands in the way of them."""
    talent = current_user.talent
    if talent is None:
        return _page("none")
    if not current_user.account.personal_ranking:
        return _page("off")
    session = db.session()
    steps = steps_for(session, talent, request.args.get("over", type=int))
    if steps is None:
        return _page("degraded")
    if not steps.jobs:
        return _page("empty", missing=missing_views())
    wanted = {one for row in steps.rows for one, _before, _after in row.jobs}
    jobs = {job.public_id: job for job in load_jobs(session, sorted(wanted))}
    return _page(
        "rows",
        steps=steps,
        rows=[_row(row, steps.threshold, talent, jobs) for row in steps.rows],
        ladders=[_ladder(code, steps, talent) for code in steps.ladders],
        tabs=_tabs(steps.threshold),
        wishes=_wishes(talent, occupations=steps.in_occupations),
        missing=[] if steps.enough else missing_views(),
    )


def _page(state: str, **values: Any) -> str:
    return render_template("me_matches/learn.html", state=state, **values)


def _tabs(threshold: int) -> list[View]:
    return [
        {
            "text": _("%(points)s 分", points=one),
            "url": url_for("me_matches.learn", over=one),
            "current": one == threshold,
        }
        for one in THRESHOLDS
    ]


def _wishes(talent: Talent, *, occupations: bool) -> list[str]:
    """What the jobs were chosen by."""
    aims = [occupation_name(row.occupation_code) for row in talent.occupations]
    places = [place_name(row.region_code) for row in talent.regions]
    return [*(aims if occupations else []), *([] if talent.willing_to_move else places)]


def _row(row: Raise, threshold: int, talent: Talent, jobs: Mapping[str, Job]) -> View:
    gain = row.gain
    return {
        "name": _name(gain.change),
        "kind": _kind(gain.change.kind),
        "why": _why(row, talent),
        "over": gain.over[threshold],
        "raised": gain.raised,
        "mean": f"{gain.points / gain.raised:.1f}".removesuffix(".0"),
        "most": gain.change.kind is Kind.ENTRY,
        "asking": row.asking,
        "pay": row.pay,
        "certificates": [
            {
                "name": skill_name(code),
                "url": url_for("me.skill", skill_id=code),
            }
            for code in row.certificates[:4]
        ],
        "jobs": [
            {
                "title": jobs[one].title,
                "url": job_url(jobs[one], "requirements"),
                "before": before,
                "after": after,
            }
            for one, before, after in row.jobs
            if one in jobs
        ],
        "act": _act(gain.change),
    }


def _kind(kind: Kind) -> str:
    return {
        Kind.SKILL: _("新技能"),
        Kind.LEVEL: _("程度"),
        Kind.PROOF: _("佐证"),
        Kind.VERIFIED: _("佐证"),
        Kind.ENTRY: _("补写"),
        Kind.OPEN: _("公开"),
    }[kind]


def _name(change: Change) -> str:
    if change.kind is Kind.SKILL or change.kind is Kind.LEVEL:
        name = skill_name(change.name)
        if change.level is None:
            return name
        return _("%(skill)s（%(level)s）", skill=name, level=word("skill_level", change.level))
    if change.kind is Kind.PROOF:
        return skill_name(change.name)
    return _section(change.name)


def _section(name: str) -> str:
    return {
        "years": _("工作年限"),
        "education": _("最高学历"),
        "pay": _("期望月薪"),
        "availability": _("到岗时间"),
        "place": _("期望地点"),
        "occupation": _("目标职业"),
        "skills": _("技能"),
        "experience": word("entry", "experience"),
        "project": word("entry", "project"),
        "certificate": word("entry", "certificate"),
    }[name]


def _why(row: Raise, talent: Talent) -> str:
    """What there is now, and why it counts less."""
    change = row.gain.change
    if change.kind is Kind.SKILL and row.near is not None:
        return _(
            "档案里有相近的%(name)s（接近度 %(near)s），现在只按相近计分。",
            name=skill_name(row.near.skill),
            near=f"{row.near.nearness:.2f}",
        )
    if change.kind is Kind.SKILL:
        return _("档案里没有这一项。")
    if change.kind is Kind.LEVEL:
        level = next((one.level for one in talent.skills if one.skill_id == change.name), None)
        if level is None:
            return _("档案有这一项，没有写程度。")
        return _("档案写的是%(level)s，这些岗位要求更高。", level=word("skill_level", level))
    if change.kind in (Kind.PROOF, Kind.VERIFIED):
        return _("现在是本人自述；有别人核验的佐证才得满分。")
    if change.kind is Kind.OPEN:
        return _("您设为仅自己可见，申请后单位也看不到，所以不计分。")
    return _("档案没有写，按未知计 0 分；以下是最多能加的分。")


def _act(change: Change) -> View:
    """The form that makes it so."""
    name = change.name
    if change.kind is Kind.SKILL:
        return {
            "text": _("已经会了？写进档案"),
            "url": url_for("me.skill", skill_id=name),
        }
    if change.kind is Kind.LEVEL:
        return {
            "text": _("已经达到？改写程度"),
            "url": url_for("me.skill", skill_id=name),
        }
    if change.kind is Kind.PROOF:
        return {"text": _("添加佐证"), "url": url_for("me.skill", skill_id=name)}
    if change.kind is Kind.VERIFIED:
        anchor = "education" if name == "education" else "experience"
        return {
            "text": _("请人核验"),
            "url": url_for("me.profile", _anchor=anchor),
        }
    if change.kind is Kind.OPEN:
        return {"text": _("更改可见范围"), "url": url_for("me.sections")}
    endpoint = "me.basics" if name in ("years", "education") else "me.wishes"
    return {"text": _("补写"), "url": url_for(endpoint)}


def _ladder(code: str, steps: Steps, talent: Talent) -> View:
    """The steps of an occupation and its certificates, with who asks for them."""
    found = steps.ladders[code]
    have = {one.skill_id for one in talent.skills}
    return {
        "occupation": occupation_name(code),
        "name": {
            "digital_engineer": _("数字技术工程师专业技术等级"),
            "skill_level": _("职业技能等级"),
            "professional_title": _("职称（工程系列）"),
        }[found.table],
        "steps": [table_name(found.table, one.code) for one in found.steps],
        "certificates": [
            {
                "name": skill_name(one),
                "url": url_for("me.skill", skill_id=one),
                "note": _("已写进档案") if one in have else _asked(steps.asked.get(one, 0)),
            }
            for one in found.certificates[:6]
        ],
    }


def _asked(jobs: int) -> str:
    if not jobs:
        return _("现在没有岗位要求")
    return ngettext("%(num)d 个岗位要求", "%(num)d 个岗位要求", jobs)
