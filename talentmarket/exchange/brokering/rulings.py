"""What every ruling of the office about a placement or a claim asks: reasons, and for an appeal other
eyes."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from talentmarket.core.errors import Forbidden, Invalid
from talentmarket.core.folding import clean

#: Signs of what is filed and of the reasons of a ruling, least and most.
TEXT_SIGNS = (10, 1000)


def reasons_of(text: str) -> str:
    """The reasons that all sides will read. Raises Invalid."""
    reasons = clean(text)
    least, most = TEXT_SIGNS
    if not least <= len(reasons) <= most:
        raise Invalid({"reasons": _l("写明理由，10 到 1000 个字，各方都会看到。")})
    return reasons


def by_other_eyes(operator_id: int, ruled_by: Collection[int | None]) -> None:
    """Raises Forbidden where an appeal would be ruled by who ruled before."""
    if operator_id in ruled_by:
        raise Forbidden(_l("申诉须由另一位工作人员裁定。"), code="own-ruling")
