"""Referrals become rows: the asking, its consents, the application, the claim, the placement."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from talentmarket.cli.demo import courses
from talentmarket.cli.demo.brokering import proofs
from talentmarket.cli.demo.brokering.books import Books
from talentmarket.cli.demo.brokering.claims import Claiming
from talentmarket.cli.demo.brokering.facts import Contest, Fact, Moved, Placed
from talentmarket.cli.demo.brokering.mandates import Kept
from talentmarket.cli.demo.brokering.partners import Partner, settled
from talentmarket.cli.demo.brokering.roads import Road
from talentmarket.cli.demo.courses import Given, Pair
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.rows import Member
from talentmarket.core import calendar
from talentmarket.core.clock import local
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementEvent
from talentmarket.exchange.brokering.referring.consenting import (
    CONSENT_VERSION,
    DATA_OF_EMPLOYER,
    DATA_OF_FIRM,
    Offered,
    Receiver,
    ReceiverRole,
    end_of,
)
from talentmarket.exchange.brokering.referring.models import (
    Dispute,
    KnownAnswer,
    Referral,
)
from talentmarket.exchange.brokering.referring.stages import ANSWER_WORKING_DAYS, CONSENT_DAYS
from talentmarket.exchange.models import ApplicationRoute
from talentmarket.members import models as members
from talentmarket.members.models import ConsentKind

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import Loader

TEXTS = (
    "您做过的项目与客户正要组建的团队很接近，想先问问您是否愿意了解。",
    "客户在找有这段经历的人，工作地点就在您期望的城市，薪资在您的期望之内。",
    "这家单位的用人经理看重您写的那类项目，想请您考虑。",
)
RECORDS = (
    "本单位招聘系统中有这位候选人两个月前的投递记录，编号和时间见附注。",
    "候选人今年上半年参加过本单位宣讲会并留下简历，登记表可查。",
)
RULINGS = {
    "upheld": "所称记录只有姓名，没有岗位和日期，不能证明推荐之前已就本岗位联系过，归属成立。",
    "refused": "记录载明推荐之前已就同一岗位面谈，归属不成立；不影响本人的申请。",
}
LEFT = {
    "person": "本人因家庭原因提出离职，已办理交接。",
    "other": "试用期内双方协商一致解除。",
    "employer": "项目取消，岗位裁撤。",
}


class Writer:
    """Writes referrals of one mandate."""

    def __init__(
        self, loader: Loader, books: Books, kept: Kept, second: Member,
        partner: Partner | None = None,
    ) -> None:  # fmt: skip
        """`partner`: the firm that asks, where it is not the mandate's own."""
        self.loader, self.store, self.books = loader, loader.store, books
        self.kept, self.made, self.second = kept, kept.commission, second
        self.partner = partner
        self.firm = partner.firm if partner else self.made.firm
        self.keys = partner.keys if partner else kept.firm
        assert loader.operator is not None
        self.who: dict[str, tuple[str | None, str | None]] = {
            "firm": (self.keys.recruiter.public_id, self.firm.public_id),
            "employer": (kept.client.recruiter.public_id, self.made.client.public_id),
            "office": (loader.operator.public_id, None),
            "second": (second.public_id, None),
            "site": (None, None),
        }

    def write(self, dice: Dice, road: Road) -> None:
        """All rows of one referral; counts the application it opened."""
        plan, number = self.loader.plan, road.person.number
        public_id = dice.public_id()
        self.who["person"] = (road.person.account_id, None)
        pair = Pair(
            self.made.posting, road.person, self.made.job_key, self.kept.client.organisation,
            self.loader.first_talent + number, self.loader.first_account + number,
            self.kept.client.recruiter,
        )  # fmt: skip
        named = self._offered(road) if road.consented_at else None
        application = self._application(dice, pair, road, named) if road.claim else None
        moves = [*road.moves, *(road.claim.moves if road.claim else ())]
        self._moves("referral", public_id, sorted(moves, key=lambda one: one.at), self._data())
        key = self._row(dice, pair, road, public_id, named, application)
        if named:
            self._consents(pair, road, public_id, named)
        if road.claim and application:
            for at, one in enumerate(road.claim.contests):
                self._contest(one, at, key, public_id, road.claim.sent_at)
            if road.claim.offer:
                self._placement(dice, road.claim, (key, public_id), application)
        if plan.now < road.asked_at:  # a demo holds nothing that lies ahead
            raise AssertionError(road.asked_at)

    def _data(self) -> dict[str, Any]:
        return {
            "firm": self.firm.public_id, "employer": self.made.client.public_id,
            "job": self.made.posting.public_id, "terms": self.kept.terms_key,
        }  # fmt: skip

    # -- the asking -------------------------------------------------------------------------------
    def _offered(self, road: Road) -> Offered:
        """What the person read and agreed to."""
        terms, parties = self.made.terms, [
            (ReceiverRole.EMPLOYER, self.made.client, DATA_OF_EMPLOYER),
            (ReceiverRole.FIRM, self.firm, DATA_OF_FIRM),
        ]  # fmt: skip
        if self.partner:
            parties.append((ReceiverRole.OWNER, self.made.firm, DATA_OF_FIRM))
        receivers = tuple(
            Receiver(role, one.public_id, one.name, one.address, "referral", "on_site", data)
            for role, one, data in parties
        )
        asked_on = local(road.interested_at or road.asked_at).date()
        until = asked_on + timedelta(days=CONSENT_DAYS)
        return Offered(receivers, terms.digest(), terms.split if self.partner else 0, until)

    def _row(
        self, dice: Dice, pair: Pair, road: Road, public_id: str, named: Offered | None,
        application: tuple[int, str] | None,
    ) -> int:  # fmt: skip
        claim = road.claim
        known = claim is not None and claim.answer is KnownAnswer.KNOWN
        return self.store.add(
            Referral, public_id=public_id, number=f"R-{dice.randint(100_000, 999_999)}",
            mandate_id=self.kept.key, terms_id=self.kept.terms_key if named else None,
            job_id=pair.job_key, firm_id=self.keys.organisation,
            employer_id=self.kept.client.organisation, talent_id=pair.talent_key,
            consultant_id=self.keys.recruiter.key, employer_named=road.employer_named,
            text=dice.choice(TEXTS), state=road.state, asked_at=road.asked_at,
            expires_at=road.expires_at, interested_at=road.interested_at,
            consented_at=road.consented_at, sent_at=road.sent_at, ended_at=road.ended_at,
            named=named.stored() if named else {}, consent_until=named.until if named else None,
            contact_now=road.contact_now if named else False,
            application_id=application[0] if application else None,
            claim=claim.state if claim else None, claim_until=claim.until if claim else None,
            answer=claim.answer if claim else None,
            answer_due_at=calendar.due(claim.sent_at, ANSWER_WORKING_DAYS) if claim else None,
            answered_at=claim.answered_at if claim else None,
            known_on=local(road.asked_at - timedelta(days=dice.randint(40, 90))).date()
            if known else None,
            known_record=dice.choice(RECORDS) if known else "",
            object_until=claim.object_until if claim else None,
            revision=len(road.moves) + (len(claim.moves) if claim else 0),
        )  # fmt: skip

    def _consents(self, pair: Pair, road: Road, public_id: str, named: Offered) -> None:
        for one in named.receivers:
            self.store.add(
                members.Consent,
                public_id=Dice(f"consent:{public_id}:{one.role}").public_id(),
                account_id=pair.account_key, kind=ConsentKind.REFERRAL, version=CONSENT_VERSION,
                receiver_type="organisation", receiver_id=one.organisation,
                subject_type="referral", subject_id=public_id, purpose="referral",
                data={"fields": list(one.data), "role": str(one.role), "name": one.name},
                given_at=road.consented_at, until=end_of(named.until),
                withdrawn_at=road.ended_at if str(road.state) == "withdrawn" else None,
            )  # fmt: skip

    def _application(
        self, dice: Dice, pair: Pair, road: Road, named: Offered | None
    ) -> tuple[int, str]:
        claim = road.claim
        assert claim is not None
        assert named is not None
        course = claim.course
        given = Given(claim.answered_at, end_of(named.until), road.contact_now)
        counts = self.loader.counts
        counts[pair.job_key] = counts.get(pair.job_key, 0) + 1
        return courses.application(self.store, dice, pair, course, ApplicationRoute.REFERRAL, given)

    def _moves(self, subject: str, public_id: str, moves: list[Moved], data: Any) -> None:
        for one in moves:
            actor, acting_for = self.who[one.by]
            self.store.event(
                one.at, (subject, public_id), one.verb, actor=actor, acting_for=acting_for,
                states=(one.source, one.target), reason=one.reason, data=data,
            )  # fmt: skip

    # -- the claim --------------------------------------------------------------------------------
    def _contest(
        self, one: Contest, number: int, key: int, referral: str, sent_at: datetime
    ) -> None:
        side = self.keys if one.by_firm else self.kept.client
        dice = Dice(f"dispute:{referral}:{number}")
        by = self.second if one.by_second else self.loader.operator
        assert by is not None
        self.store.add(
            Dispute, public_id=_contest_id(referral, number), referral_id=key, kind=one.kind,
            organisation_id=side.organisation,
            record_on=local(sent_at - timedelta(days=dice.randint(20, 80))).date(),
            record=dice.choice(RECORDS), filed_at=one.filed_at, due_at=one.due_at,
            ruling=one.ruling, reasons=RULINGS[str(one.ruling)] if one.ruling else "",
            ruled_at=one.ruled_at, ruled_by=by.key if one.ruling else None,
        )  # fmt: skip

    # -- the placement ----------------------------------------------------------------------------
    def _placement(
        self, dice: Dice, claim: Claiming, referral: tuple[int, str], application: tuple[int, str]
    ) -> None:
        said, posting = claim.offer, self.made.posting
        assert said is not None
        offer = self.store.add(
            Offer, application_id=application[0], pay_month=said.pay_month,
            pay_months=said.pay_months, start_on=said.start_on, region_code=posting.county,
            contract_months=posting.contract_months,
            probation_months=posting.probation_months or 0,
            made_by=self.kept.client.recruiter.key, made_at=said.at,
        )  # fmt: skip
        placed = claim.placed
        if placed is None:
            return
        public_id = dice.public_id()
        key = self.store.add(
            Placement, public_id=public_id, application_id=application[0],
            referral_id=referral[0], offer_id=offer, state=placed.state,
            agreed_at=placed.agreed_at, started_on=placed.started_on,
            guarantee_until=placed.guarantee_until, by_decision=False, left_on=placed.left_on,
            cause=placed.cause, reason=LEFT[str(placed.cause)] if placed.cause else "",
            revision=len(placed.moves),
        )  # fmt: skip
        for fact in placed.facts:
            self._fact(key, referral[1], fact)
        data = {
            "referral": referral[1], "firm": self.firm.public_id,
            "employer": self.made.client.public_id, "application": application[1],
        }  # fmt: skip
        self._moves("placement", public_id, placed.moves, data)
        self._books(placed, public_id)
        at = proofs.filed_at(placed, claim.course, self.loader.plan.now, Dice(f"filed:{public_id}"))
        if at is not None:
            client = self.made.client.public_id
            proofs.write(self.loader, self.kept.client, client, (key, public_id), at)

    def _fact(self, placement: int, referral: str, fact: Fact) -> None:
        kind, _, number = fact.key.partition(":")
        key = f"{kind}:{_contest_id(referral, int(number))}" if number.isdigit() else fact.key
        self.store.add(
            PlacementEvent, placement_id=placement, key=key, kind=fact.kind,
            happened_on=fact.on, cause=fact.cause, amount=fact.amount,
        )  # fmt: skip

    def _books(self, placed: Placed, public_id: str) -> None:
        keys, client = self.kept.firm, self.made.client.public_id
        owner = (keys.organisation, self.made.firm.public_id)
        other = (self.keys.organisation, self.firm.public_id) if self.partner else None
        self.books.lines(owner, client, public_id, placed, self.who, other)
        if placed.paid_at:
            self.books.payment(owner, client, public_id, placed, keys.owner.public_id)
        if other and (paid := settled(placed, public_id, self.loader.plan.now)):
            who = (keys.owner.public_id, self.keys.owner.public_id)
            self.books.share(owner, other, public_id, paid, who)


def _contest_id(referral: str, number: int) -> str:
    return Dice(f"contest:{referral}:{number}").public_id()
