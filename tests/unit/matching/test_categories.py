"""What recruiters sort postings under: learned, found again on new postings, and nothing told."""

from __future__ import annotations

import math

import pytest

from talentmarket.matching.categories import CategoryModel, learn
from talentmarket.matching.categorycodes import code_of, finer
from talentmarket.matching.categorynames import names_among
from talentmarket.matching.posting import Posting
from talentmarket.matching.postingfeatures import FACTS

POSTINGS = [
    *((("软件测试工程师", f"编写测试用例，执行第 {n} 轮回归测试"), "测试工程师") for n in range(8)),
    *((("数据分析专员", f"用 SQL 做第 {n} 张报表，分析业务数据"), "数据分析师") for n in range(8)),
    *((("前台", "接待来访"), "行政") for _ in range(2)),
]


@pytest.fixture(scope="module")
def model():
    return CategoryModel().fit(*zip(*POSTINGS, strict=True))


def test_a_category_of_few_postings_is_not_learned(model):
    assert model.classes_ == ["数据分析师", "测试工程师"]
    with pytest.raises(ValueError, match="no category"):
        learn(POSTINGS[-2:])


def test_names_that_run_together_are_told_apart():
    said = ["测试工程师"] * 3 + ["软件工程师"] * 3 + ["软件工程师测试工程师"] * 9
    said += ["质检员(QC)测试工程师"] * 2 + ["软件工程师质检员(QC)"]
    assert names_among(said, 3) == ["测试工程师", "质检员(QC)", "软件工程师"]


def test_pay_and_schooling_tell_what_words_do_not():
    high, low = (2_500_000, 3_000_000, 5), (600_000, 800_000, 3)
    known = [(Posting("数据分析", "分析业务数据", *high), "数据分析主管")] * 9
    known += [(Posting("数据分析", "分析业务数据", *low), "数据专员")] * 9
    model = CategoryModel().fit(*zip(*known, strict=True))
    new = [Posting("数据分析", "", 2_200_000, 2_800_000), Posting("数据分析", "", 500_000, 700_000)]
    at = model.classes_.index("数据分析主管")
    above, below = model.predict_proba(new)[:, at]
    assert above > 2 * below


def test_a_rare_category_is_leaned_towards_a_common_share():
    titles = [("软件测试工程师", f"回归测试 {n}") for n in range(1995)] + [("前台", "接待")] * 5
    said = ["测试工程师"] * 1995 + ["行政"] * 5
    plain, leaned = (CategoryModel(lean=lean, epochs=1).fit(titles, said) for lean in (0.0, 0.5))
    at = plain.classes_.index("行政")
    moved = leaned.intercept_ - plain.intercept_
    half = 0.5 * (math.log(0.01 / 0.99) - math.log(0.0025 / 0.9975))
    assert moved[at] == pytest.approx(half)
    assert moved[1 - at] == 0.0


def test_new_postings_are_sorted_by_title_and_by_text(model):
    titles = [("高级软件测试", ""), ("专员", "分析业务数据，用 SQL 做报表")]
    testing, analysis = model.codes(titles)
    assert testing[code_of("测试工程师")] > testing.get(code_of("数据分析师"), 0)
    assert analysis[code_of("数据分析师")] > analysis.get(code_of("测试工程师"), 0)
    assert all(1 <= quarter <= 4 for row in (testing, analysis) for quarter in row.values())


def test_steps_rise_with_the_probability(model):
    texts = [("软件测试工程师", "回归测试"), ("测试", ""), ("数据测试", "报表"), ("厨师", "做菜")]
    at = model.classes_.index("测试工程师")
    likely = [row[at] for row in model.predict_proba(texts)]
    code = code_of("测试工程师")
    steps = [
        4 * (row[code] - 1) + row[finer(code)] if code in row else 0 for row in model.codes(texts)
    ]
    order = sorted(range(len(texts)), key=lambda one: likely[one])
    assert [steps[one] for one in order] == sorted(steps)
    assert len(set(steps)) > 1


def test_a_category_is_asked_for_by_its_whole_name(model):
    assert model.code_asked(" 测试 工程师 ") == code_of("测试工程师")
    assert model.code_asked("测试") == ""


def test_no_text_of_a_posting_is_kept(model):
    held = vars(model)
    assert "回归测试" not in repr(list(held.values()))
    assert held["weights_"].shape == (2, model.title_dims + model.text_dims + FACTS)


def test_only_the_largest_weights_are_kept():
    small = CategoryModel(kept=5).fit(*zip(*POSTINGS, strict=True))
    assert all(small.weights_[row].nnz <= 5 for row in range(2))
