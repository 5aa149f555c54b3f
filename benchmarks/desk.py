"""Pages of a firm's desk over HTTP, beside the same template from the values it was given."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from benchmarks.asking import Asked
from benchmarks.market import Market, lived_in
from benchmarks.pages import rounds
from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from benchmarks.site import temporary_site
from talentmarket.cli.demo.loading import Plan, load
from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.exchange.brokering.books.models import LedgerAccount, LedgerEntry, Posting
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.members.models import Membership, Organisation

#: People, mandates and people asked of one firm: more than one page shows.
PEOPLE, MANDATES, REFERRALS = (2_000, 200), (60, 20), (1_500, 120)


@dataclass(frozen=True)
class Desk:
    """A firm with much to do: the site, its address, the cookie of its owner, a full month."""

    site: Market
    at: str
    cookie: str
    month: str


@lru_cache(maxsize=1)
def desk(people: int, mandates: int, referrals: int) -> Desk:
    """A market in which one firm brokers, kept until this process ends."""
    held = ExitStack()
    atexit.register(held.close)
    site = Market(held.enter_context(temporary_site()))
    plan = Plan(
        1, clock.now().replace(microsecond=0), organisations=60, talents=people, jobs=300,
        applications=100, firms=1, mandates=mandates, referrals=referrals,
    )  # fmt: skip
    progress(f"desk: loading {referrals} referrals")
    load(plan)
    lived_in()
    firm = db.session.scalars(
        sa.select(Organisation)
        .join(Referral, Referral.firm_id == Organisation.id)
        .group_by(Organisation.id)
        .order_by(sa.func.count().desc())
        .limit(1)
    ).one()
    day = db.session.scalars(
        sa.select(LedgerEntry.day)
        .join(Posting, Posting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == Posting.account_id)
        .where(LedgerAccount.organisation_id == firm.id)
    ).all()
    months = [f"{one:%Y-%m}" for one in day]
    owner = db.session.scalars(
        sa.select(Membership.account_id).where(
            Membership.organisation_id == firm.id, Membership.role == OrgRole.OWNER
        )
    ).one()
    at = f"/org/{firm.public_id}"
    return Desk(site, at, site.cookie_of(owner, f"{at}/referrals"), max(months, key=months.count))


def _page(name: str, path: str, options: Options) -> Row:
    made = desk(*(options.size(*one) for one in (PEOPLE, MANDATES, REFERRALS)))
    asked = [Asked(path.format(at=made.at, month=made.month), {"Cookie": made.cookie})]
    ours, theirs = rounds(name, made.site, asked, "constants", options.size(120, 24))
    return row(name, ours, "ms", reference=theirs, target=3)


@benchmark("board")
def board(options: Options) -> Iterator[Row]:
    """A firm's referrals by stage: milliseconds of the page at eight connections, p50."""
    yield _page("board", "{at}/referrals?view=board", options)


@benchmark("referral_list")
def referral_list(options: Options) -> Iterator[Row]:
    """The same referrals as a table."""
    yield _page("referral_list", "{at}/referrals?view=table", options)


@benchmark("statement")
def statement(options: Options) -> Iterator[Row]:
    """The month with most entries in the firm's books."""
    yield _page("statement", "{at}/fees/{month}", options)
