"""The page of a start that one side does not confirm: the same for person, employer and firm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from talentmarket.core import calendar, files
from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import applications
from talentmarket.exchange.brokering.placing import placements, proving
from talentmarket.exchange.brokering.placing.cases import StartCase, StartParty
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.placing.starting import silent_since
from talentmarket.web.formpages import attach
from talentmarket.web.org_desk import common
from talentmarket.web.organisations.showing import file_link
from talentmarket.web.starts.forms import AnswerForm, ProofForm

bp = Blueprint("org_starts", __name__, url_prefix="/org/<org>/placements/<placement_id>/start")

Answer = str | Response | tuple[str, int]
Render = Callable[..., str]


@dataclass(frozen=True)
class Seat:
    """Who looks: the placement, as which party, as whom it is written down, and its own addresses."""

    placement: Placement
    party: StartParty
    actor: Actor
    here: str
    back: str

    def file_url(self, case: StartCase) -> str:
        """Where the file of a case is opened."""
        return f"{self.here}/{case.public_id}/file"


def organisations_seat(session: Session, org: str, placement_id: str) -> Seat:
    """The employer's or the firm's. Raises NotFound for anybody else."""
    organisation = common.organisation_of(session, org)
    found = placements.of_side(session, organisation, placement_id)
    employer = organisation.id == found.referral.employer_id
    return Seat(
        found,
        StartParty.EMPLOYER if employer else StartParty.FIRM,
        current_user.actor(org),
        url_for("org_starts.case", org=org, placement_id=placement_id),
        url_for("org_referrals.placement", org=org, placement_id=placement_id),
    )


def persons_seat(session: Session, application_id: str) -> Seat:
    """The person's. Raises NotFound where there is no placement of their own."""
    application = applications.own(session, current_user.talent, application_id)
    found = placements.of_application(session, application)
    if found is None:
        raise NotFound()
    return Seat(
        found,
        StartParty.PERSON,
        current_user.actor(),
        url_for("starts.mine", application_id=application_id),
        url_for("applications.show", application_id=application_id),
    )


@bp.route("", methods=["GET", "POST"])
def case(org: str, placement_id: str) -> Answer:
    """The case as employer or firm sees it."""

    def render(**values: Any) -> str:
        organisation = common.organisation_of(common.read(), org)
        return common.page("starts/case.html", organisation, **values)

    return answered(lambda session: organisations_seat(session, org, placement_id), render)


@bp.get("/<case_id>/file")
def file(org: str, placement_id: str, case_id: str) -> Response:
    """The file of a case through a signed link; the firm does not open a person's."""
    return opened(lambda session: organisations_seat(session, org, placement_id), case_id)


def answered(seat_of: Callable[[Session], Seat], render: Render) -> Answer:
    """Show the case; take a proof, an appeal or an answer."""
    proof, reply = ProofForm(formdata=None), AnswerForm(formdata=None)
    if request.method == "POST":
        sent: FlaskForm
        if request.form.get("act") == "answer":
            sent = reply = AnswerForm()
        else:
            sent = proof = ProofForm()
        if _taken(sent, seat_of):
            flash(_("已提交，联盟和对方会看到。"), "done")
            return redirect(request.path)
    status = 422 if proof.errors or reply.errors or proof.form_errors or reply.form_errors else 200
    return render(**view(db.session(), seat_of(db.session()), proof, reply)), status


def _taken(form: ProofForm | AnswerForm, seat_of: Callable[[Session], Seat]) -> bool:
    if not form.validate_on_submit():
        return False
    text = form.text.data or ""
    try:
        with unit_of_work() as session:
            seat = seat_of(session)
            if isinstance(form, AnswerForm):
                proving.answer(session, seat.placement, seat.party, text, actor=seat.actor)
            else:
                proving.file(
                    session, seat.placement, seat.party, text, form.upload(), actor=seat.actor
                )
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        attach(form, error)
        return False
    return True


def view(session: Session, seat: Seat, proof: ProofForm, reply: AnswerForm) -> dict[str, Any]:
    """What the page shows to this seat."""
    placement = seat.placement
    filed = proving.cases_of(session, placement)
    said = proving.said_by(placement)
    may_file = proving.may_file(session, placement, seat.party)
    return {
        "seat": seat,
        "placement": placement,
        "referral": placement.referral,
        "application": placement.application,
        "cases": [(one, _file_url(seat, one)) for one in filed],
        "said": said,
        "may_file": may_file,
        "may_answer": bool(filed) and proving.may_answer(placement, filed[-1], seat.party),
        "open_from": calendar.due(silent_since(placement), proving.SILENCE_DAYS)
        if said and not filed
        else None,
        "proof": proof,
        "reply": reply,
    }


def _file_url(seat: Seat, case: StartCase) -> str | None:
    held = case.file is not None and case.file.erased_at is None
    return seat.file_url(case) if held and may_open(seat, case) else None


def may_open(seat: Seat, case: StartCase) -> bool:
    """Whether this seat may read the file: both sides of the employment may, the firm its own."""
    return seat.party is not StartParty.FIRM or case.party is StartParty.FIRM


def opened(seat_of: Callable[[Session], Seat], case_id: str) -> Response:
    """Lead to the file; that it was opened is an event."""
    with unit_of_work() as session:
        seat = seat_of(session)
        found = next(
            (one for one in proving.cases_of(session, seat.placement) if one.public_id == case_id),
            None,
        )
        held: files.StoredFile | None = found.file if found and may_open(seat, found) else None
        if found is None or held is None or held.erased_at is not None:
            raise NotFound()
        record(
            session,
            "placement",
            seat.placement.public_id,
            "open_proof",
            actor=seat.actor,
            case=found.public_id,
        )
        link = file_link(held)
    return redirect(link)
