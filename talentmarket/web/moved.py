"""What became of a move of several: a line for each, so that nothing is counted away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from talentmarket.members.models import Organisation
from talentmarket.web.org_desk import common


@dataclass(frozen=True)
class Result:
    """One row: how the page calls it, where it stands, and why it was not moved (None: it was)."""

    name: str
    url: str | None
    wrong: str | None


def answer(
    organisation: Organisation,
    results: Sequence[Result],
    *,
    title: str,
    done: str,
    back: str,
    left: int = 0,
) -> str | Response:
    """A page with a line for each result; of a single one a sentence on the page it came from.

    `done`: what a moved row says. `left`: how many were over the limit of one batch.
    """
    if len(results) == 1 and not left:
        one = results[0]
        flash(f"{one.name}{_('：')}{one.wrong or done}", "warning" if one.wrong else "done")
        return redirect(back)
    moved = sum(one.wrong is None for one in results)
    lead = ngettext("移动了 %(num)d 项", "移动了 %(num)d 项", moved)
    if len(results) - moved:
        other = len(results) - moved
        lead += _("，") + ngettext("%(num)d 项没有移动", "%(num)d 项没有移动", other)
    return common.page(
        "org_desk/moved.html",
        organisation,
        title=title,
        lead=lead,
        results=results,
        done=done,
        back=back,
        left=left,
    )
