"""A posting's text as a page sets it: headings, lists and lines, with every word as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

#: Longest line that can be a heading without ending in a colon or standing in brackets.
_HEADING_SIGNS = 16
_NAMES = (
    "岗位职责|工作职责|工作内容|职位描述|岗位描述|主要职责|任职要求|任职资格|岗位要求|职位要求"
    "|技能要求|福利待遇|薪资福利|福利|加分项|优先条件|工作时间|工作地点|公司介绍|关于我们"
    "|responsibilities|requirements|qualifications|benefits|about us"
)
_HEADING = re.compile(rf"^(?:[【\[]\s*(.{{1,20}}?)\s*[】\]]|({_NAMES}))\s*[:：]?$", re.I)
_NUMBERED = re.compile(r"^[(（]?(\d{1,2})[)）、.．](?!\d)\s*(?=\S)")
_BULLET = re.compile(r"^[-–—•·●◆■*○▪]\s*(?=\S)")


@dataclass
class Block:
    """`kind`: heading, numbered, bullets or text. A heading has one line."""

    kind: str
    lines: list[str] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """The blocks of a text in its order. Numbers are left out only where a list counts the same."""
    found: list[Block] = []
    for line in (raw.strip() for raw in (text or "").splitlines()):
        if not line:
            found.append(Block("gap"))
            continue
        kind, said = _kind_of(line, found)
        if kind != "heading" and found and found[-1].kind == kind:
            found[-1].lines.append(said)
        else:
            found.append(Block(kind, [said]))
    return [block for block in found if block.kind != "gap"]


def _kind_of(line: str, before: list[Block]) -> tuple[str, str]:
    if heading := _HEADING.match(line):
        return "heading", heading[1] or heading[2]
    if len(line) <= _HEADING_SIGNS and line[-1] in ":：":
        return "heading", line[:-1]
    if number := _NUMBERED.match(line):
        last = before[-1] if before else None
        due = len(last.lines) + 1 if last and last.kind == "numbered" else 1
        if int(number[1]) == due:
            return "numbered", line[number.end() :]
        return "text", line
    if bullet := _BULLET.match(line):
        return "bullets", line[bullet.end() :]
    return "text", line
