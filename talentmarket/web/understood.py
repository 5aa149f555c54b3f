"""What a search understood, as chips: what each means, and the addresses that change it.

The address holds all of it: `off=` keeps a piece as plain words, `must=` insists on it, `not=`
refuses it; taking a piece off takes its words out of the query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _

from talentmarket.core.language import language
from talentmarket.core.words import word
from talentmarket.discovery.understanding import Piece, Understanding, span_of
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.addresses import State
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.matchviews import years_asked
from talentmarket.web.me.names import (
    table_name,
)

View = dict[str, Any]
MOST = 24


def chips(state: State, understanding: Understanding) -> list[View]:
    """What was understood, then what is refused, then phrases and what stays plain words."""
    shown: dict[str, View] = {}
    if understanding.category is not None:
        shown[understanding.category.key] = _category(state, understanding, understanding.category)
    for piece in understanding.pieces:
        shown.setdefault(piece.key, _understood(state, understanding, piece))
    for piece in understanding.refused:
        shown.setdefault(f"not {piece.key}", _refused(state, understanding, piece))
    for piece in (*understanding.quoted, *understanding.left):
        shown.setdefault(piece.key, _plain(state, understanding, piece))
    as_typed = all(
        chip.get("raw") and not chip["typed"] and not chip["state"] for chip in shown.values()
    )
    if as_typed and not state.off:
        return []  # only words: nothing to say
    return list(shown.values())[:MOST]


def mended(state: State, understanding: Understanding) -> list[View]:
    """Misspelled words with what they were read as, and the address that undoes it."""
    return [
        {
            "typed": piece.typed,
            "read": said(piece)[1],
            "url": state.url(off=state.off | {piece.as_typed_key}),
        }
        for piece in understanding.corrections
        if piece.mended
    ]


def words_url(state: State, understanding: Understanding) -> str | None:
    """The address of the same search by its words alone; None where nothing was understood."""
    told = (*understanding.pieces, *understanding.refused, *understanding.corrections)
    return state.url(off=["all"], must=[], refuse=[]) if told else None


def taken_off(state: State, understanding: Understanding, key: str) -> str:
    """The address of the search without the pieces of a key."""
    return state.url(
        words=understanding.text_without(key),
        off=state.off - {key},
        must=state.must - {key},
        refuse=state.refuse - {key},
    )


def _chip(state: State, understanding: Understanding, piece: Piece) -> View:
    kind, value = said(piece)
    return {
        "kind": kind,
        "value": value,
        "typed": piece.typed,
        "state": "must" if piece.must else "",
        "off_url": taken_off(state, understanding, piece.key),
        "acts": [],
    }


def _understood(state: State, understanding: Understanding, piece: Piece) -> View:
    chip = _chip(state, understanding, piece)
    chip["s"] = piece.kind == "occupation"
    key, acts = piece.key, chip["acts"]
    if key in state.must:
        acts.append({"text": _("不再必须"), "url": state.url(must=state.must - {key})})
    elif not piece.must:
        acts.append({"text": _("必须满足"), "url": state.url(must=state.must | {key})})
    acts.append({"text": _("排除"), "url": _refuse(state, key)})
    as_words = piece.as_typed_key or key
    acts.append({"text": _("按原文搜索"), "url": state.url(off=state.off | {as_words})})
    return chip


def _category(state: State, understanding: Understanding, piece: Piece) -> View:
    """Taking it off leaves the words, which mean something without it as well."""
    chip = _chip(state, understanding, piece)
    chip["off_url"] = state.url(off=state.off | {piece.key}, must=state.must - {piece.key})
    return chip


def _refused(state: State, understanding: Understanding, piece: Piece) -> View:
    chip = _chip(state, understanding, piece)
    chip |= {"state": "not", "s": piece.kind == "occupation"}
    if piece.key in state.refuse:
        back = state.url(refuse=state.refuse - {piece.key})
        chip["acts"].append({"text": _("不再排除"), "url": back})
    return chip


def _plain(state: State, understanding: Understanding, piece: Piece) -> View:
    chip = _chip(state, understanding, piece) | {"raw": True}
    if piece.kind == "word":
        key = piece.key
        text = _("不再必须") if key in state.must else _("必须出现")
        must = state.must - {key} if key in state.must else state.must | {key}
        chip["acts"] += [
            {"text": text, "url": state.url(must=must)},
            {"text": _("排除"), "url": _refuse(state, key)},
        ]
        if piece.as_typed_key:
            off = state.off | {piece.as_typed_key}
            chip["acts"].append({"text": _("按原文搜索"), "url": state.url(off=off)})
    return chip


def _refuse(state: State, key: str) -> str:
    return state.url(refuse=state.refuse | {key}, must=state.must - {key})


# -- words ---------------------------------------------------------------------------------------
def said(piece: Piece) -> tuple[str, str]:
    """Kind and value of a piece in the reader's language."""
    makers: dict[str, tuple[str, Callable[[str], str]]] = {
        "skill": (_("技能"), skill_name),
        "region": (_("地点"), place_name),
        "area": (_("地点"), lambda code: get_tables().areas[code].name(language())),
        "education": (_("学历"), lambda code: table_name("education", code)),
        "years": (_("经验"), lambda code: years_asked(*span_of(code))),
        "pay": (_("月薪"), _pay_said),
        "kind": (_("性质"), lambda code: word("job_kind", code)),
        "mode": (_("办公"), lambda code: word("work_mode", code)),
        "rest": (_("休息"), lambda code: word("rest_days", code)),
        "channel": (_("招聘方式"), lambda code: word("channel", code)),
        "nature": (_("单位性质"), lambda code: table_name("org_nature", code)),
        "benefit": (_("福利"), lambda code: word("insurance", code)),
        "availability": (_("到岗时间"), lambda code: word("availability", code)),
        "posted": (_("发布时间"), _posted_said),
        "level": (_("级别"), _level_said),
        "occupation": (_("职业"), lambda code: _occupation_said(code, piece.title)),
        "employer": (_("用人单位"), lambda _code: piece.text),
        "firm": (_("用人单位"), lambda _code: piece.text),
        "category": (_("招聘类别"), lambda _code: piece.words),
        "phrase": (_("短语"), lambda _code: piece.words),
    }
    if piece.kind not in makers:
        return _("原文"), piece.words
    kind, say = makers[piece.kind]
    return kind, say(piece.code) or piece.text


def _occupation_said(code: str, title: str) -> str:
    occupation = occupation_name(code)
    known = get_taxonomy().titles.get(title)
    name = known.name(language()) if known is not None else occupation
    return occupation if name == occupation else f"{name} · {occupation}"


def _posted_said(code: str) -> str:
    named = {"today": _("今天"), "week": _("本周"), "month": _("本月")}
    return named.get(code) or _("%(days)s 天内", days=code)


def _level_said(code: str) -> str:
    return {
        "junior": _("初级"),
        "middle": _("中级"),
        "senior": _("高级"),
        "expert": _("专家"),
        "lead": _("负责人"),
    }[code]


def _pay_said(code: str) -> str:
    low, high = span_of(code)
    ends = [f"{yuan / 1000:g}" for yuan in (low, high) if yuan is not None]
    text = "–".join(dict.fromkeys(ends)) + "K"
    if high is None:
        return _("%(pay)s 以上", pay=text)
    return text if low is not None else _("%(pay)s 以内", pay=text)
