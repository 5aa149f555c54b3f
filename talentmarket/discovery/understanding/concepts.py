"""Skills, occupations and places in a query, by the words of the taxonomy. Pure.

As in longer texts (:mod:`talentmarket.taxonomy.recognise`), but the whole query supports a name
that means other things too: in "go 成都 后端" the last word supports the first.
"""

from __future__ import annotations

import re
from functools import lru_cache

from talentmarket.discovery.understanding.found import NAME, Found
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.taxonomy.folding import Folded
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.taxonomy.places import choose_regions
from talentmarket.taxonomy.recognise import get_recogniser
from talentmarket.taxonomy.scanning import Hit, scan

#: Words of work that support the name of a language, a framework, a tool.
_WORK = re.compile(
    "开发|工程师|程序员|研发|编程|后端|前端|架构|语言|develop|engineer|programmer|backend|frontend|coding"
)
#: What the work of a skill is called when only the skill is typed: not part of its name, and no
#: condition on its own. 员, 师 and 手 make of it who does it (财务分析员).
_OF_SKILL = re.compile(
    r"\s?(?:语言)?(?:开发|工程师|程序员|研发|岗位?)|(?:人员|[员师手])(?![\u4e00-\u9fff])"
)
_TECHNICAL = frozenset(
    {"language", "framework", "library", "database", "platform", "tool", "protocol"}
)


def find_concepts(folded: Folded) -> list[Found]:
    """Skills, occupations and regions; those that overlap are all in it."""
    recogniser = get_recogniser()
    hits = scan(recogniser.vocabulary, folded)
    found = _skills(folded, hits.skills)
    for at, minus, word in hits.occupations:
        start, end = folded.span(at, at - minus)
        code = word.occupation or ""
        found.append(Found(NAME, start, end, "occupation", code, title=word.title or ""))
    regions = choose_regions(recogniser.taxonomy, folded, hits.regions, anywhere=True)
    found += [Found(NAME, start, end, "region", code) for code, start, end in regions]
    return found


def _skills(folded: Folded, hits: list[Hit]) -> list[Found]:
    open_ = _not_hidden(folded, hits)
    sure = [hit for hit in open_ if hit[2].cue is None]
    unsure = [hit for hit in open_ if hit[2].cue is not None]
    taken = sure + [hit for hit in unsure if _supported(folded, hit, sure)]
    found = []
    for at, minus, word in taken:
        start, end = folded.span(at, at - minus)
        found.append(Found(NAME, start, end, "skill", word.skill or ""))
    return found


def _not_hidden(folded: Folded, hits: list[Hit]) -> list[Hit]:
    """The skills that begin in no phrase that only looks as if it held them."""
    found: list[Hit] = []
    hidden = 0
    for hit in hits:
        at, minus, word = hit
        if word.skill == "" and not folded.text.endswith("以外", at, at - minus):
            hidden = max(hidden, at - minus)
        elif word.skill and at >= hidden:
            found.append(hit)
    return found


def _supported(folded: Folded, hit: Hit, sure: list[Hit]) -> bool:
    """Whether the rest of the query says that an ambiguous name is meant."""
    at, minus, word = hit
    plain, cue = folded.plain, word.cue
    start, end = folded.span(at, at - minus)
    rest = plain[:start] + "\n" + plain[end:]
    if cue is None or (cue.unwanted is not None and cue.unwanted.search(plain)):
        return False
    if cue.wanted is not None and cue.wanted.search(rest):
        return True
    kind = get_taxonomy().skills[word.skill or ""].kind
    if kind in _TECHNICAL and _WORK.search(rest):
        return True
    return cue.wanted is None and any(
        other.technical and (begin >= at - minus or begin - less <= at)
        for begin, less, other in sure
    )


def with_the_work(found: Found, plain: str) -> Found:
    """A skill with the general words of its work behind it: "Java 开发" asks for Java."""
    match = _OF_SKILL.match(plain, found.end)
    return found if match is None else found._replace(end=match.end())


@lru_cache(maxsize=4096)
def skill_of_title(title: str) -> str:
    """The skill that a job title names (前端工程师: front end), "" without one."""
    taxonomy = get_taxonomy()
    item = taxonomy.titles[title]
    for name in (item.name_zh, item.name_en):
        folded = Folded(name)
        hits = scan(get_recogniser().vocabulary, folded).skills
        if named := _named(folded, _not_hidden(folded, hits)):
            return min(named, key=lambda hit: (hit[1], hit[0]))[2].skill or ""
    return ""


def _named(folded: Folded, hits: list[Hit]) -> list[Hit]:
    """Without what only seems to stand there: of English names the ambiguous ("R" of R&D), and
    what cuts 工程师 apart and begins inside another name (人机工程 in 无人机工程师)."""
    if folded.plain.isascii():
        return [hit for hit in hits if hit[2].cue is None]
    text = folded.text
    return [
        (at, minus, word)
        for at, minus, word in hits
        if not (
            text.startswith("工程师", at - minus - 2)
            and any(start < at < start - less for start, less, _ in hits)
        )
    ]


def place_of(code: str, named: list[str]) -> str:
    """高新区 is that of the city that is named beside it; "" when it is none of the table's."""
    area = get_tables().areas[code]
    cities = [city for city in named if city in area.by_city]
    if area.by_city:
        return area.by_city[cities[0]] if cities else area.covers[0]
    return ""
