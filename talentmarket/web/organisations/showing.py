"""The page of an organisation, and its files through signed links."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response

from talentmarket.core import clock, files
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.words import word
from talentmarket.exchange import message_files
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.models import Job
from talentmarket.exchange.showing import listed_now
from talentmarket.members import licences, organisations
from talentmarket.members.models import (
    STANDING,
    TRUSTED,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from talentmarket.web.concepts import place_name
from talentmarket.web.jobviews import job_brief, on_time
from talentmarket.web.me.names import table_name
from talentmarket.web.org_firm import views as firm_views

MOST_JOBS = 50


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/organisations/<organisation>", view_func=show)
    bp.add_url_rule("/files/<token>", view_func=open_file)


def show(organisation: str) -> str:
    """The public page. Unverified ones are seen by their members and the operator only."""
    session = db.session()
    found = organisations.find(session, organisation)
    if not _may_see(found):
        raise NotFound()
    jobs = _open_jobs(session, found) if found.state in STANDING else []
    firm = found.kind is OrganisationKind.HR_FIRM
    brokers = standing.brokers(found)
    return render_template(
        "organisations/show.html",
        organisation=found,
        trusted=found.state in TRUSTED,
        facts=_facts(found),
        jobs=[job_brief(job) for job in jobs],
        rate=on_time(found),
        licence=licences.valid_licence(session, found, clock.today()) if firm else None,
        firm=firm,
        said=firm_views.said_of_itself(session, found) if brokers else [],
        figures=firm_views.figures(session, found) if brokers else None,
        branches=[
            one for one in organisations.branches_of(session, found) if one.state in STANDING
        ],
        head_office=found.parent if found.parent and found.parent.state in STANDING else None,
        role=current_user.role_in(organisation),
    )


def _may_see(found: Organisation) -> bool:
    if found.kind is OrganisationKind.SOURCE:
        return found.state is not OrganisationState.SUSPENDED
    if found.state in STANDING:
        return True
    return bool(current_user.is_operator or current_user.role_in(found.public_id))


def _facts(found: Organisation) -> list[tuple[str, Any]]:
    rows = [
        (_("类型"), word("organisation_kind", found.kind)),
        (_("单位性质"), table_name("org_nature", found.nature)),
        (_("人员规模"), table_name("org_scale", found.size)),
        (_("所属行业"), table_name("industry", found.industry)),
        (_("所在地"), place_name(found.region_code)),
        (_("统一社会信用代码"), found.uscc),
    ]
    return [(name, value) for name, value in rows if value]


def _open_jobs(session: Session, found: Organisation) -> list[Job]:
    return list(
        session.scalars(
            sa.select(Job)
            .options(
                selectinload(Job.skills), joinedload(Job.organisation), joinedload(Job.employer)
            )
            .where(
                sa.or_(Job.organisation_id == found.id, Job.employer_id == found.id),
                listed_now(),
            )
            .order_by(Job.published_at.desc(), Job.id.desc())
            .limit(MOST_JOBS)
        )
    )


def file_link(file: files.StoredFile) -> str:
    """A link to a file that is good for the viewer, for five minutes."""
    return url_for(
        "organisations.open_file", token=files.sign(file, current_user.account.public_id)
    )


def open_file(token: str) -> Response:
    """The file behind a signed link: given as a download, never shown inside the site.

    Files of a thread open at their own address alone, which asks each time whether the person still
    gives them: a link made before would outlive the consent here.
    """
    kept, data = files.open_signed(db.session(), token, current_user.account.public_id)
    if kept.purpose == message_files.PURPOSE:
        raise NotFound()
    response = send_file(
        io.BytesIO(data),
        mimetype=kept.content_type,
        as_attachment=True,
        download_name=kept.name,  # names in Han need the extended form, which this writes
        max_age=0,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
