"""The forms of basics and wishes."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from talentmarket.core.db import db
from talentmarket.members import proposals, talents
from talentmarket.members.models import EntryKind
from talentmarket.web import proposed
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.drafting import Page, open_page, send
from talentmarket.web.me.forms import BasicsForm, WishesForm
from talentmarket.web.me.person import actor, own_talent

LATEST = 3  # titles of past work that are read


def basics_page() -> Page:
    """The form of the basics."""
    return open_page("basics", BasicsForm, talents.basics_of(own_talent()), BasicsForm.data_of)


def wishes_page() -> Page:
    """The form of what is wanted."""
    return open_page("wishes", WishesForm, talents.wishes_of(own_talent()), WishesForm.data_of)


def proposed_occupations(page: Page) -> list[proposed.Row]:
    """What the headline and the titles of the person's work, proposed ones among them, may belong to."""
    talent = own_talent()
    work = [entry.title for entry in talent.entries if entry.kind is EntryKind.EXPERIENCE]
    read = [
        str(one.data.get("title") or "")
        for one in proposals.waiting(db.session(), talent)
        if one.kind == "entry" and one.data.get("kind") == EntryKind.EXPERIENCE
    ]
    titles = [title for title in (talent.headline, *work[:LATEST], *read[:LATEST]) if title]
    return proposed.occupation_rows(titles, chosen=page.form.occupations.data or ())


def send_basics(page: Page) -> bool:
    """Store the basics."""
    return send(
        page,
        lambda session: talents.edit_basics(
            session,
            own_talent(),
            page.form.values(),
            actor=actor(),
            version=page.form.version.data or "",
        ),
        BasicsForm.data_of,
    )


def send_wishes(page: Page) -> bool:
    """Store what is wanted."""
    return send(
        page,
        lambda session: talents.edit_wishes(
            session,
            own_talent(),
            page.form.values(),
            actor=actor(),
            version=page.form.version.data or "",
        ),
        WishesForm.data_of,
    )


@bp.route("/profile/basics", methods=["GET", "POST"])
def basics() -> tuple[str, int] | Response:
    """Name, headline, years, schooling."""
    page = basics_page()
    if send_basics(page):
        flash(_("基本信息已保存。"), "done")
        return redirect(url_for("me.profile", _anchor="basics"))
    return render_template("me/basics.html", page=page), page.status


@bp.route("/profile/wishes", methods=["GET", "POST"])
def wishes() -> tuple[str, int] | Response:
    """Target occupations, places, pay, terms."""
    page = wishes_page()
    if send_wishes(page):
        flash(_("求职意向已保存。"), "done")
        return redirect(url_for("me.profile", _anchor="wishes"))
    rows = proposed_occupations(page)
    return render_template("me/wishes.html", page=page, proposed=rows), page.status
