"""The page of the models: cards, history, audit, going back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from talentmarket.alliance import models as alliance
from talentmarket.alliance.models import Overview, Serving
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.matching.outcomes.interleaving import Verdict
from talentmarket.matching.outcomes.kinds import KINDS, numbers_of
from talentmarket.matching.outcomes.models import Side
from talentmarket.matching.outcomes.trials import MOST_DAYS, Result
from talentmarket.matching.store import Model, ModelKind
from talentmarket.matching.weights import table
from talentmarket.web.operator.common import Answer, actor, page, told

View = dict[str, Any]
YEAR = timedelta(days=366)
SURE = 0.05  # so uneven by chance alone, at most


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    post = ["POST"]
    bp.add_url_rule("/models", view_func=models)
    bp.add_url_rule("/models/serve", view_func=serve, methods=post)
    bp.add_url_rule("/models/roll-back", view_func=roll_back, methods=post)
    bp.add_url_rule("/models/audit", view_func=audit, methods=post)
    bp.add_url_rule("/models/trial", view_func=begin_trial, methods=post)
    bp.add_url_rule("/models/trial/end", view_func=end_trial, methods=post)


def models() -> str:
    """What serves, with its card; what served; the audit."""
    found = alliance.overview(db.session())
    return page(
        "operator/models.html",
        found=found,
        cards=[_card(one) for one in found.serving],
        rows=[_row(one) for one in found.history],
        audit=_audit(found),
        trials=[_trial(one) for one in found.trials],
        sides=[(str(one), _side(one)) for one in (Side.BOTH, Side.JOBS, Side.PEOPLE)],
        first_day=clock.today(),
        last_day=clock.today() + timedelta(days=MOST_DAYS - 1),
    )


@told("operator.models")
def serve() -> Answer:
    """Let another model serve."""
    alliance.serve(request.form.get("version", ""), actor=actor())
    flash(_("已切换，各进程在 5 秒内换用。"), "done")
    return redirect(url_for("operator.models"))


@told("operator.models")
def roll_back() -> Answer:
    """Let what served before serve again."""
    kind, seen = request.form.get("kind", ""), request.form.get("seen", "")
    version = alliance.roll_back(db.session(), kind, seen, actor=actor())
    if version is None:
        flash(_("已换回权重表，各进程在 5 秒内换用。"), "done")
    else:
        flash(_("已换回 %(version)s，各进程在 5 秒内换用。", version=version), "done")
    return redirect(url_for("operator.models"))


def audit() -> Answer:
    """Have the worker audit what scores now."""
    with unit_of_work() as session:
        alliance.ask_audit(session)
    flash(_("已交给后台进程审计，完成后这里显示结果。"), "done")
    return redirect(url_for("operator.models"))


@told("operator.models")
def begin_trial() -> Answer:
    """Draft learned weights into lists, until a day."""
    try:
        last_day = date.fromisoformat(request.form.get("last_day", ""))
    except ValueError:
        last_day = None
    if last_day is not None and not clock.today() <= last_day <= clock.today() + YEAR:
        last_day = None  # the ends of the calendar have no midnight
    version, side = request.form.get("version", ""), request.form.get("side", "")
    alliance.begin_trial(version, last_day, side, actor=actor())
    flash(_("试验开始了，各进程在 5 秒内换用；说明页和名单上都写明。"), "done")
    return redirect(url_for("operator.models", _anchor="trial"))


@told("operator.models")
def end_trial() -> Answer:
    """End the trial that is on."""
    alliance.end_trial(actor=actor())
    flash(_("试验结束了。"), "done")
    return redirect(url_for("operator.models", _anchor="trial"))


def _side(side: Side) -> str:
    return {
        Side.BOTH: _("岗位和人才两种名单"),
        Side.JOBS: _("“适合我的岗位”"),
        Side.PEOPLE: _("给岗位推荐的人才"),
    }[side]


def _trial(one: Result) -> View:
    return {
        "trial": one.trial,
        "on": one.on,
        "side": _side(one.trial.side),
        "lists": one.lists,
        "rows": [
            {
                "name": name,
                "present": verdict.present,
                "candidate": verdict.candidate,
                "ties": verdict.ties,
                "credits": f"{verdict.credit_present} / {verdict.credit_candidate}",
                "p": f"{verdict.p:.3f}",
                "says": _says(verdict),
            }
            for name, verdict in (
                (_("打开"), one.opened),
                (_("申请、邀请、入围及以后"), one.decided),
            )
        ],
    }


def _says(verdict: Verdict) -> str:
    if verdict.p >= SURE:
        return _("看不出差别")
    return _("候选更合用") if verdict.candidate > verdict.present else _("现行更合用")


def kind_name(kind: str) -> str:
    """What a kind of model is called."""
    return {
        ModelKind.SKILL_SPACE: _("技能空间"),
        ModelKind.WEIGHTS: _("学到的权重"),
        ModelKind.CATEGORIES: _("招聘分类"),
    }[ModelKind(kind)]


def _part(kind: str) -> str:
    return {
        "must": _("必备技能"),
        "wish": _("加分技能"),
        "occupation": _("职业方向"),
        "years": _("工作年限"),
        "certificates": _("证书"),
        "education": _("学历"),
        "place": _("地点"),
        "pay": _("薪资"),
        "availability": _("到岗时间"),
    }[kind]


def _card(one: Serving) -> View:
    model = one.model
    return {
        "kind": str(one.kind),
        "title": kind_name(one.kind),
        "state": one.state,
        "model": model,
        "lines": _lines(model) if model is not None else [],
        "older": one.older,
        "nothing": {
            ModelKind.SKILL_SPACE: _(
                "没有使用中的模型：相近技能只按技能目录里的关系算，其余照常。"
            ),
            ModelKind.WEIGHTS: _("没有学到的权重在使用：按权重表计分。"),
            ModelKind.CATEGORIES: _("没有使用中的模型：岗位不按招聘分类归类。"),
        }[one.kind],
        "back": one.before.version
        if one.before is not None
        else _("权重表")
        if one.to_table
        else None,
        "weights": _weights(model) if model is not None and one.kind is ModelKind.WEIGHTS else None,
    }


def _lines(model: Model) -> list[tuple[str, Any]]:
    """The card in words; what it does not say is left out."""
    card = model.card
    counts = {
        "jobs": _("岗位"),
        "talents": _("档案"),
        "postings": _("岗位"),
        "skills_seen": _("见过的技能"),
        "dimensions": _("维数"),
        "outcomes": _("结果"),
        "lists": _("名单"),
        "categories": _("分类"),
    }
    found: list[tuple[str, Any]] = [
        (name, f"{card[key]:,}") for key, name in counts.items() if isinstance(card.get(key), int)
    ]
    if "taxonomy" in card:
        found.append((_("技能目录版本"), card["taxonomy"]))
    if quality := _quality(card):
        found.append((_("质量"), quality))
    return found


def _quality(card: View) -> str:
    """How good the model is, and on what that was found."""
    quality, held = card.get("quality"), card.get("held_back")
    if isinstance(held, dict):
        return _(
            "留出的 %(lists)s 份名单 nDCG@10 %(after)s，原来 %(before)s，"
            "相差 %(difference)s（95%% 在 %(low)s 到 %(high)s）",
            lists=held["lists"],
            after=held["ndcg@10"],
            before=held["ndcg@10_before"],
            difference=held["difference"],
            low=held["low"],
            high=held["high"],
        )
    if not isinstance(quality, dict):
        return ""
    text = _(
        "留出的 %(documents)s 份文档补全 %(value)s（%(measure)s）",
        documents=quality["documents"],
        value=quality["value"],
        measure=quality["measure"],
    )
    if quality.get("before") is None:
        return text
    return _("%(text)s，前一个 %(before)s", text=text, before=quality["before"])


def _weights(model: Model) -> list[View]:
    """The nine numbers beside those of the table."""
    points = model.card.get("points") or {}
    return [
        {"name": _part(kind), "table": f"{before:.1f}", "learned": f"{points[kind]:.1f}"}
        for kind, before in zip(KINDS, numbers_of(table()), strict=True)
        if kind in points
    ]


def _row(model: Model) -> View:
    return {
        "version": model.version,
        "checksum": model.checksum,
        "state": model.state,
        "kind": kind_name(model.kind) if model.kind in set(ModelKind) else model.kind,
        "trained_at": model.trained_at,
        "champion_at": model.champion_at,
        "quality": _quality(model.card),
    }


def _audit(found: Overview) -> View | None:
    """What each habit costs, as `flask model audit` found it."""
    audit = found.audit
    if audit is None:
        return None
    names = {
        "none": (_("什么都不改"), _("只看抽签本身")),
        "modest": (
            _("写得保守"),
            _("三成技能程度写低一级，一成没有佐证的技能不写，期望薪资低一成"),
        ),
        "interrupted": (_("中断过工作"), _("一半的人少一到三年，技能最近使用早两年")),
        "older": (_("年资长"), _("多十五年经验，部分技能多年未用，期望薪资高四分之一")),
        "unproven": (_("没有佐证"), _("没有任何一项经过核验")),
    }
    rows = [
        {
            "name": names.get(one["habit"], (one["habit"], one.get("says", "")))[0],
            "says": names.get(one["habit"], (one["habit"], one.get("says", "")))[1],
            "ratio": f"{one['ratio']:.2f}",
            "fair": one["four_fifths"],
            "rates": f"{100 * one['rate_with']:.1f} / {100 * one['rate_without']:.1f}",
            "places": f"{one['rank_with']:.3f} / {one['rank_without']:.3f}",
            "auc": f"{one['auc']:.2f}",
        }
        for one in audit["habits"]
    ]
    return {
        "on": audit["on"],
        "model": found.audited,
        "sample": ngettext(
            "%(num)d 个岗位，%(people)s 人",
            "%(num)d 个岗位，%(people)s 人",
            audit["jobs"],
            people=audit["people"],
        ),
        "rows": rows,
        "failing": sum(not row["fair"] for row in rows),
    }
