"""Masking: no way to reach or name a person is left in anonymous text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentmarket.core import masking
from talentmarket.core.folding import fold_width
from talentmarket.core.masking import MASK, mask, short_forms, years_only


@pytest.mark.parametrize(
    "text",
    [
        "手机 13800138000",
        "手机：138-0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "电话一三八零零一三八零零零",
        "写信 zhou.ya@example.com",
        "zhou(at)example.com",
        "微信：zhouya_88",
        "见 https://example.com/zhou",
        "作品在 github.com/zhouya",
        "v x：zhouya_88",
    ],
)
def test_ways_to_reach_somebody_go(text):
    masked = mask(text)
    assert MASK in masked
    for trace in ("138", "一三八", "zhou", "example"):
        assert trace not in masked


@pytest.mark.parametrize(
    "text",
    ["2020.01-2022.03 做数仓", "日处理 1.2 亿条", "2023-05-01 上线", "月薪 15000 元，Java8", "PMP"],
)
def test_what_reaches_nobody_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("四川岷江软件有限公司", "在岷江软件负责数仓"),
        ("腾讯科技（成都）有限公司", "在腾讯科技(成都)有限公司工作"),
        ("腾讯科技（成都）有限公司", "腾讯科技的数据平台"),
        ("Acme Data Co., Ltd.", "worked at ACME data"),
        ("电子科技大学", "毕业于电子科技大学"),
        ("周予安", "我是周予安，做数据"),
        ("周予安", "我是周 予 安"),
        ("成都岷江软件有限公司", "在岷江软件负责数仓"),
        ("成都市岷江软件有限公司", "在岷江负责数仓"),
        ("腾讯科技（成都）有限公司", "腾讯工作三年"),
        ("四川岷源精密制造有限公司", "岷源精密的产线报表"),
        ("成都剑门网络信息技术服务有限公司", "剑门网络信息的平台"),
    ],
)
def test_names_go_in_the_forms_people_use(name, text):
    masked = mask(text, [name])
    assert MASK in masked
    assert not any(form.casefold() in masked.casefold() for form in short_forms(name))


@pytest.mark.parametrize("text", ["Zhou Yuan", "zhou yu-an", "Yu'an Zhou", "ZHOUYUAN"])
def test_a_persons_name_goes_in_letters_too(text):
    assert mask(f"{text}, data engineer", ["周予安"]) == f"{MASK}, data engineer"


@pytest.mark.parametrize(
    ("school", "short"),
    [("电子科技大学", "电子科大"), ("四川师范大学", "四川师大"), ("西南交通大学", "西南交大")],
)
def test_a_school_goes_in_its_short_form(school, short):
    assert mask(f"{short}毕业", [school]) == f"{MASK}毕业"


@pytest.mark.parametrize(
    "text",
    [
        "银行核心系统",
        "用 ASP.NET/Java、Node.js 和 Socket.io",
        "大学数学",
        "智能制造数据",
        "大数据平台",
    ],
)
def test_common_words_of_a_name_stay(text):
    names = ["成都银行股份有限公司", "四川大学", "成都智能科技有限公司", "周予安"]
    names += ["成都大数据技术有限公司"]
    assert mask(text, names) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019.03-2021年5月 做数仓", "2019-2021 做数仓"),
        ("2023-05-01 上线，2024年12月3日验收", "2023 上线，2024验收"),
        ("营收 2019.5 万元，Java 8，版本 2.3", "营收 2019.5 万元，Java 8，版本 2.3"),
    ],
)
def test_dates_become_years(text, expected):
    assert years_only(text) == expected


def test_a_river_is_not_a_firm():
    assert mask("岷江流域数据", ["四川岷江软件有限公司"]) == "岷江流域数据"


@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_can_be_masked(text, names):
    mask(text, names)


_NAMES = st.sampled_from(
    [
        *("周予安", "成都岷江软件有限公司", "腾讯科技（成都）有限公司", "电子科技大学"),
        *("Acme Data Co., Ltd.", "Kiss & ıİ GmbH", "Straße 9 科技", "ﬁrst 数据"),
    ]
)


@given(st.lists(_NAMES, min_size=1, max_size=4), st.data())
def test_no_pattern_is_left_out_that_would_find_something(names, data):
    """Patterns of names that cannot stand in a text are not tried: none of them would match."""
    written = [form for name in names for form in short_forms(name)]
    changed = st.sampled_from([str.upper, str.lower, str.swapcase, str])
    pieces = st.lists(st.sampled_from([*written, "Zhou Yuan", "yu'an ZHOU", "在", " ", "工作"]))
    text = "".join(data.draw(changed)(piece) for piece in data.draw(pieces))
    text = text.replace("i", data.draw(st.sampled_from("iıİ")))
    text = text.replace("k", data.draw(st.sampled_from("kK\u212a")))
    text = text.replace("s", data.draw(st.sampled_from("sſ")))
    folded = fold_width(text)
    for form in masking._forms_of(names):
        if re.search(form.pattern, folded, re.IGNORECASE):
            assert form.signs <= masking._folded(folded)


@given(st.integers(13_000_000_000, 19_999_999_999))
def test_no_mobile_number_gets_through(number):
    assert str(number) not in mask(f"联系{number}或留言")
