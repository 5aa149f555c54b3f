"""Which column is which: any order, Chinese or English heads, missing ones allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from talentmarket.core.folding import fold

#: Our name → how files call it. `category` is the recruiter's own sorting and is not kept.
NAMES: Mapping[str, tuple[str, ...]] = {
    "external_id": ("external_id", "id", "编号", "岗位编号", "职位编号"),
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


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each of our columns stands; more than one place for a head that comes twice."""

    places: Mapping[str, tuple[int, ...]]
    width: int

    def twice(self) -> list[str]:
        """Columns whose head stands there more than once."""
        return [name for name, places in self.places.items() if len(places) > 1]


def read_header(fields: Sequence[str]) -> Columns | None:
    """The columns of a header; None when there is no title among them."""
    if len(fields) > MOST_COLUMNS:
        return None
    places: dict[str, tuple[int, ...]] = {}
    for place, head in enumerate(fields):
        name = _BY_HEAD.get(fold(head.strip().strip("\ufeff")))
        if name:
            places[name] = (*places.get(name, ()), place)
    return Columns(places, len(fields)) if "title" in places else None
