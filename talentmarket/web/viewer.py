"""The person that looks at a page: account, session, roles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import sqlalchemy as sa
from flask_login import AnonymousUserMixin, UserMixin

from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.extensions import login_manager
from talentmarket.core.roles import OrgRole
from talentmarket.discovery.exclusions import NOTHING, Excluded, excluded_by
from talentmarket.members.demo import may_enter
from talentmarket.members.identities import needed_kinds
from talentmarket.members.models import (
    Account,
    Identifier,
    Membership,
    Organisation,
    OrganisationKind,
    Talent,
)
from talentmarket.members.sessions import find_session, is_due_to_be_seen


@dataclass(frozen=True)
class Desk:
    """An organisation the viewer may act for."""

    org: str
    name: str
    kind: OrganisationKind
    role: OrgRole


class Viewer(UserMixin):
    """A signed-in person. Roles are read on each request, so a removed member is out at once."""

    def __init__(self, account: Account, token: str) -> None:
        self.account = account
        self.token = token
        self.second_factor = False
        self.is_due_to_be_seen = False

    def get_id(self) -> str:
        """The session token: Flask-Login keeps it in the signed cookie."""
        return self.token

    @property
    def name(self) -> str:
        """The person's name, or how the page calls somebody without one."""
        return self.account.name or self.account.public_id

    @property
    def is_operator(self) -> bool:
        """An operator of the alliance with the second factor given in this session."""
        return self.account.is_operator and self.second_factor

    @cached_property
    def is_verified(self) -> bool:
        """Whether the person holds a verified identity of a kind that is needed to act."""
        return bool(
            db.session.scalar(
                sa.select(
                    sa.exists().where(
                        Identifier.account_id == self.account.id,
                        Identifier.kind.in_(needed_kinds()),
                        Identifier.verified_at.is_not(None),
                        Identifier.released_at.is_(None),
                    )
                )
            )
        )

    @cached_property
    def talent(self) -> Talent | None:
        """The person's profile, if there is one."""
        return db.session.scalar(_talent(), {"account": self.account.id})

    @cached_property
    def excluded(self) -> Excluded:
        """What the person never wants to see among jobs."""
        return excluded_by(db.session(), self.account, self.talent)

    @cached_property
    def desks(self) -> list[Desk]:
        """The organisations this person is a member of, in the order of joining."""
        rows = db.session.execute(_desks(), {"account": self.account.id})
        return [Desk(*row) for row in rows]

    def role_in(self, org: str) -> OrgRole | None:
        """The role in the organisation with this public id, or None."""
        return next((desk.role for desk in self.desks if desk.org == org), None)

    def actor(self, org: str | None = None) -> Actor:
        """Who acts, for the event table."""
        return Actor(self.account.public_id, org)


# What each page of somebody signed in asks is put together once.
@cache
def _desks() -> sa.Select[tuple[str, str, OrganisationKind, OrgRole]]:
    return (
        sa.select(Organisation.public_id, Organisation.name, Organisation.kind, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.account_id == sa.bindparam("account"), Membership.removed_at.is_(None))
        .order_by(Membership.id)
    )


@cache
def _talent() -> sa.Select[tuple[Talent]]:
    return sa.select(Talent).where(Talent.account_id == sa.bindparam("account"))


class Visitor(AnonymousUserMixin):
    """Somebody who is not signed in."""

    is_operator = False
    is_verified = False
    talent = None
    excluded = NOTHING
    desks: list[Desk] = []
    second_factor = False
    name = ""

    def role_in(self, org: str) -> OrgRole | None:
        """Nobody's role."""
        return None


login_manager.anonymous_user = Visitor


@login_manager.user_loader
def load_viewer(token: str) -> Viewer | None:
    """The viewer behind a session token; None once the session is revoked or over, and for a
    demo account when the demo is off."""
    found = find_session(db.session(), token)
    if found is None or not may_enter(found.account):
        return None
    viewer = Viewer(found.account, token)
    viewer.second_factor = found.second_factor_at is not None
    viewer.is_due_to_be_seen = is_due_to_be_seen(found)
    return viewer
