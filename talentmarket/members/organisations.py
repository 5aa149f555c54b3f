"""Organisations: making one, its card, its branches, its proofs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from talentmarket.core import clock, outbox
from talentmarket.core.errors import Conflict, Invalid, NotFound, Stale
from talentmarket.core.events import Actor, record
from talentmarket.core.folding import clean, clean_line, fold, fold_phone, pinyin_key
from talentmarket.core.roles import OrgRole
from talentmarket.members import credit_code
from talentmarket.members.models import (
    Account,
    Membership,
    Organisation,
    OrganisationKind,
    OrganisationState,
)
from talentmarket.taxonomy.model import get_taxonomy

#: Kinds a person can register; sources are made by imports.
KINDS = (
    OrganisationKind.EMPLOYER,
    OrganisationKind.HR_FIRM,
    OrganisationKind.PUBLIC_SERVICE,
)
#: States in which name, code and kind are still the organisation's to change.
OPEN_IDENTITY = (OrganisationState.UNVERIFIED, OrganisationState.RETURNED)
INTRO_MOST = 4000
FEES_MOST = 2000

Follower = Callable[[Session, Organisation], None]
_followers: list[Follower] = []


@dataclass(frozen=True, slots=True)
class Identity:
    """What the proofs show: changed before verification only."""

    kind: OrganisationKind
    name: str
    uscc: str
    legal_form: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """What an organisation says of itself. Codes are those of the taxonomy's tables."""

    short_name: str = ""
    name_en: str = ""
    nature: str | None = None
    size: str | None = None
    industry: str | None = None
    region_code: str | None = None
    address: str = ""
    intro: str = ""
    website: str = ""
    contact_phone: str | None = None
    fee_standard: str = ""
    handler_name: str = ""


class Taken(Conflict):
    """The credit code is another organisation's: it can be claimed. `public_id` names it."""

    code = "code-taken"
    message = _l("这个统一社会信用代码已经登记。如果是您的单位，请认领。")

    def __init__(self, public_id: str) -> None:
        super().__init__(field="uscc")
        self.public_id = public_id


def on_change(follower: Follower) -> Follower:
    """Register a function of a higher room that is told, in the same unit, of every change that
    others' documents show (state, name, nature, place)."""
    if follower not in _followers:
        _followers.append(follower)
    return follower


def changed(session: Session, organisation: Organisation) -> None:
    """Bring the change to the index: the organisation's document and all that show it."""
    session.flush()
    outbox.changed(session, "organisation", organisation.public_id)
    for follower in _followers:
        follower(session, organisation)


def find(session: Session, public_id: str) -> Organisation:
    """The organisation with this public id. Raises NotFound."""
    found = session.scalar(sa.select(Organisation).where(Organisation.public_id == public_id))
    if found is None:
        raise NotFound()
    return found


def find_by_code(session: Session, code: str) -> Organisation | None:
    """The organisation of a credit code."""
    return session.scalar(sa.select(Organisation).where(Organisation.uscc == code))


def register(
    session: Session,
    account: Account,
    identity: Identity,
    card: Card,
    *,
    parent: Organisation | None = None,
    actor: Actor,
) -> Organisation:
    """Make an unverified organisation; its maker is its owner.

    `parent`: the new one is its branch. Raises Invalid, or :class:`Taken` when the code is known:
    the unique index decides, so two tabs make one.
    """
    identity, code = _checked(identity)
    card = checked_card(card, identity.kind)
    if known := find_by_code(session, code.value):
        raise Taken(known.public_id)
    if parent is not None:
        _require_root(parent)
    at = clock.now()
    organisation = Organisation(
        **_identity_values(identity, code.value),
        **_card_values(card),
        parent_id=parent.id if parent else None,
        created_at=at,
        updated_at=at,
    )
    session.add(organisation)
    try:
        session.flush()
    except IntegrityError as error:
        session.rollback()
        known = find_by_code(session, code.value)
        raise (Taken(known.public_id) if known else error) from error
    session.add(
        Membership(
            organisation_id=organisation.id,
            account_id=account.id,
            role=OrgRole.OWNER,
            joined_at=at,
        )
    )
    session.flush()
    record(
        session,
        "organisation",
        organisation.public_id,
        "register",
        actor=Actor(actor.account, organisation.public_id),
        to_state=organisation.state,
        kind=str(identity.kind),
        unusual_code=code.unusual,
        parent=parent.public_id if parent else None,
    )
    return organisation


def _require_root(parent: Organisation) -> None:
    if parent.parent_id is not None:
        raise Invalid({"parent": _l("分支机构不能再设分支，请从总部登记。")})


def _checked(identity: Identity) -> tuple[Identity, credit_code.CreditCode]:
    wrong: dict[str, Any] = {}
    identity = replace(identity, name=clean_line(identity.name))
    if identity.kind not in KINDS:
        wrong["kind"] = _l("请选择单位类型。")
    if not 2 <= len(identity.name) <= 160:
        wrong["name"] = _l("填写证照上的单位全称，2 到 160 个字。")
    if identity.legal_form and not get_taxonomy().item("legal_form", identity.legal_form):
        wrong["legal_form"] = _l("请从列表中选择。")
    code = None
    try:
        code = credit_code.read(identity.uscc)
    except Invalid as error:
        wrong |= error.errors
    if wrong or code is None:
        raise Invalid(wrong)
    return identity, code


