"""Mandates in any stage, made by the services themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from stdnum.cn import ric

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.mandating import (
    agreement,
    countersigning,
    documents,
    mandates,
    reviewing,
    running,
)
from talentmarket.exchange.brokering.mandating.mandates import Handler, MandateValues
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateDocumentKind
from talentmarket.exchange.brokering.mandating.terms import FeeBasis, Remedy, Terms
from talentmarket.members.models import Account, Organisation, OrganisationKind
from tests.factories.organisations import (
    credit_code,
    make_licence,
    make_member,
    make_organisation,
)
from tests.factories.people import make_account

_BODY = "51010719880808021"
#: A well-formed identity number; nobody's.
IDENTITY = _BODY + ric.calc_check_digit(_BODY + "0")
PDF = b"%PDF-1.7 a document"
TERMS = Terms(
    fee_share=2_000,
    guarantee_days=90,
    remedy=Remedy.REFUND_BY_DAYS,
    ownership_days=180,
)


@dataclass
class Firm:
    """A licensed firm with a consultant and an owner who examines."""

    organisation: Organisation
    consultant: Account
    reviewer: Account

    @property
    def actor(self) -> Actor:
        """The consultant, acting for the firm."""
        return Actor(self.consultant.public_id, self.organisation.public_id)


def make_firm(licensed: bool = True, **values: Any) -> Firm:
    """A firm that may broker."""
    values.setdefault("kind", OrganisationKind.HR_FIRM)
    firm = make_organisation(**values)
    if licensed and firm.kind is OrganisationKind.HR_FIRM:
        make_licence(firm)
    public = firm.kind is OrganisationKind.PUBLIC_SERVICE
    return Firm(
        firm,
        make_member(
            firm,
            OrgRole.RECRUITER if public else OrgRole.CONSULTANT,
            make_account("林顾问", verified=True),
        ),
        make_member(firm, OrgRole.OWNER, make_account("何负责")),
    )


def make_mandate(
    firm: Firm,
    stage: str = "draft",
    *,
    client: Organisation | None = None,
    terms: Terms = TERMS,
    contact: str = "handler@example.cn",
    **values: Any,
) -> Mandate:
    """A mandate in `stage`: draft, ready, in_review, awaiting_countersignature, active, paused,
    frozen, ended. `client`: on the site; else only a credit code."""
    given = {
        "client_uscc": client.uscc if client else credit_code(),
        "client_name": "岷江装备制造有限公司",
        "title": "大数据开发工程师",
        "headcount": 2,
        "valid_until": clock.today() + timedelta(days=120),
        **values,
    }
    with unit_of_work() as session:
        mandate = mandates.start(
            session,
            firm.organisation,
            MandateValues(**given),
            consultant=firm.consultant,
            actor=firm.actor,
        )
        key = mandate.id
    for step in _STEPS[: _STAGES.index(stage)]:
        step(firm, key, terms, contact)
    with unit_of_work() as session:
        return session.get_one(Mandate, key)


def _prepare(firm: Firm, key: int, terms: Terms, contact: str) -> None:
    if firm.organisation.kind is OrganisationKind.PUBLIC_SERVICE:
        terms = terms.but(fee_basis=FeeBasis.NONE)
    with unit_of_work() as session:
        mandate = session.get_one(Mandate, key)
        for kind in MandateDocumentKind:
            documents.add(session, mandate, kind, PDF, "文件.pdf", actor=firm.actor)
        handler = Handler("赵经办", contact, IDENTITY)
        mandates.name_handler(session, mandate, handler, actor=firm.actor)
        agreement.propose(session, mandate, terms, by=firm.consultant, actor=firm.actor)


def _submit(firm: Firm, key: int, *_more: Any) -> None:
    with unit_of_work() as session:
        mandate = session.get_one(Mandate, key)
        reviewing.submit(session, mandate, firm.reviewer.public_id, actor=firm.actor)


def _sign(firm: Firm, key: int, *_more: Any) -> None:
    with unit_of_work() as session:
        mandate = session.get_one(Mandate, key)
        digest = agreement.newest(session, mandate).digest  # type: ignore[union-attr]
        actor = Actor(firm.reviewer.public_id, firm.organisation.public_id)
        reviewing.sign(session, mandate, digest, reviewer=firm.reviewer, actor=actor)


def _countersign(_firm: Firm, key: int, *_more: Any) -> None:
    with unit_of_work() as session:
        mandate = session.get_one(Mandate, key)
        last = agreement.newest(session, mandate)
        assert last is not None
        countersigning.countersign(session, mandate, last.number, last.digest, actor=Actor())


_STEPS = (_prepare, _submit, _sign, _countersign)
_STAGES = ("draft", "ready", "in_review", "awaiting_countersignature", "active")


def freeze(mandate: Mandate, text: str = "材料与事实不符") -> None:
    """The operator stops it."""
    operator = make_account(is_operator=True)
    with unit_of_work() as session:
        found = session.get_one(Mandate, mandate.id)
        running.freeze(session, found, text, operator=operator, actor=Actor(operator.public_id))
