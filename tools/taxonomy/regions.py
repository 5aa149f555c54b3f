"""Make `regions.csv` from the vendored division lists and a list of Sichuan's zones.

    python -m tools.taxonomy.regions FACTS_FOLDER

FACTS_FOLDER holds `sichuan_regions.json` (zones, cities and counties of Sichuan); every other
province and city, the cities of county rank among them, comes from the vendored package.  English names are pinyin with the usual
generic part; names with a settled English form stand in :data:`SETTLED`.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

from pypinyin import lazy_pinyin

from talentmarket.taxonomy.markers import COUNTY_SHORTS

DATA = Path(__file__).resolve().parents[2] / "talentmarket" / "taxonomy" / "data"
VENDOR = DATA / "vendor" / "china-division"

#: Names whose English form is not their pinyin, or whose pinyin a table gets wrong.
SETTLED = {
    "内蒙古": "Inner Mongolia",
    "陕西": "Shaanxi",
    "西藏": "Tibet",
    "新疆": "Xinjiang",
    "广西": "Guangxi",
    "宁夏": "Ningxia",
    "香港": "Hong Kong",
    "澳门": "Macao",
    "台湾": "Taiwan",
    "呼和浩特": "Hohhot",
    "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir",
    "巴彦淖尔": "Bayannur",
    "乌兰察布": "Ulanqab",
    "锡林郭勒": "Xilingol",
    "阿拉善": "Alxa",
    "兴安": "Hinggan",
    "哈尔滨": "Harbin",
    "齐齐哈尔": "Qiqihar",
    "大兴安岭": "Daxing'anling",
    "延边": "Yanbian",
    "拉萨": "Lhasa",
    "日喀则": "Shigatse",
    "昌都": "Chamdo",
    "林芝": "Nyingchi",
    "那曲": "Nagqu",
    "阿里": "Ngari",
    "果洛": "Golog",
    "玉树": "Yushu",
    "乌鲁木齐": "Urumqi",
    "克拉玛依": "Karamay",
    "吐鲁番": "Turpan",
    "哈密": "Hami",
    "昌吉": "Changji",
    "博尔塔拉": "Bortala",
    "巴音郭楞": "Bayingolin",
    "阿克苏": "Aksu",
    "克孜勒苏": "Kizilsu",
    "喀什": "Kashgar",
    "和田": "Hotan",
    "伊犁": "Ili",
    "塔城": "Tacheng",
    "阿勒泰": "Altay",
    "石河子": "Shihezi",
    "阿拉尔": "Aral",
    "图木舒克": "Tumxuk",
    "五家渠": "Wujiaqu",
    "北屯": "Beitun",
    "铁门关": "Tiemenguan",
    "双河": "Shuanghe",
    "可克达拉": "Kokdala",
    "昆玉": "Kunyu",
    "胡杨河": "Huyanghe",
    "新星": "Xinxing",
    "白杨": "Baiyang",
    "厦门": "Xiamen",
    "重庆": "Chongqing",
    "长沙": "Changsha",
    "长春": "Changchun",
    "长治": "Changzhi",
    "蚌埠": "Bengbu",
    "六安": "Lu'an",
    "亳州": "Bozhou",
    "台州": "Taizhou",
    "丽水": "Lishui",
    "铅山": "Yanshan",
    "济南": "Jinan",
    "济宁": "Jining",
    "济源": "Jiyuan",
    "漯河": "Luohe",
    "乐东": "Ledong",
    "朝阳": "Chaoyang",
    "大连": "Dalian",
    "泌阳": "Biyang",
    "儋州": "Danzhou",
    "迪庆": "Diqing",
    "西双版纳": "Xishuangbanna",
    "都江堰": "Dujiangyan",
    "犍为": "Qianwei",
    "筠连": "Junlian",
    "荥经": "Yingjing",
    "什邡": "Shifang",
    "阆中": "Langzhong",
    "乐山": "Leshan",
    "乐至": "Lezhi",
    "珙": "Gong",
    "石渠": "Shiqu",
    "色达": "Seda",
    "大邑": "Dayi",
    "沐川": "Muchuan",
    "朝天": "Chaotian",
    "新都": "Xindu",
    "郫都": "Pidu",
    "长宁": "Changning",
    "吕梁": "Lüliang",
    "宿州": "Suzhou",
    "阿坝": "Aba",
    "六盘水": "Liupanshui",
    "芒": "Mangshi",
    "额尔古纳": "Ergun",
    "二连浩特": "Erenhot",
    "锡林浩特": "Xilinhot",
    "乌兰浩特": "Ulanhot",
    "阿尔山": "Arxan",
    "霍林郭勒": "Holingol",
    "库尔勒": "Korla",
    "奎屯": "Kuytun",
    "霍尔果斯": "Khorgos",
    "乌苏": "Usu",
    "库车": "Kuqa",
    "阿图什": "Artux",
    "德令哈": "Delingha",
    "格尔木": "Golmud",
    "错那": "Cona",
    "米林": "Mainling",
    "香格里拉": "Shangri-La",
    "乐陵": "Laoling",
    "珲春": "Hunchun",
    "天长": "Tianchang",
    "长垣": "Changyuan",
    "长葛": "Changge",
    "子长": "Zichang",
    "都匀": "Duyun",
    "泊头": "Botou",
}
PEOPLES = {
    "藏族": "Tibetan", "羌族": "Qiang", "彝族": "Yi", "朝鲜族": "Korean", "土家族": "Tujia",
    "苗族": "Miao", "布依族": "Buyi", "侗族": "Dong", "哈尼族": "Hani", "壮族": "Zhuang",
    "傣族": "Dai", "白族": "Bai", "景颇族": "Jingpo", "傈僳族": "Lisu", "回族": "Hui",
    "蒙古族": "Mongol", "蒙古": "Mongol", "柯尔克孜": "Kirgiz", "哈萨克": "Kazakh", "黎族": "Li",
}  # fmt: skip
KINDS = (
    ("自治州", "Autonomous Prefecture"), ("自治县", "Autonomous County"),
    ("地区", "Prefecture"), ("林区", "Forestry District"), ("盟", "League"),
)  # fmt: skip
#: Development areas people name in posts: code, name, English, other names, counties, city.
AREAS = (
    ("SC-A01", "天府新区", "Tianfu New Area", "四川天府新区|成都天府新区|天府新区成都直管区|兴隆湖|鹿溪智谷|西部科学城|天府总部商务区", "510116|510112|510118|510185|511403|511421", "510100"),
    ("SC-A02", "成都高新区", "Chengdu Hi-tech Zone", "成都高新技术产业开发区|成都市高新区|高新南区|高新西区|天府软件园|天府三街|天府五街|交子公园|环球中心|孵化园|成都高新", "510107|510116|510117|510104", "510100"),
    ("SC-A03", "成都东部新区", "Chengdu Eastern New Area", "东部新区|天府国际空港新城", "510185", "510100"),
    ("SC-A04", "成都经开区", "Chengdu Economic and Technological Development Zone", "成都经济技术开发区", "510112", "510100"),
    ("SC-A05", "天府国际生物城", "Tianfu International Bio-town", "成都天府国际生物城", "510116", "510100"),
    ("SC-A06", "绵阳高新区", "Mianyang Hi-tech Zone", "绵阳高新技术产业开发区", "510703", "510700"),
    ("SC-A07", "绵阳科技城新区", "Mianyang Science City New Area", "中国科技城|科技城新区|绵阳科技城", "510703|510705", "510700"),
    ("SC-A08", "绵阳经开区", "Mianyang Economic and Technological Development Zone", "绵阳经济技术开发区", "510703", "510700"),
    ("SC-A09", "德阳高新区", "Deyang Hi-tech Zone", "德阳高新技术产业开发区", "510681", "510600"),
    ("SC-A10", "德阳经开区", "Deyang Economic and Technological Development Zone", "德阳经济技术开发区", "510603", "510600"),
    ("SC-A11", "凯州新城", "Kaizhou New Town", "德阳凯州新城|凯州新区", "510623", "510600"),
    ("SC-A12", "宜宾三江新区", "Yibin Sanjiang New Area", "三江新区|宜宾临港经开区", "511502|511503|511504", "511500"),
    ("SC-A13", "南充临江新区", "Nanchong Linjiang New Area", "临江新区", "511302|511303|511304", "511300"),
    ("SC-A14", "自贡高新区", "Zigong Hi-tech Zone", "自贡高新技术产业开发区", "510302|510304", "510300"),
    ("SC-A15", "泸州高新区", "Luzhou Hi-tech Zone", "泸州高新技术产业开发区", "510502", "510500"),
    ("SC-A16", "内江高新区", "Neijiang Hi-tech Zone", "内江高新技术产业开发区", "511002|511011", "511000"),
    ("SC-A17", "乐山高新区", "Leshan Hi-tech Zone", "乐山高新技术产业开发区", "511102", "511100"),
    ("SC-A18", "攀枝花钒钛高新区", "Panzhihua Vanadium and Titanium Hi-tech Zone", "钒钛高新区|攀枝花高新区", "510411", "510400"),
    ("SC-A19", "遂宁经开区", "Suining Economic and Technological Development Zone", "遂宁经济技术开发区", "510903", "510900"),
    ("SC-A20", "川渝高竹新区", "Sichuan-Chongqing Gaozhu New Area", "高竹新区", "511623", "511600"),
    ("SC-A21", "达州东部经开区", "Dazhou Eastern Economic Development Zone", "达州东部经济开发区", "511703", "511700"),
    ("SC-A22", "眉山天府新区", "Meishan Tianfu New Area", "天府新区眉山片区", "511421|511403", "511400"),
)  # fmt: skip
ZONES = {
    "CDP": ("Chengdu Plain Economic Zone", "成都平原", "环成都经济圈|成都平原经济圈"),
    "CN": ("Southern Sichuan Economic Zone", "川南", "川南经济圈"),
    "CDB": ("Northeastern Sichuan Economic Zone", "川东北", "川东北经济圈"),
    "PX": ("Panxi Economic Zone", "攀西", "攀西地区|攀西经济圈"),
    "CXB": ("Northwestern Sichuan Ecological Demonstration Zone", "川西北",
            "川西北生态经济区|川西北生态区|川西北经济区"),
}  # fmt: skip
#: Names that would be cut wrongly otherwise (乐山市 + 中区).
COUNTY_ALIASES = {"511002": "内江市中区", "511102": "乐山市中区"}
#: Read out of 合作市场 far more often than meant.
NO_PLACES = {"合作市"}
#: Well-known places that are no division of their own: the city they lie in.
PLACES_WITHIN = {"131082": "燕郊|燕郊镇|燕郊高新区"}
FIELDS = ("code", "name_zh", "name_en", "short_zh", "kind", "parent", "zone", "counties", "aliases")
MUNICIPAL = {"11", "12", "31", "50"}


def spell(name: str) -> str:
    """Pinyin of a proper name as one capitalised word, apostrophe before a vowel syllable."""
    if name in SETTLED:
        return SETTLED[name]
    word = ""
    for syllable in lazy_pinyin(name, v_to_u=False):
        word += ("'" if word and syllable[0] in "aeo" else "") + syllable
    return word.capitalize()


def split_name(name: str) -> tuple[str, list[str], str]:
    """A full name as proper part, peoples and generic part: 阿坝, [Tibetan, Qiang], 自治州."""
    for generic, _ in KINDS:
        if name.endswith(generic):
            stem = name.removesuffix(generic)
            peoples: list[str] = []
            while match := re.search("(" + "|".join(PEOPLES) + ")$", stem):
                if len(stem) - len(match[1]) < 2:
                    break
                peoples.insert(0, PEOPLES[match[1]])
                stem = stem.removesuffix(match[1])
            return stem, peoples, generic
    for generic in ("特别行政区", "自治区", "省", "市", "区", "县"):
        if name.endswith(generic):
            return name.removesuffix(generic), [], generic
    return name, [], ""


def english(name: str) -> str:
    """The English name of a province, city, county or prefecture."""
    stem, peoples, generic = split_name(name)
    for people in ("壮族", "回族", "维吾尔"):
        stem = stem.removesuffix(people)
    tail = dict(KINDS).get(generic) or {"区": "District", "县": "County"}.get(generic, "")
    return " ".join([spell(stem), " and ".join(peoples), tail]).replace("  ", " ").strip()


def short(name: str) -> str:
    """What people write: 成都, 阿坝, 武侯; one-sign counties keep their generic part."""
    stem, _, _ = split_name(name)
    for people in ("壮族", "回族", "维吾尔"):
        stem = stem.removesuffix(people)
    return stem if len(stem) > 1 else name


def row(code: str, name: str, kind: str, parent: str, **more: str) -> dict[str, str]:
    """One row of the file."""
    base = {"code": code, "name_zh": name, "name_en": english(name), "short_zh": short(name)}
    return dict.fromkeys(FIELDS, "") | base | {"kind": kind, "parent": parent} | more


def country() -> list[dict[str, str]]:
    """Provinces and cities outside Sichuan, and Sichuan's own province row."""
    rows = []
    for province in json.loads((VENDOR / "provinces.json").read_text("utf-8")):
        rows.append(row(province["code"] + "0000", province["name"], "province", ""))
        if province["code"] in MUNICIPAL:
            code = province["code"]
            rows.append(row(code + "0100", province["name"], "city", code + "0000"))
    for code, name in (("71", "台湾省"), ("81", "香港特别行政区"), ("82", "澳门特别行政区")):
        rows.append(row(code + "0000", name, "province", ""))
    for city in json.loads((VENDOR / "cities.json").read_text("utf-8")):
        if city["provinceCode"] not in MUNICIPAL | {"51"} and "直辖" not in city["name"]:
            rows.append(
                row(city["code"] + "00", city["name"], "city", city["provinceCode"] + "0000")
            )
    for area in json.loads((VENDOR / "areas.json").read_text("utf-8")):
        if re.match(r"(41|42|46|65)90", area["code"]):
            rows.append(row(area["code"], area["name"], "city", area["provinceCode"] + "0000"))
        elif (
            area["name"].endswith("市")
            and area["provinceCode"] != "51"
            and area["name"] not in NO_PLACES
        ):
            rows.append(county_city(area["code"], area["name"]))
    # The package repeats cities that have no counties (东莞市) below themselves.
    cities = {item["name_zh"] for item in rows if item["kind"] == "city"}
    return [item for item in rows if item["kind"] != "county" or item["name_zh"] not in cities]


