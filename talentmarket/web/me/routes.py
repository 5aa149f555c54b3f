"""All routes of the area."""

from __future__ import annotations

import talentmarket.web.me.blocks
import talentmarket.web.me.drafts
import talentmarket.web.me.edit
import talentmarket.web.me.entries
import talentmarket.web.me.exclusions
import talentmarket.web.me.home
import talentmarket.web.me.imports
import talentmarket.web.me.onboarding
import talentmarket.web.me.profile
import talentmarket.web.me.sight
import talentmarket.web.me.skills  # noqa: F401
from talentmarket.web.me.blueprint import bp

__all__ = ["bp"]
