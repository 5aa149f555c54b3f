"""Writing a job: from a pasted text or from nothing, changed by one or by two at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import Length

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound, Stale
from talentmarket.core.folding import whole_number
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import channels, copying, drafting, jobs, managers, showing
from talentmarket.exchange.lint import segments
from talentmarket.exchange.models import Job, JobState
from talentmarket.exchange.posting import (
    Posting,
    differences,
    lint_posting,
    posting_of,
    unfinished_elements,
)
from talentmarket.exchange.stages import EDITABLE, VALID_DAYS
from talentmarket.members.models import TRUSTED, Organisation
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web import proposed
from talentmarket.web.formpages import attach
from talentmarket.web.org_jobs.common import actor, job_of, organisation_of, page, told
from talentmarket.web.org_jobs.forms import JobForm
from talentmarket.web.org_jobs.words import difference_rows, element_names


class PasteForm(FlaskForm):
    """A text that somebody has already."""

    text = TextAreaField(
        _l("岗位文字"),
        [Length(max=drafting.LONGEST, message=_l("内容太长，请压缩到 2 万字以内。"))],
        description=_l("把已有的招聘文字粘贴进来，平台读出各项内容，由您核对。"),
        render_kw={"rows": 14},
    )


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/new", view_func=new, methods=both)
    bp.add_url_rule("/<job_id>/edit", view_func=edit, methods=both)
    bp.add_url_rule("/<job_id>/copy", view_func=copy, methods=["POST"])
    bp.add_url_rule("/adopt/<job_id>", view_func=adopt, methods=["POST"])


def new(org: str) -> Any:
    """Begin a draft."""
    organisation = organisation_of(db.session(), org)
    form = PasteForm()
    if not form.validate_on_submit():
        status = 422 if form.errors else 200
        return page("org_jobs/new.html", organisation, form=form), status
    draft = drafting.propose(form.text.data or "")
    posting = draft.posting.but(valid_until=clock.today() + timedelta(days=VALID_DAYS))
    with unit_of_work() as session:
        job = jobs.create(
            session,
            organisation_of(session, org),
            posting,
            author=current_user.account,
            actor=actor(org),
        )
        job_id = job.public_id
    if draft.found:
        count = len(draft.found)
        flash(
            ngettext(
                "读出了 %(num)d 项内容，请逐项核对。",
                "读出了 %(num)d 项内容，请逐项核对。",
                count,
            ),
            "done",
        )
    return redirect(url_for(".edit", org=org, job_id=job_id))


def edit(org: str, job_id: str) -> Any:
    """Change a job. A published one whose six elements change goes back to review."""
    session = db.session()
    organisation, job = job_of(session, org, job_id)
    locked = job.state not in EDITABLE
    if locked and request.method == "GET":
        raise Conflict(_l("岗位现在的状态不能修改。审核中的请先撤回提交。"), code="not-editable")
    form = JobForm()
    _offer(session, form, organisation)
    if locked:
        # Sent or closed by somebody else since this form was opened: what was typed stays in it.
        form.validate()
        form.version.data = str(job.revision)
        return _form_page(org, job_id, form, theirs=posting_of(job))
    if request.method == "GET":
        form.show(posting_of(job), job.revision)
        if not form.employer_id.data:
            form.employer_id.data = organisation.public_id
    elif form.validate():
        _take_proposed(form)
        answer = _save(org, job_id, form)
        if not isinstance(answer, Posting):
            return answer
        return _form_page(org, job_id, form, theirs=answer)
    return _form_page(org, job_id, form)


def _offer(session: Session, form: JobForm, organisation: Organisation) -> None:
    form.offer(
        channels.channels_of(organisation.kind),
        channels.employers_of(session, organisation),
        channels.entrustments_of(session, organisation),
        managers.managers_of(session, organisation),
    )


def _take_proposed(form: JobForm) -> None:
    """The occupation that was proposed and that somebody has pressed."""
    code = request.form.get("take_occupation", "")
    if code in get_taxonomy().occupations:
        form.occupation_code.data = code


def _proposed(shown: Posting) -> list[proposed.Row]:
    if shown.occupation_code or not shown.title:
        return []
    return proposed.occupation_rows([shown.title], shown.description)


def _save(org: str, job_id: str, form: JobForm) -> Any:
    """The way on; None when the page is to be shown again, the other version when there is one."""
    mine = form.posting()
    try:
        with unit_of_work() as session:
            _organisation, job = job_of(session, org, job_id)
            seen = whole_number(form.version.data) or 0
            jobs.edit(session, job, mine, revision=seen, actor=actor(org))
            state = job.state
    except Stale as stale:
        form.version.data = str(_revision(org, job_id))
        theirs: Posting = stale.current
        return theirs
    except NotFound:
        raise
    except DomainError as error:
        attach(form, error)
        return mine
    return _after(org, job_id, state)


def _after(org: str, job_id: str, state: JobState) -> Any:
    if request.form.get("do") == "check":
        return redirect(url_for(".check", org=org, job_id=job_id))
    if state is JobState.IN_REVIEW:
        flash(_("已保存。六项要素有改动，岗位重新审核，已告知申请人。"), "done")
        return redirect(url_for(".show", org=org, job_id=job_id))
    flash(_("已保存。"), "done")
    return redirect(url_for(".edit", org=org, job_id=job_id))


def _revision(org: str, job_id: str) -> int:
    return job_of(db.session(), org, job_id)[1].revision


def _form_page(org: str, job_id: str, form: JobForm, theirs: Posting | None = None) -> Any:
    session = db.session()
    organisation, job = job_of(session, org, job_id)
    shown = form.posting() if request.method == "POST" else posting_of(job)
    shown = channels.resolve(session, organisation, shown)
    locked = job.state not in EDITABLE
    clash = theirs is not None and (locked or not form.errors)
    findings = lint_posting(shown)
    live = job.state in (JobState.PUBLISHED, JobState.PAUSED)
    body = page(
        "org_jobs/form.html",
        organisation,
        form=form,
        job=job,
        live=live,
        # A published job goes back to review with another occupation: nothing to press by the way.
        proposed=[] if live or locked else _proposed(shown),
        proposed_skills=[] if live or locked else proposed.skill_rows(shown),
        may_post=organisation.state in TRUSTED,
        locked=locked,
        firm=len(form.channel.choices) > 2,
        several=len(form.employer_id.choices) > 1,
        clash=difference_rows(differences(shown, theirs), shown, theirs)
        if clash and theirs
        else [],
        elements=element_names(unfinished_elements(shown)),
        findings=findings,
        marked={name: segments(_text(shown, name), found) for name, found in findings.items()},
    )
    return body, (409 if clash else 422) if request.method == "POST" else 200


def _text(posting: Posting, name: str) -> str:
    value = getattr(posting, name)
    return "\n".join(value) if isinstance(value, tuple) else str(value)


@told
def copy(org: str, job_id: str) -> Any:
    """A new draft from an own job."""
    with unit_of_work() as session:
        _organisation, job = job_of(session, org, job_id)
        made = copying.copy(session, job, author=current_user.account, actor=actor(org)).public_id
    flash(_("已复制为草稿。"), "done")
    return redirect(url_for(".edit", org=org, job_id=made))


def adopt(org: str, job_id: str) -> Any:
    """A reference posting as an own draft."""
    try:
        with unit_of_work() as session:
            job: Job = showing.show(
                session, job_id, talent=None, orgs=frozenset(), operator=False
            ).job
            made = copying.adopt(
                session,
                organisation_of(session, org),
                job,
                author=current_user.account,
                actor=actor(org),
            ).public_id
    except NotFound:
        raise
    except DomainError as error:
        flash(str(error.message), "error")
        return redirect(url_for("jobs.show", job_id=job_id))
    flash(_("已认领为草稿。请核对每一项，再提交审核。"), "done")
    return redirect(url_for(".edit", org=org, job_id=made))
