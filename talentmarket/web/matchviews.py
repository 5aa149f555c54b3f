"""A match as pages print it: the score, its six parts, one row for each requirement.

The numbers are those of :class:`talentmarket.matching.score.Match`; nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import floor
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from talentmarket.core.language import Texts, texts
from talentmarket.core.masking import mask
from talentmarket.core.words import word
from talentmarket.matching.mutual import Mutual
from talentmarket.matching.requirements import Row
from talentmarket.matching.score import Match, Pointed
from talentmarket.matching.weights import State
from talentmarket.web import years
from talentmarket.web.concepts import occupation_name, place_name, skill_name

View = dict[str, Any]
#: Skills first that say most for the person.
_ORDER = [State.MET, State.CLAIMED, State.RELATED, State.MISSING, State.UNKNOWN]


def score_view(match: Match | None, url: str | None = None) -> View | None:
    """Total, parts and how much is met, for the score macros; None without a score."""
    if match is None or match.total is None:
        return None
    return {
        "total": match.total,
        "parts": part_views(match),
        "met": match.met,
        "asked": len(match.rows),
        "counts": match.counts,
        "model": match.model,
        "url": url,
    }


def mutual_view(one: Mutual | None, *, own: bool) -> View | None:
    """How a pair stands in a list for both sides, in words whose numbers add up. `own`: the reader is
    the person."""
    if one is None:
        return None
    if one.wish is None:
        said = _("匹配 %(match)s；没有可见的求职意向，排在写明意向的人之后", match=one.match)
    elif own:
        said = _(
            "匹配 %(match)s 与您的意向 %(wish)s（%(asked)s 项符合 %(met)s 项）的调和平均 %(both)s",
            match=one.match, wish=one.wish, asked=one.asked, met=one.met, both=one.both,
        )  # fmt: skip
    else:
        said = _(
            "匹配 %(match)s 与本人意向 %(wish)s（%(asked)s 项符合 %(met)s 项）的调和平均 %(both)s",
            match=one.match, wish=one.wish, asked=one.asked, met=one.met, both=one.both,
        )  # fmt: skip
    return {"total": one.total, "said": said, "exposure": _exposure(one, own=own)}


def _exposure(one: Mutual, *, own: bool) -> str | None:
    if not one.exposure:
        return None
    if own:
        return ngettext(
            "曝光 −%(points)s：%(num)d 人更符合这个岗位",
            "曝光 −%(points)s：%(num)d 人更符合这个岗位",
            one.ahead,
            points=one.exposure,
        )
    return ngettext(
        "曝光 −%(points)s：另有 %(num)d 个岗位更适合此人",
        "曝光 −%(points)s：另有 %(num)d 个岗位更适合此人",
        one.ahead,
        points=one.exposure,
    )


def part_views(match: Match) -> list[View]:
    """The six parts in their order."""
    return [{"code": str(part.code), "points": part.points, "of": part.of} for part in match.parts]


def match_view(match: Match | None, *, own: bool, hidden: Sequence[str] = ()) -> View | None:
    """Everything the page of a pair prints; None without a match.

    `own`: the reader is the person, who is told what would raise each row. `hidden`: names that
    must not stand in what the person wrote.
    """
    if match is None:
        return None
    return {
        "score": score_view(match),
        "groups": group_views(match, own=own, hidden=hidden),
        "counts": match.counts,
        "model": match.model,
        "missing": [] if match.total is not None or not own else missing_views(),
    }


def group_views(match: Match, *, own: bool, hidden: Sequence[str] = ()) -> list[View]:
    """The rows under their parts."""
    found = []
    for part in match.parts:
        mine = [item for item in match.rows if item.row.part is part.code]
        rows = [row_view(item, own=own, hidden=hidden) for item in mine]
        found.append({"code": str(part.code), "points": part.points, "of": part.of, "rows": rows})
    return found


def row_view(item: Pointed, *, own: bool, hidden: Sequence[str] = ()) -> View:
    """One requirement: what is asked, what there is, and the one thing that would raise it."""
    row = item.row
    return {
        "key": row.key,
        "state": str(row.state),
        "name": row_name(row),
        "evidence": evidence_text(row, hidden, own=own),
        "common": _common(row),
        "hard": _hard(row),
        "points": item.points,
        "of": item.of,
        "related": _related(row),
        "act": _act(item) if own else None,
        "correct": _correct(row) if own else None,
    }


def skill_views(match: Match | None, codes: Sequence[str], most: int = 6) -> list[View]:
    """Skills of a job with their states, hits first; without a match in the order given."""
    if match is None:
        return [{"name": skill_name(code)} for code in codes[:most]]
    states = {it.row.key.partition(":")[2]: it.row.state for it in match.rows}
    known = [code for code in codes if code in states]
    known.sort(key=lambda code: _ORDER.index(states[code]))
    return [{"name": skill_name(code), "state": str(states[code])} for code in known[:most]]


def missing_views() -> list[View]:
    """What a profile must say before there is a score."""
    return [
        {"text": _("至少一项技能"), "url": url_for("me.add_skill")},
        {"text": _("或目标职业和工作年限"), "url": url_for("me.wishes")},
    ]


# -- what is asked -------------------------------------------------------------------------------
def row_name(row: Row) -> str:
    """What the requirement asks, in the reader's language."""
    kind, _colon, code = row.key.partition(":")
    asked = row.asked
    if kind == "skill":
        return _skill_asked(code, asked)
    if kind == "whole":
        return _("与整个职位相近的技能")
    if kind == "occupation":
        return _("职业方向：%(name)s", name=occupation_name(asked.get("occupation") or ""))
    if kind == "years":
        return _("经验：%(years)s", years=years_asked(asked.get("low"), asked.get("high")))
    if kind == "education":
        return _("学历：%(level)s及以上", level=word("education_rank", asked.get("rank")))
    if kind == "place":
        return _("地点：%(place)s", place=place_name(asked.get("place")))
    if kind == "mode":
        return _("办公方式：%(mode)s", mode=word("work_mode", asked["mode"]))
    if kind == "pay":
        return _("薪资：%(range)s", range=thousands(asked.get("low"), asked.get("high")))
    return _("一个月内到岗")


