"""How the papers put terms, days and rates into words."""

from __future__ import annotations

from datetime import date, datetime

from talentmarket.core import clock
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Reach, Remedy, Terms
from talentmarket.exchange.brokering.money import in_words, yuan

_REACH = {
    Reach.JOB: "仅限本岗位",
    Reach.COPIES: "本岗位及其复制、重新发布的岗位",
    Reach.GROUP: "委托单位及其分支机构的任何岗位",
}


def day(value: date) -> str:
    """2026年11月30日."""
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime) -> str:
    """2026年11月30日 18:05, in Shanghai's time."""
    local = clock.local(value)
    return f"{day(local.date())} {local:%H:%M}（北京时间）"


def percent(points: int) -> str:
    """Basis points: 1875 → 18.75%."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%"


def terms_table(terms: Terms) -> list[tuple[str, str]]:
    """All terms, as names and values."""
    rows = [
        ("委托方式", "独家委托" if terms.exclusive else "非独家委托"),
        ("服务费", _fee(terms)),
    ]
    if terms.fee_basis is not FeeBasis.NONE:
        rows.append(("税率", f"{percent(terms.tax_rate)}，在服务费之外另计"))
    rows += [
        ("保证期", _guarantee(terms)),
        ("推荐归属期", f"自送出之日起 {terms.ownership_days} 日，{_REACH[terms.reach]}"),
        ("异议期", f"{terms.objection_days} 个工作日"),
        ("对其他机构开放", _opening(terms)),
        ("劳动合同用人单位", _unit(terms.record_name, terms.record_uscc)),
    ]
    if terms.host_name:
        rows.append(("实际用工单位", _unit(terms.host_name, terms.host_uscc)))
    return rows


def _fee(terms: Terms) -> str:
    if terms.fee_basis is FeeBasis.NONE:
        return "不收费（公共就业服务，人力资源市场暂行条例第十五条）"
    if terms.fee_basis is FeeBasis.AMOUNT:
        amount = terms.fee_amount
        return f"每人 {yuan(amount)} 元（大写：{in_words(amount)}），由委托单位支付"
    return f"录用时约定年薪（税前）的 {percent(terms.fee_share)}，由委托单位支付"


def _guarantee(terms: Terms) -> str:
    if not terms.guarantee_days or terms.remedy is Remedy.NONE:
        return "无"
    remedy = {
        Remedy.REFUND: "全额退还服务费",
        Remedy.REFUND_BY_DAYS: "按剩余天数比例退还服务费",
        Remedy.REPLACEMENT: "免费补充推荐；未能补充的，全额退还服务费",
    }[terms.remedy]
    return f"入职之日起 {terms.guarantee_days} 日；期内离职的，{remedy}；因委托单位原因离职的除外"


def _opening(terms: Terms) -> str:
    if not terms.opened:
        return "否"
    if terms.fee_basis is FeeBasis.NONE:
        return "是"
    return f"是，带来人选的机构分得服务费（不含税）的 {percent(terms.split)}"


def _unit(name: str, code: str) -> str:
    return f"{name}（统一社会信用代码 {code}）" if code else name
