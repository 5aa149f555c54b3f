"""The person that is signed in, with the profile."""

from __future__ import annotations

from typing import cast

from flask import abort, redirect, request, url_for
from flask_login import current_user

from talentmarket.core.events import Actor
from talentmarket.members.models import Account, Talent
from talentmarket.web.viewer import Viewer


def viewer() -> Viewer:
    """The signed-in viewer; the gate let nobody else in."""
    return cast(Viewer, current_user)


def account() -> Account:
    """The account of the viewer."""
    return viewer().account


def actor() -> Actor:
    """The viewer as the one who acts, for nobody else."""
    return viewer().actor()


def own_talent() -> Talent:
    """The viewer's profile; without one a page leads to the first step, a form is refused."""
    talent = viewer().talent
    if talent is None:
        if request.method == "GET":
            abort(redirect(url_for("me.onboarding")))
        abort(404)
    return talent
