"""Whose job it is: the hiring manager who reads its shortlist. Set on the job's form.

Who has left the organisation or has another role reads nothing by it (the desk asks for the role
each time), is not named any more, and is left out when the job is next written.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core.errors import Invalid
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.models import Job
from talentmarket.exchange.posting import Posting
from talentmarket.members.memberships import members_of
from talentmarket.members.models import Account, Organisation

NOT_A_MANAGER = _l("请选择本单位现在的用人经理。")


def managers_of(session: Session, organisation: Organisation) -> list[Account]:
    """The present members that are hiring managers, in the order of joining."""
    members = members_of(session, organisation)
    return [one.account for one in members if one.role is OrgRole.HIRING_MANAGER]


def manager_of(session: Session, job: Job) -> Account | None:
    """The job's manager, as long as they are one."""
    if job.manager_id is None:
        return None
    return next(
        (one for one in managers_of(session, job.organisation) if one.id == job.manager_id), None
    )


def resolve(
    session: Session, organisation: Organisation, posting: Posting, before: int | None
) -> Posting:
    """The posting with its manager, or without the one of `before` who is none any more.

    Raises Invalid for anybody else who is no hiring manager of the organisation.
    """
    if posting.manager_id is None:
        return posting
    if posting.manager_id in {one.id for one in managers_of(session, organisation)}:
        return posting
    if posting.manager_id != before:
        raise Invalid({"manager_id": NOT_A_MANAGER})
    return posting.but(manager_id=None)
