"""What a form that was not taken is answered with: the page it came from, filled in, and why."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_wtf import FlaskForm

from talentmarket.core.errors import DomainError, Invalid, TooMany, Unavailable

#: A page with its status and headers.
FormAnswer = tuple[str, int, dict[str, str]]


def attach(form: FlaskForm, error: DomainError) -> None:
    """Show a service's error at its field, or above the form."""
    errors = error.errors if isinstance(error, Invalid) else {error.field or "": error.message}
    for name, message in (errors or {"": error.message}).items():
        if name in form._fields:
            field = form._fields[name]
            field.errors = [*field.errors, message]
        else:
            form.form_errors.append(message)
    form.refused = error


def wrong(form: FlaskForm, name: str, message: Any) -> None:
    """Show `message` at the field `name`."""
    attach(form, Invalid({name: message}))


def form_page(template: str, form: FlaskForm, **values: Any) -> FormAnswer:
    """The page of a form, with the status of :func:`form_answer`."""
    return form_answer(render_template(template, form=form, **values), form)


def form_answer(body: str, form: FlaskForm) -> FormAnswer:
    """`body` with status 422 when something in the form was not taken, 429 past a limit (with the
    seconds to wait), 503 while a part the step needs is off; else 200."""
    if not form.errors:
        return body, 200, {}
    error = getattr(form, "refused", None)
    if isinstance(error, TooMany):
        return body, error.status, {"Retry-After": str(error.retry_after)}
    return body, error.status if isinstance(error, Unavailable) else 422, {}
