"""Unified social credit codes (GB 32100-2015): what is wrong with one, what deserves a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from stdnum.cn import uscc
from stdnum.exceptions import InvalidLength, ValidationError

from talentmarket.core.errors import Invalid

#: Thirty-one signs: no I, O, S, V, Z.
ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
#: Registering authority (place 1) and kinds of bodies it registers (place 2) by the standard.
AUTHORITIES = {"1": "1239", "5": "1239", "9": "123", "Y": "1"}


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code whose check digit fits. `unusual`: the first eight places deserve a reviewer's look."""

    value: str
    unusual: bool


def read(text: str) -> CreditCode:
    """The code somebody typed.

    A wrong length, sign or check digit is refused (:class:`Invalid`, field ``uscc``). Letters or
    rare authorities in the first eight places are allowed: real bodies have them, so they are a
    hint to the reviewer and no error.
    """
    value = uscc.compact(text)
    if len(value) != 18:
        raise _wrong(_l("统一社会信用代码是 18 位，请核对。"))
    if not set(value) <= ALPHABET:
        raise _wrong(_l("统一社会信用代码里没有字母 I、O、S、V、Z，请核对。"))
    if value[-1] != uscc.calc_check_digit(value[:-1]):
        raise _wrong(_l("最后一位校验码不符，请逐位核对证照上的 18 位代码。"))
    return CreditCode(value, _is_unusual(value))


def is_unusual(value: str | None) -> bool:
    """Whether a stored code deserves a reviewer's look."""
    return value is not None and _is_unusual(value)


def _is_unusual(value: str) -> bool:
    try:
        uscc.validate(value)
    except InvalidLength:
        raise
    except ValidationError:
        return True  # letters in the first eight places
    return value[1] not in AUTHORITIES.get(value[0], "")


def _wrong(message: Any) -> Invalid:
    return Invalid({"uscc": message})
