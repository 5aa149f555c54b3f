"""What somebody typed and has not sent yet: kept per account and form, so that nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import insert_for
from talentmarket.core.errors import Invalid, TooMany
from talentmarket.members.models import Account, Draft

MAX_SIGNS = 200_000
MAX_DRAFTS = 200
_FORM = re.compile(r"[a-z][a-z0-9_.:-]{0,79}")
#: Names that belong to the transport, not to what was typed.
_LEFT_OUT = frozenset({"csrf_token", "save_draft"})


def collect(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Form fields as they are stored: each name with all its values."""
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        if name not in _LEFT_OUT:
            data.setdefault(name, []).append(value)
    return data


def save(session: Session, account: Account, form: str, data: Mapping[str, Any]) -> None:
    """Keep `data` as the draft of `form`; the later one wins."""
    if not _FORM.fullmatch(form):
        raise Invalid({"form": _l("没有这个表单。")})
    if sum(len(name) + len(str(value)) for name, value in data.items()) > MAX_SIGNS:
        raise Invalid({"form": _l("内容太长，草稿没有保存。请分几次填写。")})
    _keep_few(session, account)
    at = clock.now()
    statement = insert_for(session)(Draft).values(
        account_id=account.id, form=form, data=dict(data), saved_at=at
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "form"], set_={"data": dict(data), "saved_at": at}
        )
    )


def _keep_few(session: Session, account: Account) -> None:
    count = session.scalar(
        sa.select(sa.func.count()).select_from(Draft).where(Draft.account_id == account.id)
    )
    if (count or 0) > MAX_DRAFTS:
        raise TooMany(_l("草稿太多了，请先提交或放弃一些。"))


def load(session: Session, account: Account, form: str) -> Draft | None:
    """The draft of a form, if there is one."""
    return session.scalar(
        sa.select(Draft)
        .where(Draft.account_id == account.id, Draft.form == form)
        .execution_options(populate_existing=True)
    )


def drop(session: Session, account: Account, form: str) -> bool:
    """Forget a draft: it was sent, or the person gave it up."""
    done = session.execute(
        sa.delete(Draft).where(Draft.account_id == account.id, Draft.form == form)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
