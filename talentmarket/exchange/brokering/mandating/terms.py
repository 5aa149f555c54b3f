"""What employer and firm agree on in a mandate, as one frozen value. Pure.

A version of the terms is stored as a row that nobody changes; :class:`Terms` is what stands in it.
Two sides that confirm a version confirm its :meth:`Terms.digest`, so a text that changed in between
cannot be confirmed. The fee is always the employer's (the exchange's own published rule; deposits
and fees from job seekers are forbidden besides: 人力资源市场暂行条例 and 网络招聘服务管理规定 art. 19).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

#: Parts of a whole: 10 000 basis points are 100 %.
WHOLE = 10_000
#: The tax on services where nothing else is agreed: 6 %.
TAX_RATE = 600
#: Working days in which the employer or another firm may object to a referral.
OBJECTION_DAYS = 5
GUARANTEE_DAYS_MOST = 365
OWNERSHIP_DAYS = (30, 180, 730)  # least, default, most
#: A fee of more than this share of a year's pay is taken for a slip of the pen.
FEE_SHARE_MOST = 6_000
FEE_AMOUNT_MOST = 1_000_000_00


class FeeBasis(StrEnum):
    """What the fee is reckoned from."""

    SHARE = "share"  # basis points of the yearly pay agreed in the offer
    AMOUNT = "amount"  # a fixed amount per person
    NONE = "none"  # public employment services (人力资源市场暂行条例 art. 15)


class Remedy(StrEnum):
    """What the firm owes when a person leaves within the guarantee.

    Never where the employer was the cause, whatever is agreed.
    """

    REFUND = "refund"  # the whole fee
    REFUND_BY_DAYS = "refund_by_days"  # the fee for the days of the guarantee that are left
    REPLACEMENT = "replacement"  # another person without a second fee
    NONE = "none"


class Reach(StrEnum):
    """For which jobs of the employer the firm's claim on a referred person holds."""

    JOB = "job"
    COPIES = "copies"  # the job and its copies
    GROUP = "group"  # any job of the employer and its branches


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of the terms. Money in fen, shares in basis points (1/100 %), times in days.

    `fee_share` counts with the basis SHARE, `fee_amount` with AMOUNT; the other is 0. Fees are
    without tax; `tax_rate` of the fee comes on top. `guarantee_days` are calendar days from the day
    of the start, 0 for no guarantee. `ownership_days` are calendar days from `sent`.
    `objection_days` are working days. `split`: what the firm that brings the person gets of the fee
    when the mandate is open to other firms; the rest, with what rounding leaves, is the owner's.
    `record_*`: the employer of record (who signs the labour contract), `host_*`: the unit where the
    work is done, where that is another (人力资源市场暂行条例 art. 30).
    """

    exclusive: bool = False
    fee_basis: FeeBasis = FeeBasis.SHARE
    fee_share: int = 0
    fee_amount: int = 0
    tax_rate: int = TAX_RATE
    guarantee_days: int = 0
    remedy: Remedy = Remedy.NONE
    ownership_days: int = OWNERSHIP_DAYS[1]
    reach: Reach = Reach.JOB
    objection_days: int = OBJECTION_DAYS
    opened: bool = False
    split: int = 0
    record_name: str = ""
    record_uscc: str = ""
    host_name: str = ""
    host_uscc: str = ""

    def but(self, **changes: Any) -> Terms:
        """The same terms with some values replaced."""
        return replace(self, **changes)

    def canonical(self) -> str:
        """The one text that stands for these values: JSON, keys sorted, no spaces."""
        values = {name: getattr(self, name) for name in NAMES}
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of :meth:`canonical`, 64 hex signs: what is confirmed."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Terms:
        """The terms that :meth:`canonical` wrote down, or a row's columns by name."""
        given = {name: values[name] for name in NAMES}
        for name, kind in (("fee_basis", FeeBasis), ("remedy", Remedy), ("reach", Reach)):
            given[name] = kind(given[name])
        return cls(**given)


NAMES = tuple(field.name for field in fields(Terms))


def differences(old: Terms, new: Terms) -> tuple[str, ...]:
    """The fields in which two versions differ, in the order of :class:`Terms`."""
    return tuple(name for name in NAMES if getattr(old, name) != getattr(new, name))


def settled(terms: Terms) -> Terms:
    """The terms without values that do not count beside the others: one form for one meaning."""
    share = terms.fee_share if terms.fee_basis is FeeBasis.SHARE else 0
    amount = terms.fee_amount if terms.fee_basis is FeeBasis.AMOUNT else 0
    free = terms.fee_basis is FeeBasis.NONE
    guaranteed = terms.guarantee_days > 0
    return terms.but(
        fee_share=share,
        fee_amount=amount,
        tax_rate=0 if free else terms.tax_rate,
        remedy=terms.remedy if guaranteed else Remedy.NONE,
        split=terms.split if terms.opened and not free else 0,
    )


def problems(terms: Terms, *, free: bool = False) -> dict[str, Any]:
    """Field → message for what cannot be agreed. `free`: the firm may ask no fee (art. 15)."""
    wrong: dict[str, Any] = {}
    if free and terms.fee_basis is not FeeBasis.NONE:
        wrong["fee_basis"] = _l("公共就业服务机构不得收费（人力资源市场暂行条例第15条）。")
    if not free and terms.fee_basis is FeeBasis.NONE:
        wrong["fee_basis"] = _l("选择按年薪比例或固定金额。")
    if terms.fee_basis is FeeBasis.SHARE and not 0 < terms.fee_share <= FEE_SHARE_MOST:
        wrong["fee_share"] = _l("服务费比例应大于 0、不超过 60%。")
    if terms.fee_basis is FeeBasis.AMOUNT and not 0 < terms.fee_amount <= FEE_AMOUNT_MOST:
        wrong["fee_amount"] = _l("服务费金额应大于 0、不超过 100 万元。")
    if not 0 <= terms.tax_rate <= 2_000:
        wrong["tax_rate"] = _l("税率应在 0 到 20% 之间。")
    _time_problems(terms, wrong)
    if terms.opened and terms.fee_basis is not FeeBasis.NONE and not 0 < terms.split < WHOLE:
        wrong["split"] = _l("对其他机构开放时，写明带来人选的机构分得的比例，大于 0、小于 100%。")
    if not terms.record_name:
        wrong["record_name"] = _l("写明签订劳动合同的单位。")
    return wrong


def _time_problems(terms: Terms, wrong: dict[str, Any]) -> None:
    least, _usual, most = OWNERSHIP_DAYS
    if not 0 <= terms.guarantee_days <= GUARANTEE_DAYS_MOST:
        wrong["guarantee_days"] = _l("保证期应在 0 到 365 天之间。")
    elif terms.guarantee_days and terms.remedy is Remedy.NONE:
        wrong["remedy"] = _l("有保证期时，选择退费或补人。")
    if not least <= terms.ownership_days <= most:
        wrong["ownership_days"] = _l("归属期应在 30 到 730 天之间。")
    if not 1 <= terms.objection_days <= OBJECTION_DAYS:
        wrong["objection_days"] = _l("异议期为 1 到 5 个工作日。")
