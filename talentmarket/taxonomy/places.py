"""Which of the region names in a text are meant as places."""

from __future__ import annotations

import re

from talentmarket.taxonomy.folding import Folded
from talentmarket.taxonomy.model import SICHUAN, Taxonomy
from talentmarket.taxonomy.scanning import Hit

#: What follows makes it a street, a school, a firm, a dish: not where somebody works.
_NOT_A_PLACE = re.compile(
    r"\s*(?:[东西南北中]?(?:[一二三四五六七八九十]段)?(?:路|大道|大街|街道口)"
    r"|[\u4e00-\u9fff]{0,4}?(?:大学|学院|银行|证券交易所|航空|时代|卫视|晚报|商报|啤酒)"
    r"|话|菜|方言|时间|户籍|籍)"
)
#: How many signs before a doubtful name its city or province may stand.
_CONTEXT = 12


def choose_regions(
    taxonomy: Taxonomy, folded: Folded, hits: list[Hit], *, anywhere: bool = False
) -> list[tuple[str, int, int]]:
    """(code, start, end) of each place in original positions.

    A doubtful short name (高坪, 中山) and one that several places carry (市中区) count only when a
    place above them stands shortly before: 南充高坪, 乐山市中区. `anywhere`: or stands in any part
    of the text, as in what is typed into a search; a space ends a name there (成都 银行).
    """
    found: list[tuple[str, int, int]] = []
    if anywhere:
        sure = [hit for hit in hits if not hit[2].region_needs_context]
        hits = sure + [hit for hit in hits if hit[2].region_needs_context]
    for at, minus, word in hits:
        start, end = folded.span(at, at - minus)
        parted = anywhere and folded.plain[end : end + 1].isspace()
        if not parted and _NOT_A_PLACE.match(folded.plain, end):
            continue
        codes = word.regions
        if word.region_needs_context:
            near = {code for code, _, stop in found if anywhere or 0 <= start - stop <= _CONTEXT}
            codes = tuple(code for code in codes if near & set(taxonomy.place_chain(code)[1:]))
        if len(codes) == 1:
            code = _in_city_before(taxonomy, codes[0], found)
            found.append((code, start, end))
    return found


def _in_city_before(taxonomy: Taxonomy, code: str, found: list[tuple[str, int, int]]) -> str:
    """天府新区 after 眉山 is the part that lies there; everything else stays what it is."""
    if code == "SC-A01" and found and found[-1][0] == "511400":
        return "SC-A22"
    return code


def narrowest(taxonomy: Taxonomy, codes: list[str]) -> list[str]:
    """Places without those that contain another of the list: 四川, 成都, 武侯 → 武侯."""
    above = {up for code in codes for up in taxonomy.place_chain(code)[1:]}
    return [code for code in codes if code not in above]


def in_sichuan(taxonomy: Taxonomy, code: str) -> bool:
    """Whether a place lies in Sichuan."""
    province = taxonomy.province_of(code)
    return province is not None and province.code == SICHUAN
