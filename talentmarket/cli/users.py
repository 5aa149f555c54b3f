"""`flask users`: accounts from the command line."""

from __future__ import annotations

import sys

import click
import segno
import sqlalchemy as sa
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from talentmarket.core import clock, events
from talentmarket.core.db import db
from talentmarket.core.errors import Invalid
from talentmarket.core.uow import unit_of_work
from talentmarket.members.accounts import find_account
from talentmarket.members.identifiers import hold
from talentmarket.members.identities import held_by, holder, identify, of_row
from talentmarket.members.models import Account
from talentmarket.members.second_factor import new_secret, provisioning_uri
from talentmarket.members.sessions import revoke_all

cli = AppGroup("users", help="Accounts: list them, make operators.")


def find(session: Session, given: str) -> Account:
    """The account of a public id, number or address; ends the command without one."""
    account = find_account(session, given)
    if account is None:
        try:
            row = holder(session, identify(given))
        except Invalid:
            row = None
        account = session.get(Account, row.account_id) if row else None
    if account is None:
        raise click.ClickException("no such account")
    return account


@cli.command("list")
@click.option("--operators", is_flag=True, help="Operators only.")
@click.option("--limit", default=50, show_default=True, help="How many at most, newest first.")
def list_users(operators: bool, limit: int) -> None:
    """List accounts: public id, state, rights; no names and no numbers."""
    wanted = sa.select(Account).order_by(Account.id.desc()).limit(limit)
    if operators:
        wanted = wanted.where(Account.is_operator)
    for account in db.session.scalars(wanted):
        held = held_by(db.session(), account)
        ways = ", ".join(one.shown for one in map(of_row, held) if one)
        rights = "operator" if account.is_operator else "person"
        made = clock.local(account.created_at).date().isoformat()
        click.echo(f"{account.public_id}  {account.state.value:9}  {rights:8}  {made}  {ways}")


@cli.command("create-operator")
@click.argument("mail_or_phone")
@click.option("--name", default="", help="Shown on the operator's pages.")
def create_operator(mail_or_phone: str, name: str) -> None:
    """Make an operator of MAIL_OR_PHONE, or raise an account that has it.

    Prints the key of the second factor, once: scan it with an authenticator. A code sent to
    MAIL_OR_PHONE and a code of the authenticator are asked at each sign-in.
    """
    try:
        identity = identify(mail_or_phone)
    except Invalid as error:
        raise click.UsageError(str(error.errors["identifier"])) from error
    secret = new_secret()
    with unit_of_work() as session:
        row = holder(session, identity)
        account = session.get(Account, row.account_id) if row else None
        if account is None:
            account = Account(name=name, created_at=clock.now())
            session.add(account)
            session.flush()
            hold(session, account, identity)
        elif account.is_operator:
            raise click.ClickException("is an operator already: see reset-second-factor")
        account.is_operator = True
        account.name = name or account.name
        account.totp_secret = secret
        account.totp_last_step = None
        revoke_all(session, account)
        events.record(session, "account", account.public_id, "made_operator")
        public_id = account.public_id
    click.echo(f"operator {public_id}")
    _show(secret, identity.shown)


@cli.command("reset-second-factor")
@click.argument("account")
def reset_second_factor(account: str) -> None:
    """Give ACCOUNT a new key for the second factor and end its sessions. Prints the key once."""
    secret = new_secret()
    with unit_of_work() as session:
        found = find(session, account)
        found.totp_secret = secret
        found.totp_last_step = None
        revoke_all(session, found)
        events.record(session, "account", found.public_id, "second_factor_reset")
        label = found.public_id
    _show(secret, label)


def _show(secret: str, label: str) -> None:
    uri = provisioning_uri(secret, label)
    click.echo(f"second factor, shown once:\n{uri}")
    if sys.stdout.isatty():
        segno.make(uri, error="m").terminal(compact=True)
