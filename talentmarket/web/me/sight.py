"""Who may see what, how others see the person, and who looked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField

from talentmarket.core.db import db
from talentmarket.core.folding import fold, whole_number
from talentmarket.exchange.brokering import standing
from talentmarket.members import blocks, cards, talents
from talentmarket.members import openings as records
from talentmarket.members.models import (
    TRUSTED,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Talent,
    Visibility,
)
from talentmarket.members.talents import SECTIONS, Sight
from talentmarket.web.choices import word_choices
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.card_views import card_view
from talentmarket.web.me.drafting import Page, open_page, send
from talentmarket.web.me.forms import VersionedForm
from talentmarket.web.me.opening_views import jobs_of
from talentmarket.web.me.person import actor, own_talent

PAGE = 50
#: Who can be named: a suspended organisation has vanished here too.
_NAMED = (
    Organisation.kind != OrganisationKind.SOURCE,
    Organisation.state != OrganisationState.SUSPENDED,
)
LAST_PAGE = 100_000


class VisibilityForm(VersionedForm):
    """Who may find and open the profile."""

    visibility = RadioField(_l("谁能找到并打开您的档案"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visibility.choices = word_choices("visibility")


class SectionsForm(VersionedForm):
    """Parts of the profile that fewer may see."""


for _section in SECTIONS:
    setattr(
        SectionsForm,
        _section,
        RadioField(choices=word_choices("visibility"), validate_choice=False),
    )


def sight_page(*, chosen: bool) -> Page:
    """The form of the whole profile; while nothing was `chosen` yet, nothing is ticked."""
    values = talents.sight_of(own_talent())

    def data_of(sight: Sight) -> dict[str, Any]:
        return {"visibility": str(sight.visibility)} if chosen else {}

    return open_page("visibility", VisibilityForm, values, data_of)


def send_sight(page: Page) -> bool:
    """Store who sees the profile."""
    if request.method == "POST" and page.form.visibility.data not in set(Visibility):
        page.form.visibility.errors = [_("请选择一项。没有替您预先勾选。")]
        return False
    talent = own_talent()
    values = Sight(
        Visibility(page.form.visibility.data or Visibility.PRIVATE), dict(talent.sections or {})
    )
    return _store(page, values, lambda sight: {"visibility": str(sight.visibility)})


def sections_page() -> Page:
    """The form of the parts."""
    talent = own_talent()

    def data_of(_sight: Sight) -> dict[str, Any]:
        return {name: str(talents.section_choice(talent, name)) for name in SECTIONS}

    return open_page("sections", SectionsForm, talents.sight_of(talent), data_of)


def send_sections(page: Page) -> bool:
    """Store who sees the parts; a part that is as open as the profile follows it."""
    talent = own_talent()
    own = {name: page.form[name].data for name in SECTIONS}
    plain = {
        name: str(talents.section_choice(Talent(visibility=talent.visibility), name))
        for name in SECTIONS
    }
    narrower = {name: level for name, level in own.items() if level and level != plain[name]}
    values = Sight(talent.visibility, narrower)
    return _store(page, values, lambda sight: {**plain, **sight.sections})


def _store(page: Page, values: Sight, data_of: Callable[[Sight], dict[str, Any]]) -> bool:
    version = page.form.version.data or ""
    return send(
        page,
        lambda session: talents.choose_visibility(
            session, own_talent(), values, actor=actor(), version=version
        ),
        data_of,
    )


@bp.route("/visibility", methods=["GET", "POST"])
def visibility() -> tuple[str, int] | Response:
    """Four levels for the whole profile."""
    page = sight_page(chosen=own_talent().visibility_chosen_at is not None)
    if send_sight(page):
        flash(_("可见范围已保存，马上生效。"), "done")
        return redirect(url_for("me.profile", _anchor="visibility"))
    return render_template("me/visibility.html", page=page), page.status


@bp.route("/visibility/sections", methods=["GET", "POST"])
def sections() -> tuple[str, int] | Response:
    """Four levels for each part."""
    page = sections_page()
    if send_sections(page):
        flash(_("各部分的可见范围已保存，马上生效。"), "done")
        return redirect(url_for("me.profile", _anchor="visibility"))
    levels = {name: page.form[name].data for name in SECTIONS}
    body = render_template(
        "me/sections.html", page=page, levels=levels, version=page.form.version.data
    )
    return body, page.status


@bp.get("/preview")
def preview() -> str:
    """The profile as a named organisation sees it."""
    talent = own_talent()
    words = request.args.get("q", "").strip()[:80]
    found = _organisations(words)
    chosen = None
    if org := request.args.get("org"):
        chosen = db.session.scalar(
            sa.select(Organisation).where(Organisation.public_id == org, *_NAMED)
        )
    card = reason = None
    if chosen is not None:
        reason = _why_not(talent, chosen)
        shown = cards.anonymous_card(talent, viewer_org=chosen.public_id)
        card = card_view(shown) if reason is None else None
    return render_template(
        "me/preview.html", words=words, found=found, chosen=chosen, card=card, reason=reason
    )


def _organisations(words: str) -> list[Organisation]:
    wanted = fold(words).replace("%", "").replace("_", "")
    if not wanted:
        return []
    condition = Organisation.name_folded.contains(wanted, autoescape=True)
    return list(
        db.session.scalars(
            sa.select(Organisation)
            .where(condition, *_NAMED)
            .order_by(Organisation.name_pinyin, Organisation.id)
            .limit(10)
        )
    )


def _why_not(talent: Talent, organisation: Organisation) -> str | None:
    """Why this organisation sees nothing; None when it sees the card."""
    session = db.session()
    blocked = blocks.is_blocked(session, talent, organisation)
    if blocked and talent.visibility is Visibility.PUBLIC:
        return _(
            "您屏蔽了这家单位，它和受它委托的机构登录后找不到您。但您的档案是公开的：不登录的人谁都能看到公开卡片。"
        )
    if blocked:
        return _("您屏蔽了这家单位，它和受它委托的机构都找不到您。")
    if organisation.state not in TRUSTED:
        return _("这家单位没有通过核验，不能搜索人才。")
    if standing.unlicensed(session, organisation):
        return _("这家机构没有有效的人力资源服务许可证，不能搜索人才。")
    if not cards.may_see(session, talent, organisation):
        return _("您的档案没有对单位开放。只有您申请它的岗位后，它才看到那份申请的快照。")
    return None


@bp.get("/openings")
def openings() -> str:
    """Each opening: receiver, purpose, time, what."""
    talent = own_talent()
    page = max(1, whole_number(request.args.get("page"), LAST_PAGE) or 1)
    session = db.session()
    count = records.count_openings(session, talent)
    rows = records.openings_of(session, talent, offset=(page - 1) * PAGE, limit=PAGE)
    pages = list(range(1, (count + PAGE - 1) // PAGE + 1))
    return render_template(
        "me/openings.html",
        rows=jobs_of(session, rows),
        page=page,
        pages=pages,
        page_url=lambda number: url_for("me.openings", page=number),
    )
