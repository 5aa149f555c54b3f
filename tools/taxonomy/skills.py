"""Make `skills.csv` and `contexts.json` from a facts folder.

    python -m tools.taxonomy.skills FACTS_FOLDER

Reads `digital_skills.csv` and `skill_contexts.json`.  Document frequencies are left out (they
speak of other places and years); the spellings of :data:`MORE_NAMES` are added.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "talentmarket" / "taxonomy" / "data"
FIELDS = (
    "id",
    "name_zh",
    "name_en",
    "aliases",
    "kind",
    "broader",
    "related",
    "occupations",
    "ambiguous",
)

#: Spellings used in Taiwan and Hong Kong that differ by word, not only by sign.
MORE_NAMES = {
    "算法": ("演算法",), "操作系统": ("作业系统",), "面向对象": ("物件导向",),
    "嵌入式开发": ("嵌入式系统",), "机器学习": ("机器学习技术",), "数据库": ("资料库系统",),
}  # fmt: skip


def fold(name: str) -> str:
    """The form in which names must be unique."""
    return re.sub(r"[\s\-_]", "", unicodedata.normalize("NFKC", name).casefold())


def main(folder: str) -> None:
    """Write both files."""
    with (Path(folder) / "digital_skills.csv").open(encoding="utf-8", newline="") as stream:
        source = list(csv.DictReader(stream))
    taken = {
        fold(name)
        for item in source
        for name in (item["zh"], item["en"], *item["aliases"].split("|"))
        if name
    }
    rows = []
    for item in sorted(source, key=lambda row: row["id"]):
        aliases = [name for name in item["aliases"].split("|") if name]
        for name in MORE_NAMES.get(item["zh"], ()):
            if fold(name) not in taken:
                taken.add(fold(name))
                aliases.append(name)
        rows.append(
            {
                "id": item["id"],
                "name_zh": item["zh"],
                "name_en": item["en"],
                "aliases": "|".join(aliases),
                **{
                    key: item[key]
                    for key in ("kind", "broader", "related", "occupations", "ambiguous")
                },
            }
        )
    with (DATA / "skills.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    contexts = json.loads((Path(folder) / "skill_contexts.json").read_text("utf-8"))
    kept = {key: contexts[key] for key in ("cues", "not_when", "skip_phrases")}
    (DATA / "contexts.json").write_text(
        json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    sys.stderr.write(f"{len(rows)} skills, {len(kept['cues'])} cue lists\n")


if __name__ == "__main__":
    main(sys.argv[1])
