"""Which column is which: any order, Chinese or English heads, missing ones allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talentmarket.core.folding import fold

#: Our name → how files call it, what says it best first. `category` is the recruiter's own sorting and is not kept.
NAMES: Mapping[str, tuple[str, ...]] = {
    "external_id": ("external_id", "id", "岗位编号", "职位编号", "编号"),
    "source": ("source", "来源"),
    "source_date": ("source_date", "date", "posted", "发布日期", "日期"),
    "title": ("title", "job_title", "岗位名称", "职位名称", "岗位", "职位"),
    "salary_min": ("salary_min", "pay_low", "最低薪资", "最低月薪", "薪资下限"),
    "salary_max": ("salary_max", "pay_high", "最高薪资", "最高月薪", "薪资上限"),
    "city": ("city", "place", "location", "城市", "工作地点", "地点"),
    "education": ("education", "学历", "学历要求"),
    "benefits": ("benefits", "福利", "福利待遇"),
    "headcount": ("headcount", "招聘人数", "人数"),
    "description": ("description", "text", "岗位描述", "职位描述", "描述", "岗位说明"),
}
_BY_HEAD = {fold(head): name for name, heads in NAMES.items() for head in heads}
#: Most fields a header may have; more is no table.
MOST_COLUMNS = 500
MOST_FIELD = 100_000  # signs


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each of our columns stands; more than one place for a head that comes twice.

    `beside`: heads that are not read, because a better known one says the same ("编号" beside
    "岗位编号").
    """

    places: Mapping[str, tuple[int, ...]]
    width: int
    beside: tuple[str, ...] = ()

    def twice(self) -> list[str]:
        """Columns whose head stands there more than once."""
        return [name for name, places in self.places.items() if len(places) > 1]

    def values(self, fields: Sequence[str] | None) -> tuple[dict[str, str], list[tuple[str, str]]]:
        """What a row says in each column; and why it cannot be read, as pairs of a column ("" for the
        whole line) and a code. `fields`: None for a line that is broken."""
        if fields is None:
            return {}, [("", "broken-line")]
        if len(fields) > self.width and any(field.strip() for field in fields[self.width :]):
            return {}, [("", "too-many-fields")]
        values: dict[str, str] = {}
        wrong: list[tuple[str, str]] = []
        for name, places in self.places.items():
            found = [fields[place] for place in places if place < len(fields)]
            if len(places) > 1:
                found = list(dict.fromkeys(one for one in found if one.strip()))
                if len(found) > 1:
                    wrong.append((name, "column-twice"))
            value = found[0] if found else ""
            if len(value) > MOST_FIELD:
                wrong.append((name, "field-long"))
            elif "\ufffd" in value:
                wrong.append((name, "unreadable-signs"))
            values[name] = value
        return values, wrong


def read_header(fields: Sequence[str]) -> Columns | None:
    """The columns of a header; None when there is no title among them."""
    return columns_of(fields, _BY_HEAD, "title")


def columns_of(fields: Sequence[str], by_head: Mapping[str, str], needed: str) -> Columns | None:
    """The columns of a header; None without the one that is needed. `by_head`: folded head → our
    name, of several heads for one name the best known first."""
    if len(fields) > MOST_COLUMNS:
        return None
    heads: dict[str, list[int]] = {}
    for place, field in enumerate(fields):
        head = fold(field.strip().strip("\ufeff"))
        if head in by_head:
            heads.setdefault(head, []).append(place)
    places: dict[str, tuple[int, ...]] = {}
    beside = []
    for head, name in by_head.items():
        if head in heads and name in places:
            beside.append(fields[heads[head][0]].strip())
        elif head in heads:
            places[name] = tuple(heads[head])
    return Columns(places, len(fields), tuple(beside)) if needed in places else None
