"""Several firms on one mandate, from the request to join to both statements: on both databases."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as calendar_clock
from talentmarket.core.errors import Conflict, Forbidden, Invalid, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.brokering.books import statement
from talentmarket.exchange.brokering.books.models import Posting
from talentmarket.exchange.brokering.joining import joinings, standing
from talentmarket.exchange.brokering.joining.models import Joining, JoiningState
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing import placements
from talentmarket.exchange.brokering.placing.models import PlacementState
from talentmarket.exchange.brokering.referring import consenting
from talentmarket.exchange.brokering.referring.consenting import ReceiverRole
from talentmarket.exchange.brokering.referring.models import Referral, ReferralState
from talentmarket.members.models import Consent, ConsentKind, Organisation, OrganisationKind
from talentmarket.notices.models import Notice
from tests.factories import make_account, make_job, make_licence, make_member, make_organisation
from tests.factories.brokering import add_version, make_joined, make_mandate, terms_of
from tests.integration.exchange.referring import Parties, now
from tests.integration.exchange.test_placements import GROSS, NET, Hire

J, R = JoiningState, ReferralState
WORDS = "本机构三年内为同类岗位推荐过四十人。"


class Several(Parties):
    """A firm that holds an opened mandate (a third goes to who brings the person), and another."""

    def __init__(self, kind=OrganisationKind.HR_FIRM, **terms):
        super().__init__()
        self.owner, self.holder = self.firm, self.consultant
        self.mandate = make_mandate(
            self.owner,
            make_job(self.employer, created_by=self.recruiter.id),
            consultant=self.holder,
            terms=terms_of(self.employer, opened=True, split=3_333, **terms),
        )
        self.job = self.mandate.job
        self.firm = make_organisation("天府猎头有限公司", kind)
        make_licence(self.firm)
        role = OrgRole.RECRUITER
        self.consultant = make_member(self.firm, role, make_account("另一位顾问"))

    def do(self, use, *rows, **values):
        return self._does(use, *rows, **values)

    def join(self, firm=None, text=WORDS):
        with unit_of_work() as session:
            joining = joinings.ask(
                session,
                session.get_one(Mandate, self.mandate.id),
                session.get_one(Organisation, (firm or self.firm).id),
                text,
                consultant=self.consultant,
                actor=Actor("consultant"),
            )
        return joining

    def joined(self):
        joining = self.join()
        self.do(joinings.answer, joining, verdict="accept", text="")
        return joining

    def agree_on(self, **changes):
        with unit_of_work() as session:
            mandate = session.get_one(Mandate, self.mandate.id)
            opened = {"opened": True, "split": 3_333}
            add_version(session, mandate, terms_of(self.employer, **{**opened, **changes}))


@pytest.fixture
def several(session):
    return Several()


def told(session, code):
    session.expire_all()
    return session.scalars(sa.select(Notice.account_id).where(Notice.code == code)).all()


def test_the_whole_way_with_a_split(session, several, clock):
    with pytest.raises(Forbidden) as refused:
        several.ask()
    assert refused.value.code == "not-joined"
    assert [one.id for one in joinings.opened(session, several.firm)] == [several.mandate.id]
    assert joinings.opened(session, several.owner) == [], "one's own is no opened one"
    joining = several.join()
    assert told(session, "joining.asked") == [several.holder.id]
    with pytest.raises(Forbidden):
        several.ask()
    several.do(joinings.answer, joining, verdict="accept", text="")
    assert told(session, "joining.accepted") == [several.consultant.id]
    assert several.recruiter.id in told(session, "joining.joined"), "the employer is told"
    hire = Hire(several)
    receivers = session.scalars(
        sa.select(Consent).where(Consent.kind == ConsentKind.REFERRAL)
    ).all()
    roles = {one.receiver_id: one.data["role"] for one in receivers}
    assert roles == {
        several.employer.public_id: ReceiverRole.EMPLOYER,
        several.firm.public_id: ReceiverRole.FIRM,
        several.owner.public_id: ReceiverRole.OWNER,
    }
    several.agree_on(split=5_000, fee_share=1_000)  # moves nothing of what was agreed to before
    hire.started()
    share = (2 * NET * 3_333 + 10_000) // 20_000
    (line,) = hire.lines(session)
    assert (line.net, line.share, line.own) == (NET, share, NET - share)
    clock.advance(days=90)
    with unit_of_work() as unit:
        assert placements.guarantees_due(unit) == 1
    assert hire.placement(session).state is PlacementState.GUARANTEED
    month = hire.placement(session).started_on.replace(day=1)
    mine = statement.statement(session, several.owner, month)
    theirs = statement.statement(session, several.firm, month)
    assert (mine.totals["fee"], mine.totals["share"]) == (NET, share)
    assert theirs.totals["fee"] == share
    assert mine.totals["fee"] - mine.totals["share"] + theirs.totals["fee"] == NET
    assert mine.closing + theirs.closing == GROSS, "what both are owed is what the employer owes"
    assert statement.owed(session, several.employer, month).closing == GROSS
    assert session.scalar(sa.select(sa.func.sum(Posting.amount))) == 0


@pytest.mark.parametrize("when", ["before consent", "before sending", "after sending"])
def test_the_split_is_that_of_the_consent(session, several, when):
    several.joined()
    referral = several.ask()
    several.interest(referral)
    if when == "before consent":
        several.agree_on(split=5_000)
    several.consent(referral)
    if when == "before sending":
        several.agree_on(split=5_000)
    several.send(referral)
    if when == "after sending":
        several.agree_on(split=5_000)
    row = now(session, referral)
    expected = 5_000 if when == "before consent" else 3_333
    assert row.named["split"] == expected
    version = next(one for one in row.mandate.versions if one.id == row.terms_id)
    assert version.split == expected


def test_a_page_that_is_older_than_the_split_agrees_to_nothing(session, several):
    several.joined()
    referral = several.ask()
    several.interest(referral)
    with unit_of_work() as unit:
        digest = consenting.offered(unit, unit.get_one(Referral, referral.id)).digest
    several.agree_on(split=5_000)
    with pytest.raises(Conflict) as refused:
        several.consent(referral, digest=digest)
    assert refused.value.code == "terms-changed"


def test_a_mandate_that_is_not_opened_is_nobody_elses(session):
    parties = Parties()
    other = make_organisation("天府猎头有限公司", OrganisationKind.HR_FIRM)
    make_licence(other)
    assert joinings.opened(session, other) == []
    with pytest.raises(NotFound):
        joinings.find(session, other, parties.mandate.public_id)
    parties.firm = other
    with pytest.raises(Conflict):
        Several.join(parties)


def test_joining_wants_a_licence_words_and_an_answer(session, several):
    with pytest.raises(Invalid):
        several.join(text="好")
    unlicensed = make_organisation("无证机构有限公司", OrganisationKind.HR_FIRM)
    with pytest.raises(Forbidden):
        several.join(unlicensed)
    joining = several.join()
    with pytest.raises(Conflict):
        several.join()
    with pytest.raises(Invalid):
        several.do(joinings.answer, joining, verdict="refuse", text="")
    several.do(joinings.answer, joining, verdict="refuse", text="这个岗位已有两家机构。")
    with pytest.raises(Conflict):
        several.join()


def test_a_refused_firm_may_ask_again_after_its_rest_and_an_excluded_one_not(
    session, several, clock
):
    joining = several.join()
    several.do(joinings.answer, joining, verdict="refuse", text="这个岗位已有两家机构。")
    clock.advance(days=31)
    again = several.joined()
    several.do(joinings.exclude, again, text="多次询问已谢绝的人才。")
    clock.advance(days=100)
    with pytest.raises(Conflict):
        several.join()


@pytest.mark.parametrize("how", ["leave", "exclude"])
def test_what_becomes_of_running_referrals(session, several, how):
    joining = several.joined()
    sent = several.sent()
    several.talent = make_another(several)
    consented = several.ask()
    several.interest(consented)
    several.consent(consented)
    several.talent = make_another(several)
    asked = several.ask()
    several.do(getattr(joinings, how), joining, text="不再做这个行业的岗位。")
    session.expire_all()
    assert now(session, asked).state is R.LAPSED
    assert asked.talent.account_id in told(session, "referral.recalled")
    row = now(session, sent)
    assert row.state is R.SENT, "what was sent is carried on"
    assert row.named["split"] == 3_333
    live = sa.select(Consent).where(
        Consent.subject_id == consented.public_id, Consent.withdrawn_at.is_(None)
    )
    if how == "leave":
        several.send(consented)
        assert now(session, consented).state is R.SENT
    else:
        assert now(session, consented).state is R.LAPSED
        assert session.scalars(live).all() == [], "nobody keeps what was given for it"
    several.talent = make_another(several)
    with pytest.raises(Forbidden):
        several.ask()
    assert several.recruiter.id in told(session, "joining.left")


def make_another(several):
    from tests.factories import make_talent

    return make_talent()


def test_a_mandate_closed_to_others_takes_nobody_new(session, several):
    several.joined()
    referral = several.ask()
    several.interest(referral)
    several.agree_on(opened=False, split=0)
    assert standing.mandates_at_work(session, several.firm) == []
    with pytest.raises(Forbidden) as refused:
        several.consent(referral)
    assert refused.value.code == "not-opened"
    several.agree_on()
    several.consent(referral)
    several.agree_on(opened=False, split=0)
    several.send(referral)
    assert now(session, referral).named["split"] == 3_333


def test_a_public_service_that_joins_takes_no_share(session):
    several = Several(OrganisationKind.PUBLIC_SERVICE)
    several.joined()
    hire = Hire(several).started()
    (line,) = hire.lines(session)
    assert (line.net, line.share, line.own) == (NET, 0, NET)
    assert now(session, hire.referral).named["split"] == 0
    month = calendar_clock.today().replace(day=1)
    assert statement.statement(session, several.firm, month).rows == ()


def test_two_answers_at_once_one_wins(app, session, several):
    joining = several.join()
    session.refresh(joining)
    session.expunge(joining)
    session.rollback()
    start, outcomes = threading.Barrier(2), []

    def click(verdict):
        with app.app_context():
            start.wait()
            try:
                several.do(joinings.answer, joining, verdict=verdict, text="这个岗位已有两家。")
                outcomes.append("done")
            except Conflict:
                outcomes.append("told")

    threads = [threading.Thread(target=click, args=(one,)) for one in ("accept", "refuse")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["done", "told"]
    verbs = sa.select(Event.verb).where(Event.verb.in_(["joining_accept", "joining_refuse"]))
    assert len(session.scalars(verbs).all()) == 1


def test_a_second_request_at_once_is_one(session, several):
    make_joined(several.mandate, several.firm)
    with pytest.raises(Conflict):
        several.join()
    assert len(session.scalars(sa.select(Joining)).all()) == 1
