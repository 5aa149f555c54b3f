"""A market of brokers whose clock can be moved, and what its people do there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from playwright.sync_api import expect

from talentmarket.core import calendar, clock, outbox
from talentmarket.core.db import db
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.referring.models import Referral
from talentmarket.exchange.models import Application, Job
from talentmarket.members.cards import card_of
from talentmarket.members.models import Account, Organisation, OrganisationKind, Talent
from tests.factories import (
    make_account,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.journeys.shifted import FILE, ShiftedClock
from tests.journeys.walking import Walker

if TYPE_CHECKING:
    from flask import Flask

    from tests.fixtures.sites import Site

#: A folder for pictures of the pages the journeys come by; none are taken without it.
PICTURES = os.environ.get("JOURNEY_PICTURES")
WIDTHS = (1440, 390)
TITLE = "实时数据开发工程师"


@dataclass
class Market:
    """A running site (:class:`tests.journeys.walking.Walker` asks it for `site` and `app`)."""

    site: Site
    app: Flask = field(init=False)
    clock: ShiftedClock = field(init=False)

    def __post_init__(self) -> None:
        self.clock = ShiftedClock(self.site.instance / FILE)
        self.app = self.site.inside()
        self.app.extensions["talentmarket_clock"] = self.clock

    @contextmanager
    def inside(self) -> Iterator[Any]:
        """A session of this process on the site's database."""
        with self.app.app_context():
            yield db.session()
            db.session.remove()

    def round(self) -> None:
        """What the worker does by itself when a time is over; here it need not be waited for."""
        from talentmarket.exchange.brokering.referring import watching
        from talentmarket.members import licences

        with self.inside():
            watching.run_due()
            licences.remind()

    def today(self) -> date:
        """The day it is on the site."""
        return clock.local(self.clock.now()).date()

    def pass_days(self, days: int, hour: int = 10) -> date:
        """Let so many days pass, to this hour in Shanghai; the day it is then."""
        return self.come(self.today() + timedelta(days=days), hour)

    def come(self, day: date, hour: int = 10) -> date:
        """Let it be that day; today stays as late as it is."""
        at = datetime.combine(day, time(hour), clock.SHANGHAI)
        if at > self.clock.now():
            self.clock.move(at)
        return day

    def pass_working_days(self, days: int) -> date:
        """Let so many working days pass."""
        return self.come(calendar.add_working_days(self.today(), days))


@dataclass(frozen=True)
class Side:
    """An organisation and its people: public id, name, keys of accounts."""

    org: str
    name: str
    uscc: str
    key: int
    owner: int
    second: int


def _side(name: str, kind: OrganisationKind, role: OrgRole, **licence: Any) -> Side:
    made = make_organisation(name, kind)
    owner = make_member(made, account=make_account("何立群"))
    second = make_member(made, role, make_account("唐雨桐"))
    if kind is OrganisationKind.HR_FIRM:
        make_licence(made, **licence)
    with unit_of_work() as session:
        outbox.changed(session, "organisation", made.public_id)
    return Side(made.public_id, made.name, made.uscc or "", made.id, owner.id, second.id)


def firm(market: Market, name: str, **licence: Any) -> Side:
    """An HR firm with a licence, an owner and a consultant."""
    with market.inside():
        return _side(name, OrganisationKind.HR_FIRM, OrgRole.CONSULTANT, **licence)


def employer(market: Market, name: str) -> tuple[Side, str]:
    """A verified employer with a published job that is open for half a year; its public id."""
    with market.inside() as session:
        side = _side(name, OrganisationKind.EMPLOYER, OrgRole.RECRUITER)
        organisation = session.get_one(Organisation, side.key)
        until = clock.today() + timedelta(days=180)
        job = make_job(organisation, title=TITLE, valid_until=until)
        with unit_of_work() as unit:
            outbox.changed(unit, "job", job.public_id)
        return side, job.public_id


def person(market: Market, name: str) -> tuple[int, int]:
    """Somebody whom verified organisations find: keys of talent and account."""
    with market.inside():
        talent = make_talent(make_account(name))
        with unit_of_work() as session:
            outbox.changed(session, "talent", talent.public_id)
        return talent.id, talent.account_id


def office(market: Market, name: str) -> int:
    """A member of the alliance office: the account's key."""
    with market.inside():
        return make_account(name, is_operator=True).id


def card(market: Market, talent: int, org: str) -> str:
    """The id under which this organisation knows the person."""
    with market.inside() as session:
        return card_of(session.get_one(Talent, talent), org)


def mandate(market: Market, firm: Side, job: str, **terms: Any) -> str:
    """A mandate in force of the job's employer to the firm; its public id."""
    from tests.factories.brokering import make_mandate, terms_of

    with market.inside() as session:
        row = session.scalars(sa.select(Job).where(Job.public_id == job)).one()
        made = make_mandate(
            session.get_one(Organisation, firm.key),
            row,
            consultant=session.get_one(Account, firm.second),
            terms=terms_of(row.organisation, **terms),
        )
        return made.public_id


class Actor:
    """Somebody with a browser; signed in anew whenever they come, for sessions end with time."""

    def __init__(self, walker: Walker, account: int, *, operator: bool = False) -> None:
        self.walker, self.account, self.operator = walker, account, operator
        self.market: Market = walker.market  # type: ignore[assignment]

    def comes_to(self, path: str) -> Walker:
        """Open a page of the site."""
        with self.market.inside() as session:
            account = session.get_one(Account, self.account)
            cookie = self.market.site.cookie(self.market.app, account, second_factor=self.operator)
        self.walker.enter_with(cookie)
        self.walker.open(path)
        return self.walker


