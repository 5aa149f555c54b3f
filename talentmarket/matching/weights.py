"""The one table that decides what counts how much. `docs/relevance.md` gives each its source.

A part that a job does not ask for gives its points to the first part it does ask for, so that the
hundred points of a job always stand for what this job asks. The map from a job to its points is
fixed: the same pair has the same score on every page.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """The six parts of a score, in their fixed order."""

    MUST = "must"
    WISH = "wish"
    EXPERIENCE = "experience"
    EDUCATION = "education"
    PLACE = "place"
    TERMS = "terms"


class State(StrEnum):
    """What is known of one requirement."""

    MET = "met"  # with evidence that somebody else verified
    CLAIMED = "claimed"
    RELATED = "related"
    MISSING = "missing"
    UNKNOWN = "unknown"


POINTS: dict[Part, int] = {
    Part.MUST: 45,
    Part.WISH: 10,
    Part.EXPERIENCE: 15,
    Part.EDUCATION: 10,
    Part.PLACE: 10,
    Part.TERMS: 10,
}
#: Within the parts.
OCCUPATION_SHARE = 0.2  # of experience, when both occupation and years are asked
CERTIFICATE_SHARE = 0.4  # of education, when both are asked
PAY_SHARE = 0.5  # of terms
#: What is no part of the work itself counts as far as there is something in common with the work, in
#: full from this credit of the row that is met best: the least that counts as near at all.
COMMON_ENOUGH = 0.25
#: These are, by their keys; all other rows (skills, certificates, the job as a whole, occupation)
#: are the work.
CONDITIONS = ("years", "education", "place", "mode", "pay", "availability")


@dataclass(frozen=True)
class Weights:
    """What the requirements of a job are worth: the table's numbers, or others that were learned.

    `points`: of the six parts in their order, together 100, in multiples of 1/64, so that their
    sums are exact in whatever order they are added; the shares are those within a part.
    `version`: of the model they come from; None for the table. How much of its points a
    requirement gives (a claim, a level, a related skill …) is the table's for all.
    """

    points: tuple[float, ...]
    occupation_share: float
    certificate_share: float
    pay_share: float
    version: str | None = None


def table() -> Weights:
    """The table below and above, as it is now."""
    points = tuple(float(POINTS[part]) for part in Part)
    return Weights(points, OCCUPATION_SHARE, CERTIFICATE_SHARE, PAY_SHARE)


CLAIMED_CREDIT = 2 / 3  # of what verified evidence would give
RELATED_CREDIT = 0.8  # of nearness, before the claimed discount
LEVEL_STEP = 0.25  # lost per level below the one asked
LEVEL_UNKNOWN = 0.85  # of the points when a level is asked and not stated
OLD_AFTER, OLD_CREDIT = 3, 0.85  # years since last use
STALE_AFTER, STALE_CREDIT = 6, 0.65
NEAR_ENOUGH = 0.45  # nearness from which a skill counts as related
#: Nearness of the taxonomy's edges, so that a rare skill has neighbours on the first day.
NARROWER_EDGE = 0.9  # the person has a narrower skill than the one asked
WIDER_EDGE = 0.5
RELATED_EDGE = 0.6
SIBLING_FIELD = 2  # steps up within which two skills lie in one field
#: Of the must skills' points: what a person has near the job as a whole, where a space is trained.
WHOLE_SHARE = 0.5
WHOLE_NEAR = 0.3  # cosine with the job from which a skill counts at all
WHOLE_ENOUGH = 3.0  # skills of common weight, verified and just as the job wants, that give all
SAYS_MUCH = 5  # skills from which a profile speaks for what it leaves out

SAME_SUBCLASS, SAME_CLASS = 0.6, 0.25  # nearness of two occupations in one 小类, in one 中类
#: Skills that the vocabulary gives to both, of those of either, from which two occupations are as near as
#: in one sub-class, in one class; said of those that have at least so many skills.
SHARE_MUCH, SHARE_SOME, SKILLS_ENOUGH = 0.5, 0.25, 5
YEARS_CLAIMED = 0.9  # of what verified years would give
EDUCATION_CLAIMED = 0.9  # of what a verified degree would give
YEARS_ENOUGH = 0.6  # share of the years asked from which fewer years still count
MOVES_CREDIT = 0.6  # of the place: somebody who would move there
PAY_OVER, PAY_SLOPE = 0.2, 4  # wishes up to a fifth above the range lose 4 % for each 1 %
START_SOON = 30  # days within which somebody who can start loses nothing
START_LATER, LATER_CREDIT, LATEST_CREDIT = 90, 0.6, 0.3