def _skill_asked(code: str, asked: dict[str, Any]) -> str:
    name = skill_name(code)
    if asked.get("level") and asked.get("years"):
        level = word("skill_level", asked["level"])
        return years.of_skill(name, asked["years"], level)
    if asked.get("level"):
        return _("%(skill)s（%(level)s）", skill=name, level=word("skill_level", asked["level"]))
    if asked.get("years"):
        return years.of_skill(name, asked["years"])
    return name


def years_asked(low: int | None, high: int | None) -> str:
    """A span of years of experience as the trade says it."""
    return _years(texts(), low, high)


@lru_cache(maxsize=1_024)
def _years(_texts: Texts, low: int | None, high: int | None) -> str:
    """The span in a language: lists say the same few over and over."""
    if not low and not high:
        return _("经验不限")
    if high is None:
        return years.at_least(low)
    if not low:
        return years.at_most(high)
    return _("%(low)s–%(high)s 年", low=low, high=high)


def thousands(low: int | None, high: int | None) -> str:
    """Fen a month as 18–28K."""
    ends = [f"{fen / 100_000:g}" for fen in (low, high) if fen is not None]
    return "–".join(dict.fromkeys(ends)) + "K"


# -- what there is -------------------------------------------------------------------------------
def evidence_text(row: Row, hidden: Sequence[str] = (), *, own: bool = False) -> str | Markup:
    """What stands behind the state, in words."""
    kind = row.key.partition(":")[0]
    if row.state is State.UNKNOWN and row.has.get("hidden"):
        return _("您设为仅自己可见，单位看不到，所以不计分") if own else _("本人没有公开这一项")
    if row.state is State.UNKNOWN:
        return _("档案没有写")
    if kind == "skill":
        return _skill_evidence(row, hidden)
    has = row.has
    if kind == "whole":
        return _whole_evidence(row)
    if kind == "years":
        return years.stated(f"{has['years_tenths'] / 10:g}")
    if kind == "education":
        return word("education_rank", has["rank"])
    if kind == "occupation":
        return _("目标职业：%(name)s", name=occupation_name(has["occupation"]))
    if kind == "place":
        return _place_evidence(row)
    if kind == "mode":
        return _("希望：%(mode)s", mode=word("work_mode", has["mode"]))
    if kind == "pay":
        return _("期望 %(pay)s 起", pay=thousands(has["low"], None))
    return word("availability", has["availability"])


def _place_evidence(row: Row) -> str:
    if row.state is State.RELATED:
        return _("愿意换城市")
    names = [place_name(code) for code in row.has["places"][:3]]
    return _("想去：%(places)s", places=_("、").join(names)) if names else _("不愿换城市")


def _whole_evidence(row: Row) -> str:
    """The nearest skills, and how many all of them count for."""
    named = [
        _("%(skill)s %(near)s", skill=skill_name(code), near=f"{near:.2f}")
        for code, near in row.has["skills"]
    ]
    return _(
        "%(skills)s；合计相当于 %(count)s 项，%(enough)s 项得满分",
        skills=_("、").join(named),
        count=f"{row.has['count']:.1f}",
        enough=f"{row.asked['enough']:g}",
    )


