"""What holds for every text that may be typed, the hostile ones too."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talentmarket.discovery.understanding import (
    JOBS,
    LONGEST,
    ORGANISATIONS,
    TALENTS,
    Wish,
    understand,
)
from talentmarket.discovery.understanding.tables import get_tables
from talentmarket.taxonomy.model import get_taxonomy
from tests.scale import scale

_WORDS = st.sampled_from(
    [
        *(
            "成都",
            "java",
            "Java",
            "大数据开发",
            "spark",
            "双休",
            "15k以上",
            "1.5万-2万",
            "3年",
            "本科",
        ),
        *(
            "-外包",
            "不要外包",
            "非外包",
            "除了",
            "和",
            "的",
            "chengdu",
            "dashuju",
            "qdgcs",
            "pyhton",
        ),
        *(
            "“数据 治理”",
            "“双休”",
            "“三万”",
            '"',
            "“",
            "-",
            "－外包",
            "近三天",
            "c++",
            "go",
            "后端",
            "🙂",
            "ﬁ",
            "㍿",
            "İ",
        ),
        *(
            "程式設計師",
            "Ｊａｖａ",
            "高新区",
            "da shu ju",
            "xi'an",
            "8000",
            "2025",
            "\u200b",
            "\ud800",
        ),
        *(
            "java15k以上",
            "前端8000起",
            "1万5到2万",
            "月薪过万",
            "五六千",
            "25届",
            "大学应届",
            "shuju fenxi",
        ),
    ]
)
_TYPED = st.one_of(
    st.lists(_WORDS, max_size=9).map(" ".join),
    st.lists(_WORDS, max_size=6).map("".join),
    st.text(max_size=60),
)
_KINDS = st.sampled_from([JOBS, TALENTS, ORGANISATIONS])


@settings(max_examples=scale(300))
@given(_TYPED, _KINDS)
@example("", JOBS)
@example("-" * 300, JOBS)
@example('"' * 199, JOBS)
@example("不要" * 100, JOBS)
@example("a'" * 100, JOBS)
@example("9" * 200, JOBS)
@example("万" * 200, JOBS)
@example("zhuang" * 40, JOBS)
@example("1-2-3-4年-5k-6万~7", JOBS)
@example("15k以上 “数据 治理” 月薪过万", JOBS)
@example("本科“数据”以上 3年“治理”经验 近“一”周", JOBS)
def test_every_letter_lies_in_one_piece(text, kinds):
    found = understand(text, kinds=kinds)
    covered = [0] * len(found.text)
    for piece in found.everything:
        assert 0 <= piece.start < piece.end <= len(found.text)
        assert piece.text == found.text[piece.start : piece.end]
        for at in range(piece.start, piece.end):
            covered[at] += 1
    assert max(covered, default=0) <= 1
    lost = [
        sign
        for sign, count in zip(found.text, covered, strict=True)
        if not count and (sign.isalpha() or sign.isdigit()) and sign.isprintable()
    ]
    assert not [sign for sign in lost if sign <= "\uffff"]
    assert len(found.text) <= LONGEST
    assert {piece.kind for piece in found.pieces} <= kinds


@settings(max_examples=scale(100))
@given(_TYPED)
def test_the_same_is_understood_the_same_way(text):
    assert understand(text) == understand(text)
    assert understand(f"  {text}\n") == understand(text)


@settings(max_examples=scale(150))
@given(_TYPED)
def test_every_piece_can_be_kept_insisted_on_refused_and_allowed_again(text):
    found = understand(text)
    for piece in found.pieces:
        key = frozenset({piece.key})
        off = understand(text, Wish(off=key))
        assert piece.key not in {it.key for it in off.pieces}
        must = understand(text, Wish(must=key))
        assert all(it.must for it in must.pieces if it.key == piece.key)
        refused = understand(text, Wish(refuse=key))
        assert piece.key in {it.key for it in refused.refused}
        assert piece.key not in {it.key for it in refused.pieces}
        assert {it.key for it in refused.everything} == {it.key for it in found.everything}
    for piece in found.left:
        assert piece.key not in {it.key for it in found.without(piece.key).left}
    everything_off = understand(text, Wish(off=frozenset({"all"})))
    assert not everything_off.pieces
    assert not everything_off.corrections


@given(st.frozensets(st.text(max_size=20), max_size=5), _TYPED)
def test_keys_that_are_none_change_nothing(keys, text):
    keys = frozenset(f"x{key}" for key in keys)
    assert understand(text, Wish(keys, keys, keys)) == understand(text)


@pytest.mark.parametrize("area", get_tables().areas.values(), ids=lambda area: area.code)
def test_areas_cover_places_that_exist(area):
    assert area.covers
    assert {*area.covers, *area.by_city, *area.by_city.values()} <= set(get_taxonomy().regions)
    for name in area.names:
        assert understand(name).pieces, name


def test_limits_are_codes_of_their_tables():
    tables = {
        "education": "education",
        "kind": "job_kind",
        "mode": "work_mode",
        "rest": "rest_days",
        "channel": "arrangement",
        "nature": "org_nature",
        "availability": "availability",
    }
    for kind, table in tables.items():
        assert set(get_tables().limits[kind]) <= set(get_taxonomy().codes[table]), kind
    assert set(get_tables().limits["level"]) == set(get_tables().levels)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("{} 15k以上", ("pay", "15000-")),
        ("15k以上{}", ("pay", "15000-")),
        ("{}15k以上", ("pay", "15000-")),
        ("{}1万5", ("pay", "15000-15000")),
        ("15-20k {}", ("pay", "15000-20000")),
        ("大于 15k {}", ("pay", "15000-")),
        ("3年以上{}", ("years", "3-")),
        ("近三天{}", ("posted", "3")),
        ("绵阳 {}", ("region", "510700")),
        ("实习 {}", ("kind", "internship")),
        ("远程 {}", ("mode", "remote")),
    ],
)
def test_no_name_of_the_vocabulary_hides_what_stands_beside_it(form, said):
    taxonomy = get_taxonomy()
    names = {skill.name_zh for skill in taxonomy.skills.values()}
    names |= {title.name_zh for title in taxonomy.titles.values()}
    if form[2].isdigit():  # DB2 and a figure are one; 数据15k counts data
        names = {name for name in names if re.search("[A-Za-z]{2}$", name)}
        assert names
    hidden = [
        name
        for name in sorted(names)
        if said not in {(piece.kind, piece.code) for piece in understand(form.format(name)).pieces}
    ]
    assert hidden == []
