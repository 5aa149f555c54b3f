"""How many posts a second the recogniser reads on one core.

    python -m benchmarks recognise [--postings FILE] [--count N] [--rounds N]

FILE is a CSV (.gz too) with columns `title` and `description`; without it, posts are generated.
"""

from __future__ import annotations

import argparse
import csv
import gc
import gzip
import random
import statistics
import sys
import time
from pathlib import Path

from benchmarks.report import report
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy
from talentmarket.taxonomy.recognise import get_recogniser

TARGET = 2000
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


def generate(taxonomy: Taxonomy, count: int, seed: int = 1) -> list[str]:
    """Posts made of sentences about an occupation's own skills, 300 to 600 signs each."""
    rng = random.Random(seed)
    titles = list(taxonomy.titles.values())
    posts = []
    while len(posts) < count:
        title = rng.choice(titles)
        skills = [taxonomy.skills[code].name_zh for code in taxonomy.skills_of(title.occupation)]
        if len(skills) < 4:
            continue
        lines = [title.name_zh, "岗位职责："]
        for number in range(1, rng.randint(4, 8)):
            lines.append(f"{number}、" + rng.choice(_DUTIES).format(*rng.sample(skills, 3)))
        lines.append("任职要求：")
        for number in range(1, rng.randint(5, 9)):
            names = [*rng.sample(skills, 3), rng.randint(1, 8)]
            lines.append(f"{number}、" + rng.choice(_DEMANDS).format(*names))
        posts.append("\n".join(lines))
    return posts


def read(path: Path, count: int) -> list[str]:
    """Title and description of `count` posts of a file, picked at random."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
        posts = [f"{row['title']}\n{row['description']}" for row in csv.DictReader(stream)]
    return random.Random(1).sample(posts, min(count, len(posts)))


def main(arguments: list[str]) -> None:
    """Measure and print one line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks recognise")
    parser.add_argument("--postings", type=Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="500 posts, three rounds")
    options = parser.parse_args(arguments)
    if options.quick:
        options.count, options.rounds = 500, 3
    recogniser = get_recogniser()
    taxonomy = get_taxonomy()
    if options.postings:
        posts = read(options.postings, options.count)
    else:
        posts = generate(taxonomy, options.count)
    signs = statistics.mean(map(len, posts))
    sys.stderr.write(f"recognise: {len(posts)} posts of {signs:.0f} signs\n")
    gc.collect()
    gc.freeze()  # as the web workers do after loading
    speeds = []
    for _ in range(options.rounds):
        start = time.process_time()
        for post in posts:
            recogniser.recognise(post)
        speeds.append(len(posts) / (time.process_time() - start))
        sys.stderr.write(f"recognise: {speeds[-1]:.0f} posts/s\n")
    value = max(speeds)  # what else runs on the machine can only slow a round down
    report("recognise", value, "posts/s", None, value, TARGET, "higher")


if __name__ == "__main__":
    main(sys.argv[1:])
