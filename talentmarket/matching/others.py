"""The requirements that are no skills, one after the other: state, points, proof. Pure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from talentmarket.matching import weights as w
from talentmarket.matching.facts import MODES, JobFacts, TalentFacts, start_days
from talentmarket.matching.requirements import Row, kept_back
from talentmarket.matching.weights import Part, State
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy


def _occupation(job: JobFacts, talent: TalentFacts, most: float) -> Row:
    asked = {"occupation": job.occupation}
    if not talent.occupations:
        return Row("occupation", Part.EXPERIENCE, State.UNKNOWN, most, 0.0, asked=asked)
    nearness = {
        code: occupation_nearness(job.occupation or "", code) for code in talent.occupations
    }
    best = max(nearness, key=lambda code: nearness[code])
    near = nearness[best]
    has = {"occupation": best}
    if near == 1.0:
        return Row("occupation", Part.EXPERIENCE, State.CLAIMED, most, most, asked=asked, has=has)
    if near == 0.0:
        return Row("occupation", Part.EXPERIENCE, State.MISSING, most, 0.0, asked=asked, has=has)
    return Row(
        "occupation", Part.EXPERIENCE, State.RELATED, most, most * near, asked=asked, has=has,
        near=(best, near, "class"),
    )  # fmt: skip


def occupation_nearness(one: str, other: str) -> float:
    """1 for the same, less in one sub-class (小类) or one middle class (中类), or for what shares as
    many skills as those do; else 0."""
    if one == other:
        return 1.0
    left, right = one.split("-"), other.split("-")
    if left[:3] == right[:3]:
        return w.SAME_SUBCLASS
    shared = _shared_skills(get_taxonomy(), *sorted((one, other)))
    if shared >= w.SHARE_MUCH:
        return w.SAME_SUBCLASS
    return w.SAME_CLASS if left[:2] == right[:2] or shared >= w.SHARE_SOME else 0.0


@lru_cache(maxsize=20_000)
def _shared_skills(taxonomy: Taxonomy, one: str, other: str) -> float:
    """Of the skills that the vocabulary gives to either the share that it gives to both: the classes
    tell engineers from technicians (软件工程技术人员, 计算机程序设计员), whose work is the same."""
    left, right = (set(taxonomy.skills_of(code)) for code in (one, other))
    if min(len(left), len(right)) < w.SKILLS_ENOUGH:
        return 0.0
    return len(left & right) / len(left | right)


def _years(job: JobFacts, talent: TalentFacts, most: float) -> Row:
    low = job.years_min or 0
    asked = {"low": job.years_min, "high": job.years_max}
    if talent.years_tenths is None:
        kept = kept_back(talent, "experience")
        return Row("years", Part.EXPERIENCE, State.UNKNOWN, most, 0.0, asked=asked, has=kept)
    has = {"years_tenths": talent.years_tenths}
    share = min(1.0, talent.years_tenths / (10 * low))
    if share >= 1.0:
        state = State.MET if talent.years_verified else State.CLAIMED
        credit = 1.0 if talent.years_verified else w.YEARS_CLAIMED
    else:
        state = State.RELATED if share >= w.YEARS_ENOUGH else State.MISSING
        credit = w.YEARS_CLAIMED * share * share if share >= w.YEARS_ENOUGH else 0.0
    near = ("years", share, "short") if state is State.RELATED else None
    return Row("years", Part.EXPERIENCE, state, most, most * credit, near, asked=asked, has=has)


def _education(job: JobFacts, talent: TalentFacts, most: float) -> Row:
    asked = {"rank": job.education_rank}
    if talent.education_rank is None:
        kept = kept_back(talent, "education")
        return Row("education", Part.EDUCATION, State.UNKNOWN, most, 0.0, asked=asked, has=kept)
    has = {"rank": talent.education_rank}
    if talent.education_rank < (job.education_rank or 0):
        return Row("education", Part.EDUCATION, State.MISSING, most, 0.0, asked=asked, has=has)
    if talent.education_verified:
        return Row("education", Part.EDUCATION, State.MET, most, most, asked=asked, has=has)
    return Row(
        "education", Part.EDUCATION, State.CLAIMED, most, most * w.EDUCATION_CLAIMED,
        asked=asked, has=has,
    )  # fmt: skip


def _place(job: JobFacts, talent: TalentFacts, most: float) -> Row:
    asked = {"place": job.places[0]}
    has = {"places": list(talent.places), "moves": talent.moves}
    if not talent.places and talent.moves is None:
        return Row(
            "place", Part.PLACE, State.UNKNOWN, most, 0.0, asked=asked, hard=True, after=True
        )
    if set(talent.places) & set(job.places):
        state, credit = State.CLAIMED, 1.0
    elif talent.moves:
        state, credit = State.RELATED, w.MOVES_CREDIT
    else:
        state, credit = State.MISSING, 0.0
    near = ("place", credit, "moves") if state is State.RELATED else None
    return Row(
        "place", Part.PLACE, state, most, most * credit, near, asked=asked, has=has, hard=True
    )


def _mode(job: JobFacts, talent: TalentFacts, most: float) -> Row:
    """A condition without points: it decides who is in the list and who stands first in it."""
    asked, has = {"mode": job.mode}, {"mode": talent.mode}
    if job.mode is None or talent.mode is None:
        return Row("mode", Part.PLACE, State.UNKNOWN, most, 0.0, asked=asked, hard=True, after=True)
    apart = abs(MODES[job.mode] - MODES[talent.mode])
    state = (State.CLAIMED, State.RELATED, State.MISSING)[apart]
    near = ("mode", 0.5, "some") if state is State.RELATED else None
    return Row("mode", Part.PLACE, state, most, 0.0, near, asked=asked, has=has, hard=True)


def _pay(job: JobFacts, talent: TalentFacts, most: float) -> Row:
    top = job.pay_high if job.pay_high is not None else job.pay_low
    assert top is not None
    asked = {"low": job.pay_low, "high": job.pay_high}
    if talent.pay_low is None:
        kept = kept_back(talent, "pay")
        return Row("pay", Part.TERMS, State.UNKNOWN, most, 0.0, asked=asked, has=kept)
    has = {"low": talent.pay_low}
    if talent.pay_low <= top:
        return Row("pay", Part.TERMS, State.CLAIMED, most, most, asked=asked, has=has)
    over = talent.pay_low / top - 1 if top else 1.0
    if over <= w.PAY_OVER:
        near = ("pay", round(1 - over, 4), "above")
        return Row("pay", Part.TERMS, State.RELATED, most, most * (1 - over * w.PAY_SLOPE), near,
                   asked=asked, has=has)  # fmt: skip
    return Row("pay", Part.TERMS, State.MISSING, most, 0.0, asked=asked, has=has)


def _availability(_job: JobFacts, talent: TalentFacts, most: float) -> Row:
    asked = {"days": w.START_SOON}
    if talent.availability is None:
        return Row("availability", Part.TERMS, State.UNKNOWN, most, 0.0, asked=asked)
    days = start_days(talent.availability)
    has = {"availability": talent.availability}
    if days <= w.START_SOON:
        return Row("availability", Part.TERMS, State.CLAIMED, most, most, asked=asked, has=has)
    credit = w.LATER_CREDIT if days <= w.START_LATER else w.LATEST_CREDIT
    near = ("availability", credit, "later")
    return Row(
        "availability", Part.TERMS, State.RELATED, most, most * credit, near, asked=asked, has=has
    )


#: The requirements that are no skills: their part, and how a row of theirs is made.
MakeOther = Callable[[JobFacts, TalentFacts, float], Row]
OTHERS: dict[str, tuple[Part, MakeOther]] = {
    "occupation": (Part.EXPERIENCE, _occupation),
    "years": (Part.EXPERIENCE, _years),
    "education": (Part.EDUCATION, _education),
    "place": (Part.PLACE, _place),
    "mode": (Part.PLACE, _mode),
    "pay": (Part.TERMS, _pay),
    "availability": (Part.TERMS, _availability),
}
