"""The receipt of a referral (推荐回执): that this firm referred this card to this employer, when.

It names nobody: at the time it is handed out, name and contact are not open. What ties it to a
person is the number of the referral, for as long as the site keeps the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from talentmarket.exchange.brokering.papers import wording
from talentmarket.exchange.brokering.papers.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the receipt says. `answer`: what the employer said of the card: new, known, or silence
    (counts as new); `answered_at`: when, or when the time for it was over."""

    number: str
    mandate: str
    firm: str
    firm_uscc: str
    client: str
    client_uscc: str
    title: str
    card: str
    sent_at: datetime
    answer: str
    answered_at: datetime | None
    owned_until: date
    terms_number: int
    terms_digest: str
    partner: str = ""

    def facts(self) -> dict[str, Any]:
        """What the check code covers and the site tells a reader of the paper."""
        return {
            "number": self.number,
            "mandate": self.mandate,
            "firm": self.firm,
            "firm_uscc": self.firm_uscc,
            "partner": self.partner,
            "client": self.client,
            "client_uscc": self.client_uscc,
            "title": self.title,
            "card": self.card,
            "sent_at": self.sent_at.isoformat(),
            "answer": self.answer,
            "answered_at": self.answered_at.isoformat() if self.answered_at else "",
            "owned_until": self.owned_until.isoformat(),
            "terms_number": self.terms_number,
            "terms_digest": self.terms_digest,
        }


ANSWERS = {
    "new": "单位确认：此前未接触",
    "known": "单位称此前已接触，附有日期和记录",
    "silence": "单位未在 2 个工作日内答复，视为此前未接触",
    "": "等待单位答复（2 个工作日）",
}


def draw(receipt: Receipt, *, at: datetime, foot: str) -> bytes:
    """The PDF. Raises KeyError for an answer that is none."""
    sheet = Sheet("推荐回执", at=at, foot=foot)
    rows = [
        ("推荐编号", receipt.number),
        ("委托编号", receipt.mandate),
        ("推荐机构", f"{receipt.firm}（{receipt.firm_uscc}）"),
    ]
    if receipt.partner:
        rows.append(("带来人选的机构", receipt.partner))
    rows += [
        ("接收单位", f"{receipt.client}（{receipt.client_uscc}）"),
        ("岗位", receipt.title),
        ("人选编号", receipt.card),
        ("送出时间", wording.moment(receipt.sent_at)),
        ("单位答复", ANSWERS[receipt.answer]),
    ]
    if receipt.answered_at:
        rows.append(("答复时间", wording.moment(receipt.answered_at)))
    rows += [
        ("归属期至", wording.day(receipt.owned_until)),
        ("适用条款", f"第 {receipt.terms_number} 版"),
        ("出具时间", wording.moment(at)),
    ]
    sheet.facts(rows)
    sheet.paragraph(
        "本回执证明推荐机构在上述时间经本平台向接收单位送出该人选。归属是机构对单位的请求权，"
        "不限制求职者自行应聘。对归属有异议的，可在异议期内向平台提出；不影响向人民法院起诉。"
    )
    sheet.paragraph(f"条款摘要（SHA-256）：{receipt.terms_digest}", small=True)
    return sheet.finish()
