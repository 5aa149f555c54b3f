"""Within what time something is answered or ends, for the texts that say so: each number is the
rule's own, so that a changed rule changes what is promised."""

from __future__ import annotations

from dataclasses import dataclass, field

from talentmarket.alliance import queues
from talentmarket.exchange import reports, stages
from talentmarket.exchange.brokering.firms.steps import RULING_WORKING_DAYS as MEASURE_DAYS
from talentmarket.exchange.brokering.referring.stages import RULING_WORKING_DAYS
from talentmarket.members import claims, entry_verification, licences, verification_states


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days, but `review`: working hours."""

    review: int = stages.REVIEW_WORKING_HOURS
    stage: int = stages.STAGE_DAYS
    invitation: int = stages.INVITATION_WORKING_DAYS
    #: A claim is first at the owners of the organisation.
    owner: int = claims.OWNER_DAYS
    #: The office's answer, by the name of the queue.
    office: dict[str, int] = field(
        default_factory=lambda: {
            "organisations": verification_states.ANSWER_DAYS,
            "licences": licences.ANSWER_DAYS,
            "entrustments": queues.LETTER_DAYS,
            "entries": entry_verification.ANSWER_DAYS,
            "claims": claims.OPERATOR_DAYS,
            "disputes": RULING_WORKING_DAYS,
            "starts": RULING_WORKING_DAYS,
            "measures": MEASURE_DAYS,
            "reports": reports.ANSWER_DAYS,
        }
    )


TERMS = Terms()
