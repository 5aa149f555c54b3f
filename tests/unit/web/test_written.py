"""A posting's text keeps every word; headings and lists are told by how they stand."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from talentmarket.web.written import blocks

TEXT = """岗位职责：
1. 负责实时数仓；
2、建设指标平台。

【任职要求】
- 熟悉 Flink；
- 了解 ClickHouse 者优先。
2. 不从一开始的编号照写
五险一金，双休
"""


def test_headings_numbers_and_bullets():
    found = [(block.kind, block.lines) for block in blocks(TEXT)]
    assert found == [
        ("heading", ["岗位职责"]),
        ("numbered", ["负责实时数仓；", "建设指标平台。"]),
        ("heading", ["任职要求"]),
        ("bullets", ["熟悉 Flink；", "了解 ClickHouse 者优先。"]),
        ("text", ["2. 不从一开始的编号照写", "五险一金，双休"]),
    ]


def test_a_number_that_is_no_list_stays():
    assert [b.kind for b in blocks("3.5 年经验\n10 人团队\n1.5 倍工资")] == ["text"]


@given(st.text(alphabet="岗位职责要求1234.、:：-•【】 \n熟悉ab", max_size=200))
def test_no_word_is_lost(text):
    kept = "".join(line for block in blocks(text) for line in block.lines)
    words = re.compile(r"[熟悉岗位职责要求ab]")
    assert words.findall(kept) == words.findall(text)
