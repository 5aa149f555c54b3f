"""What a person never wants to see: gone from search, counts, recommendations, lists."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from search.errors import EngineUnavailable
from talentmarket.core import clock
from talentmarket.core.outbox import changed
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery.exclusions import NOTHING, excluded_by
from talentmarket.discovery.jobs import JobQuery, search_jobs
from talentmarket.discovery.personal import jobs_for
from talentmarket.exchange import exclusions
from talentmarket.exchange.models import Channel, Exclusion, Insurance, Job, Origin
from talentmarket.members.models import OrganisationKind, RestDays, Talent, TalentBlock
from tests.factories import make_account, make_job, make_organisation, make_talent
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture
def engine(request) -> str:
    """What is left out is left out on both engines."""
    return str(getattr(request, "param", "embedded"))


both_engines = pytest.mark.parametrize(
    "engine", ["embedded", pytest.param("elastic", marks=pytest.mark.elastic)], indirect=True
)


@pytest.fixture
def market(session, drain) -> SimpleNamespace:
    """A plain job, one for each thing that may be left out, and a person whom they suit."""
    own = make_organisation("岷江云计算有限公司")
    disliked = make_organisation("西岭智造有限公司")
    branch = make_organisation("西岭智造成都分公司", parent_id=disliked.id)
    source = make_organisation("公共招聘网", kind=OrganisationKind.SOURCE)
    jobs = {
        "plain": make_job(own, title="平常岗位"),
        "outsourced": make_job(own, title="外包岗位", channel=Channel.OUTSOURCED),
        "dispatched": make_job(own, title="派遣岗位", channel=Channel.DISPATCHED),
        "agency": make_job(own, title="代招岗位", channel=Channel.AGENCY),
        "reference": make_job(source, title="转载岗位", origin=Origin.REFERENCE),
        "only_two_days": make_job(own, title="单休岗位", rest_days=RestDays.ONE),
        "only_insured": make_job(own, title="没有公积金", insurance=Insurance.FULL),
        "blocked": make_job(branch, title="分公司岗位"),
    }
    named = make_job(source, title="转载屏蔽单位", origin=Origin.REFERENCE, employer_id=None)
    with unit_of_work() as unit:
        unit.get_one(Job, named.id).employer_name = disliked.name
        changed(unit, "job", *(job.public_id for job in (*jobs.values(), named)))
    person = make_account("林知遥")
    talent = make_talent(person)
    drain()
    return SimpleNamespace(
        jobs=jobs, named=named, person=person, talent=talent, disliked=disliked, own=own
    )


def choose(market, *codes: Exclusion) -> None:
    with unit_of_work() as session:
        exclusions.choose(session, market.person, codes)


def block(market) -> None:
    with unit_of_work() as session:
        session.add(
            TalentBlock(
                talent_id=market.talent.id,
                name=market.disliked.name,
                name_folded=market.disliked.name_folded,
                created_at=clock.now(),
            )
        )


def seen(session, market, **query) -> set[str]:
    session.expire_all()
    excluded = excluded_by(session, market.person, session.get_one(Talent, market.talent.id))
    found = search_jobs(session, JobQuery(limit=50, excluded=excluded, **query))
    assert found.total in (None, len(found.rows))
    return {job.title for job in found.rows}


@both_engines
def test_each_leaves_out_its_own_and_a_block_the_firm_its_group_and_its_name(session, market):
    everything = seen(session, market)
    assert len(everything) == 9
    for one in Exclusion:
        choose(market, one)
        gone = {market.jobs[one.value].title}
        if one is Exclusion.REFERENCE:
            gone.add(market.named.title)
        assert seen(session, market) == everything - gone
    choose(market)
    assert seen(session, market) == everything
    block(market)
    assert everything - seen(session, market) == {"分公司岗位", "转载屏蔽单位"}


def test_all_of_it_holds_in_counts_recommendations_and_without_an_engine(
    session, market, search_handle
):
    choose(market, *Exclusion)
    block(market)
    talent = session.get_one(Talent, market.talent.id)
    excluded = excluded_by(session, market.person, talent)
    found = search_jobs(session, JobQuery(excluded=excluded))
    assert dict(found.facets["channel"]) == {"direct": 1}
    assert dict(found.facets["origin"]) == {"own": 1}
    suited = jobs_for(session, talent, 30)
    assert suited is not None
    assert [job.title for job, _match in suited.rows] == ["平常岗位"]

    def off(_use):
        raise EngineUnavailable("off")

    search_handle.call = off
    assert seen(session, market) == {"平常岗位"}


def test_lifting_takes_off_what_is_named(session, market):
    choose(market, Exclusion.AGENCY, Exclusion.OUTSOURCED)
    block(market)
    excluded = excluded_by(session, market.person, session.get_one(Talent, market.talent.id))
    assert excluded.keys == ("outsourced", "agency", "blocked")
    assert excluded.without(["agency", "nothing"]).keys == ("outsourced", "blocked")
    assert excluded.without(excluded.keys) == NOTHING
    assert excluded.without(["blocked"]).firms == ()


def read(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_sets_them_and_the_search_lifts_them_once_or_for_good(make_client, market):
    client = make_client(market.person)
    client.post("/me/exclusions", data={"code": ["outsourced", "agency", "nonsense"]})
    page = read(client, "/me/exclusions")
    assert re.findall(r'value="(\w+)" id="code-\w+" checked', page) == ["outsourced", "agency"]
    page = read(client, "/jobs?sort=newest")
    assert "7 个岗位" in page
    assert "外包岗位" not in page
    assert "不看外包" in page
    lifted = read(client, "/jobs?sort=newest&lift=outsourced")
    assert "8 个岗位" in lifted
    assert "外包岗位" in lifted
    assert "以后都放开" in lifted
    client.post("/me/exclusions/drop", data={"code": "outsourced", "next": "/jobs"})
    assert "外包岗位" in read(client, "/jobs?sort=newest")
    client.post("/me/exclusions", data={})
    assert (
        "一直不看"
        not in read(client, "/jobs?sort=newest").split("<main", 1)[1].split('id="facets"')[0]
    )
    for address in ("/", f"/jobs/{market.jobs['plain'].public_id}", "/me/matches"):
        client.post("/me/exclusions", data={"code": ["only_two_days"]})
        assert "单休岗位" not in read(client, address)
        client.post("/me/exclusions", data={})
        assert "单休岗位" in read(client, address), address


def test_nothing_found_says_what_an_exclusion_costs(make_client, market):
    client = make_client(market.person)
    client.post("/me/exclusions", data={"code": ["agency"]})
    page = read(client, "/jobs?channel=agency")
    assert "去掉“不看代招”" in page
    assert "lift=agency" in page


def test_they_go_with_the_copy_and_the_end(session, market):
    choose(market, Exclusion.AGENCY)
    assert exclusions.export(session, market.person) == ["agency"]
    with unit_of_work() as unit:
        exclusions.erase(unit, market.person, None)  # type: ignore[arg-type]
    assert exclusions.export(session, market.person) == []
