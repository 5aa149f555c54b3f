"""Passwords: argon2id, and zxcvbn's judgement in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from zxcvbn import zxcvbn

from talentmarket.core.errors import Invalid

SHORTEST = 10
LONGEST = 128
#: zxcvbn's scale is 0 to 4; 3 is "safely unguessable" by its authors (Wheeler, USENIX 2016).
GOOD_ENOUGH = 3
#: Judging is quadratic in the length and says nothing new beyond this.
_JUDGED = 64
_OWN_WORDS = ("shucai", "shucaihui", "shucai exchange", "talentmarket", "数才汇", "数字经济")

# RFC 9106, second recommended option: 64 MiB, three passes, four lanes.
_hasher = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)


def hash_password(password: str) -> str:
    """The argon2id hash of a password that was found good."""
    return _hasher.hash(_normal(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("the hash that is checked when there is no account")


def verify_password(password: str, hashed: str | None) -> bool:
    """Whether the password fits. Takes the same time when there is nothing to compare with."""
    try:
        fits = _hasher.verify(hashed or _nobody(), _normal(password[: LONGEST * 2]))
    except (VerificationError, InvalidHashError):
        return False
    return fits and hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with older costs."""
    return _hasher.check_needs_rehash(hashed)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def require_good(password: str, own: Iterable[str] = (), field: str = "password") -> None:
    """Raise :class:`Invalid` with what is wrong and how to better it.

    `own` are words of the person (name, number, address) that must not make up the password.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            {field: _l("密码至少 %(count)s 个字符。几个不相干的词连起来最好记。", count=SHORTEST)}
        )
    if len(password) > LONGEST:
        raise Invalid({field: _l("密码最多 %(count)s 个字符。", count=LONGEST)})
    judged = zxcvbn(password[:_JUDGED], user_inputs=[*_OWN_WORDS, *_pieces(own)])
    if judged["score"] < GOOD_ENOUGH:
        raise Invalid({field: _reason(judged["feedback"])})


def _pieces(own: Iterable[str]) -> list[str]:
    pieces: set[str] = set()
    for word in own:
        if not word:
            continue
        pieces |= {word, word.partition("@")[0], word.removeprefix("+86")}
    return sorted(pieces)


def _reason(feedback: dict[str, Any]) -> Any:
    messages = [feedback["warning"], *feedback["suggestions"]]
    said = [MESSAGES[message] for message in messages if message]
    if not said:
        return _l("这个密码太容易猜到，请再加一两个不相干的词。")
    if len(said) == 1:
        return said[0]
    return _l("%(what)s%(advice)s", what=said[0], advice=said[1])


#: zxcvbn's English → ours.
MESSAGES: dict[str, Any] = {
    "Use a few words, avoid common phrases.": _l("用几个不相干的词，不要用常见短语。"),
    "No need for symbols, digits, or uppercase letters.": _l("不必掺符号、数字或大写字母。"),
    "Add another word or two. Uncommon words are better.": _l("请再加一两个词，越少见越好。"),
    "Straight rows of keys are easy to guess.": _l("键盘上成排的键很容易猜到。"),
    "Short keyboard patterns are easy to guess.": _l("键盘上的短图形很容易猜到。"),
    "Use a longer keyboard pattern with more turns.": _l("请用更长、转折更多的组合。"),
    'Repeats like "aaa" are easy to guess.': _l("“aaa”这样的重复很容易猜到。"),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _l(
        "“abcabcabc”并不比“abc”难猜多少。"
    ),
    "Avoid repeated words and characters.": _l("请避免重复的词和字符。"),
    'Sequences like "abc" or "6543" are easy to guess.': _l("“abc”“6543”这样的顺序很容易猜到。"),
    "Avoid sequences.": _l("请避免连续的字母或数字。"),
    "Recent years are easy to guess.": _l("近些年的年份很容易猜到。"),
    "Avoid recent years.": _l("请避免年份。"),
    "Avoid years that are associated with you.": _l("请避免与您有关的年份。"),
    "Dates are often easy to guess.": _l("日期往往很容易猜到。"),
    "Avoid dates and years that are associated with you.": _l("请避免与您有关的日期和年份。"),
    "This is a top-10 common password.": _l("这是最常见的 10 个密码之一。"),
    "This is a top-100 common password.": _l("这是最常见的 100 个密码之一。"),
    "This is a very common password.": _l("这是很常见的密码。"),
    "This is similar to a commonly used password.": _l("这与常用密码太像。"),
    "A word by itself is easy to guess.": _l("单独一个词很容易猜到。"),
    "Names and surnames by themselves are easy to guess.": _l("单独的姓名很容易猜到。"),
    "Common names and surnames are easy to guess.": _l("常见的姓名很容易猜到。"),
    "Capitalization doesn't help very much.": _l("首字母大写帮助不大。"),
    "All-uppercase is almost as easy to guess as all-lowercase.": _l(
        "全部大写与全部小写一样好猜。"
    ),
    "Reversed words aren't much harder to guess.": _l("倒写的词并不难猜。"),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _l(
        "用“@”代替“a”这类替换帮助不大。"
    ),
}
