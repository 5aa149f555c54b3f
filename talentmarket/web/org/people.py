"""Members: invited, given roles, removed; claims of others on the organisation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from talentmarket.core.db import db
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.language import language
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.members import claims, memberships
from talentmarket.members.models import Account, Organisation
from talentmarket.web.applications.words import countdown
from talentmarket.web.choices import word_choices
from talentmarket.web.formpages import attach
from talentmarket.web.org.common import actor, own, page, role_in, told
from talentmarket.web.organisations.showing import file_link

Answer = str | Response | tuple[str, int]
#: What a role may do, for the page.
DUTIES: dict[str, Any] = {
    "owner": _l("全部，含成员、核验和单位资料"),
    "recruiter": _l("发布岗位、处理申请、邀请人才"),
    "hiring_manager": _l("看自己岗位的入围者并写备注，看不到联系方式"),
    "consultant": _l("发布代招岗位、处理申请"),
    "finance": _l("看岗位与数量，看不到人才资料"),
    "viewer": _l("看岗位与数量，看不到人才资料"),
}


class MemberForm(FlaskForm):
    """An invitation."""

    role = RadioField(_l("角色"), [InputRequired(_l("请选择角色。"))])
    receiver = StringField(
        _l("对方的邮箱"),
        [Length(max=254)],
        description=_l("填写则由平台发出邀请；不填则生成链接，由您自己交给对方。"),
        render_kw={"type": "email", "autocomplete": "off"},
    )

    def __init__(self, organisation: Organisation, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.role.choices = word_choices("org_role", memberships.roles_of(organisation.kind))
        self.receiver.flags.optional = True


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    post = ["POST"]
    bp.add_url_rule("/members", view_func=members)
    bp.add_url_rule("/members/invite", view_func=invite, methods=post)
    bp.add_url_rule("/members/revoke", view_func=revoke, methods=post)
    bp.add_url_rule("/members/<member>/role", view_func=role, methods=post)
    bp.add_url_rule("/members/<member>/remove", view_func=remove, methods=["GET", "POST"])
    bp.add_url_rule("/leave", view_func=leave, methods=["GET", "POST"])
    bp.add_url_rule("/claims", view_func=claimed, endpoint="claims")
    bp.add_url_rule("/claims/<claim_id>", view_func=answer_claim, methods=post)
    bp.add_url_rule("/claims/<claim_id>/file", view_func=claim_file)


def members(org: str) -> str:
    """Who is a member as what; for owners the open invitations and the form."""
    organisation = own(org)
    return _page(org, MemberForm(organisation, formdata=None))


def _page(org: str, form: MemberForm, link: str | None = None) -> str:
    session = db.session()
    organisation = own(org)
    owner = role_in(org) is OrgRole.OWNER
    return page(
        "org/members.html",
        organisation,
        form=form,
        link=link,
        owner=owner,
        members=memberships.members_of(session, organisation),
        roles=memberships.roles_of(organisation.kind),
        duties=DUTIES,
        invitations=memberships.open_invitations(session, organisation) if owner else [],
    )


def invite(org: str) -> Answer:
    """Make an invitation; its link is shown once, here."""
    form = MemberForm(own(org))
    if form.validate_on_submit():
        try:
            token = _invite(org, form)
        except DomainError as error:
            db.session.rollback()
            attach(form, error)
        else:
            flash(_("邀请已生成，7 天内有效，只能用一次。"), "done")
            link = url_for("organisations.join", token=token, _external=True)
            return _page(org, MemberForm(own(org), formdata=None), link)
    return _page(org, form), 422


def _invite(org: str, form: MemberForm) -> str:
    with unit_of_work() as session:
        return memberships.invite(
            session,
            own(org, session),
            OrgRole(form.role.data),
            receiver=form.receiver.data or "",
            by=current_user.account,
            path=url_for("organisations.join", token="TOKEN"),
            locale=language(),
            actor=actor(org),
        )


@told("org.members")
def revoke(org: str) -> Response:
    """Take an invitation back."""
    with unit_of_work() as session:
        public_id = request.form.get("invitation", "")
        memberships.revoke(session, own(org, session), public_id, actor=actor(org))
    flash(_("邀请已撤回，链接不能再用。"), "done")
    return redirect(url_for("org.members", org=org))


@told("org.members")
def role(org: str, member: str) -> Response:
    """Give a member another role."""
    wanted = request.form.get("role", "")
    if wanted not in set(OrgRole):
        raise NotFound()
    with unit_of_work() as session:
        organisation = own(org, session)
        memberships.change_role(session, organisation, member, OrgRole(wanted), actor=actor(org))
    flash(_("角色已更改，马上生效。"), "done")
    return redirect(url_for("org.members", org=org))


@told("org.members")
def remove(org: str, member: str) -> Answer:
    """Ask once, then end the membership."""
    row = memberships.find_member(db.session(), own(org), member)
    if request.method == "GET":
        return page("org/remove.html", own(org), member=row, leaving=False)
    with unit_of_work() as session:
        memberships.remove(session, own(org, session), member, actor=actor(org))
    flash(_("已移出，对方不能再打开工作台。"), "done")
    return redirect(url_for("org.members", org=org))


@told("org.members")
def leave(org: str) -> Answer:
    """Ask once, then leave oneself."""
    member = current_user.account.public_id
    row = memberships.find_member(db.session(), own(org), member)
    if request.method == "GET":
        return page("org/remove.html", own(org), member=row, leaving=True)
    with unit_of_work() as session:
        memberships.remove(session, own(org, session), member, actor=actor(org))
    flash(_("您已退出这个单位。"), "done")
    return redirect(url_for("me.home"))


# --- claims ------------------------------------------------------------------------------------
def claimed(org: str) -> str:
    """Claims of others on this organisation."""
    session = db.session()
    organisation = own(org)
    rows = [
        {
            "claim": claim,
            "who": session.get_one(Account, claim.account_id).name,
            "clock": countdown(claim.created_at, claim.due_at),
        }
        for claim in claims.of_organisation(session, organisation)[:20]
    ]
    return page("org/claims.html", organisation, rows=rows)


@told("org.claims")
def answer_claim(org: str, claim_id: str) -> Response:
    """Accept, or pass on to the operator."""
    accepted = request.form.get("verdict") == "accept"
    with unit_of_work() as session:
        organisation = own(org, session)
        claim = claims.find(session, claim_id, organisation)
        claims.answer_as_owner(session, organisation, claim, accepted=accepted, actor=actor(org))
    said = _("已同意，对方成为负责人。") if accepted else _("已转秘书处裁定。")
    flash(said, "done")
    return redirect(url_for("org.claims", org=org))


def claim_file(org: str, claim_id: str) -> Response:
    """The proof of a claim."""
    session = db.session()
    claim = claims.find(session, claim_id, own(org))
    return redirect(file_link(claims.file_of(session, claim)))
