"""What the holder of a mandate and its partner read of the people whom the partner brought."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.placing import placements
from talentmarket.members.models import Identifier
from tests.factories import make_account, make_member
from tests.integration.brokering.test_joining import Several
from tests.integration.exchange.hiring import Hire
from tests.integration.exchange.referring import now
from tests.integration.exchange.steps import text


@pytest.fixture
def several(session):
    several = Several()
    several.joined()
    return several


def private(session, several):
    talent = several.talent
    reach = session.scalars(
        sa.select(Identifier.value).where(Identifier.account_id == talent.account_id)
    ).all()
    return [talent.account.name, *reach]


def test_both_firms_read_the_same_facts_and_nothing_of_the_person(session, several, make_client):
    hire = Hire(several).started()
    placement = hire.placement(session).public_id
    mandate, number = several.mandate.public_id, now(session, hire.referral).number
    holder = text(
        make_client(several.holder).get(f"/org/{several.owner.public_id}/mandates/{mandate}/firms")
    )
    partner = text(
        make_client(several.consultant).get(f"/org/{several.firm.public_id}/opened/{mandate}")
    )
    for page, org in ((holder, several.owner), (partner, several.firm)):
        for said in (number, "已推荐", "归属成立", "保证期", "33.33%"):
            assert said in page, said
        assert f"/org/{org.public_id}/placements/{placement}" in page
        for word in private(session, several):
            assert word not in page
    assert several.firm.name in holder


def test_a_firm_that_did_not_bring_the_person_reads_nothing_of_it(session, several, make_client):
    referral = several.sent()
    number = now(session, referral).number
    other = Several()
    other.joined()
    page = make_client(other.consultant).get(
        f"/org/{other.firm.public_id}/opened/{several.mandate.public_id}"
    )
    assert number not in page.get_data(as_text=True)


@pytest.mark.parametrize("role", [OrgRole.FINANCE, OrgRole.VIEWER])
def test_finance_and_viewers_read_the_board_by_number(session, several, make_client, role):
    hire = Hire(several).started()
    placement = hire.placement(session).public_id
    reader = make_client(make_member(several.firm, role, make_account("读者")))
    at = f"/org/{several.firm.public_id}"
    key = now(session, hire.referral).public_id
    for view in ("board", "table"):
        page = text(reader.get(f"{at}/referrals?view={view}"))
        assert f"{at}/placements/{placement}" in page
        assert f"{at}/referrals/{key}" not in page, "no way to what they may not open"
        assert 'name="pick"' not in page
        assert "data-to=" not in page
        for word in private(session, several):
            assert word not in page
    batch = {"move": "send", "pick": key}
    assert reader.post(f"{at}/referrals/batch", data=batch).status_code == 403
    assert f"{at}/referrals" in text(reader.get(f"{at}/placements")), "it stands in the rail"


def test_finance_opens_a_placement_whose_guarantee_is_over(session, several, make_client, clock):
    hire = Hire(several).started()
    placement = hire.placement(session).public_id
    clock.advance(days=400)
    with unit_of_work() as unit:
        assert placements.guarantees_due(unit) == 1
    reader = make_client(make_member(several.firm, OrgRole.FINANCE, make_account("财务")))
    at = f"/org/{several.firm.public_id}"
    page = text(reader.get(f"{at}/referrals?view=table&stage=guaranteed"))
    assert f"{at}/placements/{placement}" in page
