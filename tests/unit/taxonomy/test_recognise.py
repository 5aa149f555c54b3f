"""Sentences as people write them, and what must be read in each."""

from __future__ import annotations

import pytest

from talentmarket.taxonomy.recognise import recognise
from talentmarket.taxonomy.years import Years


def skills(text: str) -> set[str]:
    return set(recognise(text).skills)


def refused(text: str) -> set[str]:
    return {m.id for m in recognise(text).of("skill", negated=True)}


def levels(text: str) -> dict[str, int | None]:
    return {m.id: m.level for m in recognise(text).of("skill")}


def wishes(text: str) -> set[str]:
    return {m.id for m in recognise(text).of("skill") if m.wish}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # writing: width, case, spaces, hyphens, traditional, versions
        ("熟悉Java", {"java"}),
        ("熟悉ＪＡＶＡ、Ｐｙｔｈｏｎ", {"java", "python"}),
        ("熟悉 spring  boot 与 my sql", {"spring-boot", "mysql"}),
        ("Spring-Boot, Node.js, Vue.js", {"spring-boot", "nodejs", "vue"}),
        ("java8、oracle11g、python3.6", {"java", "oracle-db", "python"}),
        ("熟悉資料庫與軟體測試", {"databases", "software-testing"}),
        ("嵌入式開發經驗", {"embedded"}),
        ("演算法工程師", {"algorithms"}),
        ("掌握C++/C#/.NET开发", {"cpp", "csharp", "dotnet"}),
        # boundaries of latin names
        ("JavaScript", {"javascript"}),
        ("good at target writing", set()),
        ("熟悉Django框架", {"django"}),
        ("cargo and goods", set()),
        ("数据\n库", set()),
        # longest match
        ("接口自动化测试", {"api-automation"}),
        ("机器学习算法", {"machine-learning"}),
        # ambiguous names need support
        ("熟悉Go语言、Java", {"go", "java"}),
        ("we go to market", set()),
        ("熟练使用word、excel等办公软件", {"word", "excel", "office-software"}),
        ("in other word", set()),
        ("熟悉Spring、MyBatis", {"spring", "mybatis"}),
        ("in spring and autumn", set()),
        ("A组和C组", set()),
        ("精通C语言", {"c-lang"}),
        ("熟悉C、Java", {"c-lang", "java"}),
        ("精通C、C++", {"c-cpp"}),
        ("a) 负责; b) 沟通; c) 其他", set()),
        ("熟悉R、Python、SPSS统计分析", {"r-lang", "python", "spss"}),
        ("会使用PS、AI、AE等设计软件", {"photoshop", "after-effects"}),
        ("PS：请附作品链接", set()),
        ("ES、Kafka、Redis", {"elasticsearch", "kafka", "redis"}),
        ("参与ES模式招生", set()),
        # fixed phrases, benefits, customers, the firm itself
        ("缴纳社会保险、五险一金", set()),
        ("高级工程师", set()),
        ("福利待遇：五险一金、英语角、Java培训", set()),
        ("公司简介：专注于人工智能与大数据\n任职要求：熟悉Java", {"java"}),
        ("我们的客户包括高通、用友、京东等。要求熟悉Python", {"python"}),
        # fields of study are no skills
        ("计算机、软件工程、通信工程等相关专业", set()),
        ("本科，统计学、数学相关专业；熟悉SQL", {"sql"}),
        ("具备数据库专业知识", {"databases"}),
        # English and mixed
        ("Experience with Docker and Kubernetes", {"docker", "kubernetes"}),
        ("Hands-on experience in machine learning", {"machine-learning"}),
        ("负责Hadoop/Spark/Flink平台", {"hadoop", "spark", "flink"}),
        ("包括但不限于Java、Python", {"java", "python"}),
        ("不仅要会Java", {"java"}),
        ("非常熟悉Linux", {"linux"}),
        ("非关系型数据库", {"nosql"}),
    ],
)
def test_skills(text, wanted):
    assert skills(text) == wanted