def _skill_evidence(row: Row, hidden: Sequence[str]) -> str | Markup:
    if row.state is State.MISSING and row.hard:
        return _("档案写了证书，没有这一项")
    if row.state is State.MISSING:
        return _("档案写了同领域的技能，没有这一项")
    shown: list[Any] = [
        Markup('<span lang="zh">{}</span>').format(
            mask(item.title, hidden) if hidden else item.title
        )
        + (_("（%(date)s 已过期）", date=item.expired) if item.expired else "")
        for item in sorted(row.evidence, key=lambda one: not one.verified)[:2]
        if item.title
    ]
    if not row.evidence:
        shown.append(_("本人自述"))
    if row.has.get("level"):
        shown.append(word("skill_level", row.has["level"]))
    if row.has.get("years_tenths"):
        shown.append(years.plain(f"{row.has['years_tenths'] / 10:g}"))
    if row.has.get("last_used"):
        shown.append(_("最近 %(year)s 年", year=row.has["last_used"]))
    return Markup(" · ").join(shown)


def _common(row: Row) -> str | None:
    """Why what is met gives less than it could: there is little in common with the work."""
    if not row.condition or row.common >= 1.0 or row.state in (State.MISSING, State.UNKNOWN):
        return None
    if row.common == 0.0:
        return _("技能和职业都与岗位不相近，此项不计分")
    return _("技能和职业与岗位相近很少，此项按 %(percent)s%% 计", percent=floor(100 * row.common))


def _hard(row: Row) -> str | None:
    """That a condition decides who is in the list, or who stands behind the others."""
    if not row.hard:
        return None
    if row.state is State.MISSING:
        return _("必备条件：不符合的不在推荐名单里")
    return _("必备条件：没有写明，排在写明的人之后") if row.after else _("必备条件")


def _related(row: Row) -> View | None:
    """Which skill is near, and how near; the other rows say it in their evidence."""
    if row.near is None or not row.key.startswith("skill:"):
        return None
    code, nearness, _why = row.near
    return {"name": skill_name(code), "near": f"{nearness:.2f}"}


# -- where it can be put right ---------------------------------------------------------------------
def _correct(row: Row) -> View | None:
    """The form of what the row was read from, to correct or delete it; None where nothing was."""
    if row.state is State.UNKNOWN:
        return None
    kind, _colon, code = row.key.partition(":")
    if kind == "skill":
        if row.state is State.MISSING:
            return None
        held = row.near[0] if row.near is not None else code
        return {"what": skill_name(held), "url": url_for("me.skill", skill_id=held)}
    if kind == "whole":
        return {"what": _("技能"), "url": url_for("me.profile", _anchor="skills")}
    page = "me.basics" if kind in ("years", "education") else "me.wishes"
    return {"what": row_name(row), "url": url_for(page)}


# -- what would raise it -------------------------------------------------------------------------
def _act(item: Pointed) -> View | None:
    row, code = item.row, item.row.key.partition(":")[2]
    gain = item.of - item.points
    if row.key == "mode" and row.state is State.UNKNOWN:
        return {"text": _("补写，排位靠前"), "url": url_for("me.wishes")}
    if gain <= 0 or (row.condition and row.common == 0.0):
        return None
    if row.has.get("hidden"):
        text = _("申请后公开，最多 +%(points)s", points=gain)
        return {"text": text, "url": url_for("me.sections")}
    if row.key.startswith("skill:"):
        if row.state is State.CLAIMED and not any(one.verified for one in row.evidence):
            text = _("添加经核验的佐证，可到 %(points)s 分", points=item.of)
            return {"text": text, "url": url_for("me.skill", skill_id=code)}
        if row.state is State.CLAIMED:
            return None
        text = _("会这一项就写进档案，最多 +%(points)s", points=gain)
        if row.common < 1.0:
            text = _(
                "会这一项就写进档案：此项最多 +%(points)s，年限、学历、地点和薪资也随之计分",
                points=gain,
            )
        return {"text": text, "url": url_for("me.add_skill", q=skill_name(code))}
    if row.key == "whole":
        text = _("写进会的相近技能或经核验的佐证，最多 +%(points)s", points=gain)
        return {"text": text, "url": url_for("me.add_skill")}
    if row.state is not State.UNKNOWN:
        return None
    page = "me.basics" if row.key in ("years", "education") else "me.wishes"
    return {"text": _("补写，最多 +%(points)s", points=gain), "url": url_for(page)}
