"""Look-ups and the ways between concepts."""

from __future__ import annotations

import pytest

from talentmarket.taxonomy.folding import Folded, fold_name
from talentmarket.taxonomy.model import get_taxonomy


@pytest.fixture(scope="module")
def data():
    return get_taxonomy()


@pytest.mark.parametrize("name", ["java", "JAVA开发", "Ｊａｖａ", "Java 开发"])
def test_find_skill_by_any_spelling(data, name):
    assert data.find_skill(name).code == "java"


def test_unknown_names_are_none(data):
    assert data.find_skill("不存在的技能") is None
    assert data.find_title("") is None
    assert data.find_occupation("宇航员") is None


def test_find_occupation_by_code_name_and_title(data):
    for name in ("2-02-38-03", "大数据工程技术人员", "Big data engineer", "大数据开发工程师"):
        assert data.find_occupation(name).code == "2-02-38-03"


def test_steps_upwards_are_counted(data):
    above = data.ancestors("spring-boot")
    assert above["spring"] == 1
    assert above["java"] == 2
    assert "spring-boot" in data.descendants("java")
    assert "spring-boot" in data.narrower("spring")


def test_places(data):
    assert data.city_of("510107").code == "510100"
    assert data.city_of("SC-A01").code == "510100"
    assert data.city_of("510000") is None
    assert data.zone_of("513401").code == "PX"
    assert data.zone_of("310100") is None
    assert data.province_of("510107").code == "510000"
    assert data.place_chain("510107") == ("510107", "510100", "CDP", "510000")
    assert {"510107", "510100", "CDP"} <= data.within("510000")
    assert "510116" in data.within("SC-A01")
    assert "510107" not in data.within("CN")


def test_names_by_locale(data):
    assert data.place_name("510107", "zh_Hans_CN") == "成都·武侯区"
    assert data.place_name("510107", "en") == "Wuhou District, Chengdu"
    assert data.place_name("510000", "en") == "Sichuan"
    assert data.skills["3d-modeling"].name("zh") == "三维建模"
    assert data.occupations["2-02-38-01"].name("en") == "Artificial intelligence engineer"
    assert dict(data.choices("education", "en"))["bachelor"] == "Bachelor's degree"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＪＡＶＡ　開發 工程師", "java开发工程师"),
        ("資料庫 軟體", "数据库软件"),
        ("㎡ﬁ x-Y_z", "m2fixyz"),
        ("多執行緒", "多线程"),
        ("Wi\u200bFi\u00ad", "wifi"),
        ("程式 品质", "程式品质"),
        ("😀Java", "\ufffdjava"),
        ("İstanbul", "i̇stanbul"),
        ("", ""),
    ],
)
def test_folding(text, folded):
    assert fold_name(text) == folded


@pytest.mark.parametrize("text", ["Ａ b-c　開發", "㎡ﬁ Java", "a\n b", "x😀Java", "abc"])
def test_folded_positions_lead_back(text):
    folded = Folded(text)
    assert len(folded.plain) == len(text)
    for start in range(len(folded.text)):
        for end in range(start + 1, len(folded.text) + 1):
            low, high = folded.span(start, end)
            assert 0 <= low < high <= len(text)
            assert folded.text[start] in fold_name(text[low:high])
