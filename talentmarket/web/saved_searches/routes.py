"""A person's saved searches for jobs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.alerts import asked as asking
from talentmarket.discovery.alerts import counting, feeds, saving
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, SavedSearch
from talentmarket.discovery.alerts.suited import told_jobs
from talentmarket.discovery.jobs import search_jobs
from talentmarket.exchange.models import Job
from talentmarket.web import addresses
from talentmarket.web.jobs.describing import brief
from talentmarket.web.jobs.search import NAMES
from talentmarket.web.saved_searches import views
from talentmarket.web.saved_searches.forms import SearchForm
from talentmarket.web.saved_searches.keeping import kept

bp = Blueprint("saved_searches", __name__, url_prefix="/me/saved-searches")
Answer = str | Response | tuple[str, int]
#: What is new stays marked this long after the first look at it.
LOOKING = timedelta(minutes=30)


@bp.get("")
def listed() -> str:
    """All of them, with how much is new in each."""
    session = db.session()
    searches = saving.of_account(session, current_user.account)
    counts = counting.new_jobs(session, searches, current_user.excluded)
    return render_template(
        "saved_searches/list.html",
        rows=views.rows(searches, counts, {}),
        most=saving.MOST_SAVED,
    )


@bp.route("/new", methods=["GET", "POST"])
def new() -> Answer:
    """Save the search that the address says."""
    state = addresses.read("jobs.search", NAMES)
    asked = views.asked_of(state)
    form = SearchForm() if request.method == "POST" else SearchForm.begun(views.name_of(asked))
    if form.validate_on_submit():
        answer = kept(
            form,
            lambda session: saving.save(session, current_user.account, asked, **form.chosen()),
            lambda search_id: url_for(".show", search_id=search_id),
        )
        if answer is not None:
            return answer
    page = render_template(
        "saved_searches/new.html",
        form=form,
        conditions=views.conditions(asked),
        action=url_for(".new", **state.arguments()),
        back=state.url(),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/suiting", methods=["GET", "POST"])
def suiting() -> Answer:
    """Be told of jobs that suit the profile, with the reasons."""
    name = _("适合我的岗位")
    form = SearchForm(nightly=True)
    if request.method == "GET":
        form = SearchForm.begun(name, nightly=True)
    if form.validate_on_submit():
        answer = kept(
            form,
            lambda session: saving.save(
                session, current_user.account, Asked(), by_match=True, **form.chosen(name)
            ),
            lambda search_id: url_for(".show", search_id=search_id),
        )
        if answer is not None:
            return answer
    page = render_template(
        "saved_searches/new.html",
        form=form,
        conditions=views.suits(False),
        action=url_for(".suiting"),
        back=url_for("me_matches.matches"),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/<search_id>", methods=["GET", "POST"])
def show(search_id: str) -> Answer:
    """The newest jobs of one, and its settings."""
    session = db.session()
    saved = saving.find(session, current_user.account, search_id)
    form = SearchForm(obj=saved, nightly=saved.by_match)
    if form.validate_on_submit():
        with unit_of_work() as unit:
            saved = saving.find(unit, current_user.account, search_id)
            saving.change(
                unit, saved, name=form.name.data or "", frequency=Frequency(form.frequency.data)
            )
        flash(_("已保存。"), "done")
        return redirect(url_for(".show", search_id=search_id))
    jobs, degraded = _jobs(session, saved)
    since, name = saved.seen_at, saved.name
    page = render_template(
        "saved_searches/show.html",
        name=name,
        form=form,
        search_id=search_id,
        conditions=views.conditions_of(saved),
        open_url=views.open_url(saved, {}),
        rows=[
            (brief(job), job.published_at is not None and job.published_at > since) for job in jobs
        ],
        by_match=saved.by_match,
        degraded=degraded,
        feed_url=_feed_address(saved),
    )
    if request.method == "GET" and clock.now() - since > LOOKING:
        with unit_of_work() as unit:
            saving.seen(unit, saving.find(unit, current_user.account, search_id))
    return page, 422 if form.errors else 200


def _jobs(session: Session, saved: SavedSearch) -> tuple[Sequence[Job], bool]:
    """The newest of a search, or what was told of what suits; whether the engine is off."""
    if saved.by_match:
        return told_jobs(session, saved), False
    query = asking.read(saved.query).job_query(current_user.excluded)
    found = search_jobs(session, query, bare=True)
    return found.rows, found.degraded


def _feed_address(saved: SavedSearch) -> str | None:
    token = feeds.token_of(saved)
    return url_for("feeds.saved", token=token, _external=True) if token else None


@bp.post("/<search_id>/feed")
def feed(search_id: str) -> Response:
    """Give the feed a new secret address, or take it back."""
    with unit_of_work() as session:
        saved = saving.find(session, current_user.account, search_id)
        if request.form.get("act") == "revoke":
            feeds.revoke(session, saved)
            flash(_("订阅地址已停用。"), "done")
        else:
            feeds.renew(session, saved)
            flash(_("已生成新的订阅地址，以前的不再有效。"), "done")
    return redirect(url_for(".show", search_id=search_id))


@bp.post("/<search_id>/delete")
def remove(search_id: str) -> Response:
    """Delete one."""
    with unit_of_work() as session:
        saving.remove(session, saving.find(session, current_user.account, search_id))
    flash(_("已删除。"), "done")
    return redirect(url_for(".listed"))
