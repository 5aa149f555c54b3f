"""The words for codes of papers and of the books of fees: part of :data:`core.words.WORDS`."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

PAPER_WORDS: dict[str, dict[str, LazyString]] = {
    "paper": {
        "letter": _l("委托招聘授权书"),
        "receipt": _l("推荐回执"),
        "statement": _l("服务费对账单"),
    },
    # what the employer said of a referral, as the receipt has it
    "referral_answer": {
        "new": _l("此前未接触"),
        "known": _l("此前已接触"),
        "silence": _l("未答复，视为此前未接触"),
    },
    "ledger_entry": {
        "fee": _l("服务费"),
        "hold": _l("争议暂缓"),
        "release": _l("争议解除"),
        "waive": _l("裁定减免"),
        "refund": _l("退费"),
        "payment": _l("付款"),
        "share_said": _l("分成已付，待确认"),
        "share_paid": _l("分成收付"),
        "reversal": _l("冲销"),
    },
}
