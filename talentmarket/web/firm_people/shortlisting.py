"""The shortlist of a mandate: the firm's own people and those of the exchange, with reasons."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from talentmarket.core.errors import DomainError
from talentmarket.core.folding import clean_line
from talentmarket.discovery import shortlist
from talentmarket.discovery.shortlist import Own
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.joining.standing import mandates_at_work
from talentmarket.exchange.brokering.mandating import mandates
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.people import asking as askable
from talentmarket.exchange.brokering.people import book
from talentmarket.exchange.brokering.referring import asking
from talentmarket.exchange.models import Job
from talentmarket.members import cards
from talentmarket.members.models import Organisation
from talentmarket.web import addresses
from talentmarket.web.firm_people import views
from talentmarket.web.firm_people.common import Answer, firm_of, page
from talentmarket.web.matchviews import match_view, score_view, skill_views
from talentmarket.web.org_desk import common
from talentmarket.web.talents.views import card_row


def shortlisted(org: str, mandate_id: str) -> Answer:
    """Who of the book, and who of the exchange, suits the mandate's job."""
    session = common.read()
    firm, mandate = _mandate(session, org, mandate_id)
    try:
        job = asking.check_mandate(mandate)
    except DomainError as error:
        return page("firm_people/shortlist.html", firm, mandate=mandate, refusal=error.message)
    number = max(1, request.args.get("page", 1, type=int))
    own = shortlist.own_people(session, firm, mandate, job, number)
    others, answered = shortlist.others(session, firm, mandate, job)
    asked = [row.skill_id for row in sorted(job.skills, key=lambda it: (not it.must, it.position))]
    pages = max(1, -(-own.total // shortlist.PAGE))

    def url(page_number: int) -> str:
        return url_for(".shortlisted", org=org, mandate_id=mandate_id, page=page_number)

    return page(
        "firm_people/shortlist.html",
        firm,
        mandate=mandate,
        job=job,
        refusal=None,
        rows=[_row(one, org, mandate, asked) for one in own.rows],
        total=own.total,
        failing=own.failing,
        most=None if own.whole else askable.MOST_RANKED,
        unranked=own.unranked,
        model=own.model or next((str(one.match.model) for one in others), None),
        others=[
            {
                **card_row(
                    cards.anonymous_card(one.talent, viewer_org=org),
                    url_for("org_talents.show", org=org, card=one.card, job=job.public_id),
                    one.match,
                    asked,
                ),
                "ask": _ask_url(org, one.card, mandate),
            }
            for one in others
        ],
        answered=answered,
        may_search=standing.hindrance(session, firm) is None,
        number=number,
        pages=addresses.page_numbers(number, pages),
        page_url=url,
    )


def _mandate(session: Session, org: str, mandate_id: str) -> tuple[Organisation, Mandate]:
    firm = firm_of(session, org)
    joined = (one for one in mandates_at_work(session, firm) if one.public_id == mandate_id)
    return firm, next(joined, None) or mandates.find_own(session, firm, mandate_id)


def _ask_url(org: str, card: str, mandate: Mandate) -> str:
    return url_for("org_referrals.new", org=org, card=card, mandate=mandate.public_id)


def _row(one: Own, org: str, mandate: Mandate, asked: list[str]) -> dict[str, Any]:
    person = one.person
    url = url_for(".pair", org=org, person_id=person.public_id, mandate_id=mandate.public_id)
    ask = referral = None
    if one.referral is not None:
        referral = url_for("org_referrals.show", org=org, referral_id=one.referral)
    elif one.talent is not None and one.may_be_asked:
        ask = _ask_url(org, cards.card_of(one.talent, org), mandate)
    return {
        "url": url,
        "number": clean_line(person.name or "") or _("无法读取"),
        "name": person.name,
        "tag": (_("已加入平台"), "ok") if one.talent is not None else None,
        "headline": person.headline,
        "about": views.about(person),
        "skills": skill_views(one.match, asked) if one.match is not None else [],
        "score": score_view(one.match, f"{url}#match") if one.match is not None else None,
        "ask": ask,
        "referral": referral,
        "joined": one.talent is not None,
        "record": url_for(".show", org=org, person_id=person.public_id),
    }


def pair(org: str, person_id: str, mandate_id: str) -> Answer:
    """One person of the book beside the mandate's job, requirement by requirement."""
    session = common.read()
    firm, mandate = _mandate(session, org, mandate_id)
    person = book.find(session, firm, person_id)
    job: Job = asking.check_mandate(mandate)
    match = shortlist.pair(session, firm, mandate, job, person)
    return page(
        "firm_people/pair.html",
        firm,
        mandate=mandate,
        job=job,
        person=person,
        about=views.about(person),
        match=match_view(match, own=False),
    )
