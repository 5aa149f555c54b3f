"""Personal order off: two people who switched it off see the same, whatever their profiles say."""

from __future__ import annotations

import re

import pytest

from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from tests.factories import make_account, make_talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite
SURFACES = (
    "/",
    "/jobs",
    "/jobs?sort=match",
    "/jobs?q=工程师",
    "/jobs?q=数据&sort=newest",
    "/me/matches",
    "/suggest?q=数据",
    "/suggest?q=d",
)


@pytest.fixture
def people(market):
    """One whom the market suits, one who does other work; both switched personal order off."""
    accounts = [make_account("林知遥"), make_account("周行")]
    make_talent(accounts[0])
    make_talent(accounts[1], headline="会计", skills={})
    with unit_of_work() as session:
        for account in accounts:
            session.get_one(Account, account.id).personal_ranking = False
    return accounts


def offered(page: str) -> list[tuple[str, str]]:
    """The jobs linked and the texts proposed, in their order."""
    main = page.split("<main", 1)[-1].split("</main>", 1)[0]
    return list(dict.fromkeys(re.findall(r'href="(/jobs/\w+)|data-text="(.*?)"', main)))


def test_no_surface_knows_the_profile(make_client, people):
    clients = [make_client(account) for account in people]
    for address in SURFACES:
        pages = [client.get(address).get_data(as_text=True) for client in clients]
        mine, other = map(offered, pages)
        assert mine == other, address
        assert mine, address
        assert "score-value" not in "".join(pages), address


def test_words_and_proposals_ask_no_profile_when_it_is_on_either(make_client, client, market):
    own = make_client(market.person)
    for address in ("/jobs?q=工程师", "/suggest?q=数据", "/suggest?q=d"):
        mine = own.get(address).get_data(as_text=True)
        assert offered(mine) == offered(client.get(address).get_data(as_text=True)), address