def _identity_values(identity: Identity, code: str) -> dict[str, Any]:
    return {
        "kind": identity.kind,
        "name": identity.name,
        "name_folded": fold(identity.name),
        "name_pinyin": pinyin_key(identity.name),
        "uscc": code,
        "legal_form": identity.legal_form,
    }


_TABLES = {"nature": "org_nature", "size": "org_scale", "industry": "industry"}


def checked_card(card: Card, kind: OrganisationKind) -> Card:
    """The card with clean texts. Raises Invalid with the fields that are wrong."""
    wrong: dict[str, Any] = {}
    taxonomy = get_taxonomy()
    lines = {"short_name": 60, "name_en": 200, "address": 200, "handler_name": 80}
    card = replace(card, **{name: clean_line(getattr(card, name)) for name in lines})
    card = replace(card, intro=clean(card.intro), fee_standard=clean(card.fee_standard))
    for name, most in {**lines, "intro": INTRO_MOST, "fee_standard": FEES_MOST}.items():
        if len(getattr(card, name)) > most:
            wrong[name] = _l("最多 %(most)s 个字，请缩短。", most=most)
    for name, table in _TABLES.items():
        if getattr(card, name) and taxonomy.item(table, getattr(card, name)) is None:
            wrong[name] = _l("请从列表中选择。")
    if card.region_code and card.region_code not in taxonomy.regions:
        wrong["region_code"] = _l("请从列表中选择。")
    card, wrong_ways = _checked_ways(card)
    wrong |= wrong_ways
    if card.fee_standard and kind is OrganisationKind.PUBLIC_SERVICE:
        # 国令700号 art. 15: public employment services charge nobody.
        wrong["fee_standard"] = _l("公共就业服务机构不得收费，这里不能填写。")
    if wrong:
        raise Invalid(wrong)
    return card


def _checked_ways(card: Card) -> tuple[Card, dict[str, Any]]:
    """Website and phone in their one form."""
    wrong: dict[str, Any] = {}
    website = clean_line(card.website)
    if website and "://" not in website:
        website = f"https://{website}"
    if website and (not website.startswith(("https://", "http://")) or " " in website):
        wrong["website"] = _l("网址以 https:// 开头，例如 https://www.example.cn。")
    if len(website) > 200:
        wrong["website"] = _l("最多 %(most)s 个字，请缩短。", most=200)
    phone = clean_line(card.contact_phone or "")
    if phone and fold_phone(phone) is None:
        wrong["contact_phone"] = _l("电话不完整，请带区号，例如 028-8888 0000。")
    return replace(card, website=website, contact_phone=phone or None), wrong


def _card_values(card: Card) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__dataclass_fields__}


def card_of(organisation: Organisation) -> Card:
    """What the organisation says of itself now."""
    return Card(**{name: getattr(organisation, name) for name in Card.__dataclass_fields__})


def identity_of(organisation: Organisation) -> Identity:
    """Name, code and kind as they stand."""
    return Identity(
        organisation.kind, organisation.name, organisation.uscc or "", organisation.legal_form
    )


def edit(
    session: Session,
    organisation: Organisation,
    card: Card,
    *,
    identity: Identity | None = None,
    revision: int,
    actor: Actor,
) -> None:
    """Change the card, and before verification the identity.

    Raises Stale when somebody else saved since `revision`, Invalid, Conflict for an identity that
    is verified or under review, :class:`Taken`.
    """
    card = checked_card(card, identity.kind if identity else organisation.kind)
    values = _card_values(card)
    if identity is not None:
        if organisation.state not in OPEN_IDENTITY:
            raise Conflict(_l("名称、代码和类型已提交核验，不能在这里改。"), code="identity-closed")
        identity, code = _checked(identity)
        known = find_by_code(session, code.value)
        if known is not None and known.id != organisation.id:
            raise Taken(known.public_id)
        values |= _identity_values(identity, code.value)
    differing = sorted(name for name in values if getattr(organisation, name) != values[name])
    won = session.execute(
        sa.update(Organisation)
        .where(Organisation.id == organisation.id, Organisation.revision == revision)
        .values(revision=revision + 1, updated_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        session.refresh(organisation)
        raise Stale(card_of(organisation))
    session.refresh(organisation)
    record(session, "organisation", organisation.public_id, "edit", actor=actor, fields=differing)
    if differing:
        changed(session, organisation)


def branches_of(session: Session, organisation: Organisation) -> list[Organisation]:
    """The branches of an organisation, by name."""
    return list(
        session.scalars(
            sa.select(Organisation)
            .where(Organisation.parent_id == organisation.id)
            .order_by(Organisation.name_pinyin, Organisation.id)
        )
    )
