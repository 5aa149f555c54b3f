"""Words a posting may not carry, and words a person has to look at.

Red findings refuse the posting and name the rule; amber ones go to the reviewer. Patterns look at
the folded text (full width, case, traditional signs) with the signs taken out that are put between
letters to get past a filter; positions are those of the original. A clause that says the contrary
("性别不限", "不收押金") is no finding. Pure.

Sources of the rules stand in :mod:`talentmarket.exchange.lint_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from talentmarket.exchange.lint_rules import RULES, Level, Rule
from talentmarket.taxonomy.folding import Folded

_CLAUSE_END = re.compile(r"[，,。;；!！?？\n]")
#: Put between the signs of a word to get past a filter.
_BETWEEN = frozenset(" \t\u3000\u00a0·•*_|~^`'\"“”")


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a text. `text` is what stands there; [start, end) are original positions."""

    rule: Rule
    start: int
    end: int
    text: str

    @property
    def refused(self) -> bool:
        """Whether the posting cannot be sent with this."""
        return self.rule.level is Level.RED


def lint(text: str) -> list[Finding]:
    """All findings of one text from left to right; of overlapping ones the red, then the longer."""
    plain = Folded(text).plain
    tight, places = _tighten(plain)
    found: list[Finding] = []
    for rule in RULES:
        for pattern, source, at in (
            (rule.tight, tight, places),
            (rule.plain, plain, range(len(plain))),
        ):
            if pattern is None:
                continue
            for match in pattern.finditer(source):
                if match.start() == match.end() or _contrary(rule, source, match):
                    continue
                start, end = at[match.start()], at[match.end() - 1] + 1
                found.append(Finding(rule, start, end, text[start:end]))
    return _apart(found)


def lint_fields(texts: Mapping[str, str]) -> dict[str, list[Finding]]:
    """Findings by field name; fields without any are left out."""
    found = {name: lint(text) for name, text in texts.items() if text}
    return {name: findings for name, findings in found.items() if findings}


def refused(findings: Mapping[str, Iterable[Finding]]) -> bool:
    """Whether any of the findings is red."""
    return any(one.refused for many in findings.values() for one in many)


def segments(text: str, findings: Iterable[Finding]) -> list[tuple[str, Finding | None]]:
    """The text cut at its findings, for marking them in place."""
    parts: list[tuple[str, Finding | None]] = []
    here = 0
    for one in findings:
        if one.start > here:
            parts.append((text[here : one.start], None))
        parts.append((text[one.start : one.end], one))
        here = one.end
    if here < len(text):
        parts.append((text[here:], None))
    return parts


def _tighten(plain: str) -> tuple[str, list[int]]:
    kept = [n for n, sign in enumerate(plain) if sign not in _BETWEEN and sign.isprintable()]
    kept = sorted({*kept, *(n for n, sign in enumerate(plain) if sign == "\n")})
    return "".join(plain[n] for n in kept), kept


def _contrary(rule: Rule, source: str, match: re.Match[str]) -> bool:
    if rule.unless is None:
        return False
    start = max((m.end() for m in _CLAUSE_END.finditer(source, 0, match.start())), default=0)
    stop = _CLAUSE_END.search(source, match.end())
    return rule.unless.search(source, start, stop.start() if stop else len(source)) is not None


def _apart(found: list[Finding]) -> list[Finding]:
    order = sorted(found, key=lambda one: (not one.refused, one.start - one.end, one.start))
    kept: list[Finding] = []
    for one in order:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
