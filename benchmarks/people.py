"""Invented people as search documents, and the searches that are made among them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from search.documents import Document
from search.fields import Kind
from search.requests import Facet, Filter, Range, SearchRequest, Terms, TermsFacet
from talentmarket.indexing.pieces import (
    MUST,
    concepts,
    occupation_names,
    occupation_path,
    places,
    skill_names,
)
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

CHENGDU, SICHUAN = "510100", "510000"
NOW = 1_795_000_000
DAY = 86_400
_KINDS = ("full", "full", "full", "full", "part", "intern", "project")
_MODES = ("onsite", "onsite", "hybrid", "remote")
_READY = ("now", "month", "quarter", "later")
_SENTENCES = (
    "负责{0}平台的开发和维护，参与需求评审。",
    "主导过{0}与{1}相关的项目，交付按期完成。",
    "熟悉{1}，了解{2}，能够独立承担模块设计。",
    "带过三人小组，负责{2}的测试与上线。",
)

#: Words of two pieces, each of which the index holds as one term; frequent and rare ones.
TYPED = (
    "数据 处理", "数据 分析", "数据 技术", "网络 安全", "系统 设计", "软件 开发",
    "信息 技术", "智能 算法", "data 平台", "系统 运维", "产品 设计", "测绘 遥感",
)  # fmt: skip
#: The four facets: field of the document → lines shown.
FACETS = {"occupations": 50, "wanted_regions": 60, "education_rank": 10, "kind": 10}
SKILL_LINES = 60


@dataclass(frozen=True)
class Wanted:
    """One search: two words, and the three filters (a place, a least education, one kind)."""

    words: str
    place: str
    education: int
    kind: str


def searches() -> list[Wanted]:
    """The words with their filters, the same ones each time."""
    draw = random.Random(5)
    wanted = []
    for words in TYPED:
        place = draw.choice((SICHUAN, SICHUAN, CHENGDU))
        wanted.append(Wanted(words, place, draw.choice((4, 5, 5, 6)), "full"))
    return wanted


def request(wanted: Wanted, *, disjunctive: bool = False) -> SearchRequest:
    """The search as an engine is asked it.

    `disjunctive`: each facet ignores the filter of its own field, and skills are counted as well.
    """
    groups = ("wanted_regions", "education_rank", "kind") if disjunctive else ("", "", "")
    filters: tuple[Filter, ...] = (
        Terms("regions", (wanted.place,), group=groups[0]),
        Range("education_rank", low=wanted.education, group=groups[1]),
        Terms("kind", (wanted.kind,), group=groups[2]),
    )
    facets: list[Facet] = [TermsFacet(name, size) for name, size in FACETS.items()]
    if disjunctive:
        facets.append(TermsFacet("skills", SKILL_LINES))
    return SearchRequest(
        Kind.TALENT, words=wanted.words, filters=filters, facets=tuple(facets), limit=20
    )


def people(count: int, seed: int = 3) -> Iterator[Document]:
    """`count` documents, the same ones each time."""
    draw, taxonomy = random.Random(seed), get_taxonomy()
    occupations = [one for one in taxonomy.occupations if len(taxonomy.skills_of(one)) > 5]
    titles = {
        one: [taxonomy.titles[it].name_zh for it in taxonomy.titles_of(one)] for one in occupations
    }
    far = [one.code for one in taxonomy.regions_of_kind("city")]
    near = [one.code for one in taxonomy.regions_of_kind("county") if one.code.startswith("51")]
    for number in range(count):
        occupation = occupations[int(len(occupations) * draw.random() ** 2)]
        wanted = (
            draw.sample(near, draw.randint(1, 3)) if draw.random() < 0.6 else [draw.choice(far)]
        )
        values = _values(draw, taxonomy, occupation, titles[occupation], wanted)
        yield Document(f"p{number:07}", 1, values)


def _values(
    draw: random.Random, taxonomy: Taxonomy, occupation: str, titles: list[str], wanted: list[str]
) -> dict[str, Any]:
    own = taxonomy.skills_of(occupation)
    skills = draw.sample(list(own), min(len(own), draw.randint(4, 9)))
    names = [taxonomy.skills[code].name_zh for code in skills]
    codes = [occupation]
    if draw.random() < 0.3:
        codes.append(draw.choice(list(taxonomy.occupations)))
    lines = draw.sample(_SENTENCES, draw.randint(1, 4))
    return {
        "headline": f"{draw.choice(titles or [names[0]])} {names[0]}",
        "occupation_names": occupation_names(taxonomy, codes),
        "skill_names": skill_names(taxonomy, skills),
        "text": "".join(line.format(*draw.sample(names, 3)) for line in lines),
        "occupations": list(dict.fromkeys(codes)),
        "occupation_path": occupation_path(codes),
        "skills": skills,
        "skill_levels": [f"{code}:{draw.randint(1, 4)}" for code in skills[:4]],
        "concepts": concepts(taxonomy, dict.fromkeys(skills, MUST)),
        "regions": places(taxonomy, wanted),
        "wanted_regions": wanted,
        "moves": draw.random() < 0.5,
        "work_mode": draw.choice(_MODES),
        "kind": draw.choice(_KINDS),
        "availability": draw.choice(_READY),
        "visibility": "organisations",
        "pay_wanted": draw.randrange(5, 40) * 100_000,
        "education_rank": draw.choice((3, 4, 4, 5, 5, 5, 6, 7)),
        "years": draw.randrange(20),
        "updated_at": NOW - draw.randrange(300 * DAY),
    }
