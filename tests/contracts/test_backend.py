"""Writing, reading back and searching: what every engine must do alike."""

from dataclasses import replace

import pytest

from search.backend import SearchBackend
from search.documents import Document, Tombstone
from search.fields import Kind
from search.plain import plain
from search.requests import (
    AllOf,
    Alternative,
    AnyOf,
    Concept,
    Ids,
    Lift,
    Not,
    Overlap,
    Range,
    SearchRequest,
    Sort,
    SuggestRequest,
    Terms,
)
from tests.contracts.documents import MARKET, fill, found, found_set, job

# -- Writing -------------------------------------------------------------------------------


def test_what_was_written_reads_back_equal_at_once(backend: SearchBackend) -> None:
    for document in MARKET:
        result = backend.upsert(Kind.JOB, [document])
        assert result.written == (document.id,)
        stored = backend.get(Kind.JOB, document.id)
        assert stored is not None
        assert (stored.id, stored.version) == (document.id, document.version)
        assert stored.values == plain(Kind.JOB, document.values)
    assert backend.get(Kind.JOB, "nobody000000") is None


def test_what_is_written_while_loading_is_read_back_and_found(backend: SearchBackend) -> None:
    with backend.loading(Kind.JOB):
        assert backend.upsert(Kind.JOB, MARKET).written == tuple(one.id for one in MARKET)
        assert backend.get(Kind.JOB, MARKET[0].id) is not None
        backend.refresh(Kind.JOB)
        assert backend.count(Kind.JOB) == len(MARKET)
    gone = Tombstone(MARKET[0].id, MARKET[0].version + 1)
    assert backend.delete(Kind.JOB, [gone]).written == (gone.id,)
    backend.refresh(Kind.JOB)
    assert backend.count(Kind.JOB) == len(MARKET) - 1


def test_many_are_read_in_one_look(backend: SearchBackend) -> None:
    """More than an engine takes in one request, long before they can be found."""
    many = [job(number, f"岗位{number}", version=number) for number in range(1, 701)]
    backend.bulk(Kind.JOB, [*many, Tombstone("job000000007", 8)])
    asked = [one.id for one in many]
    stored = backend.get_many(Kind.JOB, [*asked, asked[0], "nobody000000"])
    held = {one: (stored[one].version, stored[one].values) for one in stored}
    wanted = {one.id: (one.version, plain(Kind.JOB, one.values)) for one in many}
    del wanted["job000000007"]
    assert held == wanted
    assert backend.get_many(Kind.JOB, []) == {}


def test_a_newer_version_replaces_and_an_older_or_equal_one_is_kept_out(
    backend: SearchBackend,
) -> None:
    backend.upsert(Kind.JOB, [job(1, "旧标题", version=5)])
    assert backend.upsert(Kind.JOB, [job(1, "新标题", version=6)]).written == ("job000000001",)
    for version in (5, 6):
        result = backend.upsert(Kind.JOB, [job(1, "迟到的标题", version=version)])
        assert (result.written, result.kept) == ((), ("job000000001",))
    backend.refresh(Kind.JOB)
    assert found(backend, words="新标题") == [1]
    assert found(backend, words="旧标题") == []
    assert found(backend, words="迟到") == []
    assert backend.count(Kind.JOB) == 1


def test_delete_and_create_again(backend: SearchBackend) -> None:
    fill(backend)
    assert backend.delete(Kind.JOB, [Tombstone("job000000002", 2)]).written
    backend.refresh(Kind.JOB)
    assert backend.get(Kind.JOB, "job000000002") is None
    assert found_set(backend) == {1, 3, 4, 5}
    assert backend.upsert(Kind.JOB, [job(2, "过时的写入", version=2)]).kept == ("job000000002",)
    assert backend.get(Kind.JOB, "job000000002") is None
    assert backend.upsert(Kind.JOB, [job(2, "重新发布", version=3)]).written
    backend.refresh(Kind.JOB)
    assert found(backend, words="重新发布") == [2]
    assert backend.delete(Kind.JOB, [Tombstone("job000000002", 2)]).kept == ("job000000002",)
    backend.refresh(Kind.JOB)
    assert backend.count(Kind.JOB) == 5


