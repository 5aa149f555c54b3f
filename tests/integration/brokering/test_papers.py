"""Papers: their text as a reader of PDF finds it, and codes that the site knows again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from talentmarket.core.events import SYSTEM, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy, Terms
from talentmarket.exchange.brokering.papers import codes, fonts, letter, receipt
from talentmarket.exchange.brokering.papers.codes import Verdict
from talentmarket.exchange.brokering.papers.models import Paper, PaperKind
from talentmarket.exchange.brokering.papers.sheet import Sheet
from tests.fixtures.tampering import tampering
from tools.fonts import problems

AT = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # already the new year in Shanghai
TERMS = Terms(
    fee_basis=FeeBasis.AMOUNT,
    fee_amount=1_409_50,
    guarantee_days=90,
    remedy=Remedy.REFUND_BY_DAYS,
    opened=True,
    split=3_333,
    record_name="云栖数据科技有限公司",
    record_uscc="91510100000000011U",
    host_name="天府软件园",
)
LETTER = letter.Letter(
    number="md2345678abc",
    firm="蜀才人力资源有限公司",
    firm_uscc="91510100000000012R",
    licence="510101202600001",
    client="云栖数据科技有限公司",
    client_uscc="91510100000000011U",
    handler="欧阳堃喆",
    title="数据分析师",
    headcount=3,
    valid_until=date(2027, 2, 28),
    terms=TERMS,
    terms_number=2,
)


def read(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "".join("".join(pages).split())


def test_the_font_is_that_of_the_manifest():
    assert problems() == []


def test_a_changed_font_is_noticed(tmp_path):
    for one in fonts.SUBSET.parent.iterdir():
        (tmp_path / one.name).write_bytes(one.read_bytes())
    (tmp_path / fonts.SUBSET.name).write_bytes(b"x")
    (tmp_path / "OFL.txt").unlink()
    assert len(problems(tmp_path)) == 2


def test_the_font_holds_what_the_papers_and_names_are_written_with():
    standard = "".join(
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xA1, 0xF8)
        for cell in range(0xA1, 0xFF)
    )
    wanted = standard + "喆堃镕珺祎赟玥旻昇珩琤瑀翀昉旸晞燊翾鋆" + "·—…￥¥©éüñ" + fonts.MARK
    assert not {one for one in wanted if ord(one) not in fonts.held()}


def test_the_letter_says_what_was_agreed(app):
    text = read(letter.draw(LETTER, at=AT, foot="校验码 ABCDE"))
    for said in (
        "委托招聘授权书",
        "云栖数据科技有限公司",
        "91510100000000011U",
        "欧阳堃喆",
        "“数据分析师”岗位招聘3人",
        "2027年2月28日",
        "每人1,409.50元（大写：壹仟肆佰零玖元伍角整），由委托单位支付",
        "6%，在服务费之外另计",
        "入职之日起90日；期内离职的，按剩余天数比例退还服务费；因委托单位原因离职的除外",
        "带来人选的机构分得服务费（不含税）的33.33%",
        "天府软件园",
        "不得向求职者收取费用",
        "校验码ABCDE",
    ):
        assert said in text, said
    assert TERMS.digest() in text


def test_a_receipt_names_nobody_and_its_days_are_those_of_shanghai(app):
    one = receipt.Receipt(
        number="rf2345678abc",
        mandate="md2345678abc",
        firm="蜀才人力资源有限公司",
        firm_uscc="91510100000000012R",
        client="云栖数据科技有限公司",
        client_uscc="91510100000000011U",
        title="数据分析师",
        card="k7p2",
        sent_at=AT,
        answer="silence",
        answered_at=None,
        owned_until=date(2027, 6, 30),
        terms_number=2,
        terms_digest=TERMS.digest(),
    )
    text = read(receipt.draw(one, at=AT, foot=""))
    assert "送出时间2027年1月1日00:30（北京时间）" in text
    assert "视为此前未接触" in text
    assert "归属期至2027年6月30日" in text
    assert "姓名" not in text


def test_what_no_font_has_is_marked_and_named():
    sheet = Sheet("欧阳🙂", at=AT, foot="", system_font=Path("none"))
    sheet.paragraph("𠮷田\u202e\x07<b>粗</b> **不是** 标记")
    text = read(sheet.finish())
    assert "欧阳〓" in text
    assert "〓田<b>粗</b>**不是**标记" in text
    assert "U+1F642、U+20BB7" in text


def test_the_machines_own_font_stands_in_where_there_is_one():
    face = fonts.system_face()
    assert face is not None, "Debian's fonts-noto-cjk is one of the packages that tests need"
    sheet = Sheet("𠮷田商事", at=AT, foot="")
    text = read(sheet.finish())
    assert "𠮷田商事" in text
    assert fonts.MARK not in text


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_a_paper(text):
    sheet = Sheet(text[:40], at=AT, foot=text[:40], system_font=Path("none"))
    sheet.facts([(text[:20], text)])
    sheet.paragraph(text)
    assert sheet.finish().startswith(b"%PDF-")


def test_long_tables_go_over_pages_and_keep_their_head():
    sheet = Sheet("表", at=AT, foot="")
    rows = [(f"第{number}行", "1.00") for number in range(120)]
    sheet.table(("名称头", "金额"), rows, widths=(70, 30), right=frozenset({1}))
    text = read(sheet.finish())
    assert text.count("名称头") >= 3
    assert all(row[0] in text for row in rows)
    with pytest.raises(ValueError, match="too many"):
        sheet.table(("名称头", "金额"), rows * 50, widths=(70, 30))


def issue(facts=None):
    with unit_of_work() as unit:
        return codes.issue(
            unit,
            PaperKind.LETTER,
            ("mandate", "md2345678abc"),
            LETTER.facts() if facts is None else facts,
            organisation="org345678abc",
            actor=SYSTEM,
        )


def test_a_code_is_known_again_however_it_is_typed(session):
    paper = issue()
    printed = codes.grouped(paper.code)
    for typed in (printed, printed.lower(), f" {printed.replace('-', ' ')} ", paper.code):
        found = codes.check(session, typed)
        assert found.verdict is Verdict.GENUINE, typed
        assert found.paper.facts["client"] == "云栖数据科技有限公司"
    misread = printed.replace("0", "O").replace("1", "l")
    assert codes.check(session, misread).verdict is Verdict.GENUINE


def test_the_same_content_is_one_paper_and_one_event(session):
    first, again = issue(), issue()
    assert first.id == again.id
    other = issue({**LETTER.facts(), "headcount": 4})
    assert other.code != first.code
    made = sa.select(sa.func.count()).select_from(Event).where(Event.subject_type == "paper")
    assert session.scalar(made) == 2


def test_a_forged_code_is_none(session):
    code = issue().code
    other = "0" if code[-1] != "0" else "2"
    assert codes.check(session, code[:-1] + other).verdict is Verdict.UNKNOWN
    for wrong in (
        "",
        "x",
        code + "0",
        code[:-1] + "U",
        "'; DROP TABLE papers",
        "\x00" * 20,
        "〓" * 20,
    ):
        assert codes.check(session, wrong).verdict is Verdict.MALFORMED, wrong


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {**LETTER.facts(), "headcount": 30}},
        {"organisation": "another45678"},
        {"subject_id": "another45678"},
        {"issued_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"kind": PaperKind.RECEIPT},
    ],
)
def test_a_row_that_was_changed_is_no_longer_vouched_for(session, change):
    code = issue().code
    with unit_of_work() as unit, tampering(unit, "papers"):
        unit.execute(sa.update(Paper).values(**change))
    assert codes.check(session, code) == codes.Checked(Verdict.BROKEN)


def test_no_fact_of_a_paper_names_a_person():
    assert LETTER.handler not in str(LETTER.facts())
