"""Postings to measure on: generated ones, or those of a file."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

from talentmarket.taxonomy.concepts import Title
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy

COLUMNS = ("title", "salary_min", "salary_max", "city", "education", "benefits", "description")
Posting = dict[str, str]

_DUTIES = (
    "负责{0}相关模块的设计与维护，按时编写说明文档并在组内评审；",
    "参与新版本的方案讨论，与各部门保持联系，按计划完成本周的任务；",
    "跟进上线后的问题，记录原因和处理经过，给出改进建议并推动落实；",
    "与同事一起推动{0}、{1}在业务中落地，定期向主管汇报进展；",
    "完成上级交办的其他事项，维护与客户的长期关系；",
)
_DEMANDS = (
    "熟练掌握{0}、{1}，了解{2}；",
    "精通{0}，有{1}项目经验者优先；",
    "工作认真负责，条理清楚，能够在规定时间内独立完成所分配的任务；",
    "{3}年以上{0}工作经验，本科及以上学历，计算机、软件工程等相关专业；",
    "无需{2}经验，愿意学习新的事物，能接受短期出差，有较强的责任心；",
)
_BENEFITS = ("五险一金", "周末双休", "带薪年假", "年终奖金", "定期体检", "餐饮补贴", "弹性工作")


def generate(count: int, seed: int = 1) -> list[Posting]:
    """Postings made of sentences about an occupation's own skills, 300 to 600 signs each."""
    rng = random.Random(seed)
    taxonomy = get_taxonomy()
    titles = [
        one for one in taxonomy.titles.values() if len(taxonomy.skills_of(one.occupation)) > 3
    ]
    cities = [city.short_zh for city in taxonomy.regions_of_kind("city")]
    return [_one(rng, taxonomy, titles, cities) for _ in range(count)]


def _one(rng: random.Random, taxonomy: Taxonomy, titles: list[Title], cities: list[str]) -> Posting:
    title = rng.choice(titles)
    skills = [taxonomy.skills[code].name_zh for code in taxonomy.skills_of(title.occupation)]
    lines = ["岗位职责："]
    for number in range(1, rng.randint(4, 8)):
        lines.append(f"{number}、" + rng.choice(_DUTIES).format(*rng.sample(skills, 3)))
    lines.append("任职要求：")
    for number in range(1, rng.randint(5, 9)):
        names = [*rng.sample(skills, 3), rng.randint(1, 8)]
        lines.append(f"{number}、" + rng.choice(_DEMANDS).format(*names))
    low = rng.randrange(6, 30) * 1000
    return {
        "title": title.name_zh,
        "salary_min": str(low),
        "salary_max": str(low + rng.randrange(2, 10) * 1000),
        "city": rng.choice(cities),
        "education": rng.choice(("大专", "本科", "硕士", "不限")),
        "benefits": ",".join(rng.sample(_BENEFITS, 3)),
        "description": "\n".join(lines),
    }


def read(path: Path, count: int) -> list[Posting]:
    """`count` postings of a CSV file (.gz too), picked at random."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = [{name: row.get(name) or "" for name in COLUMNS} for row in csv.DictReader(stream)]
    return random.Random(1).sample(rows, min(count, len(rows)))


def postings(path: Path | None, count: int) -> list[Posting]:
    """Those of the file, or generated ones."""
    return read(path, count) if path else generate(count)


def write(path: Path, rows: list[Posting]) -> None:
    """A file as `flask jobs import` takes it."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def text_of(posting: Posting) -> str:
    """What is recognised of a posting."""
    return f"{posting['title']}\n{posting['description']}"