def test_deleting_what_was_never_there_is_remembered(backend: SearchBackend) -> None:
    backend.delete(Kind.JOB, [Tombstone("job000000009", 4)])
    assert backend.upsert(Kind.JOB, [job(9, "早先的版本", version=3)]).written == ()
    backend.refresh(Kind.JOB)
    assert found(backend) == []
    assert list(backend.versions(Kind.JOB)) == []
    assert list(backend.versions(Kind.JOB, deleted=True)) == [("job000000009", 4)]


def test_a_batch_is_taken_in_order_and_bad_documents_do_not_stop_it(
    backend: SearchBackend,
) -> None:
    result = backend.bulk(
        Kind.JOB,
        [
            job(1, "第一版", version=1),
            job(1, "第二版", version=2),
            Document("job000000002", 1, {"pay_low": "plenty"}),
            Document("job000000003", 1, {"salary": 3}),
            Document("not an id", 1, {}),
            job(4, "会被删除", version=1),
            Tombstone("job000000004", 2),
            job(5, "留下", version=1),
        ],
    )
    assert set(result.written) == {"job000000001", "job000000004", "job000000005"}
    assert [one for one, _ in result.refused] == ["job000000002", "job000000003", "not an id"]
    backend.refresh(Kind.JOB)
    assert found_set(backend) == {1, 5}
    assert found(backend, words="第二版") == [1]


def test_versions_lists_all_documents(backend: SearchBackend) -> None:
    fill(backend)
    backend.bulk(Kind.JOB, [job(1, "再次", version=7), Tombstone("job000000003", 2)])
    backend.refresh(Kind.JOB)
    expected = {document.id: document.version for document in MARKET}
    expected["job000000001"] = 7
    del expected["job000000003"]
    assert dict(backend.versions(Kind.JOB)) == expected
    assert dict(backend.versions(Kind.JOB, deleted=True)) == {"job000000003": 2}


# -- Words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("大数据", [1]),
        ("大數據開發", [1]),
        ("ＪＡＶＡ", [2]),
        ("java工程师", [2]),
        ("node.js", [3]),
        ("nodejs", [3]),
        ("NODE.JS 前端", [3]),
        ("c++", [4]),
        ("C++游戏", [4]),
        ("据分析", [5]),
        ("云数科技", [3, 1]),
        ("flink", []),
        ("", [1, 2, 3, 4, 5]),
        ("，。！", [1, 2, 3, 4, 5]),
    ],
)
def test_words_fold_and_find_inside_unsegmented_text(
    market: SearchBackend, words: str, expected: list[int]
) -> None:
    assert found_set(market, words=words) == set(expected)


def test_most_words_of_a_longer_query_must_match(market: SearchBackend) -> None:
    assert found(market, words="数据 开发") == [1]
    assert found_set(market, words="数据 开发 工程师 厨师") == {1}
    assert found_set(market, words="java 工程师 厨师") == {2}
    assert found_set(market, words="java 厨师") == set()
    assert found_set(market, words="java 厨师", minimum=1) == {2}


def test_a_description_lifts_but_never_admits(backend: SearchBackend) -> None:
    fill(backend, [job(1, "数据工程师"), job(2, "数据工程师", description="需要机器学习经验")])
    assert found(backend, words="机器学习") == []
    assert found(backend, words="数据工程师 机器学习", minimum=1)[0] == 2


def test_a_title_counts_more_than_an_employer(backend: SearchBackend) -> None:
    fill(backend, [job(1, "测试", employer_name="云计算公司"), job(2, "云计算工程师")])
    assert found(backend, words="云计算") == [2, 1]


