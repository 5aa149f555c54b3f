"""A member's saved searches for people, in an organisation and for the purpose they were saved with.

The list holds what the search itself would show now: the same rules, the same cards, and opening
one leaves the same trace.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core import clock
from talentmarket.core.errors import Forbidden
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import talents as discovery
from talentmarket.discovery.alerts import asked as asking
from talentmarket.discovery.alerts import counting, known, saving
from talentmarket.discovery.alerts.asked import Asked
from talentmarket.discovery.alerts.models import Frequency, SavedSearch
from talentmarket.discovery.talents import TalentQuery
from talentmarket.exchange.models import Job
from talentmarket.matching.outcomes.models import Surface
from talentmarket.matching.outcomes.recording import shown
from talentmarket.members.models import Organisation
from talentmarket.web import addresses
from talentmarket.web.org_desk import common
from talentmarket.web.saved_searches import views
from talentmarket.web.saved_searches.forms import SearchForm
from talentmarket.web.saved_searches.keeping import kept
from talentmarket.web.saved_searches.routes import LOOKING
from talentmarket.web.talents.organisation import NAMES, purpose_of, rows_of

bp = Blueprint("org_saved_searches", __name__, url_prefix="/org/<org>/saved-searches")
Answer = str | Response | tuple[str, int]


def _address(org: str, search_id: str) -> str:
    return url_for(".show", org=org, search_id=search_id)


def _find(session: Session, org: str, search_id: str) -> SavedSearch:
    organisation = common.organisation_of(session, org)
    return saving.find(session, current_user.account, search_id, organisation)


@bp.get("")
def listed(org: str) -> str:
    """The member's own, with how many people are new in each."""
    session = common.read()
    organisation = common.organisation_of(session, org)
    searches = saving.of_account(session, current_user.account, organisation)
    counts: dict[int, int] = {}
    if discovery.may_search(organisation):
        counts = counting.new_people(session, searches, organisation)
    rows = views.rows(searches, counts, {"org": org})
    return common.page(
        "saved_searches/org_list.html", organisation, rows=rows, most=saving.MOST_SAVED
    )


@bp.route("/new", methods=["GET", "POST"])
def new(org: str) -> Answer:
    """Save the search that the address says, with its purpose."""
    purpose = purpose_of(common.read(), org)
    if purpose.hindrance is not None:
        raise Forbidden()
    state = addresses.read("org_talents.search", NAMES, org=org)
    if purpose.job is not None:
        state = addresses.with_kept(state, job=purpose.job.public_id)
    asked = views.asked_of(state)
    form = SearchForm() if request.method == "POST" else SearchForm.begun(views.name_of(asked))
    if form.validate_on_submit():
        passing = known.found_now(common.read(), purpose.organisation, asked)

        def save(session: Session) -> tuple[SavedSearch, bool]:
            organisation = common.organisation_of(session, org)
            desk = saving.Desk(organisation, state.kept.get("job"), passing)
            account = current_user.account
            return saving.save(session, account, asked, desk=desk, **form.chosen())

        answer = kept(form, save, lambda search_id: _address(org, search_id))
        if answer is not None:
            return answer
    page = common.page(
        "saved_searches/org_new.html",
        purpose.organisation,
        form=form,
        conditions=views.conditions(asked),
        job=purpose.job,
        action=url_for(".new", org=org, **state.arguments()),
        back=state.url(),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/suiting", methods=["GET", "POST"])
def suiting(org: str) -> Answer:
    """Be told of people who suit the job that the address names."""
    purpose = purpose_of(common.read(), org)
    if purpose.hindrance is not None or purpose.job is None:
        raise Forbidden()
    job, name = purpose.job.public_id, purpose.job.title[: saving.LONGEST_NAME]
    form = SearchForm(nightly=True)
    if request.method == "GET":
        form = SearchForm.begun(name, nightly=True)
    if form.validate_on_submit():

        def save(session: Session) -> tuple[SavedSearch, bool]:
            desk = saving.Desk(common.organisation_of(session, org), job)
            account = current_user.account
            return saving.save(
                session, account, Asked(), desk=desk, by_match=True, **form.chosen(name)
            )

        answer = kept(form, save, lambda search_id: _address(org, search_id))
        if answer is not None:
            return answer
    page = common.page(
        "saved_searches/org_new.html",
        purpose.organisation,
        form=form,
        conditions=views.suits(True),
        job=purpose.job,
        action=url_for(".suiting", org=org, job=job),
        back=url_for("org_talents.search", org=org, job=job),
    )
    return page, 422 if form.errors or form.form_errors else 200


@bp.route("/<search_id>", methods=["GET", "POST"])
def show(org: str, search_id: str) -> Answer:
    """Who is new in one, and its settings."""
    session = common.read()
    saved = _find(session, org, search_id)
    form = SearchForm(obj=saved, nightly=saved.by_match)
    if form.validate_on_submit():
        with unit_of_work() as unit:
            saving.change(
                unit,
                _find(unit, org, search_id),
                name=form.name.data or "",
                frequency=Frequency(form.frequency.data),
            )
        flash(_("已保存。"), "done")
        return redirect(url_for(".show", org=org, search_id=search_id))
    organisation = common.organisation_of(session, org)
    since = saved.seen_at
    job, hindrance = _purpose(session, organisation, saved)
    page = common.page(
        "saved_searches/org_show.html",
        organisation,
        name=saved.name,
        form=form,
        search_id=search_id,
        conditions=views.conditions_of(saved),
        by_match=saved.by_match,
        job=job,
        hindrance=hindrance,
        open_url=views.open_url(saved, {"org": org}),
        rows=[] if hindrance else _rows(session, organisation, saved, job),
    )
    if request.method == "GET" and clock.now() - since > LOOKING:
        with unit_of_work() as unit:
            saving.seen(unit, _find(unit, org, search_id))
    return page, 422 if form.errors else 200


def _purpose(
    session: Session, organisation: Organisation, saved: SavedSearch
) -> tuple[Job | None, str | None]:
    """The job the search is for, and why it cannot be made now."""
    job = None
    if saved.purpose:
        wanted = discovery.purposes(organisation).where(Job.public_id == saved.purpose)
        job = session.scalar(wanted)
        if job is None:
            return None, "over"
    return job, discovery.hindrance(session, organisation, job)


def _rows(
    session: Session, organisation: Organisation, saved: SavedSearch, job: Job | None
) -> list[dict[str, Any]]:
    query = TalentQuery() if saved.by_match else asking.read(saved.query).talent_query()
    found = discovery.search_talents(session, organisation, query, job)
    if found.sort == "match":
        shown(
            Surface.PEOPLE,
            enumerate((found.matches.get(one.public_id) for _card, one in found.rows), 1),
            viewer=current_user.account.public_id,
            organisation=organisation.public_id,
        )
    rows = rows_of(organisation.public_id, job, found)
    for row, (_card, talent) in zip(rows, found.rows, strict=True):
        if talent.updated_at > saved.seen_at and not saved.by_match:
            row["tags"] = [(_("新的或更新过"), "brand")]
    return rows


@bp.post("/<search_id>/delete")
def remove(org: str, search_id: str) -> Response:
    """Delete one."""
    with unit_of_work() as session:
        saving.remove(session, _find(session, org, search_id))
    flash(_("已删除。"), "done")
    return redirect(url_for(".listed", org=org))
