"""What is common to the forms of a profile: drafts restored, errors said, both versions shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, FileField, SelectField, SelectMultipleField

from talentmarket.core.db import db
from talentmarket.core.errors import Invalid, Stale
from talentmarket.core.uow import unit_of_work
from talentmarket.members import drafts
from talentmarket.members.editing import version_of
from talentmarket.web.formpages import attach
from talentmarket.web.me.person import account

#: Drafts of forms are kept apart from what the program itself keeps there.
PREFIX = "form."
_TRANSPORT = ("csrf_token", "version")

Make = Callable[..., FlaskForm]


@dataclass
class Page:
    """A form on its page. `restored`: when the draft in it was saved. `stale`: rows of
    (label, what stands there now, what was typed) when somebody was faster."""

    key: str
    form: Any
    make: Make
    current: Mapping[str, Any]
    restored: datetime | None = None
    stale: list[tuple[Any, str, str]] = field(default_factory=list)

    @property
    def status(self) -> int:
        """What it is shown with: 409 beside what somebody else wrote, 422 when it was not taken."""
        if self.stale:
            return 409
        return 422 if request.method == "POST" else 200


def open_page(key: str, make: Make, values: Any, data_of: Callable[[Any], dict[str, Any]]) -> Page:
    """The form of stored `values`, or of the draft that was not sent, or of what is sent now.

    `make` builds the form from keyword arguments `formdata` and `data`.
    """
    current = {**data_of(values), "version": version_of(values)}
    if request.method == "POST":
        # A form that was sent without its version was opened on nothing.
        sent = {**current, "version": ""}
        return Page(key, make(formdata=request.form, data=sent), make, current)
    plain = make(formdata=None, data=current)
    draft = drafts.load(db.session(), account(), PREFIX + key)
    if draft is None:
        return Page(key, plain, make, current)
    restored = make(formdata=MultiDict(draft.data), data=current)
    if fields_of(restored) == fields_of(plain):
        return Page(key, plain, make, current)
    return Page(key, restored, make, current, restored=draft.saved_at)


def send(page: Page, save: Callable[[Session], object], data_of: Callable[[Any], Any]) -> bool:
    """Validate and store a sent form; False when the page has to be shown again."""
    if not page.form.validate_on_submit():
        return False
    try:
        with unit_of_work() as session:
            save(session)
            drafts.drop(session, account(), PREFIX + page.key)
    except Stale as stale:
        _show_both(page, stale.current, data_of)
        return False
    except Invalid as error:
        attach(page.form, error)
        return False
    return True


def _show_both(page: Page, now: Any, data_of: Callable[[Any], dict[str, Any]]) -> None:
    other = page.make(formdata=None, data=data_of(now))
    mine, theirs = fields_of(page.form), fields_of(other)
    for one in page.form:
        if mine.get(one.name) != theirs.get(one.name):
            there = shown(other[one.name]) if one.name in other else ""
            page.stale.append((one.label.text, there, shown(one)))
    page.form.version.data = version_of(now)


def fields_of(form: Any) -> dict[str, list[str]]:
    """What a form holds, comparable: empty fields left out."""
    held = {}
    for one in form:
        if one.name in _TRANSPORT or isinstance(one, FileField):
            continue
        if isinstance(one.data, list | tuple):
            values = [str(value) for value in one.data]
        elif one.data in (None, "", False):
            values = list(one.raw_data or []) if one.data is None and one.raw_data else []
        else:
            values = [str(one.data)]
        if values := [value for value in values if value.strip()]:
            held[one.name] = values
    return held


def _plain(label: Any) -> str:
    return label.striptags() if isinstance(label, Markup) else str(label)


def shown(one: Field) -> str:
    """A field's value as a reader knows it."""
    if isinstance(one, SelectMultipleField | SelectField) or hasattr(one, "iter_choices"):
        chosen = one.data if isinstance(one.data, list) else [one.data or ""]
        names = {str(item.value): _plain(item.label) for item in one.choices or ()}
        return _("、").join(names.get(str(code), str(code)) for code in chosen)
    return "" if one.data is None else str(one.data)