def test_phrases_and_exclusions(market: SearchBackend) -> None:
    assert found(market, phrases=("spring boot",)) == [2]
    assert found(market, phrases=("机器学习平台",)) == [1]
    assert found(market, phrases=("平台机器",)) == []
    assert found_set(market, excluded=("工程师", "node.js")) == {4, 5}
    assert found_set(market, words="工程师", excluded=("大数据",)) == set()


def test_concepts_let_in_and_score_by_their_weight(market: SearchBackend) -> None:
    graphics = Concept((Alternative("concepts", ("graphics",), 2.0),))
    assert found(market, concepts=(graphics,)) == [5, 4]
    spark = Concept((Alternative("skills", ("spark",)),), words="C++")
    assert found_set(market, concepts=(spark,)) == {1, 4}
    assert found(market, words="开发", concepts=(spark, graphics)) == [4, 1]
    needed = Concept((Alternative("skills", ("cpp",)),), required=True)
    assert found(market, words="数据 开发 引擎", concepts=(needed,)) == [4]


def test_a_name_that_stands_together_is_met_as_a_whole(backend: SearchBackend) -> None:
    asked = "四川天工大数据有限公司"
    named = job(1, "测试", employer_name=asked)
    like = job(2, "大数据工程师", employer_name="四川天工智数据科技有限公司")
    told = job(3, "四川天工大数据有限公司招聘", employer_name="他人")
    latin = job(4, "测试", employer_name="Tiangong Big-Data (Sichuan)")
    turned = job(5, "Sichuan big data", employer_name="Tiangong")
    fill(backend, [named, like, told, latin, turned])
    parted = Concept(words=asked, required=True)
    assert found_set(backend, concepts=(parted,)) == {1, 2, 3}
    assert found_set(backend, concepts=(replace(parted, together=True),)) == {1, 3}
    english = Concept(words="tiangong big-data", required=True, together=True)
    assert found_set(backend, concepts=(english,)) == {4}


def test_lifts_order_without_letting_in(market: SearchBackend) -> None:
    lift = Lift(Terms("channel", ("agency",)), 50.0)
    assert found(market, words="开发", lifts=(lift,))[0] == 4
    assert found_set(market, words="开发", lifts=(lift,)) == {1, 3, 4}


# -- Filters -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Terms("kind", ("full",)), {1, 2}),
        (Terms("kind", ("full", "part", "nothing")), {1, 2, 5}),
        (Terms("kind", ()), set()),
        (Terms("skills", ("java", "cpp"), or_missing=True), {2, 4, 5}),
        (Terms("listed", (True,)), {1, 2, 3, 4, 5}),
        (Terms("listed", (False,)), set()),
        (Terms("education_rank", (3,)), {2}),
        (Terms("concepts", ("graphics",)), {4, 5}),
        (Range("education_rank", 4), {1, 3}),
        (Range("education_rank", None, 3), {2}),
        (Range("education_rank", 4, 4, or_missing=True), {1, 3, 4, 5}),
        (Range("education_rank"), {1, 2, 3}),
        (Overlap("pay", 1_500_000, 1_600_000), {1, 2, 3}),
        (Overlap("pay", 2_000_000), {1, 3}),
        (Overlap("pay", None, 500_000), {3, 5}),
        (Overlap("pay", 5_000_000, or_missing=True), {3, 4}),
        (Overlap("years", 4, 4), {1}),
        (Ids(("job000000002", "job000000005", "other")), {2, 5}),
        (Not(Terms("channel", ("outsourced",))), {1, 3, 4, 5}),
        (Not(Range("pay_low", 1_000_000)), {3, 4, 5}),
        (AnyOf((Terms("kind", ("intern",)), Range("pay_high", 2_000_000))), {1, 3}),
        (AnyOf(()), set()),
        (AllOf((Terms("regions", ("510100",)), Not(Terms("kind", ("full",))))), {4}),
        (AllOf(()), {1, 2, 3, 4, 5}),
    ],
)
def test_filters(market: SearchBackend, wanted: Terms, expected: set[int]) -> None:
    assert found_set(market, filters=(wanted,)) == expected
    assert market.count(Kind.JOB, (wanted,)) == len(expected)
    everything = {1, 2, 3, 4, 5}
    assert found_set(market, filters=(Not(wanted),)) == everything - expected


