"""An employer, its people and somebody who applies."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.roles import OrgRole
from talentmarket.members.models import Identifier
from tests.factories import make_account, make_job, make_member, make_organisation, make_talent


@pytest.fixture
def people(session, make_client):
    """An employer with a job, its recruiter and hiring manager, and a person; with clients."""

    class People:
        organisation = make_organisation("天工云谱科技有限公司")
        recruiter = make_member(organisation, OrgRole.RECRUITER)
        manager = make_member(organisation, OrgRole.HIRING_MANAGER, make_account("用人经理"))
        job = make_job(organisation, manager_id=manager.id, created_by=recruiter.id)
        account = make_account("周予安")
        talent = make_talent(account)

    People.org = People.organisation.public_id
    People.phone = session.scalar(
        sa.select(Identifier).where(Identifier.account_id == People.account.id)
    ).value
    People.person = make_client(People.account)
    People.desk = make_client(People.recruiter)
    People.boss = make_client(People.manager)
    return People
