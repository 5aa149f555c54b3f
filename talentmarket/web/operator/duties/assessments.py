"""Impact assessments: what stands, one version, and the next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.alliance.duties import assessing
from talentmarket.alliance.duties.models import Assessment, Handling
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.folding import whole_number
from talentmarket.web.operator.answering import answered, case_page
from talentmarket.web.operator.common import Answer, actor, me, page
from talentmarket.web.operator.duties.forms import AssessmentForm


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/assessments", view_func=assessments)
    bp.add_url_rule("/assessments/<assessment_id>", view_func=assessment)
    bp.add_url_rule("/assessments/new/<handling>", view_func=assess, methods=["GET", "POST"])


def assessments() -> str:
    """Each kind of handling with the version that stands and when the next is due."""
    session = db.session()
    standing, due = assessing.latest(session), assessing.due(session)
    rows = [
        {
            "handling": handling,
            "version": standing.get(handling),
            "needed": handling in assessing.NEEDED,
            "late": handling in due and due[handling] <= clock.today(),
        }
        for handling in Handling
    ]
    return page("operator/assessments.html", rows=rows)


def assessment(assessment_id: str) -> str:
    """One version as it was signed, beside the others of its kind."""
    session = db.session()
    found = assessing.find(session, assessment_id)
    signed_on = clock.local(found.signed_at).date()
    kept = signed_on.replace(year=signed_on.year + assessing.KEPT_YEARS, day=min(signed_on.day, 28))
    return page(
        "operator/assessment.html",
        found=found,
        kept=kept,
        versions=assessing.versions(session, found.handling),
    )


def assess(handling: str) -> Answer:
    """Write and sign the next version; the form begins with what the last one says."""
    if handling not in set(Handling):
        raise NotFound()
    kind = Handling(handling)
    before = assessing.latest(db.session()).get(kind)
    form = AssessmentForm(data=_begun(before))
    if not form.is_submitted():
        form.after.data = str(before.number if before else 0)

    def act(session: Session) -> None:
        assessing.sign(
            session,
            kind,
            form.values(),
            after=whole_number(form.after.data) or 0,
            signer=me(session),
            actor=actor(),
        )

    done = answered(form, act, _("已签署，长期保存。"), url_for("operator.assessments"))
    if done is not None:
        return done
    if isinstance(getattr(form, "refused", None), Conflict):  # it is said; sent again it is meant
        before = assessing.latest(db.session()).get(kind)
        form.after.data = str(before.number if before else 0)
    return case_page("operator/assess.html", form, handling=kind, before=before)


def _begun(before: Assessment | None) -> dict[str, Any]:
    """What a new version begins with: not the date and the duty, which are said anew."""
    names = ("kinds", "purposes", "effect", "measures", "conclusion")
    return {name: getattr(before, name) for name in names} if before else {}
