"""Records as the pages print them."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from talentmarket.core import clock
from talentmarket.core.folding import spaced_phone
from talentmarket.core.words import word
from talentmarket.exchange.brokering.people.models import FirmInvitation, FirmPerson
from talentmarket.exchange.brokering.people.reading import Read
from talentmarket.web.concepts import occupation_name, place_name, skill_name
from talentmarket.web.me.card_views import proposal_groups
from talentmarket.web.me.names import (
    span_text,
    years_text,
)

View = dict[str, Any]
#: Days before its end from which a record is said to end soon.
SOON_DAYS = 30


def about(person: FirmPerson) -> list[str]:
    """Occupation, years, schooling, place."""
    profile = person.profile
    occupations = [occupation_name(one) for one in profile.get("occupations") or ()]
    rank, tenths = profile.get("education_rank"), profile.get("years_tenths")
    return [
        one
        for one in (
            occupations[0] if occupations and occupations[0] != person.headline else "",
            years_text(tenths) if tenths is not None else "",
            word("education_rank", rank) if rank is not None else "",
            place_name(person.home_region) if person.home_region else "",
        )
        if one
    ]


def state_of(person: FirmPerson) -> str:
    """A code of the words `firm_person`: what is most to be known of a record."""
    if person.account_id is not None:
        return "joined"
    return "kept" if person.founded else "unfounded"


def ends_soon(person: FirmPerson) -> bool:
    """Whether the record goes within a month."""
    return (person.delete_on - clock.today()).days <= SOON_DAYS


def facts(person: FirmPerson) -> list[tuple[str, Any]]:
    """What a record says of itself, for the macro `facts`."""
    rows = [
        (_("手机号"), spaced_phone(person.phone) if person.phone else ""),
        (_("邮箱"), person.mail or ""),
        (_("希望工作地点"), _("、").join(place_name(one) for one in person.profile["regions"])),
    ]
    return [(name, value) for name, value in rows if value]


def skills(person: FirmPerson) -> list[View]:
    """Skills with what is said of them, known ones first."""
    found = []
    for one in person.profile.get("skills") or ():
        level, tenths = one.get("level"), one.get("years_tenths")
        said = [word("skill_level", level) if level else "", years_text(tenths) if tenths else ""]
        found.append({"name": skill_name(one["skill"]), "said": [text for text in said if text]})
    return found + [{"name": one, "said": [], "other": True} for one in person.other_skills]


def entries(rows: Any) -> list[View]:
    """Entries of a profile."""
    return [
        {
            "id": one["id"],
            "kind": word("entry", one["kind"]),
            "name": one["title"] or one["organisation"],
            "said": [
                text
                for text in (
                    one["organisation"] if one["title"] else "",
                    word("education_rank", int(one["level"])) if one.get("level") else "",
                    one.get("subject") or "",
                    span_text(one["start"], one["end"], current=one["kind"] == "experience"),
                )
                if text
            ],
        }
        for one in rows
    ]


def proposed(read: Read | None, ticked: set[str]) -> list[View]:
    """What was read from a text, by kind, with what is ticked."""
    if read is None:
        return []
    groups = proposal_groups(list(read.proposals))
    for group in groups:
        for row in group["rows"]:
            row["ticked"] = row["id"] in ticked
    return groups


def invitation_state(invitation: FirmInvitation) -> str:
    """A code of the words `firm_invitation`."""
    if invitation.used_at:
        return "accepted"
    if invitation.refused_at:
        return "refused"
    if invitation.revoked_at:
        return "revoked"
    return "expired" if invitation.expires_at <= clock.now() else "sent"
