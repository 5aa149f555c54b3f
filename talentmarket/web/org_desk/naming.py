"""Names in the desk's lists: only those that are shown are opened, and each is written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_login import current_user

from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.desk import Scope
from talentmarket.exchange.models import Application, Job
from talentmarket.members.models import Account, Organisation
from talentmarket.members.openings import record_listed, unlisted
from talentmarket.web.org_desk import common


def keep(scope: Scope, job: Job, shown: Iterable[Application], names: Mapping[str, str]) -> None:
    """Write down for the people of `shown` whose `names` are open that the list named them.

    A list that was read today already costs one statement and no write. Call it when the page is
    put together: a write ends the reading, and the rows would be read again one by one.
    """
    named = [one.talent_id for one in shown if one.public_id in names]
    missing = unlisted(common.read(), named, scope.organisation, job.public_id)
    if not missing:
        return
    organisation, subject = scope.organisation.id, ("job", job.public_id)
    with unit_of_work() as session:
        record_listed(
            session,
            missing,
            viewer=session.get_one(Account, current_user.account.id),
            organisation=session.get_one(Organisation, organisation),
            purpose="application",
            subject=subject,
        )
