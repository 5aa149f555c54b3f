"""What the pages of a mandate show: terms in words, versions side by side, its history."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from talentmarket.core import events
from talentmarket.core.words import word
from talentmarket.exchange.brokering.mandating.agreement import Version
from talentmarket.exchange.brokering.mandating.models import Mandate, Party
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Terms, differences
from talentmarket.members.models import Account
from talentmarket.web.applications.words import when
from talentmarket.web.context import spoken

#: Terms in the order of a page; codes of credit stand with their names.
SHOWN = (
    *("exclusive", "fee_basis", "fee_share", "fee_amount", "tax_rate", "guarantee_days"),
    *("remedy", "ownership_days", "reach", "objection_days", "opened", "split"),
    *("record_name", "host_name"),
)
_MONEY_AND_SHARES = ("fee_share", "tax_rate", "split")
_DAYS = ("guarantee_days", "ownership_days")


def term_value(terms: Terms, name: str) -> str | Markup:
    """One term in words."""
    value = getattr(terms, name)
    if name in ("exclusive", "opened"):
        return _("是") if value else _("否")
    if name in ("fee_basis", "remedy", "reach"):
        return word(name, value)
    if name in _MONEY_AND_SHARES:
        return percent(value)
    if name == "fee_amount":
        return _("%(yuan)s 元", yuan=yuan(value))
    if name in _DAYS:
        return ngettext("%(num)d 天", "%(num)d 天", value)
    if name == "objection_days":
        return ngettext("%(num)d 个工作日", "%(num)d 个工作日", value)
    code = getattr(terms, name.replace("name", "uscc"))
    if not value:
        return "—"
    return Markup('<span lang="zh">{}</span> {}').format(value, code)


def percent(points: int) -> str:
    """Basis points as percent without needless decimals: 2000 → 20%."""
    whole, rest = divmod(points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") + "%" if rest else f"{whole}%"


def yuan(fen: int) -> str:
    """Fen as yuan with separators: 1234550 → 12,345.50."""
    return f"{fen // 100:,}" if fen % 100 == 0 else f"{fen // 100:,}.{fen % 100:02d}"


def counting(terms: Terms) -> list[str]:
    """The terms that say something beside the others."""
    left = set()
    if terms.fee_basis is not FeeBasis.SHARE:
        left.add("fee_share")
    if terms.fee_basis is not FeeBasis.AMOUNT:
        left.add("fee_amount")
    if terms.fee_basis is FeeBasis.NONE:
        left |= {"tax_rate", "split"}
    if not terms.opened:
        left.add("split")
    if not terms.guarantee_days:
        left.add("remedy")
    return [name for name in SHOWN if name not in left]


def terms_rows(terms: Terms) -> list[tuple[str, str | Markup]]:
    """(name, value) of the terms that count."""
    return [(word("term", name), term_value(terms, name)) for name in counting(terms)]


def fee_said(terms: Terms) -> str:
    """The fee in a line of a list."""
    if terms.fee_basis is FeeBasis.NONE:
        return word("fee_basis", terms.fee_basis)
    if terms.fee_basis is FeeBasis.SHARE:
        return _("年薪 %(share)s", share=percent(terms.fee_share))
    return _("%(yuan)s 元", yuan=yuan(terms.fee_amount))


def compared(old: Terms, new: Terms) -> list[dict[str, Any]]:
    """Rows of two versions side by side, with what differs marked."""
    names = [one for one in SHOWN if one in {*counting(old), *counting(new)}]
    changed = {name.replace("uscc", "name") for name in differences(old, new)}
    none = "—"
    return [
        {
            "name": word("term", name),
            "old": term_value(old, name) if name in counting(old) else none,
            "new": term_value(new, name) if name in counting(new) else none,
            "differs": name in changed,
        }
        for name in names
    ]


def version_view(version: Version, mandate: Mandate, endpoint: str, org: str) -> dict[str, Any]:
    """A version for the list of versions. `endpoint`: of the page that compares two."""
    row = version.row
    known: dict[str, Any] = {"org": org, "mandate_id": mandate.public_id}
    return {
        "number": row.number,
        "digest": row.digest,
        "at": row.proposed_at,
        "fee": fee_said(row.terms),
        "firm": Party.FIRM in version.confirmed,
        "client": Party.CLIENT in version.confirmed,
        "compare": url_for(endpoint, old=row.number - 1, new=row.number, **known)
        if row.number > 1
        else None,
        "in_force": row.number == mandate.terms_number,
    }


def history(session: Session, mandate: Mandate, shown_to_client: bool = False) -> list[Any]:
    """What happened, newest first. The client reads no names of the firm's members."""
    rows = events.history(session, "mandate", mandate.public_id)[::-1][:60]
    names = {} if shown_to_client else _names(session, (one.actor for one in rows))
    hidden = ("open_identity", "sample", "hand_over", "edit", "name_handler")
    return [
        {
            "at": one.at,
            "when": when(one.at),
            "head": word("mandate_verb", one.verb)
            + (
                _("（第 %(number)s 版）", number=one.data["number"])
                if "number" in one.data
                else _("（%(document)s）", document=word("mandate_document", one.data["kind"]))
                if "kind" in one.data
                else ""
            ),
            "who": spoken(names.get(one.actor or "", "")),
            "kind": "move" if one.to_state else "plain",
        }
        for one in rows
        if not (shown_to_client and one.verb in hidden)
    ]


def _names(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    wanted = {one for one in ids if one}
    rows = session.execute(
        sa.select(Account.public_id, Account.name).where(Account.public_id.in_(wanted))
    )
    return {public_id: name or public_id for public_id, name in rows}
