"""A new draft from a job that is there: an own one, or a reference posting."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.errors import DomainError, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.exchange import jobs
from talentmarket.exchange.models import Channel, Job, JobState, Origin
from talentmarket.exchange.posting import missing_elements, posting_of
from talentmarket.exchange.stages import VALID_DAYS
from talentmarket.members.models import Account, Organisation
from talentmarket.members.models.organisations import TRUSTED


def copy(session: Session, job: Job, *, author: Account | None, actor: Actor) -> Job:
    """A draft with the same content and a fresh validity; history and applications stay behind."""
    posting = posting_of(job).but(valid_until=clock.today() + timedelta(days=VALID_DAYS))
    made = jobs.create(session, job.organisation, posting, author=author, actor=actor)
    made.copied_from_id = job.copied_from_id or job.id
    record(session, "job", made.public_id, "copy", actor=actor, source=job.public_id)
    return made


def adopt(
    session: Session, organisation: Organisation, job: Job, *, author: Account | None, actor: Actor
) -> Job:
    """A reference posting as a verified employer's own draft.

    Raises NotFound for anything but a standing reference posting, DomainError when one of the six
    elements (but the employer, who adopts it) is missing or the organisation is not verified.
    """
    if job.origin is not Origin.REFERENCE or job.state is not JobState.PUBLISHED:
        raise NotFound()
    if organisation.state not in TRUSTED:
        raise DomainError(_l("单位通过核验后才能认领转载岗位。"), code="not-verified")
    posting = posting_of(job).but(
        # What was guessed is no statement: the form proposes it again.
        occupation_code=None if job.occupation_guess else job.occupation_code,
        channel=Channel.DIRECT,
        employer_id=organisation.id,
        employer_name=organisation.name,
        valid_until=clock.today() + timedelta(days=VALID_DAYS),
    )
    if missing_elements(posting):
        raise DomainError(
            _l("这条转载岗位缺少六项法定要素中的内容，不能认领；请新建岗位并补齐。"),
            code="elements-missing",
        )
    made = jobs.create(session, organisation, posting, author=author, actor=actor)
    record(session, "job", made.public_id, "adopt", actor=actor, source=job.public_id)
    return made
