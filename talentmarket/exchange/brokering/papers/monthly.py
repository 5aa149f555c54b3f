"""The statement of fees of a firm and month (服务费对账单), as PDF and as XLSX."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from talentmarket.exchange.brokering.books.models import EntryKind
from talentmarket.exchange.brokering.books.statement import Statement
from talentmarket.exchange.brokering.money import in_words, yuan
from talentmarket.exchange.brokering.papers.sheet import Sheet
from talentmarket.exchange.brokering.tables import Column, workbook

KINDS = {
    EntryKind.FEE: "服务费",
    EntryKind.HOLD: "争议暂缓",
    EntryKind.RELEASE: "争议解除",
    EntryKind.WAIVE: "裁定减免",
    EntryKind.REFUND: "退费",
    EntryKind.PAYMENT: "付款",
    EntryKind.SHARE_SAID: "分成已付，待确认",
    EntryKind.SHARE_PAID: "分成收付",
    EntryKind.REVERSAL: "冲销",
}


def facts(found: Statement, firm: str, firm_uscc: str) -> dict[str, Any]:
    """What the check code covers: the month's totals and how many entries made them."""
    return {
        "firm": firm,
        "firm_uscc": firm_uscc,
        "month": f"{found.month:%Y-%m}",
        "opening": found.opening,
        "entries": len(found.rows),
        **{name: amount for name, amount in found.totals.items() if name != "open"},
        "closing": found.closing,
    }


def draw(found: Statement, firm: str, firm_uscc: str, *, at: datetime, foot: str) -> bytes:
    """The PDF; amounts in yuan."""
    sheet = Sheet("服务费对账单", at=at, foot=foot)
    month = f"{found.month.year}年{found.month.month}月"
    sheet.facts([("机构", f"{firm}（{firm_uscc}）"), ("月份", month)])
    total = found.totals
    lines = [
        ("期初未结", found.opening),
        ("本月服务费（不含税）", total["fee"]),
        ("其中分给带来人选的机构，或由其分得", total["share"]),
        ("税额", total["tax"]),
        ("本月收到", total["paid"]),
        ("机构之间分成收付", total["settled"]),
        ("期末未结", found.closing),
        ("其中争议暂缓", found.held),
    ]
    sheet.table(
        ("项目", "金额（元）"),
        [(name, yuan(amount)) for name, amount in lines],
        widths=(70, 30),
        right=frozenset({1}),
    )
    sign = "" if found.closing >= 0 else "负"
    sheet.paragraph(f"期末未结（大写）：{sign}{in_words(abs(found.closing))}")
    if found.rows:
        sheet.heading("明细")
        sheet.table(
            ("日期", "事项", "入职编号", "对方", "服务费", "分成", "税额", "未结变动"),
            [
                (
                    row.day.isoformat(),
                    KINDS[row.kind],
                    row.number,
                    row.name,
                    *(yuan(amount) for amount in (row.fee, row.share, row.tax, row.open)),
                )
                for row in found.rows
            ],
            widths=(15, 12, 18, 25, 16, 16, 14, 17),
            right=frozenset({4, 5, 6, 7}),
        )
    else:
        sheet.paragraph("本月没有发生额。")
    sheet.paragraph(
        "服务费由用人单位支付，不向求职者收取。已入账的事项不作修改，只以冲销更正。", small=True
    )
    return sheet.finish()


def book(found: Statement) -> bytes:
    """The same as XLSX: the entries on one sheet, the sums on another."""
    columns = (
        Column("日期", 12),
        Column("事项", 12),
        Column("入职编号", 16),
        Column("对方编号", 20),
        Column("对方", 32),
        *(
            Column(head, 16, money=True)
            for head in (
                "服务费（不含税）",
                "分成",
                "税额",
                "争议暂缓",
                "收到",
                "分成收付",
                "未结变动",
            )
        ),
    )
    rows = (
        (
            row.day,
            KINDS[row.kind],
            row.number,
            row.with_whom,
            row.name,
            *(row.fee, row.share, row.tax, row.held, row.paid, row.settled, row.open),
        )
        for row in found.rows
    )
    sums = [
        ("期初未结", found.opening),
        *((name, found.totals[key]) for key, name in _SUMS),
        ("期末未结", found.closing),
    ]
    return workbook(
        [
            ("明细", columns, rows),
            ("合计", (Column("项目", 24), Column("金额（元）", 18, money=True)), sums),
        ]
    )


_SUMS = (
    ("fee", "服务费（不含税）"),
    ("share", "分成"),
    ("tax", "税额"),
    ("held", "争议暂缓"),
    ("paid", "收到"),
    ("settled", "分成收付"),
    ("open", "未结变动"),
)
