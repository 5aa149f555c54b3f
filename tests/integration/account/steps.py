"""What a person does, in a few words."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from talentmarket.core.db import db
from talentmarket.core.folding import fold_phone
from talentmarket.core.secrecy import digest
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account, Identifier, IdentifierKind
from talentmarket.members.passwords import hash_password
from talentmarket.notices.models import Delivery

PHONE = "138 0000 4417"
E164 = "+8613800004417"
GOOD = "江边 石阶 晨雾 渡船"


def deliveries(code: str | None = None) -> list[tuple[str, dict[str, Any], str]]:
    """(receiver, arguments, code) of what was left for sending, oldest first."""
    wanted = sa.select(Delivery).order_by(Delivery.id)
    if code:
        wanted = wanted.where(Delivery.code == code)
    found = [
        (row.receiver or "", json.loads(row.arguments or "{}"), row.code)
        for row in db.session.scalars(wanted)
    ]
    db.session.rollback()
    return found


def last_code(purpose: str = "sign_in") -> str:
    """The code that was sent last for this purpose."""
    return str(deliveries(f"code.{purpose}")[-1][1]["code"])


def ask(client: FlaskClient, identifier: str = PHONE, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"act": "send", "identifier": identifier, **more})


def enter(client: FlaskClient, code: str, identifier: str = PHONE, **more: str) -> TestResponse:
    data = {"act": "enter", "identifier": identifier, "code": code, **more}
    return client.post("/sign-in", data=data)


def sign_in(client: FlaskClient, identifier: str = PHONE, **more: str) -> TestResponse:
    ask(client, identifier, **more)
    return enter(client, last_code(), identifier, **more)


def sign_up(client: FlaskClient, identifier: str = PHONE, **more: str) -> TestResponse:
    sign_in(client, identifier)
    return client.post("/sign-in/new", data={"sixteen": "y", "agreed": "y", **more})


def is_in(client: FlaskClient) -> bool:
    """Whether the browser is signed in."""
    return client.get("/me/security").status_code == 200


def hold(account: Account, value: str, **values: Any) -> Identifier:
    """Give the account one more verified number or address."""
    from talentmarket.core import clock

    mail = "@" in value
    folded = value if mail else fold_phone(value)
    assert folded is not None
    key = account.id
    with unit_of_work() as session:
        row = Identifier(
            account_id=key,
            kind=IdentifierKind.MAIL if mail else IdentifierKind.PHONE,
            value=folded,
            digest=digest("identifier", folded),
            **{"verified_at": clock.now(), "last_used_at": clock.now(), **values},
        )
        session.add(row)
    return row


def give_password(account: Account, password: str = GOOD) -> None:
    key = account.id
    with unit_of_work() as session:
        session.get_one(Account, key).password_hash = hash_password(password)


def account_of(value: str = E164) -> Account | None:
    """Whose number or address it is now."""
    found = db.session.scalar(
        sa.select(Account)
        .join(Identifier)
        .where(
            Identifier.digest == digest("identifier", value),
            Identifier.verified_at.is_not(None),
            Identifier.released_at.is_(None),
        )
    )
    return found
