"""Organisations, licences and claims: the proofs, and the answers to them."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Length

from talentmarket.alliance import queues, suspension
from talentmarket.core import events
from talentmarket.core.db import db
from talentmarket.core.folding import clean_line, fold, whole_number
from talentmarket.core.words import word
from talentmarket.members import (
    claims,
    credit_code,
    licences,
    memberships,
    organisations,
    proofs,
    verification,
)
from talentmarket.members.models import Account, Organisation, OrganisationKind
from talentmarket.members.verification_states import Party, allowed
from talentmarket.web.applications.words import countdown
from talentmarket.web.concepts import place_name
from talentmarket.web.context import day
from talentmarket.web.me.names import table_name
from talentmarket.web.operator.answering import (
    answered,
    case_page,
    check_seen,
    open_file,
    row,
    verdict,
)
from talentmarket.web.operator.common import Answer, VerdictForm, actor, me, page
from talentmarket.web.operator.happened import event_rows

PAGE = 50


class OrganisationForm(VerdictForm):
    """The answer to an organisation; the name can be set right by the proof."""

    name = StringField(
        _l("单位全称"), [Length(max=160)], description=_l("与证照不一致时，通过前按证照更正。")
    )


class LicenceVerdictForm(VerdictForm):
    """The same for a licence, with what the reviewer has looked at."""

    staff_checked = BooleanField(
        _l("已核对专职工作人员（3 人以上）和固定场所"),
        description=_l("通过时必须勾选；只核对人数，不留存人员姓名。"),
    )


class ClaimForm(FlaskForm):
    """The ruling on a claim."""

    replace_owners = BooleanField(
        _l("移出现有负责人"), description=_l("只在材料证明原负责人已无权代表单位时勾选。")
    )
    text = TextAreaField(
        _l("理由"), [Length(max=1000)], description=_l("不同意时必填，认领人会看到。")
    )


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    both = ["GET", "POST"]
    bp.add_url_rule("/organisations", view_func=waiting, endpoint="organisations")
    bp.add_url_rule("/organisations/all", view_func=all_organisations)
    bp.add_url_rule("/organisations/<organisation>", view_func=organisation, methods=both)
    bp.add_url_rule("/organisations/<organisation>/documents/<document_id>", view_func=document)
    bp.add_url_rule("/licences", view_func=licence_queue, endpoint="licences")
    bp.add_url_rule("/licences/<licence_id>", view_func=licence, methods=both)
    bp.add_url_rule("/licences/<licence_id>/file", view_func=licence_file)
    bp.add_url_rule("/claims", view_func=claim_queue, endpoint="claims")
    bp.add_url_rule("/claims/<claim_id>", view_func=claim, methods=both)
    bp.add_url_rule("/claims/<claim_id>/file", view_func=claim_file)


# --- organisations -----------------------------------------------------------------------------
def waiting() -> str:
    """Organisations that wait for an answer."""
    rows = [
        row(
            url_for("operator.organisation", organisation=one.public_id),
            one.name,
            [word("organisation_kind", one.kind), word("organisation", one.state)],
            one.submitted_at,
            verification.answer_due(one),
        )
        for one in verification.queue(db.session())
    ]
    return page("operator/queue.html", name="organisations", rows=rows)


def all_organisations() -> str:
    """All organisations by state and words of the name or the whole code."""
    state, words = request.args.get("state", ""), clean_line(request.args.get("q", ""))[:80]
    before = whole_number(request.args.get("before"))
    query = sa.select(Organisation).order_by(Organisation.id.desc()).limit(PAGE + 1)
    query = query.where(Organisation.kind != OrganisationKind.SOURCE)
    if state in {str(one) for one in verification.S}:
        query = query.where(Organisation.state == verification.S(state))
    if words:
        part = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = query.where(
            sa.or_(
                Organisation.name_folded.like(f"%{part}%", escape="\\"),
                Organisation.uscc == words.upper(),
            )
        )
    if before:
        query = query.where(Organisation.id < before)
    rows = list(db.session.scalars(query))
    return page(
        "operator/organisations.html",
        rows=rows[:PAGE],
        next_id=rows[PAGE - 1].id if len(rows) > PAGE else None,
        state=state,
        words=words,
        states=list(verification.S),
    )


def organisation(organisation: str) -> Answer:
    """One organisation: who it says it is, its proofs, its people, and what may be done."""
    form = OrganisationForm("organisation_reason")
    found = organisations.find(db.session(), organisation)
    if request.method == "GET":
        form.name.data = found.name
    said, here = (
        _("已处理，单位的负责人已收到通知。"),
        url_for(".organisation", organisation=organisation),
    )
    if done := answered(form, partial(_answer, organisation, form), said, here):
        return done
    session = db.session()
    found = organisations.find(session, organisation)
    seen = _seen(session, found)
    if form.seen.data and form.seen.data != seen:
        form.name.data = found.name  # the operator's own was written over another one
    steps = allowed(found.state, Party.OPERATOR)
    waits = verification.waits(found)
    due = verification.answer_due(found)
    return case_page(
        "operator/organisation.html",
        form,
        organisation=found,
        seen=seen,
        facts=_facts(found),
        unusual=credit_code.is_unusual(found.uscc),
        documents=proofs.documents_of(session, found),
        licences=licences.licences_of(session, found),
        members=memberships.members_of(session, found),
        waits=waits,
        acts=[name for name in steps if waits or name in ("reopen", "suspend", "lift")],
        clock=(
            countdown(found.submitted_at, due) if waits and due and found.submitted_at else None
        ),
        events=event_rows(reversed(events.history(session, "organisation", organisation)[-30:])),
    )


def _seen(session: Session, found: Organisation) -> str:
    """Which version of it a page shows: what it says of itself, and its proofs."""
    latest = next((row.public_id for row, _file in proofs.documents_of(session, found)), "")
    return f"{found.revision}:{found.submitted_at}:{latest}"


def _facts(found: Organisation) -> list[tuple[str, Any]]:
    rows = [
        (_("类型"), word("organisation_kind", found.kind)),
        (_("统一社会信用代码"), found.uscc),
        (_("组织形式"), table_name("legal_form", found.legal_form)),
        (_("单位性质"), table_name("org_nature", found.nature)),
        (_("所在地"), place_name(found.region_code)),
        (_("登记时间"), day(found.created_at)),
    ]
    return [(name, value) for name, value in rows if value]


def _answer(public_id: str, form: OrganisationForm, session: Session) -> None:
    reason, text = form.reason.data or "", form.text.data or ""
    with_reason: dict[str, Any] = {
        "return": verification.return_,
        "refuse": suspension.refuse,
        "reopen": verification.reopen,
        "suspend": suspension.suspend,
    }
    sent = verdict("approve", "lift", *with_reason)
    found = organisations.find(session, public_id)
    check_seen(form, sent, _seen(session, found))
    if sent == "approve":
        verification.approve(session, found, name=form.name.data, actor=actor())
    elif sent == "lift":
        suspension.lift(session, found, actor=actor())
    else:
        with_reason[sent](session, found, reason, text, actor=actor())


def document(organisation: str, document_id: str) -> Answer:
    """A proof of an organisation."""
    session = db.session()
    _row, file = proofs.find_document(
        session, organisations.find(session, organisation), document_id
    )
    return open_file(file, "organisation", organisation)


# --- licences ----------------------------------------------------------------------------------
def licence_queue() -> str:
    """Licences that wait."""
    rows = [
        row(
            url_for("operator.licence", licence_id=one.public_id),
            one.organisation.name,
            [one.number],
            one.submitted_at,
            licences.answer_due(one),
        )
        for one in licences.queue(db.session())
    ]
    return page("operator/queue.html", name="licences", rows=rows)


def licence(licence_id: str) -> Answer:
    """One licence: approve, return, refuse; a valid one can be revoked."""
    form = LicenceVerdictForm("organisation_reason")
    licences.find(db.session(), licence_id)
    said, act = _("已处理，机构已收到通知。"), partial(_answer_licence, licence_id, form)
    if done := answered(form, act, said, url_for(".licences")):
        return done
    found = licences.find(db.session(), licence_id)
    in_review = found.state == "in_review"
    return case_page(
        "operator/licence.html",
        form,
        licence=found,
        seen=str(found.submitted_at),
        in_review=in_review,
        clock=countdown(found.submitted_at, licences.answer_due(found)) if in_review else None,
    )


def _answer_licence(licence_id: str, form: LicenceVerdictForm, session: Session) -> None:
    found, sent = licences.find(session, licence_id), verdict(*licences.VERDICTS)
    check_seen(form, sent, str(found.submitted_at))
    licences.answer(
        session,
        found,
        sent,
        form.reason.data or "",
        form.text.data or "",
        staff_checked=bool(form.staff_checked.data),
        reviewer=me(session),
        actor=actor(),
    )


def licence_file(licence_id: str) -> Answer:
    """The scan of a licence."""
    session = db.session()
    return open_file(
        licences.file_of(session, licences.find(session, licence_id)), "licence", licence_id
    )


# --- claims ------------------------------------------------------------------------------------
def claim_queue() -> str:
    """Claims the operator rules on."""
    rows = [
        row(
            url_for("operator.claim", claim_id=one.public_id),
            organisation.name,
            [word("claim", one.state)],
            one.created_at,
            one.due_at,
        )
        for one, organisation in queues.claim_rows(db.session())
    ]
    return page("operator/queue.html", name="claims", rows=rows)


def claim(claim_id: str) -> Answer:
    """One claim: who holds the organisation now, what the claimant says and shows."""
    form = ClaimForm()
    claims.find(db.session(), claim_id)
    said, act = _("已裁定，双方已收到通知。"), partial(_answer_claim, claim_id, form)
    if done := answered(form, act, said, url_for(".claims")):
        return done
    session = db.session()
    found = claims.find(session, claim_id)
    held = session.get_one(Organisation, found.organisation_id)
    return case_page(
        "operator/claim.html",
        form,
        claim=found,
        organisation=held,
        claimant=session.get_one(Account, found.account_id),
        members=memberships.members_of(session, held),
        clock=countdown(found.created_at, found.due_at),
    )


def _answer_claim(claim_id: str, form: ClaimForm, session: Session) -> None:
    claims.decide(
        session,
        claims.find(session, claim_id),
        accepted=verdict("accept", "refuse") == "accept",
        text=form.text.data or "",
        replace_owners=bool(form.replace_owners.data),
        actor=actor(),
    )


def claim_file(claim_id: str) -> Answer:
    """The proof of a claim."""
    session = db.session()
    return open_file(claims.file_of(session, claims.find(session, claim_id)), "claim", claim_id)
