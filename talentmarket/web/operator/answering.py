"""How the pages of the queues work: lines with a clock, a form of an answer, a file that is opened.

A page shows one case and takes one answer to it: `answered` does what the form asks for in a unit
of work and leads on; refused, the page is shown again with what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, redirect, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from talentmarket.core import events, files
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.uow import unit_of_work
from talentmarket.web.applications.words import countdown
from talentmarket.web.operator.common import Answer, SeenForm, actor, attempt, page
from talentmarket.web.organisations.showing import file_link


def row(url: str, title: str, about: list[str], begin: Any, due: datetime | None) -> dict[str, Any]:
    """A line of a queue. The clock runs from `begin` to `due`."""
    line = {"url": url, "title": title, "about": about, "at": begin}
    return {**line, "clock": countdown(begin or due, due) if due else None}


def answered(
    form: FlaskForm, act: Callable[[Session], None], said: str, target: str
) -> Answer | None:
    """Do what a sent form asks for, then say so and go to `target`; None when nothing was sent or
    it was refused: the words stand at the form's fields."""

    def once() -> None:
        with unit_of_work() as session:
            act(session)

    if not form.validate_on_submit() or not attempt(form, once):
        return None
    flash(said, "done")
    return redirect(target)


def verdict(*known: str) -> str:
    """Which answer was sent. Raises NotFound for one the page does not offer."""
    sent = request.form.get("verdict", "")
    if sent not in known:
        raise NotFound()
    return sent


#: Answers to what was handed in: they hold for the version that was read, and for no later one.
_TO_A_VERSION = frozenset({"approve", "accept", "return", "refuse", "reject"})


def check_seen(form: SeenForm, sent: str, now: str) -> None:
    """Raises Conflict when the answer `sent` is to another version than stands there `now`: it was
    taken back, changed and handed in again while the page was open."""
    if sent in _TO_A_VERSION and form.seen.data and form.seen.data != now:
        raise Conflict(
            _l(
                "您打开这一页以后有了变动：对方改过或重新提交了，或同事已经处理。"
                "现在显示的是最新的，请核对后再处理。"
            ),
            code="changed-since",
        )


def case_page(template: str, form: FlaskForm, **values: Any) -> Answer:
    """The page of a case with its form."""
    return page(template, form=form, **values), 422 if form.errors else 200


def open_file(file: files.StoredFile | None, subject_type: str, subject_id: str) -> Answer:
    """A proof through a signed link; that it was opened is an event."""
    if file is None or file.erased_at is not None:
        raise NotFound()
    link = file_link(file)
    public_id = file.public_id
    with unit_of_work() as session:
        events.record(session, subject_type, subject_id, "open_file", actor=actor(), file=public_id)
    return redirect(link)
