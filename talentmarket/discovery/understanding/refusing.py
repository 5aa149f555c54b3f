"""Which parts of a query are not wanted: minus signs, 不要…, 除了…, 非…, …除外. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from talentmarket.discovery.understanding.found import Found
from talentmarket.discovery.understanding.tables import get_tables

_MINUS = re.compile(r"(?:(?<=[\s,;、()])|^)[-−]\s?([^\s\-−,;、()][^\s,;、()]{0,39})")
_NUMBER_BEFORE = re.compile(r"[\dk万千]\s*$")
_GAP = re.compile(r"\s?(?:掉|是|了|做|去|:)?\s?")
_RUN = re.compile(r"[^\s,.;。、!?\n]{1,20}")
_TAIL = re.compile(
    r"(?:类|的|性质)?(?:岗位|职位|工作|公司|企业|项目|岗|jobs?)?\s?(?:以外|之外|除外)?"
)
#: Kinds that a sign which touches them refuses; 无 and 不 mean less than 非 does.
_BY_NOT = frozenset({"channel", "kind", "mode", "rest", "nature"})
_BY_NON = _BY_NOT | {"region", "area", "occupation", "skill", "employer"}
_STRONG = ("非", "除", "non")

Zone = tuple[int, int]


class Signs(NamedTuple):
    """Where the signs of refusal and insistence stand, and what they are about: stretches."""

    ignored: list[Zone]
    refused: list[Zone]
    must: list[Zone]


def minus_zones(plain: str) -> list[Zone]:
    """[sign, end) of every word with a minus before it; "15k -20k" has none."""
    return [
        match.span()
        for match in _MINUS.finditer(plain)
        if not (match[1][0].isdigit() and _NUMBER_BEFORE.search(plain, 0, match.start()))
    ]


def is_refused(plain: str, at: int) -> bool:
    """Whether a sign of refusal stands right before `at`."""
    signs = get_tables().refusals
    return plain[:at].rstrip().endswith((*signs["before"], *signs["touching"], "-"))


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    signs = get_tables().refusals

    def any_of(names: tuple[str, ...]) -> str:
        return "|".join(
            rf"(?<![a-z]){re.escape(one)}(?![a-z])" if one.isascii() and one.isalpha() else re.escape(one)
            for one in sorted(names, key=len, reverse=True)
        )  # fmt: skip

    return (
        re.compile(f"(?P<no>{any_of(signs['before'])})|(?P<must>{any_of(signs['wanted'])})"),
        re.compile(rf"(?:{any_of(signs['touching'])})[-\s]?$"),
        re.compile(rf"(?:的|类)?(?:岗位|公司|工作)?\s?(?:{any_of(signs['after'])})(?=[\s,;。]|$)"),
        re.compile(rf"\s?(?:{any_of(signs['joints'])})\s?"),
    )


def find_signs(plain: str, kept: list[Found]) -> Signs:
    """What is refused or insisted on in words. `kept`: the pieces, in the positions of `plain`."""
    before, touching, after, joints = _patterns()
    signs = Signs([], [], [])
    starts = {one.start: one for one in kept}
    for match in before.finditer(plain):
        if _covered(match, kept):
            continue
        zones = _about(plain, match.end(), starts, joints, latin=match[0].isascii())
        if match["must"]:
            zones = [zone for zone in zones if zone[0] in starts]
        if zones:
            signs.ignored.append(match.span())
            (signs.must if match["must"] else signs.refused).extend(zones)
    refused = set(signs.refused)
    for one in kept:
        if (one.start, one.end) in refused:
            continue
        if (
            (sign := touching.search(plain, 0, one.start)) and _touches(sign[0], one, kept, sign)
        ) or ((sign := after.match(plain, one.end)) and not _covered(sign, kept)):
            signs.ignored.append(sign.span())
            signs.refused.append((one.start, one.end))
    return signs


def _covered(match: re.Match[str], kept: list[Found]) -> bool:
    return any(one.start < match.end() and match.start() < one.end for one in kept)


def _touches(sign: str, one: Found, kept: list[Found], match: re.Match[str]) -> bool:
    if _covered(match, kept):
        return False
    kinds = _BY_NON if sign.startswith(_STRONG) else _BY_NOT
    return one.kind in kinds


def _about(
    plain: str, at: int, starts: dict[int, Found], joints: re.Pattern[str], *, latin: bool
) -> list[Zone]:
    """The stretches that a sign ending at `at` is about; a list goes on behind 和 or a comma."""
    zones: list[Zone] = []
    while True:
        if (gap := _GAP.match(plain, at)) is not None:
            at = gap.end() if gap.end() in starts or at not in starts else at
        one = starts.get(at)
        if one is not None:
            zones.append((one.start, one.end))
            at = one.end
        elif latin:
            break
        else:
            run = _RUN.match(plain, at)
            if run is None:
                break
            stop = min([run.end(), *(start for start in starts if at < start)])
            joint = next((one for one in joints.finditer(plain, at + 1, stop)), None)
            if joint is not None:
                stop = joint.start()
            zones.append((at, stop))
            at = stop
        tail = _TAIL.match(plain, at)
        joint = joints.match(plain, tail.end() if tail else at)
        if joint is None:
            break
        at = joint.end()
    return zones
