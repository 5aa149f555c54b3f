"""The letter of entrustment (委托招聘授权书), filled from the mandate.

国令700号 art. 26 has a firm demand a letter of entrustment before it recruits for somebody; the
employer of record and the host unit stand in it (art. 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from talentmarket.exchange.brokering.mandating.terms import Terms
from talentmarket.exchange.brokering.papers import wording
from talentmarket.exchange.brokering.papers.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says. `handler`: printed, but kept nowhere with the paper."""

    number: str
    firm: str
    firm_uscc: str
    licence: str
    client: str
    client_uscc: str
    handler: str
    title: str
    headcount: int
    valid_until: date
    terms: Terms
    terms_number: int

    def facts(self) -> dict[str, Any]:
        """What the check code covers and the site tells a reader of the paper."""
        return {
            "number": self.number,
            "firm": self.firm,
            "firm_uscc": self.firm_uscc,
            "licence": self.licence,
            "client": self.client,
            "client_uscc": self.client_uscc,
            "title": self.title,
            "headcount": self.headcount,
            "valid_until": self.valid_until.isoformat(),
            "terms_number": self.terms_number,
            "terms_digest": self.terms.digest(),
        }


def draw(letter: Letter, *, at: datetime, foot: str) -> bytes:
    """The PDF."""
    sheet = Sheet("委托招聘授权书", at=at, foot=foot)
    sheet.facts(
        [
            ("委托编号", letter.number),
            ("委托单位（甲方）", letter.client),
            ("统一社会信用代码", letter.client_uscc),
            ("甲方经办人", letter.handler or "（签署时填写）"),
            ("受托机构（乙方）", letter.firm),
            ("统一社会信用代码", letter.firm_uscc),
            ("人力资源服务许可证号", letter.licence or "（公共就业服务机构，无需许可证）"),
        ]
    )
    sheet.paragraph(
        f"甲方委托乙方为“{letter.title}”岗位招聘 {letter.headcount} 人，委托有效期至"
        f"{wording.day(letter.valid_until)}。在有效期内，乙方可以发布本岗位的招聘信息，"
        "在取得求职者对明确接收方的单独同意后，向甲方推荐人选。"
    )
    sheet.heading(f"委托条款（第 {letter.terms_number} 版）")
    sheet.facts(wording.terms_table(letter.terms))
    sheet.heading("双方声明")
    sheet.paragraph(
        "一、甲方提供的招聘简章、营业执照（或批准设立文件）、经办人身份证明真实、合法、有效，"
        "招聘条件不含法律禁止的歧视内容。"
    )
    sheet.paragraph(
        "二、乙方依法审查前项材料，持有效的人力资源服务许可证开展服务，法律另有规定的除外。"
    )
    sheet.paragraph("三、服务费由甲方支付。任何一方不得向求职者收取费用、押金或者扣押证件。")
    sheet.paragraph("四、推荐归属是乙方对甲方的请求权，不限制求职者自行求职和择业。")
    sheet.paragraph(f"条款摘要（SHA-256）：{letter.terms.digest()}", small=True)
    sheet.signatures("委托单位", "受托机构")
    return sheet.finish()
