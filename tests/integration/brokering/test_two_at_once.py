"""Two clicks in the same moment: one wins, the other is told, one event, one notice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as time
from talentmarket.core.events import Actor
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.books import checking
from talentmarket.exchange.brokering.fees import Cause
from talentmarket.exchange.brokering.mandating import agreement, countersigning, reviewing, running
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.mandating.terms import Remedy
from talentmarket.exchange.brokering.placing import offers, placements
from talentmarket.exchange.brokering.placing.models import Placement
from talentmarket.exchange.brokering.referring import asking, consenting, disputes, ending, sending
from talentmarket.exchange.brokering.referring.models import Dispute, Referral, Ruling
from talentmarket.exchange.models import Application, EndReason
from talentmarket.exchange.refusals import Refusal
from talentmarket.exchange.stages import By
from talentmarket.members.models import Account, Organisation, Talent
from tests.factories import make_account
from tests.factories.brokering import add_version, terms_of
from tests.factories.mandates import make_firm, make_mandate
from tests.integration.brokering.two_at_once import at_once
from tests.integration.exchange.referring import Parties
from tests.integration.exchange.test_contested_placements import Contested, opened_to_another
from tests.integration.exchange.test_placements import Hire, values

SOMEONE = Actor("someone")
WORDS = "登记表早于推荐，且有本人签字。"


@dataclass
class Case:
    """Two deeds on one row. `once`: events of which there must be one in all, whoever won."""

    prepare: Callable[[], tuple[Any, int, Any]]  # → model, key, what the deeds need besides
    first: Callable[[Any, Any, Any], object]
    second: Callable[[Any, Any, Any], object]
    once: tuple[tuple[str, str], ...]


CASES: dict[str, Case] = {}


def case(
    name: str,
    prepare: Callable[[], tuple[Any, int, Any]],
    first: Callable[[Any, Any, Any], object],
    second: Callable[[Any, Any, Any], object] | None = None,
    *once: tuple[str, str],
) -> None:
    CASES[name] = Case(prepare, first, second or first, once)


@dataclass
class Keys:
    """Keys of the parties."""

    talent: int
    firm: int
    employer: int
    consultant: int
    recruiter: int


# --- referrals ---------------------------------------------------------------------------------


def keys(parties: Parties) -> Keys:
    """What threads of their own may know of the parties: no rows."""
    return Keys(
        parties.talent.id,
        parties.firm.id,
        parties.employer.id,
        parties.consultant.id,
        parties.recruiter.id,
    )


def referral(*steps: str) -> Callable[[], tuple[Any, int, Any]]:
    def prepare() -> tuple[Any, int, Any]:
        parties = Parties()
        made = parties.ask()
        for step in steps:
            if step == "answered":
                parties._does(sending.say_new, made)
            else:
                getattr(parties, step)(made)
        return Referral, made.id, keys(parties)

    return prepare


def plain(use: Callable[..., object], **named: Any) -> Callable[[Any, Any, Any], object]:
    return lambda session, row, _more: use(session, row, actor=SOMEONE, **named)


def consents(session: Any, row: Any, _more: Any) -> None:
    digest = consenting.offered(session, row).digest
    consenting.consent(session, row, digest=digest, contact_now=True, actor=SOMEONE)


def asks(session: Any, row: Any, parties: Any) -> None:
    asking.ask(
        session,
        row,
        session.get_one(Talent, parties.talent),
        firm=session.get_one(Organisation, parties.firm),
        consultant=session.get_one(Account, parties.consultant),
        actor=SOMEONE,
    )


def says_known(session: Any, row: Any, _more: Any) -> None:
    day = time.today() - timedelta(days=9)
    sending.say_known(session, row, known_on=day, text=WORDS, actor=SOMEONE)


def mandate_of_parties() -> tuple[Any, int, Any]:
    parties = Parties()
    return Mandate, parties.mandate.id, keys(parties)


case("ask", mandate_of_parties, asks, None, ("referral", "ask"))
case("interest", referral(), plain(asking.interest), None, ("referral", "interest"))
case("decline", referral(), plain(asking.decline), None, ("referral", "decline"))
case("interest or no", referral(), plain(asking.interest), plain(ending.recall))
case("consent", referral("interest"), consents, None, ("referral", "consent"))
case("consent or recall", referral("interest"), consents, plain(ending.recall))
case(
    "send", referral("interest", "consent"), plain(sending.send), None, ("referral", "send"),
    ("application", "submit"),
)  # fmt: skip
case(
    "withdraw", referral("interest", "consent", "send"), plain(consenting.withdraw), None,
    ("referral", "withdraw"), ("application", "withdraw"),
)  # fmt: skip
case(
    "new", referral("interest", "consent", "send"), plain(sending.say_new), None,
    ("referral", "claim_new"),
)  # fmt: skip
case("new or known", referral("interest", "consent", "send"), plain(sending.say_new), says_known)


# --- disputes ----------------------------------------------------------------------------------


def files(session: Any, row: Any, parties: Any) -> None:
    disputes.file(
        session,
        row,
        session.get_one(Organisation, parties.employer),
        record_on=time.today() - timedelta(days=9),
        record=WORDS,
        actor=SOMEONE,
    )


def dispute() -> tuple[Any, int, Any]:
    hire = Contested(Parties()).started()
    made = hire.contest(hire.parties.employer)
    return Dispute, made.id, [make_account(f"裁定员{n}", is_operator=True).id for n in range(2)]


def rules(ruling: Ruling, place: int) -> Callable[[Any, Any, Any], object]:
    return lambda session, row, operators: disputes.rule(
        session,
        row,
        ruling,
        WORDS,
        operator=session.get_one(Account, operators[place]),
        actor=SOMEONE,
    )


case(
    "object", referral("interest", "consent", "send", "answered"), files, None,
    ("referral", "claim_dispute"),
)  # fmt: skip
case("ruling", dispute, rules(Ruling.UPHELD, 0), rules(Ruling.UPHELD, 1),
     ("referral", "claim_uphold"), ("ledger_entry", "post"))  # fmt: skip
case("ruling or the other", dispute, rules(Ruling.UPHELD, 0), rules(Ruling.REFUSED, 1))


# --- offers and placements ---------------------------------------------------------------------


def hire(*steps: str) -> Callable[[], tuple[Any, int, Any]]:
    def prepare() -> tuple[Any, int, Any]:
        made = Hire(Parties())
        for step in steps:
            if step == "offer":
                made.offer()
            else:
                made.move(step, By.TALENT if step == "accept" else By.ORGANISATION)
        return Application, made.application.id, keys(made.parties)

    return prepare


def offer(session: Any, row: Any, parties: Any) -> None:
    author = session.get_one(Account, parties.recruiter)
    offers.make(session, row, values(), author=author, actor=SOMEONE)


def step(name: str, by: By) -> Callable[[Any, Any, Any], object]:
    refusal = Refusal(EndReason.PAY) if name in ("rescind", "reject") else None
    return lambda session, row, _more: moves.move(
        session, row, name, by=by, actor=SOMEONE, refusal=refusal
    )


ACCEPT, START = step("accept", By.TALENT), step("start", By.ORGANISATION)
case("offer", hire(), offer, None, ("application", "offer"))
case("offer or reject", hire(), offer, step("reject", By.ORGANISATION))
case("accept", hire("offer"), ACCEPT, None, ("application", "accept"), ("placement", "agree"))
case("accept or rescind", hire("offer"), ACCEPT, step("rescind", By.ORGANISATION))
case("start, both sides", hire("offer", "accept"), START, step("start", By.TALENT),
     ("application", "start"))  # fmt: skip
case("confirm", hire("offer", "accept", "start"), step("confirm", By.TALENT), None,
     ("application", "confirm"), ("placement", "start"), ("ledger_entry", "post"))  # fmt: skip


def placement(left: bool = False, **terms: Any) -> Callable[[], tuple[Any, int, Any]]:
    def prepare() -> tuple[Any, int, Any]:
        parties = Parties()
        with unit_of_work() as unit:
            mandate = unit.get_one(Mandate, parties.mandate.id)
            add_version(unit, mandate, terms_of(parties.employer, **terms))
        made = Hire(parties).started()
        if left:
            made.leaves()
        with unit_of_work() as unit:
            return Placement, unit.scalars(sa.select(Placement.id)).one(), None

    return prepare


def leaves(by: By) -> Callable[[Any, Any, Any], object]:
    return lambda session, row, _more: placements.leave(
        session,
        row,
        on=time.today(),
        cause=Cause.PERSON,
        reason="家里有事，回老家。",
        by=by,
        actor=SOMEONE,
    )


def remedies(replaced: bool) -> Callable[[Any, Any, Any], object]:
    by = By.CLIENT if replaced else By.ORGANISATION
    return lambda session, row, _more: placements.remedy(
        session, row, replaced=replaced, by=by, actor=SOMEONE
    )


case("leave, both sides", placement(), leaves(By.CLIENT), leaves(By.ORGANISATION),
     ("placement", "leave"))  # fmt: skip
case("refund", placement(left=True), remedies(False), None, ("placement", "refund"),
     ("ledger_entry", "post"))  # fmt: skip
case("refund or replacement", placement(left=True, remedy=Remedy.REPLACEMENT), remedies(True),
     remedies(False))  # fmt: skip


# --- mandates ----------------------------------------------------------------------------------


def mandate(stage: str) -> Callable[[], tuple[Any, int, Any]]:
    def prepare() -> tuple[Any, int, Any]:
        firm = make_firm()
        key = make_mandate(firm, stage).id
        more = (firm.reviewer.id, firm.reviewer.public_id, firm.consultant.id)
        return Mandate, key, more

    return prepare


def newest(session: Any, row: Any) -> tuple[int, str]:
    last = agreement.newest(session, row)
    return (last.number, last.digest) if last else (0, "")


def submits(session: Any, row: Any, firm: Any) -> None:
    reviewing.submit(session, row, firm[1], actor=SOMEONE)


def signs(session: Any, row: Any, firm: Any) -> None:
    reviewer = session.get_one(Account, firm[0])
    reviewing.sign(session, row, newest(session, row)[1], reviewer=reviewer, actor=SOMEONE)


def returns(session: Any, row: Any, firm: Any) -> None:
    reviewer = session.get_one(Account, firm[0])
    reviewing.answer(session, row, "return", WORDS, reviewer=reviewer, actor=SOMEONE)


def countersigns(session: Any, row: Any, _firm: Any) -> None:
    number, digest = newest(session, row)
    countersigning.countersign(session, row, number, digest, actor=SOMEONE)


def sends_back(session: Any, row: Any, _firm: Any) -> None:
    countersigning.decline(session, row, "send_back", WORDS, actor=SOMEONE)


def changes(name: str, by: By) -> Callable[[Any, Any, Any], object]:
    return lambda session, row, _firm: running.change(session, row, name, by, WORDS, actor=SOMEONE)


def freezes(session: Any, row: Any, firm: Any) -> None:
    operator = session.get_one(Account, firm[0])
    running.freeze(session, row, WORDS, operator=operator, actor=SOMEONE)


def proposes(share: int) -> Callable[[Any, Any, Any], object]:
    def deed(session: Any, row: Any, firm: Any) -> None:
        terms = agreement.find(session, row, 1).terms.but(fee_share=share)
        by = session.get_one(Account, firm[2])
        running.propose(session, row, terms, by=by, actor=SOMEONE)

    return deed


AWAITING, M = "awaiting_countersignature", "mandate"
case("submit", mandate("ready"), submits, None, (M, "submit"))
case("sign", mandate("in_review"), signs, None, (M, "sign"), (M, "confirm_terms"))
case("sign or return", mandate("in_review"), signs, returns)
case(
    "countersign", mandate(AWAITING), countersigns, None, (M, "countersign"), (M, "terms_in_force")
)
case("countersign or send back", mandate(AWAITING), countersigns, sends_back)
case("countersign or recall", mandate(AWAITING), countersigns, changes("recall", By.ORGANISATION))
case("pause, both sides", mandate("active"), changes("pause", By.CLIENT),
     changes("pause", By.ORGANISATION), (M, "pause"))  # fmt: skip
case("end, both sides", mandate("active"), changes("end", By.CLIENT),
     changes("end", By.ORGANISATION), (M, "end"))  # fmt: skip
case("freeze", mandate("active"), freezes, None, (M, "freeze"))
case("the same new terms", mandate("active"), proposes(1_500), None, (M, "propose_terms"))


@pytest.mark.parametrize("name", CASES)
def test_one_wins_and_the_other_is_told(app, session, database_kind, name):
    one = CASES[name]
    model, key, more = one.prepare()
    outcome = at_once(
        app,
        database_kind,
        model,
        key,
        lambda unit, row: one.first(unit, row, more),
        lambda unit, row: one.second(unit, row, more),
    )
    assert len(outcome.done) == 1, outcome.verbs()
    assert outcome.refused[0].status in (404, 409), outcome.refused[0]
    verbs = Counter(outcome.verbs())
    assert all(verbs[kind] == 1 for kind in one.once if kind[1] != "post"), verbs
    assert not one.once or all(verbs[kind] for kind in one.once), verbs
    told = Counter((notice.account_id, notice.code) for notice in outcome.notices)
    assert told.most_common(1)[0][1] == 1 if told else True, told
    assert checking.check(session).whole


def test_two_firms_get_one_yes(app, session, database_kind):
    """The person has both pages open and presses both buttons: one firm has the consent."""
    parties = Parties()
    other = opened_to_another(parties)
    rows = [parties.ask(), parties.ask(other)]
    for row in rows:
        parties.interest(row)
    first, second = (row.id for row in rows)
    outcome = at_once(
        app,
        database_kind,
        Referral,
        first,
        lambda unit, row: consents(unit, row, None),
        lambda unit, _row: consents(unit, unit.get_one(Referral, second), None),
    )
    assert (len(outcome.done), outcome.refused[0].code) == (1, "consented-elsewhere")
    assert outcome.verbs().count(("referral", "consent")) == 1
