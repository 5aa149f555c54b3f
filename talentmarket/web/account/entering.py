"""The moment of being let in, and what being let in recently is good for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import current_app, redirect, request, url_for
from flask import session as cookie
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from talentmarket.core import clock, events
from talentmarket.core.db import db
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.members import sessions
from talentmarket.members.accounts import find_account, require_active, use_identity
from talentmarket.members.identities import Identity
from talentmarket.web.account import pending
from talentmarket.web.account.pending import Pending
from talentmarket.web.site.routes import safe_next
from talentmarket.web.viewer import Viewer

#: How long a sign-in or a proof lets somebody change what protects the account.
FRESH = timedelta(minutes=10)
_PROVED = "proved"

#: Where a newcomer goes first: role → endpoints and their arguments, the first that exists.
DOORS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "talent": (("me.onboarding", {}), ("me.home", {})),
    "employer": (("organisations.new", {"kind": "employer"}),),
    "firm": (("organisations.new", {"kind": "hr_firm"}),),
    # There is no kind of its own for them yet: they register as what they can be, employers.
    "school": (("organisations.new", {"kind": "employer"}),),
}


def home_of(role: str = "") -> str:
    """Where somebody goes who asked for no page: by role, else their own home."""
    for endpoint, values in (*DOORS.get(role, ()), ("me.home", {})):
        if endpoint in current_app.view_functions:
            return url_for(endpoint, **values)
    return url_for("account.settings")


def go_on(
    public_id: str,
    *,
    next_url: str,
    role: str = "",
    identity: Identity | None = None,
    second_factor: bool = False,
) -> Response:
    """The person behind `public_id` proved who they are: ask the second factor or let them in."""
    account = find_account(db.session(), public_id)
    assert account is not None
    require_active(account)
    if account.totp_secret and not second_factor:
        kind, value = (identity.kind.value, identity.value) if identity else ("", "")
        pending.keep(Pending(pending.SECOND, next_url, role, kind, value, public_id))
        return redirect(url_for("account.second_factor"))
    return _let_in(public_id, next_url, role, identity, second_factor)


def _let_in(
    public_id: str, next_url: str, role: str, identity: Identity | None, second_factor: bool
) -> Response:
    old = current_user.token if current_user.is_authenticated else None
    device = sessions.device_of(request.headers.get("User-Agent", ""))
    with unit_of_work() as session:
        account = find_account(session, public_id)
        assert account is not None
        require_active(account)
        if old:
            sessions.revoke(session, old)
        token = sessions.open_session(session, account, device, second_factor=second_factor)
        if identity:
            use_identity(session, account, identity)
        events.record(session, "account", public_id, "signed_in", actor=Actor(public_id))
    # Whatever the browser brought along before the sign-in is worth nothing after it.
    cookie.clear()
    viewer = Viewer(account, token)
    viewer.second_factor = second_factor
    login_user(viewer)
    cookie.permanent = True
    mark_fresh()
    return redirect(safe_next(next_url, home_of(role)))


def mark_fresh() -> None:
    """Note in the cookie that the person proved now who they are."""
    cookie[_PROVED] = clock.now().isoformat()


def is_fresh() -> bool:
    """Whether the person proved within the last minutes who they are."""
    proved = cookie.get(_PROVED)
    if not proved:
        return False
    return clock.now() <= datetime.fromisoformat(proved) + FRESH


def fresh(view: Callable[..., Any]) -> Callable[..., Any]:
    """A route that asks again who it is when the last proof is older than ten minutes."""

    @wraps(view)
    def asked(*args: Any, **values: Any) -> Any:
        if is_fresh():
            return view(*args, **values)
        back = request.path if request.method == "GET" else url_for("account.security")
        return redirect(url_for("account.prove", next=back))

    return asked
