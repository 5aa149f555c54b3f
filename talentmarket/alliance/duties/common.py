"""What the three kinds of records share: texts that are long enough, codes that are known, who signs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.folding import clean, clean_line
from talentmarket.core.words import WORDS
from talentmarket.members.models import Account, AccountState

#: Signs of a text that says something, and the most it may have.
LEAST, MOST = 10, 5000
#: Signs of the duty as which somebody signs.
MOST_DUTY = 60
#: No record begins before this year.
EARLIEST = 2000


def text_of(given: str, name: str, wrong: dict[str, Any], *, least: int = LEAST) -> str:
    """`given`, cleaned; says in `wrong` under `name` where it is too short or too long."""
    text = clean(given)
    if len(text) < least:
        wrong[name] = _l("请写明情况，至少 %(least)s 个字。", least=least)
    elif len(text) > MOST:
        wrong[name] = _l("最多 %(most)s 字，请缩短。", most=MOST)
    return text


def duty_of(given: str, wrong: dict[str, Any]) -> str:
    """As what somebody signs."""
    duty = clean_line(given)
    if not 2 <= len(duty) <= MOST_DUTY:
        wrong["duty"] = _l("填写签署人的职务，例如个人信息保护负责人。")
    return duty


def kinds_of(given: Iterable[str], wrong: dict[str, Any]) -> list[str]:
    """Kinds of personal information, in the order of the words."""
    chosen = set(given)
    if not chosen or not chosen <= set(WORDS["personal_data"]):
        wrong["kinds"] = _l("勾选涉及的个人信息种类，至少一项。")
    return [one for one in WORDS["personal_data"] if one in chosen]


def not_ahead(at: datetime | None, name: str, wrong: dict[str, Any]) -> None:
    """Says in `wrong` that a moment is missing, still to come or of another age (a slip in the year
    that no database holds)."""
    if at is None or at.year < EARLIEST or at > clock.now():
        wrong[name] = _l("填写时间，不能晚于现在。")


def office(session: Session) -> list[int]:
    """The operators (by key) who can sign in."""
    query = sa.select(Account.id).where(
        Account.is_operator.is_(True), Account.state == AccountState.ACTIVE
    )
    return list(session.scalars(query.order_by(Account.id)))
