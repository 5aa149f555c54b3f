"""All skills that open jobs ask for, by what they are, each a search."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from talentmarket.core.db import db
from talentmarket.discovery.market import market
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.concepts import skill_name

#: Kinds of skills in the order of the page.
KINDS = {
    "language": _l("语言"),
    "framework": _l("框架"),
    "library": _l("程序库"),
    "database": _l("数据库"),
    "platform": _l("平台与系统"),
    "tool": _l("工具"),
    "method": _l("方法与算法"),
    "operations": _l("运营、运维与操作"),
    "security": _l("安全"),
    "protocol": _l("协议与标准"),
    "hardware": _l("硬件与设备"),
    "design": _l("设计"),
}


def routes(bp: Blueprint) -> None:
    """Add the route to the area."""
    bp.add_url_rule("/skills", view_func=skills)


def skills() -> str:
    """The skills with how many open jobs ask for each, those most asked for first."""
    known = get_taxonomy().skills
    groups: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    asked = market(db.session()).skills
    for code, count in asked:
        groups[known[code].kind].append(
            {
                "name": skill_name(code),
                "count": format_decimal(count),
                "url": url_for("jobs.search", skill=code),
            }
        )
    shown = [
        {"code": kind, "name": name, "skills": groups[kind]}
        for kind, name in KINDS.items()
        if groups[kind]
    ]
    return render_template("site/skills.html", groups=shown, total=len(asked))
