"""The client's signature: by a member of the client, or by its handler through a link.

A mandate comes into force with it: the letter of entrustment then carries the firm's postings.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, joinedload

from talentmarket.core import clock, counters
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import SYSTEM, Actor, record
from talentmarket.core.folding import clean_line, fold
from talentmarket.exchange.brokering import standing
from talentmarket.exchange.brokering.mandating import agreement, documents, telling
from talentmarket.exchange.brokering.mandating.models import (
    Mandate,
    MandateDocumentKind,
    MandateLink,
    MandateState,
    MandateTerms,
    Party,
)
from talentmarket.exchange.brokering.mandating.moving import hold, move
from talentmarket.exchange.models import Entrustment, EntrustmentState
from talentmarket.exchange.stages import By
from talentmarket.members import codes
from talentmarket.members.identities import Identity, identify
from talentmarket.members.models import Account
from talentmarket.notices.models import Channel
from talentmarket.notices.send import channel_open, deliver, site_address

LIFE = timedelta(days=7)
DAY = timedelta(days=1)
#: Links of a firm in a day, and codes sent through one link in a day.
LINKS_OF_FIRM, CODES_OF_LINK = 50, 5
PURPOSE = "countersign"
_M = MandateState


def waits_for_client(session: Session, mandate: Mandate) -> MandateTerms | None:
    """The version that the client is asked to confirm now; None when it is asked nothing."""
    last = agreement.newest(session, mandate)
    if last is None:
        return None
    if mandate.state is _M.AWAITING_COUNTERSIGNATURE:
        return last
    if mandate.state not in (_M.ACTIVE, _M.PAUSED) or last.number == mandate.terms_number:
        return None
    given = agreement.parties(session, last)
    return last if Party.FIRM in given and Party.CLIENT not in given else None


def countersign(
    session: Session,
    mandate: Mandate,
    number: int,
    digest: str,
    *,
    account: Account | None = None,
    link: MandateLink | None = None,
    actor: Actor,
) -> None:
    """The client says yes: to the mandate, or to the new terms of one in force.

    Raises Conflict when the terms are other than those shown or the mandate asks nothing of the
    client, Forbidden while the firm has no licence: it may take no mandate then.
    """
    hold(session, mandate)
    if waits_for_client(session, mandate) is None:
        raise Conflict(state=str(mandate.state))
    standing.require(session, mandate.organisation)
    agreement.confirm(
        session, mandate, Party.CLIENT, number, digest, account=account, link=link, actor=actor
    )
    if mandate.state is not _M.AWAITING_COUNTERSIGNATURE:
        telling.tell_both(session, mandate, "mandate.terms_agreed", number=number)
        return
    move(
        session,
        mandate,
        "countersign",
        By.CLIENT,
        actor=actor,
        data={"terms": number, "link": link.public_id if link else None},
        activated_at=clock.now(),
    )
    _carry(session, mandate)
    telling.tell_both(session, mandate, "mandate.active")


def _carry(session: Session, mandate: Mandate) -> None:
    """Make the mandate's letter the one its postings stand on, unless it took one over."""
    if mandate.entrustment_id is not None:
        return
    letter = next(
        one for one in documents.current(session, mandate) if one.kind is MandateDocumentKind.LETTER
    )
    row = Entrustment(
        organisation_id=mandate.organisation_id,
        client_id=mandate.client_id,
        client_name=mandate.client_name,
        client_uscc=mandate.client_uscc,
        file_id=letter.file_id,
        valid_until=mandate.valid_until,
        state=EntrustmentState.ACCEPTED,
        submitted_at=letter.uploaded_at,
        reviewed_at=mandate.reviewed_at,
        reviewer_id=mandate.reviewer_id,
    )
    session.add(row)
    session.flush()
    mandate.entrustment_id = row.id
    session.flush()
    session.refresh(mandate)
    record(
        session,
        "entrustment",
        row.public_id,
        "from_mandate",
        actor=SYSTEM,
        to_state=row.state,
        mandate=mandate.public_id,
    )


def decline(session: Session, mandate: Mandate, verdict: str, text: str, *, actor: Actor) -> None:
    """The client does not sign: `send_back` asks for a change, `refuse` ends it. Words needed."""
    hold(session, mandate)
    move(session, mandate, verdict, By.CLIENT, actor=actor, text=text)
    agreement.revoke_links(session, mandate)
    code = "mandate.returned"
    if verdict == "refuse":
        code = "mandate.refused"
        documents.end(session, mandate)
    telling.tell_consultant(session, mandate, code, text=mandate.reason_text)