def picture(walker: Walker, name: str) -> None:
    """Keep the page as it looks at a desk and on a phone, where a folder for it was given."""
    if not PICTURES:
        return
    folder = Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    before = walker.page.viewport_size
    for width in WIDTHS:
        walker.page.set_viewport_size({"width": width, "height": 900})
        walker.page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)
    if before:
        walker.page.set_viewport_size(before)


def fees(org: Side, way: Way) -> str:
    """The organisation's statement of the month in which the person started."""
    assert way.started is not None
    return f"/org/{org.org}/fees/{way.started:%Y-%m}"


# --- the way of a referral -----------------------------------------------------------------------
@dataclass
class Way:
    """One referral and the three sides of it."""

    market: Market
    desk: Actor
    person: Actor
    recruiter: Actor
    firm: Side
    client: Side
    mandate: str
    talent: int
    referral: str = ""
    application: str = ""
    started: date | None = None

    @property
    def at_firm(self) -> str:
        """The firm's page of it."""
        return f"/org/{self.firm.org}/referrals/{self.referral}"

    @property
    def at_client(self) -> str:
        """The employer's page of it."""
        return f"/org/{self.client.org}/referred/{self.referral}"

    @property
    def mine(self) -> str:
        """The person's page of it."""
        return f"/me/referrals/{self.referral}"

    @property
    def dossier(self) -> str:
        """The employer's page of the application."""
        return f"/org/{self.client.org}/applications/{self.application}"

    def asks(self) -> None:
        """The firm asks, and describes the employer by field and size only."""
        known = card(self.market, self.talent, self.firm.org)
        at = self.desk.comes_to(
            f"/org/{self.firm.org}/referrals/new?card={known}&mandate={self.mandate}"
        )
        at.page.locator("input[name=employer_named][value=described]").check()
        at.fill("想对人才说的话", "团队十人，做实时链路，弹性工作。")
        at.press("发出询问")
        at.page.wait_for_url(re.compile(r"/referrals(/\w+)?(\?.*)?$"))
        with self.market.inside() as session:
            newest = sa.select(Referral.public_id).where(Referral.talent_id == self.talent)
            self.referral = session.scalars(newest.order_by(Referral.id.desc()).limit(1)).one()

    def consents(self, *receivers: str) -> None:
        """The person says yes twice; the second time to each receiver by name."""
        at = self.person.comes_to(self.mine)
        at.sees_not(self.client.name)
        at.press("有兴趣")
        at.sees("您的资料会给谁", self.client.name, self.firm.name, *receivers)
        assert at.page.locator("input[name=contact_when]:checked").count() == 0
        picture(at, f"{self.referral}-consent")
        at.page.locator("input[name=contact_when]").last.check()
        at.press("同意按以上内容推荐我")
        at.sees("您同意给谁什么")

    def sends(self) -> None:
        """The firm sends; the employer sees an anonymous card."""
        at = self.desk.comes_to(self.at_firm)
        at.press("推荐给用人单位")
        at.sees("用人单位的答复")
        with self.market.inside() as session:
            row = session.scalars(
                sa.select(Referral).where(Referral.public_id == self.referral)
            ).one()
            found = session.get_one(Application, row.application_id)
            self.application = found.public_id

    def says_new(self, name: str) -> None:
        """The employer did not know the person."""
        at = self.recruiter.comes_to(self.at_client)
        at.sees("请先答复", "匿名卡片")
        at.sees_not(name)
        picture(at, f"{self.referral}-card")
        at.page.locator("input[name=answer][value=new]").check()
        at.press("提交答复")
        at.sees("归属成立")

    def referred(self, name: str, *receivers: str) -> None:
        """All of it: asked, twice yes, sent, new to the employer."""
        self.asks()
        self.consents(*receivers)
        self.sends()
        self.says_new(name)

    def is_shortlisted(self, name: str) -> None:
        """The employer goes on; the name opens."""
        at = self.recruiter.comes_to(self.dossier)
        at.press("入围")
        expect(at.stage()).to_contain_text("入围")
        at.open(self.dossier)
        at.sees(name)

    def is_offered(self) -> None:
        """The terms of the offer are written down, and the person accepts."""
        self.started = self.market.today()
        at = self.recruiter.comes_to(f"{self.dossier}/offer")
        at.fill("月薪（元，税前）", "22,000.50")
        at.fill("一年发薪月数", "13")
        at.page.locator("#start_on").fill(self.started.isoformat())
        at.choose("工作地点", "武侯")
        at.fill("劳动合同期限（月）", "36")
        at.fill("试用期（月）", "3")
        at.press("发出录用")
        expect(at.stage()).to_contain_text("录用")
        mine = self.person.comes_to(f"/me/applications/{self.application}")
        mine.sees("22,000.50")
        mine.press("接受录用")
        expect(mine.stage()).to_contain_text("接受")

    def starts(self) -> None:
        """Both sides say that the person has started, on different days."""
        at = self.recruiter.comes_to(self.dossier)
        at.press("已入职")
        expect(at.stage()).to_contain_text("入职")
        self.market.pass_days(1)
        mine = self.person.comes_to(f"/me/applications/{self.application}")
        mine.press("确认已入职")
        expect(mine.page.get_by_role("button", name="确认已入职")).to_have_count(0)