@pytest.mark.parametrize(
    ("text", "asked", "not_asked"),
    [
        ("无需Java经验", set(), {"java"}),
        ("無需Java經驗", set(), {"java"}),
        ("不要求Python、SQL，但要懂Excel", {"excel"}, {"python", "sql"}),
        ("不需要Java但需要Python", {"python"}, {"java"}),
        ("Java经验不要求", set(), {"java"}),
        ("熟悉Linux，Java不作要求", {"linux"}, {"java"}),
        ("Java除外", set(), {"java"}),
        ("非Java岗位", set(), {"java"}),
        ("非Java勿投", {"java"}, set()),
        ("做Java的勿投", set(), {"java"}),
        ("没有Docker经验也可以", set(), {"docker"}),
        ("PHP is not required", set(), {"php"}),
        ("no PHP required", set(), {"php"}),
        ("without Java experience", set(), {"java"}),
        ("不会影响Java开发进度", {"java"}, set()),
        ("不要求精通Java", {"java"}, set()),
        ("避免使用Java", {"java"}, set()),
    ],
)
def test_negation(text, asked, not_asked):
    assert (skills(text), refused(text)) == (asked, not_asked)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "精通Java，熟练Python，熟悉Go语言，了解Rust",
            {"java": 4, "python": 3, "go": 2, "rust": 1},
        ),
        ("熟练掌握MySQL、Redis、Kafka", {"mysql": 3, "redis": 3, "kafka": 3}),
        ("精通Java, Python", {"java": 4, "python": 4}),
        ("精通Java，有Docker项目经验", {"java": 4, "docker": None}),
        ("熟悉Java；Python", {"java": 2, "python": None}),
        ("1、熟悉Java 2、Python", {"java": 2, "python": None}),
        ("Java：精通，Python：熟练", {"java": 4, "python": 3}),
        ("Java 精通、Python 熟练、Docker 了解", {"java": 4, "python": 3, "docker": 1}),
        ("Java（熟练）", {"java": 3}),
        ("proficient in Python, familiar with Docker", {"python": 3, "docker": 2}),
        ("深入理解Linux内核", {"linux-kernel": 3}),
        ("·精通Java·熟悉Redis·Docker", {"java": 4, "redis": 2, "docker": None}),
        ("了解决策树", {"decision-tree": None}),
    ],
)
def test_levels(text, wanted):
    assert levels(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("熟悉Java，有Kafka经验者优先", {"kafka"}),
        ("熟悉Java\n加分项：Docker、Kubernetes", {"docker", "kubernetes"}),
        ("最好熟悉Flink；精通Java", {"flink"}),
        ("Kubernetes is a plus. Java", {"kubernetes"}),
        ("处理Java缺陷的优先级", set()),
        ("会Docker加分", {"docker"}),
    ],
)
def test_wishes(text, wanted):
    assert wishes(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("成都武侯区", ["510100", "510107"]),
        ("工作地点：成都市高新区天府软件园", ["SC-A02"]),
        ("乐山市中区", ["511102"]),
        ("南充高坪", ["511300", "511303"]),
        ("在高坪上", []),
        ("昆山、太仓或张家港市", ["320583", "320585", "320582"]),
        ("可派驻燕郊", ["131082"]),
        ("高安市的工厂", ["360983"]),
        ("加强同仁合作，开拓合作市场", []),
        ("市中区", []),
        ("天府新区", ["SC-A01"]),
        ("眉山天府新区", ["SC-A22"]),
        ("攀西地区", ["PX"]),
        ("川南经济区", ["CN"]),
        ("四川大学毕业", []),
        ("北京路12号", []),
        ("阿里云", []),
        ("北京、上海、深圳", ["110100", "310100", "440300"]),
        ("吉林", ["220000"]),
        ("綿陽", ["510700"]),
        ("Chengdu or Mianyang", ["510100", "510700"]),
        ("Wuhou District, Chengdu", ["510107", "510100"]),
        ("凉山州西昌市", ["513400", "513401"]),
        ("中山大学 孙中山", []),
        ("广东中山", ["440000", "442000"]),
    ],
)
def test_places(text, wanted):
    assert recognise(text).regions == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("大数据开发工程师", ["2-02-38-03"]),
        ("Senior Big Data Developer", ["2-02-38-03"]),
        ("招聘UI设计师、产品经理", ["2-09-06-07", "2-02-10-05"]),
        ("人工智能训练师", ["4-04-05-05"]),
        ("區塊鏈工程師", ["2-02-38-08"]),
        ("厨师", []),
    ],
)
def test_occupations(text, wanted):
    assert recognise(text).occupations == wanted


def test_spans_are_those_of_the_original():
    text = "要求：熟悉 Ｊａｖａ 与 spring  boot，綿陽"
    for mention in recognise(text).mentions:
        assert text[mention.start : mention.end] == mention.name
    assert [m.name for m in recognise(text).mentions] == ["Ｊａｖａ", "spring  boot", "綿陽"]


def test_years_belong_to_the_skill_they_stand_with():
    found = {m.id: m.years for m in recognise("3年以上Java开发经验，熟悉Python").of("skill")}
    assert found == {"java": Years(3, None), "python": None}
    found = {m.id: m.years for m in recognise("Python开发经验3-5年").of("skill")}
    assert found == {"python": Years(3, 5)}


def test_demands_draw_mentions_together():
    demands = {
        d.id: d for d in recognise("了解Java；精通Java，有Docker经验优先。Docker是必须").demands
    }
    assert (demands["java"].level, demands["java"].mentions) == (4, 2)
    assert demands["docker"].wish is False


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "年",
        "1年",
        "🎉" * 50,
        "\ud800x",
        "a" * 10_000,
        "、" * 500,
        "\x00\u202eJava",
    ],
)
def test_odd_input_is_read_quietly(text):
    recognise(text)


def test_the_same_text_gives_the_same_again():
    text = "精通Java、Go语言，熟悉ES、Kafka，成都，本科，3年以上经验"
    assert recognise(text) == recognise(text)