# --- the link ----------------------------------------------------------------------------------
def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(
    session: Session, mandate: Mandate, *, by: Account, path: str, locale: str, actor: Actor
) -> str:
    """A link for the handler: used once, good for seven days; those before end with it.

    `path`: the address of its page with ``TOKEN`` where the token goes. Goes out by mail where the
    handler has an address; returns the token, which is stored nowhere, to be handed over otherwise.
    Raises Conflict when the client is asked nothing, Invalid without a handler, TooMany.
    """
    hold(session, mandate)
    standing.require(session, mandate.organisation)
    terms = waits_for_client(session, mandate)
    if terms is None:
        raise Conflict(_l("现在没有要委托单位确认的内容。"), code="nothing-to-sign")
    if not mandate.handler_contact:
        raise Invalid({"handler": _l("先填写经办人和联系方式。")})
    counters.limit(session, f"mandate-link:{mandate.organisation_id}", DAY, LINKS_OF_FIRM)
    agreement.revoke_links(session, mandate)
    token = secrets.token_urlsafe(24)
    at = clock.now()
    link = MandateLink(
        mandate_id=mandate.id,
        token_digest=_digest(token),
        terms_number=terms.number,
        receiver=mandate.handler_contact,
        created_by=by.id,
        created_at=at,
        expires_at=at + LIFE,
    )
    session.add(link)
    session.flush()
    record(
        session,
        "mandate",
        mandate.public_id,
        "make_link",
        actor=actor,
        link=link.public_id,
        terms=terms.number,
    )
    identity = identify(mandate.handler_contact)
    if identity.channel is Channel.MAIL and channel_open(Channel.MAIL):
        said = telling.arguments(mandate, address=site_address(path.replace("TOKEN", token)))
        deliver(
            session,
            Channel.MAIL,
            identity.value,
            "mandate.link",
            {**said, "until": {"moment": link.expires_at.isoformat()}},
            key=f"mandate.link:{link.public_id}",
            locale=locale,
        )
    return token


_USED = _l("这个链接已经用过、已失效或已过期，请向机构要一个新的。")


def find_link(session: Session, token: str) -> MandateLink:
    """The link that still works and whose version is still asked for. Raises NotFound."""
    link = session.scalar(
        sa.select(MandateLink)
        .options(joinedload(MandateLink.mandate).joinedload(Mandate.organisation))
        .where(MandateLink.token_digest == _digest(token), *_usable())
    )
    if link is None:
        raise NotFound(_USED)
    asked = waits_for_client(session, link.mandate)
    if asked is None or asked.number != link.terms_number:
        raise NotFound(_USED)
    return link


def _usable() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        MandateLink.used_at.is_(None),
        MandateLink.revoked_at.is_(None),
        MandateLink.expires_at > clock.now(),
    )


def identity_of(link: MandateLink) -> Identity:
    """Where codes of this link go."""
    if not link.receiver:
        raise NotFound(_USED)
    return identify(link.receiver)


def send_code(session: Session, link: MandateLink, *, locale: str) -> None:
    """Send the handler a code: who signs holds the contact the firm named. Raises TooMany."""
    counters.limit(session, f"mandate-code:{link.id}", DAY, CODES_OF_LINK)
    codes.send_code(session, PURPOSE, identity_of(link), locale=locale)


def check(mandate: Mandate, name: str, uscc: str) -> None:
    """Whether the handler knows what a handler knows: own name and the client's code. Raises
    Invalid."""
    wrong = {}
    if fold(clean_line(name)) != fold(mandate.handler_name or ""):
        wrong["name"] = _l("姓名与机构登记的经办人不一致。")
    given = clean_line(uscc).upper().replace(" ", "")
    if not hmac.compare_digest(given.encode(), mandate.client_uscc.encode()):
        wrong["uscc"] = _l("统一社会信用代码与委托单位不一致。")
    if wrong:
        raise Invalid(wrong)


def use_link(session: Session, link: MandateLink) -> None:
    """Use it up: whoever is first. Raises NotFound for the other."""
    at = clock.now()
    won = session.execute(
        sa.update(MandateLink)
        .where(MandateLink.id == link.id, *_usable())
        .values(used_at=at, verified_at=at)
        .execution_options(synchronize_session=False)
    )
    if not won.rowcount:  # type: ignore[attr-defined]
        raise NotFound(_USED)


def try_code(session: Session, link: MandateLink, code: str) -> bool:
    """Whether the code is right. The caller commits also when it is not, or the try would not
    count."""
    return codes.use_code(session, PURPOSE, identity_of(link), code)


def sign_by_link(
    session: Session, token: str, number: int, digest: str, *, verdict: str = "sign", text: str = ""
) -> Mandate:
    """What a handler whose code was right says: `sign`, `send_back` or `refuse`.

    Raises NotFound for a link that was used meanwhile, Conflict for terms that changed.
    """
    link = find_link(session, token)
    mandate = link.mandate
    use_link(session, link)
    if verdict == "sign":
        countersign(session, mandate, number, digest, link=link, actor=SYSTEM)
    else:
        decline(session, mandate, verdict, text, actor=SYSTEM)
    return mandate
