"""A match in words, for the macros of the page: parts, rows, what would raise them."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from talentmarket.core.words import word
from talentmarket.matching.score import Match, Pointed
from talentmarket.web.applications import words
from talentmarket.web.jobs.describing import chinese


def match_view(match: Match) -> dict[str, Any]:
    """The score with its parts, rows by part, counts and the model; `total` None: too little known."""
    rows = [(str(one.row.part), row_view(one)) for one in match.rows]
    return {
        "total": match.total,
        "parts": [
            {
                "code": str(part.code),
                "points": part.points,
                "of": part.of,
                "rows": [row for code, row in rows if code == str(part.code)],
            }
            for part in match.parts
        ],
        "counts": match.counts,
        "met": match.met,
        "asked": len(match.rows),
        "model": match.model,
    }


def row_view(one: Pointed) -> dict[str, Any]:
    """One requirement: what is asked, what stands against it, its points."""
    row = one.row
    view: dict[str, Any] = {
        "state": str(row.state),
        "name": _name(one),
        "points": one.points,
        "of": one.of,
        "evidence": _evidence(one),
    }
    if row.near and row.key.startswith("skill:"):
        view["related"] = {"name": words.skill_name(row.near[0]), "near": f"{row.near[1]:.2f}"}
    if one.points < one.of and (act := _act(row.key)):
        view["act"] = act
    return view


def _name(one: Pointed) -> str:
    key, asked = one.row.key, one.row.asked
    if key == "education":
        return _("%(level)s及以上", level=words.education_name(asked.get("rank")))
    if key == "years" and asked.get("low"):
        return _("%(years)s 年以上", years=asked["low"])
    if key == "occupation" and asked.get("occupation"):
        return words.occupation_name(asked["occupation"])
    return words.row_name(key)


def _evidence(one: Pointed) -> str:
    row = one.row
    if row.evidence:
        titles = [
            Markup("{} {}").format(word("entry", proof.kind), chinese(proof.title))
            for proof in row.evidence[:3]
        ]
        return Markup(" · ").join(titles)
    tenths = row.has.get("years_tenths")
    if row.key == "years" and tenths is not None:
        return _("档案：%(years)s 年", years=f"{tenths / 10:g}")
    if row.key == "education" and row.has.get("rank") is not None:
        return _("档案：%(level)s", level=words.education_name(row.has["rank"]))
    if row.key == "occupation" and row.has.get("occupation"):
        return _("求职意向：%(name)s", name=words.occupation_name(row.has["occupation"]))
    texts = {
        "met": "",
        "claimed": _("档案自述，尚无佐证。"),
        "related": "",
        "missing": _("档案中没有。"),
        "unknown": _("档案没有写，也不能推断。"),
    }
    return texts[str(row.state)]


def _act(key: str) -> dict[str, str] | None:
    """Where the person can change what the row is about."""
    if key.startswith("skill:"):
        return {"text": _("在档案里补充"), "url": url_for("me.profile")}
    if key in ("pay", "availability", "place", "occupation"):
        return {"text": _("在求职意向里填写"), "url": url_for("me.wishes")}
    return None
