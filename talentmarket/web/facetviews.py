"""Filters of a search as its page prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentmarket.core.language import Texts, texts
from talentmarket.core.words import WORDS, word
from talentmarket.discovery.understanding import span_of
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy
from talentmarket.web.addresses import State
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.matchviews import years_asked
from talentmarket.web.me.names import table_name

View = dict[str, Any]
Counts = Sequence[tuple[str, int]]
Facets = Mapping[str, Counts]
FIRST_CITIES = 6
FIRST_SKILLS = 8
LONGEST = 60


# -- words ---------------------------------------------------------------------------------------
#: Filter → its title; put into the reader's language where it is shown.
TITLES = MappingProxyType(
    {
        "job": _l("岗位"),
        "occupation": _l("职业"),
        "channel": _l("招聘方式"),
        "pay": _l("月薪"),
        "region": _l("城市"),
        "years": _l("经验"),
        "education": _l("学历"),
        "skill": _l("相关技能"),
        "nature": _l("单位性质"),
        "size": _l("单位规模"),
        "industry": _l("行业"),
        "rest": _l("休息"),
        "kind": _l("工作性质"),
        "mode": _l("办公方式"),
        "posted": _l("发布时间"),
        "origin": _l("来源"),
        "availability": _l("到岗时间"),
        "employer": _l("用人单位"),
        "benefit": _l("福利"),
    }
)


def title(name: str) -> str:
    """The title of a filter; its name where it has none."""
    return str(TITLES.get(name, name))


def label(name: str, code: str) -> str:
    """A code of a filter in the reader's language."""
    return _label(texts(), name, code)


@lru_cache(maxsize=8_192)
def _label(_texts: Texts, name: str, code: str) -> str:
    """The label in a language: a page says two hundred, nearly the same ones each time."""
    tables = {"pay": "salary_band", "nature": "org_nature", "size": "org_scale"}
    kinds = {"channel": "channel", "kind": "job_kind", "mode": "work_mode", "rest": "rest_days",
             "origin": "origin", "availability": "availability"}  # fmt: skip
    if name in kinds:
        return word(kinds[name], code)
    if name in tables:
        return table_name(tables[name], code) or code
    if name == "industry":
        return table_name("industry", code) or code
    if name == "region":
        return place_name(code) or code
    if name == "skill":
        return skill_name(code)
    if name == "occupation":
        return occupation_name(code)
    if name == "years":
        low, high = span_of(code)
        return years_asked(low or None, high)
    if name == "education":
        return _("大专以下或不限") if code == "0" else word("education_rank", code)
    if name == "posted":
        return {"3": _("三天内"), "7": _("一周内"), "30": _("一个月内")}.get(code, code)
    return code


# -- facets --------------------------------------------------------------------------------------
def facet(state: State, facets: Facets, name: str, order: Iterable[str] | None = None) -> View:
    """One group. `order`: the codes in their fixed order; without it by count."""
    counts = dict(facets.get(name, ()))
    known = bool(facets)
    chosen = state.filters.get(name, ())
    codes = list(counts) if order is None else [one for one in order if one in counts or not known]
    codes += [code for code in chosen if code not in codes]
    said = texts()
    return {
        "key": name,
        "title": title(name),
        "options": [
            {
                "value": code,
                "label": _label(said, name, code),
                "count": counts.get(code, 0) if known else None,
                "selected": code in chosen,
            }
            for code in chosen_first(codes, chosen)
            if not known or counts.get(code) or code in chosen
        ],
    }


def chosen_first(codes: Iterable[str], chosen: Sequence[str]) -> list[str]:
    """The codes in their order, the chosen ones on top."""
    if not chosen:
        return list(codes)
    return sorted(codes, key=lambda code: code not in chosen)


def _option(name: str, code: str, count: int | None, chosen: Sequence[str]) -> View:
    return {"value": code, "label": label(name, code), "count": count, "selected": code in chosen}


def long_facet(state: State, facets: Facets, name: str, first: int, more: str) -> View:
    """A group that shows its most frequent codes, and all of them on demand."""
    found = facet(state, facets, name)
    options = found["options"]
    if name not in state.more and len(options) > first:
        rest = [option for option in options[first:] if option["selected"]]
        found["options"] = options[:first] + rest
        found["more"] = {"text": more, "url": state.url(more=state.more | {name})}
    return found


def occupation_facet(state: State, facets: Facets) -> View:
    """Occupations by count; of the wider groups above them only a chosen one."""
    known = get_taxonomy().occupations
    counts = [pair for pair in facets.get("occupation", ())
              if pair[0] in known or pair[0] in state.filters.get("occupation", ())]  # fmt: skip
    return long_facet(
        state, {**facets, "occupation": counts}, "occupation", FIRST_SKILLS, _("更多职业")
    )


def place_facet(state: State, facets: Facets) -> View:
    """Cities by count, then zones and all cities on demand; under a chosen city its counties."""
    taxonomy = get_taxonomy()
    counts = dict(facets.get("region", ()))
    chosen = [code for code in state.filters.get("region", ()) if code in taxonomy.regions]
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    kinds = {code: taxonomy.regions[code].kind for code in ranked if code in taxonomy.regions}
    cities = [code for code in ranked if kinds.get(code) == "city"]
    if not counts:
        cities = [one.code for one in taxonomy.regions_of_kind("city", SICHUAN)]
    if "region" in state.more:
        zones = [one.code for one in taxonomy.regions_of_kind("zone", SICHUAN)]
        shown = [code for code in zones if code in counts or not counts] + cities[:LONGEST]
    else:
        shown = cities[:FIRST_CITIES]
    shown = chosen_first([*shown, *(code for code in chosen if code not in shown)], chosen)
    for city in [code for code in chosen if taxonomy.regions[code].kind == "city"]:
        inside = [code for code in ranked if kinds.get(code) == "county"
                  and taxonomy.regions[code].parent == city and code not in shown]  # fmt: skip
        at = shown.index(city) + 1
        shown[at:at] = inside[:FIRST_SKILLS]
    options = [
        _option("region", code, counts.get(code, 0) if facets else None, chosen) for code in shown
    ]
    found: View = {"key": "region", "title": title("region"), "options": options}
    if "region" not in state.more:
        found["more"] = {
            "text": _("五大经济区与全部城市"),
            "url": state.url(more=state.more | {"region"}),
        }
    return found


def words_facet(state: State, facets: Facets, name: str, kind: str) -> View:
    """A group whose codes and order are those of the word table `kind`."""
    return facet(state, facets, name, WORDS[kind])


def table_facet(state: State, facets: Facets, name: str, table: str) -> View:
    """A group whose codes and order are those of a code table."""
    return facet(state, facets, name, get_taxonomy().codes[table])