def test_many_values_in_one_filter(backend: SearchBackend) -> None:
    fill(backend, [job(number, f"岗位{number}", employer=f"e{number}") for number in range(1, 151)])
    values = tuple(f"e{number}" for number in range(1, 101))
    assert found_set(backend, filters=(Terms("employer", values),)) == set(range(1, 101))


def test_a_filter_changes_no_score(backend: SearchBackend) -> None:
    jobs = [
        job(number, "运维" * (1 + number % 3), description=f"运维 {number}", kind="full")
        for number in range(120)
    ]
    jobs += [job(number, "运维 专员", description="运维", kind="intern") for number in (120, 121)]
    fill(backend, jobs)
    alone = backend.search(
        SearchRequest(Kind.JOB, words="运维", filters=(Terms("kind", ("intern",)),))
    )
    among = backend.search(SearchRequest(Kind.JOB, words="运维", limit=200))
    assert among.total == 122
    scores = {hit.id: hit.score for hit in among.hits}
    assert [hit.id for hit in alone.hits]
    assert [hit.score for hit in alone.hits] == pytest.approx([scores[h.id] for h in alone.hits])


# -- Order and pages -----------------------------------------------------------------------


def test_sorting_puts_the_unknown_last_either_way(market: SearchBackend) -> None:
    assert found(market, sort=Sort("published_at")) == [5, 4, 3, 2, 1]
    assert found(market, sort=Sort("published_at", descending=False)) == [1, 2, 3, 4, 5]
    assert found(market, sort=Sort("pay_high"))[:3] == [1, 2, 5]
    assert found(market, sort=Sort("pay_high", descending=False))[:3] == [5, 2, 1]


# -- Highlights ----------------------------------------------------------------------------


def test_highlights_mark_what_was_asked(market: SearchBackend) -> None:
    request = SearchRequest(
        Kind.JOB, words="大數據", highlight=("title", "description", "employer_name")
    )
    (hit,) = market.search(request).hits
    assert hit.fragments["title"] == ((("大数据", True), ("开发工程师", False)),)
    marked = [part for part, is_hit in hit.fragments["description"][0] if is_hit]
    assert marked == ["数据"]
    assert "employer_name" not in hit.fragments


# -- Suggestions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("大", {"大数据开发工程师"}),
        ("大數據", {"大数据开发工程师"}),
        ("dashuju", {"大数据开发工程师"}),
        ("dsjkf", {"大数据开发工程师"}),
        ("shuju", {"大数据开发工程师", "数据分析师"}),
        ("jav", {"Java 后端工程师"}),
        ("hdgcs", {"Java 后端工程师"}),
        ("Java 后", {"Java 后端工程师"}),
        ("zzz", set()),
        ("", set()),
        ("\ud800", set()),
    ],
)
def test_suggestions_by_writing_pinyin_and_initials(
    market: SearchBackend, typed: str, expected: set[str]
) -> None:
    found_names = market.suggest(SuggestRequest(Kind.JOB, "title_suggest", typed))
    assert {one.text for one in found_names} == expected


def test_suggestions_count_what_passes_the_filters(backend: SearchBackend) -> None:
    fill(backend, [*MARKET, job(6, "数据分析师", kind="full"), job(7, "数据分析师", kind="full")])
    names = backend.suggest(SuggestRequest(Kind.JOB, "title_suggest", "shu"))
    assert [(one.text, one.count) for one in names] == [("数据分析师", 3), ("大数据开发工程师", 1)]
    full = (Terms("kind", ("full",)),)
    names = backend.suggest(SuggestRequest(Kind.JOB, "title_suggest", "shujuf", full))
    assert [(one.text, one.count) for one in names] == [("数据分析师", 2)]
