"""The data files hold together: names are unique, edges resolve, counts are right."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter

import pytest

from talentmarket.taxonomy import files
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import SICHUAN, get_taxonomy

HAN = re.compile("[\u2e80-\u9fff]")


@pytest.fixture(scope="module")
def data():
    return get_taxonomy()


def test_counts(data):
    assert len(data.occupations) == 108
    assert Counter(o.marker for o in data.occupations.values()) == {"S": 84, "L/S": 24}
    assert Counter(o.batch for o in data.occupations.values()) == {"2022": 97, "2024": 9, "2025": 2}
    assert len(data.skills) == 2497
    assert len(data.titles) >= 600
    assert re.fullmatch(r"\d{4}\.\d{1,2}\.\d+", data.version)


def test_sichuan_is_whole(data):
    cities = data.regions_of_kind("city", SICHUAN)
    counties = [c for city in cities for c in data.regions_of_kind("county", city.code)]
    zones = data.regions_of_kind("zone")
    assert (len(zones), len(cities), len(counties)) == (5, 21, 183)
    assert {city.zone for city in cities} == {zone.code for zone in zones}
    assert sum(len(data.within(zone.code) & {c.code for c in counties}) for zone in zones) == 183


def test_cities_of_county_rank_lie_in_their_cities(data):
    elsewhere = [c for c in data.regions_of_kind("county") if data.zone_of(c.code) is None]
    assert len(elsewhere) == 356
    assert all(one.name_zh.endswith("市") for one in elsewhere)
    assert data.place_chain("320583") == ("320583", "320500", "320000")
    assert {data.regions[one.parent].kind for one in elsewhere} == {"city"}


def test_the_country_is_there(data):
    assert len(data.regions_of_kind("province")) == 34
    for province in data.regions_of_kind("province"):
        if province.code not in ("710000", "810000", "820000"):
            assert data.regions_of_kind("city", province.code), province


def test_every_spelling_belongs_to_one_skill(data):
    owner: dict[str, str] = {}
    for skill in data.skills.values():
        for name in skill.names:
            folded = fold_name(name)
            assert folded, skill
            assert owner.setdefault(folded, skill.code) == skill.code, name


def test_every_spelling_belongs_to_one_title(data):
    owner: dict[str, str] = {}
    for title in data.titles.values():
        for name in (title.name_zh, title.name_en, *title.aliases):
            assert owner.setdefault(fold_name(name), title.code) == title.code, name


def test_every_occupation_has_titles_and_skills(data):
    assert all(data.titles_of(code) and data.skills_of(code) for code in data.occupations)
    assert all(title.occupation in data.occupations for title in data.titles.values())


def test_edges_resolve_and_broader_has_no_circle(data):
    for skill in data.skills.values():
        assert set(skill.broader) <= data.skills.keys()
        assert set(skill.occupations) <= data.occupations.keys()
        above = data.ancestors(skill.code)
        assert skill.code not in above
        for other in skill.related:
            assert skill.code in data.related(other)
            assert other not in above


def test_ambiguous_names_are_names_of_their_skill(data):
    for skill in data.skills.values():
        own = {fold_name(name) for name in skill.names}
        assert {fold_name(name) for name in skill.ambiguous} <= own


def test_context_rules_compile():
    contexts = files.read_json("contexts.json")
    for pattern in [*contexts["cues"].values(), *contexts["not_when"].values()]:
        re.compile(pattern)


def test_places_lead_up_to_a_province(data):
    for region in data.regions.values():
        province = data.province_of(region.code)
        assert province is not None, region
        assert province.kind == "province"
        assert set(region.counties) <= data.regions.keys()
        assert not region.zone or data.regions[region.zone].kind == "zone"


def test_english_holds_no_han_sign_and_nothing_is_nameless(data):
    concepts = [
        *data.occupations.values(),
        *data.skills.values(),
        *data.titles.values(),
        *data.regions.values(),
        *(item for table in data.codes.values() for item in table.values()),
    ]
    for concept in concepts:
        assert concept.name_zh.strip(), concept
        assert concept.name_en.strip(), concept
        assert not HAN.search(concept.name_en), concept
    for occupation in data.occupations.values():
        assert not HAN.search(occupation.sub_class_en)
    for table in data.codes.values():
        for item in table.values():
            english = [str(v) for k, v in item.extra.items() if k.endswith("_en")]
            assert not HAN.search("".join(english)), item


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("510107", "Wuhou District"),
        ("510100", "Chengdu"),
        ("513200", "Aba Tibetan and Qiang Autonomous Prefecture"),
        ("510726", "Beichuan Qiang Autonomous County"),
        ("511800", "Ya'an"),
        ("511528", "Xingwen County"),
        ("510521", "Lu County"),
        ("150100", "Hohhot"),
        ("610000", "Shaanxi"),
        ("610100", "Xi'an"),
    ],
)
def test_english_place_names(data, code, name):
    assert data.regions[code].name_en == name


def test_ladders_count_upwards(data):
    levels = list(data.codes["skill_level"].values())
    assert [item.rank for item in levels] == list(range(1, 9))
    assert data.item("skill_level", "l5").rank < data.item("skill_level", "l1").rank
    ranks = {code: item.rank for code, item in data.codes["education"].items()}
    assert ranks["none"] < ranks["college"] < ranks["bachelor"] < ranks["master"] < ranks["doctor"]


def test_salary_bands_meet_without_gap(data):
    bands = [item.extra for item in data.codes["salary_band"].values()]
    assert bands[0]["low"] == 0
    assert bands[-1]["high"] is None
    assert all(a["high"] == b["low"] for a, b in itertools.pairwise(bands))


def test_vendored_files_are_those_of_the_manifest():
    folder = files.DATA / "vendor"
    manifest = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    for package in manifest["packages"]:
        for name, digest in package["files"].items():
            content = (folder / package["name"] / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest, name
        kept = {path.name for path in (folder / package["name"]).iterdir()}
        assert kept == package["files"].keys()
