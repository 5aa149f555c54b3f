"""Firms among themselves, a firm's posting, and steps against a firm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from talentmarket.core import calendar
from talentmarket.core.errors import Conflict
from talentmarket.core.events import Actor
from talentmarket.exchange.brokering.firms import measures
from talentmarket.exchange.brokering.firms.models import FirmMeasure, MeasureRuling
from talentmarket.exchange.brokering.joining import joinings
from talentmarket.exchange.brokering.joining.models import Joining
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.referring import applying
from talentmarket.exchange.models import Job
from talentmarket.members.models import Account, Organisation, Talent
from tests.integration.brokering.any_order.acts import (
    ACTS,
    LIVE,
    OPEN,
    Act,
    Run,
    act,
    hopeful,
    said_yes_to,
    send,
)
from tests.integration.brokering.any_order.world import fresh

_WORDS = "本机构三年内为同类岗位推荐过四十人。"

# --- several firms on one mandate --------------------------------------------------------------


def _joinable(run: Run) -> list[tuple[int, int]]:
    """(mandate, firm): another's mandate that the firm has no part in now."""
    found = []
    for mandate in run.parties.mandates:
        row = run.seen.mandates[mandate]
        for firm in run.parties.firms:
            part = run.seen.part_of(mandate, firm)
            fit = (
                row.organisation_id != firm
                and row.state == "active"
                and run.licensed(firm)
                and (part is None or _may_come_again(run, part))
            )
            if hopeful(run, fit):
                found.append((mandate, firm))
    return found


def _may_come_again(run: Run, part: Any) -> bool:
    if part.state == "refused":
        return bool(run.seen.now - part.ended_at > timedelta(days=30))
    return part.state in ("withdrawn", "left")


@act(_joinable, 1)
def join_ask(run: Run, session: Any, target: tuple[int, int]) -> None:
    mandate, firm = target
    joinings.ask(
        session,
        fresh(session, Mandate, mandate),
        fresh(session, Organisation, firm),
        _WORDS,
        consultant=fresh(session, Account, run.parties.consultants[run.parties.firm_of(firm)]),
        actor=Actor("consultant"),
    )


def _parts(state: str) -> Any:
    return lambda run: [one.id for one in run.seen.joinings.values() if one.state == state]


def _acceptable(run: Run) -> list[int]:
    both = all(run.licensed(one) for one in run.parties.firms)
    return [
        key
        for key in _parts("asked")(run)
        if hopeful(
            run,
            both and run.seen.mandates[run.seen.joinings[key].mandate_id].state == "active",
        )
    ]


@act(_acceptable, 3, after=("join_ask",))
def join_accept(_run: Run, session: Any, key: int) -> None:
    joinings.answer(session, fresh(session, Joining, key), "accept", "", actor=Actor("owner"))


@act(_parts("asked"), 0.3, after=("join_ask",))
def join_refuse(_run: Run, session: Any, key: int) -> None:
    joinings.answer(session, fresh(session, Joining, key), "refuse", _WORDS, actor=Actor("owner"))


@act(_parts("asked"), 0.3, after=("join_ask",))
def join_withdraw(_run: Run, session: Any, key: int) -> None:
    joinings.withdraw(session, fresh(session, Joining, key), actor=Actor("consultant"))


@act(_parts("joined"), 0.1, after=("join_accept", "join_ask"))
def join_leave(_run: Run, session: Any, key: int) -> None:
    joinings.leave(session, fresh(session, Joining, key), _WORDS, actor=Actor("consultant"))


@act(_parts("joined"), 0.05, after=("join_accept", "join_ask"))
def join_exclude(_run: Run, session: Any, key: int) -> None:
    joinings.exclude(session, fresh(session, Joining, key), _WORDS, actor=Actor("owner"))


# --- a firm's posting --------------------------------------------------------------------------


def _postings(run: Run) -> list[tuple[int, int]]:
    """(posting, person) where nobody has brought the person, who has not applied either."""
    busy = {
        one.talent_id
        for one in run.seen.referrals.values()
        if one.claim in LIVE or one.state == "consented"
    }
    busy |= {one.talent_id for one in run.seen.applications.values() if one.state in OPEN}
    return [
        (posting, one.talent)
        for place, posting in enumerate(run.parties.postings)
        for one in run.parties.people
        if not one.erased
        and hopeful(
            run,
            one.talent not in busy | run.blocking
            and run.licensed(run.parties.firms[place])
            and run.seen.mandates[run.parties.mandates[place]].state == "active",
        )
    ]


@act(_postings, 1.5, after=("mandate_resume", "mandate_thaw", "licence_renewed"))
def apply_through(run: Run, session: Any, target: tuple[int, int]) -> None:
    """The person reads who gets what by a firm's posting, and applies; sometimes by an older page."""
    posting, talent = target
    person = fresh(session, Talent, talent)
    road = applying.road(session, fresh(session, Job, posting))
    assert road is not None
    page = applying.offered(session, road, person)
    older = run.random.random() < 0.05
    referral, created = applying.apply(
        session,
        person,
        road,
        digest="0" * 64 if older else page.digest,
        contact_now=run.chosen(True, False),
        note="看好这个方向。",
        actor=Actor("person"),
    )
    if created:
        assert not older, "agreed to a page that says something else"
        run.agreed[referral.id] = said_yes_to(run, page)


def _applied(run: Run) -> list[int]:
    return [
        one.id
        for one in run.seen.referrals.values()
        if one.state == "consented" and one.posting_id is not None
    ]


@act(_applied, 4, after=("apply_through",))
def forward(run: Run, session: Any, key: int) -> None:
    send(run, session, key)


@act(_applied, 0.5, after=("apply_through",))
def refuse_applicant(run: Run, session: Any, key: int) -> None:
    ACTS["refuse_to_send"].do(run, session, key)


# --- steps against a firm ----------------------------------------------------------------------


def _not_sent(run: Run) -> list[datetime]:
    """Moments after which a firm has let a person's yes run out: that counts against it."""
    ends = [one.expires_at for one in run.seen.referrals.values() if one.state == "consented"]
    return [one + timedelta(minutes=1) for one in ends if one > run.seen.now]


ACTS["wait_not_sent"] = Act(
    "wait_not_sent", 0.3, _not_sent, lambda *_: None, ("apply_through", "consent"), waits=True
)


def _appealable(run: Run) -> list[int]:
    return [
        one.id
        for one in run.seen.measures.values()
        if one.appealed_at is None
        and one.ruling is None
        and hopeful(run, run.seen.now <= calendar.due(one.taken_at, 5))
    ]


@act(_appealable, 3, after=("wait_not_sent",))
def measure_appeal(_run: Run, session: Any, key: int) -> None:
    words = "这三次是平台停机当天到期的，有公告为据。"
    measures.appeal(session, fresh(session, FirmMeasure, key), words, actor=Actor("owner"))


def _decides(ruling: MeasureRuling) -> None:
    def do(run: Run, session: Any, key: int) -> None:
        row = fresh(session, FirmMeasure, key)
        if row.appealed_at is None:
            raise Conflict(code="not-in-the-queue")
        measures.rule(
            session,
            row,
            ruling,
            "公告与时间相符，理由成立。",
            operator=fresh(session, Account, run.parties.operators[0]),
            actor=Actor("office"),
        )

    do.__name__ = f"measure_{ruling}"
    act(
        lambda run: [
            one.id
            for one in run.seen.measures.values()
            if one.appealed_at is not None and one.ruling is None
        ],
        2,
        after=("measure_appeal",),
    )(do)


for _ruling in MeasureRuling:
    _decides(_ruling)
