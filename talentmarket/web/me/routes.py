"""All routes of the area."""

from __future__ import annotations

from talentmarket.web.me import (  # noqa: F401
    blocks,
    drafts,
    edit,
    entries,
    home,
    imports,
    onboarding,
    profile,
    sight,
    skills,
)
from talentmarket.web.me.blueprint import bp

__all__ = ["bp"]
