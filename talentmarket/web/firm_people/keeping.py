"""The book and one record of it: found, shown, handed on, invited, removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.language import language
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.joining.standing import mandates_at_work
from talentmarket.exchange.brokering.people import book, inviting, merging
from talentmarket.exchange.brokering.people.book import Wanted
from talentmarket.exchange.brokering.people.models import FirmInvitation, FirmPerson
from talentmarket.members.memberships import members_of
from talentmarket.members.models import Organisation
from talentmarket.notices.models import Channel
from talentmarket.web import addresses
from talentmarket.web.firm_people import views
from talentmarket.web.firm_people.common import Answer, actor, firm_of, me, page, person_of
from talentmarket.web.firm_people.forms import ContactForm, HandForm, InviteForm
from talentmarket.web.org_desk import common

#: Pages that an address may name; what is beyond is empty, and no number for a database.
MOST_PAGES = 100_000
#: Running mandates that the book leads to.
MOST_MANDATES = 8
#: What the list can be narrowed to.
VIEWS = ("all", "mine", "joined", "unfounded", "ending")


def listed(org: str) -> Answer:
    """The book, those changed last first."""
    session = common.read()
    firm = firm_of(session, org)
    view = request.args.get("view", "all")
    view = view if view in VIEWS else "all"
    text = request.args.get("q", "")[:80]
    number = min(max(1, request.args.get("page", 1, type=int)), MOST_PAGES)
    wanted = Wanted(
        text,
        unfounded=view == "unfounded",
        linked=view == "joined",
        ends_by=clock.today() + timedelta(days=views.SOON_DAYS) if view == "ending" else None,
        mine=current_user.account.id if view == "mine" else None,
    )
    people, total = book.listed(session, firm, wanted, number)
    pages = max(1, -(-total // book.PAGE))

    def url(page_number: int) -> str:
        return url_for(".listed", org=org, q=text or None, view=view, page=page_number)

    names = {
        "all": _("全部"),
        "mine": _("我负责的"),
        "joined": _("已加入平台"),
        "unfounded": _("待写明来源"),
        "ending": _("将到期"),
    }
    return page(
        "firm_people/list.html",
        firm,
        rows=[
            {
                "person": one,
                "about": views.about(one),
                "state": views.state_of(one),
                "soon": views.ends_soon(one),
            }
            for one in people
        ],
        total=total,
        running=mandates_at_work(session, firm)[:MOST_MANDATES],
        q=text,
        view=view,
        tabs=[
            {
                "text": names[name],
                "url": url_for(".listed", org=org, view=name, q=text or None),
                "current": name == view,
            }
            for name in VIEWS
        ],
        number=number,
        pages=addresses.page_numbers(number, pages),
        page_url=url,
    )


def show(org: str, person_id: str) -> Answer:
    """One record."""
    session = common.read()
    firm = firm_of(session, org)
    person = book.find(session, firm, person_id)
    invitations = session.scalars(
        sa.select(FirmInvitation)
        .where(FirmInvitation.person_id == person.id)
        .order_by(FirmInvitation.id.desc())
        .limit(20)
    ).all()
    ways = [(str(one.channel), one.shown) for one in inviting.receivers(person)]
    members = [
        (one.account.public_id, one.account.name or one.account.public_id)
        for one in members_of(session, firm)
    ]
    hand = HandForm(members, formdata=None)
    if person.consultant is not None:
        hand.consultant.data = person.consultant.public_id
    contact = ContactForm(formdata=None)
    contact.contacted_on.data = clock.today()
    return page(
        "firm_people/show.html",
        firm,
        person=person,
        state=views.state_of(person),
        soon=views.ends_soon(person),
        about=views.about(person),
        facts=views.facts(person),
        skills=views.skills(person),
        entries=views.entries(person.profile.get("entries") or ()),
        invitations=[{"row": one, "state": views.invitation_state(one)} for one in invitations],
        waiting=any(views.invitation_state(one) == "sent" for one in invitations),
        refused=inviting.refused(session, person),
        duplicates=merging.duplicates_of(session, firm, person),
        invite=InviteForm(ways, formdata=None),
        ways=ways,
        hand=hand,
        contact=contact,
    )


def _told(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Say a refusal of the service on the record's page."""

    @wraps(view)
    def wrapped(org: str, person_id: str) -> Answer:
        try:
            said = view(org=org, person_id=person_id)
        except NotFound:
            raise
        except DomainError as error:
            db.session.rollback()
            kind = "warning" if isinstance(error, Conflict) else "error"
            flash(str(error.message), kind)
        else:
            flash(said, "done")
        return redirect(url_for(".show", org=org, person_id=person_id))

    return wrapped


def _does(org: str, person_id: str, act: Callable[[Session, Organisation, FirmPerson], Any]) -> Any:
    with unit_of_work() as session:
        person = person_of(session, org, person_id)
        return act(session, person.organisation, person)


@_told
def contact(org: str, person_id: str) -> Answer:
    """Note a contact."""
    form = ContactForm()
    day = form.contacted_on.data if form.validate() else None
    _does(
        org,
        person_id,
        lambda session, _firm, person: book.contacted(
            session, person, day or clock.today(), actor=actor(org)
        ),
    )
    return _("已登记这次联系。")


@_told
def hand_over(org: str, person_id: str) -> Answer:
    """Give the record to another member."""
    wanted = request.form.get("consultant", "")
    _does(
        org,
        person_id,
        lambda session, _firm, person: book.hand_to(session, person, wanted, actor=actor(org)),
    )
    return _("已移交。")


@_told
def invite(org: str, person_id: str) -> Answer:
    """Send an invitation to join."""
    sent = request.form.get("channel", "")
    channel = Channel(sent) if sent in {str(one) for one in Channel} else None
    path = url_for("invited.show", token="TOKEN")
    _does(
        org,
        person_id,
        lambda session, _firm, person: inviting.invite(
            session,
            person,
            sender=me(session),
            path=path,
            locale=language(),
            actor=actor(org),
            channel=channel,
        ),
    )
    return _("邀请已发出，14 天内有效。本人同意前不会有任何改变。")


@_told
def revoke(org: str, person_id: str) -> Answer:
    """Take the invitation back."""
    _does(
        org,
        person_id,
        lambda session, _firm, person: inviting.revoke(session, person, actor=actor(org)),
    )
    return _("邀请已撤回，链接不再有效。")


def remove(org: str, person_id: str) -> Answer:
    """Delete a record, after asking once."""
    session = common.read()
    firm = firm_of(session, org)
    person = book.find(session, firm, person_id)
    if request.method == "GET":
        return page("firm_people/remove.html", firm, person=person)
    _does(
        org,
        person_id,
        lambda session, _firm, person: book.remove(session, person, "by_firm", actor=actor(org)),
    )
    flash(_("记录已删除。"), "done")
    return redirect(url_for(".listed", org=org))
