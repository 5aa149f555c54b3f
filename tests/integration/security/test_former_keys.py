"""A changed SECRET_KEY: papers, links, sessions and sign-in outlive it while the former key is named."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core import files
from talentmarket.core.config import Settings
from talentmarket.core.errors import NotFound
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.papers import codes
from talentmarket.exchange.brokering.papers.codes import Verdict
from talentmarket.exchange.brokering.papers.models import PaperKind
from talentmarket.factory import create_app
from talentmarket.members.accounts import use_identity
from talentmarket.members.identifiers import hold
from talentmarket.members.identities import holder, of_row
from talentmarket.members.models import Account, Identifier
from talentmarket.notices import unsubscribing
from tests.factories import make_account
from tests.fixtures.apps import make_settings
from tests.guards.world_office import PDF


@pytest.fixture
def change_key(app, monkeypatch):
    """A function that gives the app another key; `former`: those it still knows."""

    def change(key, *former):
        held = app.extensions["talentmarket_settings"]
        settings = held.with_(secret_key=key, former_secret_keys=former)
        monkeypatch.setitem(app.extensions, "talentmarket_settings", settings)
        monkeypatch.setitem(app.config, "SECRET_KEY", key)
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", list(reversed(former)))
        return held.secret_key

    return change


def paper():
    with unit_of_work() as session:
        return codes.issue(
            session,
            PaperKind.RECEIPT,
            ("referral", "r1"),
            {"number": "R-1"},
            organisation="o1",
            actor=Actor(),
        ).code


def test_a_paper_printed_under_a_former_key_is_genuine(session, change_key):
    code = paper()
    old = change_key("a second key")
    assert codes.check(session, code).verdict is Verdict.BROKEN, "its key is not known"
    change_key("a third key", "a second key", old)
    assert codes.check(session, code).verdict is Verdict.GENUINE
    assert codes.check(session, code[:-1] + ("0" if code[-1] != "0" else "1")).verdict is (
        Verdict.UNKNOWN
    )


def test_links_to_files_and_out_of_mails_stay_good(session, change_key):
    with unit_of_work() as inner:
        file = files.keep(
            inner, PDF, "a.pdf", owner_type="x", owner_id="y", purpose="z", uploaded_by=None
        )
        link, out = files.sign(file, "viewer"), unsubscribing.token_of("person")
    old = change_key("another key")
    with pytest.raises(NotFound):
        files.open_signed(session, link, "viewer")
    assert unsubscribing.person_of(out) is None
    change_key("another key", old)
    assert files.open_signed(session, link, "viewer")[1] == PDF
    assert unsubscribing.person_of(out) == "person"
    assert unsubscribing.token_of("person") != out, "what is signed now is signed with the new key"


def test_who_is_signed_in_stays_so(session, change_key, make_client):
    client = make_client(make_account())
    assert client.get("/me").status_code == 200
    old = change_key("another key")
    assert client.get("/me").status_code == 302
    client = make_client(make_account("乙"))
    with client.session_transaction() as cookie:
        held = dict(cookie)
    assert held
    change_key("a third key", "another key", old)
    assert client.get("/me").status_code == 200


def test_who_signs_in_is_found_and_from_then_on_by_the_new_key(session, change_key):
    account = make_account()
    row = session.scalars(sa.select(Identifier).where(Identifier.account_id == account.id)).one()
    identity, before = of_row(row), row.digest
    old = change_key("another key")
    assert holder(session, identity) is None
    change_key("another key", old)
    assert holder(session, identity).account_id == account.id
    with unit_of_work() as inner:
        other = make_account("乙")
        assert not hold(inner, inner.get_one(Account, other.id), identity), "it has a holder"
        use_identity(inner, inner.get_one(Account, account.id), identity)
    change_key("another key")
    assert holder(session, identity).account_id == account.id
    session.expire_all()
    assert session.get_one(Identifier, row.id).digest != before


def test_the_setting_is_a_list_and_reaches_flask(tmp_path):
    found = Settings.from_environ(
        {
            "TALENTMARKET_INSTANCE": str(tmp_path),
            "SECRET_KEY": "new",
            "SECRET_KEY_FALLBACKS": "second, first ,",
        }
    )
    assert found.former_secret_keys == ("second", "first")
    settings = make_settings(f"sqlite:///{tmp_path}/x.db", tmp_path)
    app = create_app(settings.with_(former_secret_keys=("second", "first")))
    assert app.config["SECRET_KEY_FALLBACKS"] == ["first", "second"], "the newest is tried first"