def county_city(code: str, name: str) -> dict[str, str]:
    """A city of county rank outside Sichuan: short only where the short name means the place."""
    brief = short(name)
    more = {"aliases": PLACES_WITHIN.get(code, "")}
    more["short_zh"] = brief if brief in COUNTY_SHORTS else name
    return row(code, name, "county", code[:4] + "00", **more)


def sichuan(folder: Path) -> list[dict[str, str]]:
    """Zones, cities, counties and development areas of Sichuan."""
    source = json.loads((folder / "sichuan_regions.json").read_text("utf-8"))
    rows = []
    for zone in source["zones"]:
        name_en, brief, aliases = ZONES[zone["code"]]
        rows.append(
            row(zone["code"], zone["name"], "zone", "510000", name_en=name_en, short_zh=brief)
            | {"aliases": aliases}
        )
    for city in source["cities"]:
        place = {"zone": city["zone_code"]}
        rows.append(row(city["code"], city["name"], "city", "510000", **place))
        for county in city["counties"]:
            more = place | {"aliases": COUNTY_ALIASES.get(county["code"], "")}
            rows.append(row(county["code"], county["name"], "county", city["code"], **more))
    for code, name, name_en, aliases, counties, city_code in AREAS:
        zone_code = next(c["zone_code"] for c in source["cities"] if c["code"] == city_code)
        rows.append(
            row(code, name, "area", city_code, zone=zone_code, name_en=name_en, short_zh=name)
            | {"counties": counties, "aliases": aliases}
        )
    return rows


def main(folder: str) -> None:
    """Write the file, ordered by code."""
    rows = sorted(country() + sichuan(Path(folder)), key=lambda item: item["code"])
    with (DATA / "regions.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    sys.stderr.write(f"{len(rows)} regions\n")


if __name__ == "__main__":
    main(sys.argv[1])
