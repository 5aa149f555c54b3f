"""The way into the profile: five steps, the last of them who may see it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from talentmarket.core import clock
from talentmarket.core.events import Actor
from talentmarket.members import editing
from talentmarket.members.models import Talent

STEPS = ("basics", "wishes", "experience", "blocks", "visibility")


def step_of(talent: Talent | None) -> str | None:
    """The first step that is not done; None when the person is through."""
    if talent is None:
        return STEPS[0]
    if talent.onboarded_at is not None:
        return None
    if not talent.headline:
        return "basics"
    if not talent.occupations:
        return "wishes"
    if not talent.skills and not talent.entries:
        return "experience"
    return "blocks" if talent.blocks_confirmed_at is None else "visibility"


def confirm_blocks(session: Session, talent: Talent, *, actor: Actor) -> None:
    """The person has seen the proposed blocks and decided."""
    editing.begin(session, talent)
    talent.blocks_confirmed_at = clock.now()
    editing.finish(session, talent, "blocks_confirmed", actor=actor)


def complete(session: Session, talent: Talent, *, actor: Actor) -> None:
    """The last step is done; the first date stays."""
    editing.begin(session, talent)
    if talent.onboarded_at is None:
        talent.onboarded_at = clock.now()
    editing.finish(session, talent, "onboarded", actor=actor)
