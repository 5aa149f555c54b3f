"""What the forms that save a search have in common."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core.errors import DomainError
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts.models import SavedSearch
from talentmarket.web.formpages import attach
from talentmarket.web.saved_searches.forms import SearchForm

Saved = tuple[SavedSearch, bool]


def kept(
    form: SearchForm, save: Callable[[Session], Saved], address: Callable[[str], str]
) -> Response | None:
    """Save what was asked and lead to it; None, with its errors in the form, where that may not be.

    `save`: in a transaction, gives the search and whether it is new; `address`: of a search's id.
    """
    try:
        with unit_of_work() as session:
            saved, fresh = save(session)
            where = address(saved.public_id)
    except DomainError as error:
        attach(form, error)
        return None
    flash(_("已保存。") if fresh else _("这个搜索已经保存过。"), "done")
    return redirect(where)
