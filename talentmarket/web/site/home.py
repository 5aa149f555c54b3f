"""The first page: what the exchange promises, the search, and how the market stands today."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_login import current_user

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.language import language
from talentmarket.discovery.market import Market, latest_jobs, market
from talentmarket.policy.percentiles import LEAST_SAMPLE, Spread
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy
from talentmarket.web.addresses import search_tabs
from talentmarket.web.concepts import occupation_name, skill_name
from talentmarket.web.jobviews import job_brief

View = dict[str, Any]


def page() -> str:
    """Render the page."""
    session = db.session()
    now = market(session)
    cities = get_taxonomy().regions_of_kind("city", SICHUAN)
    return render_template(
        "site/home.html",
        tabs=search_tabs("jobs"),
        places=[(one.code, one.short(language())) for one in cities],
        tries=_tries(now),
        promises=[
            (_("找得到"), _("按国家职业分类编码，汉字、拼音、英文技能名互通。")),
            (_("说得清"), _("有据、自述、相近、缺少、未知逐项标明，分数等于各项之和。")),
            (_("有回音"), _("单位须在承诺期限内答复，逾期计入公开的答复率。")),
        ],
        figures=_figures(now),
        counted_at=clock.local(now.at).strftime("%H:%M"),
        doors=_doors(),
        demand=_demand(now),
        skills=len(now.skills),
        jobs=[
            job_brief(job) for job in latest_jobs(session, clauses=current_user.excluded.clauses)
        ],
        zones=_zones(now),
        pays=_pays(now),
    )


def _tries(now: Market) -> list[View]:
    """Searches to begin with: occupations and skills that many open jobs ask for."""
    occupations = [
        (occupation_name(code), url_for("jobs.search", occupation=code))
        for code, _s in now.pays[:2]
    ]
    skills = [
        (skill_name(one.skill), url_for("jobs.search", skill=one.skill)) for one in now.demand[:4]
    ]
    return [{"text": text, "url": url} for text, url in occupations + skills][:5]


def _figures(now: Market) -> list[View]:
    """The five figures, each with its definition; hidden below ten."""
    rows = [
        (_("在招岗位"), ngettext("今日新增 %(num)d", "今日新增 %(num)d", now.new_jobs), now.jobs),
        (_("可被找到的人才"), _("本人选择让单位找到"), now.people),
        (_("已核验单位"), _("每六个月复核一次"), now.organisations),
        (_("双方确认的入职"), _("近 90 天，双方都确认才计入"), now.starts),
    ]
    found = [
        {
            "label": label,
            "note": note,
            "value": format_decimal(value) if value >= LEAST_SAMPLE else None,
        }
        for label, note, value in rows
    ]
    rate = None if now.on_time is None else f"{now.on_time:g}%"
    found.append({"label": _("按期答复率"), "note": _("近 90 天"), "value": rate})
    return found


def _doors() -> list[View]:
    """Who comes in, and three tasks each; pages that are not there are left out."""

    def tasks(*rows: tuple[str, str]) -> list[View]:
        known = current_app.view_functions
        return [{"url": url_for(to), "text": text} for to, text in rows if to in known]

    return [
        {
            "icon": "person",
            "title": _("求职者"),
            "text": _("档案建一次，附上证书与项目作依据；谁看过、看到什么，由您决定。"),
            "tasks": tasks(
                ("me.home", _("建立人才档案")),
                ("me_matches.matches", _("看看我符合哪些岗位")),
                ("applications.mine", _("查询申请进度")),
            ),
        },
        {
            "icon": "building",
            "title": _("用人单位"),
            "text": _("发布即检查用语与六项要素；人选排序附理由，可逐条核对。"),
            "tasks": tasks(
                ("organisations.new", _("核验单位并发布岗位")),
                ("talents.search", _("搜索人才")),
                ("organisations.firms", _("找人力资源服务机构")),
            ),
        },
        {
            "icon": "briefcase",
            "title": _("人力资源服务机构"),
            "text": _("凭许可证和委托书代招；只为写明的岗位找人，费用只向用人单位收取。"),
            "tasks": tasks(
                ("organisations.new", _("登记许可证入驻")),
                ("organisations.firms", _("机构名录")),
                ("site.rules", _("平台规则")),
            ),
        },
    ]


def _demand(now: Market) -> list[View]:
    return [
        {
            "name": skill_name(one.skill),
            "count": format_decimal(one.jobs),
            "change": None if one.change is None else f"{one.change:+d}%".replace("-", "−"),
            "note": None
            if one.per_job is None
            else _("每岗 %(people)s 人", people=f"{one.per_job:.1f}"),
            "weeks": one.weeks,
            "url": url_for("jobs.search", skill=one.skill),
        }
        for one in now.demand
    ]


def _zones(now: Market) -> list[View]:
    regions = get_taxonomy().regions
    most = max((count for _code, count in now.zones), default=0)
    return [
        {
            "name": _zone_name(regions[code].short(language())),
            "count": format_decimal(count),
            "percent": round(100 * count / most) if most else 0,
            "url": url_for("jobs.search", region=code),
        }
        for code, count in now.zones
    ]


def _zone_name(name: str) -> str:
    """Under a heading that says "zones" the word itself is left out."""
    return name.removesuffix(" Economic Zone").removesuffix(" Ecological Demonstration Zone")


def _pays(now: Market) -> list[View]:
    top = max((one.high for _code, one in now.pays), default=0) * 1.15

    def view(code: str, one: Spread) -> View:
        low, median, high = (f"{value / 100_000:.0f}" for value in (one.low, one.median, one.high))
        return {
            "name": occupation_name(code),
            "n": one.n,
            "low": low,
            "median": median,
            "high": high,
            "bar": (one.low, one.median, one.high, top),
            "url": url_for("jobs.search", occupation=code),
        }

    return [view(code, one) for code, one in now.pays]
