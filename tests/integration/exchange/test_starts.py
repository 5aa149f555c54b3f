"""The start of a placement by links and pages, once, on whatever day; who is asked, and when."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as site_clock
from talentmarket.core.errors import Conflict, NotFound
from talentmarket.core.events import Actor, Event
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import moves
from talentmarket.exchange.brokering.books.models import LedgerEntry
from talentmarket.exchange.brokering.mandating.models import Mandate
from talentmarket.exchange.brokering.placing import links, reminding
from talentmarket.exchange.brokering.placing.models import Offer, Placement, PlacementState
from talentmarket.exchange.brokering.placing.starting import Said
from talentmarket.exchange.models import Application, ApplicationState
from talentmarket.exchange.stages import By
from talentmarket.members import privacy
from talentmarket.members.models import Account
from talentmarket.notices.models import Delivery, Notice
from talentmarket.web.starts import routes
from tests.integration.exchange.hiring import Hire
from tests.integration.exchange.referring import Parties

P, S = PlacementState, ApplicationState


@pytest.fixture
def hire(session):
    found = Hire(Parties())
    found.offer()
    found.move("accept", By.TALENT)
    return found


def token(session, hire, side, receiver=None):
    """A link as it is sent to the first who is asked on this side."""
    with unit_of_work() as inner:
        placement = inner.scalars(sa.select(Placement)).one()
        to = receiver or links.receivers(inner, placement, side)[0].identity.value
        return links.token_of(placement, side, to, site_clock.now() + links.LIFE)


def say(token):
    with unit_of_work() as session:
        return links.say_by_link(session, token)


def fees_booked(session):
    session.expire_all()
    return session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry))


def test_both_sides_say_it_by_link_on_different_days_and_it_counts_once(session, hire, clock):
    assert say(token(session, hire, By.TALENT)) is Said.FIRST
    assert say(token(session, hire, By.TALENT)) is Said.BEFORE
    assert hire.placement(session).state is P.AGREED
    clock.advance(days=6)
    employer = token(session, hire, By.ORGANISATION)
    assert say(employer) is Said.BOTH
    assert say(employer) is Said.BEFORE
    placement = hire.placement(session)
    assert placement.state is P.IN_GUARANTEE
    assert placement.started_on == placement.offer.start_on, "the offered day, not that of the word"
    assert not placement.by_decision
    assert fees_booked(session) == 1
    said = session.scalars(sa.select(Event).where(Event.verb == "say_by_link")).all()
    assert [one.data["side"] for one in said] == ["person", "employer"]


@pytest.mark.parametrize("first", [By.TALENT, By.ORGANISATION])
def test_a_link_and_the_page_say_the_same_word(session, hire, first):
    other = By.ORGANISATION if first is By.TALENT else By.TALENT
    link = token(session, hire, first)
    hire.move("start", first)
    assert say(link) is Said.BEFORE
    assert hire.placement(session).state is P.AGREED
    assert say(token(session, hire, other)) is Said.BOTH
    with pytest.raises(Conflict):
        hire.move("confirm", other)
    assert fees_booked(session) == 1


def at_once(app, *acts):
    """Run all at the same moment, each in an app context of its own."""
    gate, outcomes = threading.Barrier(len(acts)), []

    def run(act):
        with app.test_request_context():
            gate.wait()
            try:
                outcomes.append(act())
            except Conflict as error:
                outcomes.append(error.code)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_links_at_one_moment_confirm_it_once(app, session, hire):
    person, employer = token(session, hire, By.TALENT), token(session, hire, By.ORGANISATION)
    session.rollback()
    outcomes = at_once(
        app, *(lambda t=t: routes.say(t) for t in (person, employer, person, employer))
    )
    assert sorted(map(str, outcomes)) == ["before", "before", "both", "first"]
    assert hire.placement(session).state is P.IN_GUARANTEE
    assert fees_booked(session) == 1
    confirmed = sa.select(Event).where(Event.subject_type == "application", Event.verb == "confirm")
    assert len(session.scalars(confirmed).all()) == 1


def test_a_link_and_the_signed_in_page_at_one_moment(app, session, hire):
    person, key = token(session, hire, By.TALENT), hire.application.id
    session.rollback()

    def page():
        with unit_of_work() as inner:
            application = inner.get_one(Application, key)
            moves.move(inner, application, "start", by=By.TALENT, actor=Actor("person"))
        return "page"

    outcomes = at_once(app, lambda: routes.say(person), page)
    assert sorted(map(str, outcomes)) in (
        ["first", "moved-meanwhile"],
        ["before", "page"],
        ["conflict", "first"],
    )
    session.expire_all()
    assert hire.application.state is S.STARTED


def test_a_link_is_good_for_its_side_its_offer_its_receiver_and_its_days(session, hire, clock):
    good = token(session, hire, By.TALENT)
    assert links.find(session, good).side is By.TALENT
    signed = good.rsplit(".", 1)
    for wrong in ("", "x", good[:-1], signed[0], good + "A" * 400, "." + signed[1]):
        with pytest.raises(NotFound):
            links.find(session, wrong)
    with pytest.raises(NotFound):
        links.find(session, token(session, hire, By.TALENT, "else@example.cn"))
    clock.advance(days=links.LIFE.days)
    session.expire_all()
    with pytest.raises(NotFound):
        links.find(session, good)


def test_a_link_rests_while_the_acceptance_is_taken_back(session, hire):
    link = token(session, hire, By.TALENT)
    hire.parties._does(moves.undo, hire.application, by=By.TALENT)
    with pytest.raises(NotFound):
        say(link)
    hire.move("accept", By.TALENT)
    assert say(link) is Said.FIRST


def test_another_offer_ends_the_links_of_the_first(session, hire):
    link = token(session, hire, By.TALENT)
    with unit_of_work() as inner:
        first = inner.scalars(sa.select(Offer)).one()
        columns = {one.key: getattr(first, one.key) for one in sa.inspect(Offer).column_attrs}
        second = Offer(**{**columns, "id": None, "pay_month": 25_000_00})
        inner.add(second)
        inner.flush()
        inner.scalars(sa.select(Placement)).one().offer_id = second.id
    with pytest.raises(NotFound):
        say(link)
    assert say(token(session, hire, By.TALENT)) is Said.FIRST


def test_what_was_cancelled_is_not_confirmed(session, hire):
    link = token(session, hire, By.TALENT)
    hire.move("not_started", By.ORGANISATION)
    with pytest.raises(NotFound):
        say(link)


def handler(hire, contact):
    with unit_of_work() as session:
        mandate = session.get_one(Mandate, hire.parties.mandate.id)
        mandate.handler_name, mandate.handler_contact = "钱经办", contact


def test_the_handler_is_asked_before_the_desk_and_a_new_one_ends_the_link(session, hire):
    handler(hire, "handler@example.cn")
    link = token(session, hire, By.ORGANISATION)
    assert links.find(session, link).side is By.ORGANISATION
    handler(hire, "other@example.cn")
    session.expire_all()
    with pytest.raises(NotFound):
        links.find(session, link)
    handler(hire, None)
    placement = hire.placement(session)
    desk = links.receivers(session, placement, By.ORGANISATION)
    assert [one.account_id for one in desk] == [hire.parties.recruiter.id]


def worked():
    with unit_of_work() as session:
        return reminding.ask_due(session)


def asked(session):
    """(code of a notice, to whom) so far."""
    session.expire_all()
    rows = session.scalars(
        sa.select(Notice).where(Notice.code.like("start.ask%")).order_by(Notice.id)
    )
    return [one.code.removeprefix("start.ask_") for one in rows]


def mails(session):
    session.expire_all()
    rows = session.scalars(sa.select(Delivery).where(Delivery.code.like("start.link%")))
    return sorted(one.code.removeprefix("start.link_") for one in rows)


def test_both_are_asked_on_the_offered_day_and_twice_again(session, clock):
    hire = Hire(Parties())
    hire.offer(start_on=site_clock.today() + timedelta(days=7))
    hire.move("accept", By.TALENT)
    handler(hire, "handler@example.cn")
    clock.advance(days=6)
    assert worked() == 0, "nobody is asked before the day"
    clock.advance(days=1)
    assert worked() == 1
    assert worked() == 0
    assert sorted(asked(session)) == ["employer", "person"]
    assert mails(session) == ["employer", "person"]
    ways = sorted(session.scalars(sa.select(Delivery.channel)))
    assert ways == ["mail", "sms"], "the handler by mail, the person by a short message"
    for _ in range(40):
        clock.advance(hours=12)
        worked()
    assert len(asked(session)) == 6
    assert mails(session) == ["employer"] * 3 + ["person"] * 3


def test_who_has_said_it_is_not_asked_and_the_other_is_at_once(session, hire, clock):
    say(token(session, hire, By.ORGANISATION))
    assert worked() == 1
    assert asked(session) == ["person"]
    hire.move("confirm", By.TALENT)
    clock.advance(days=30)
    assert worked() == 0
    assert asked(session) == ["person"]


def test_saying_and_taking_back_all_day_asks_the_other_once(session, hire):
    for _ in range(3):
        hire.move("start", By.ORGANISATION)
        worked()
        hire.parties._does(moves.undo, hire.application, by=By.ORGANISATION)
        worked()
    assert asked(session).count("person") <= 2


def test_the_page_shows_what_is_needed_and_confirms(session, hire, make_client):
    client = make_client()
    person, employer = token(session, hire, By.TALENT), token(session, hire, By.ORGANISATION)
    name = hire.parties.talent.account.name
    page = client.get(f"/starts/{employer}").get_data(as_text=True)
    assert hire.application.number in page
    assert name not in page
    assert "20,000" not in page, "what was offered is not shown"
    assert hire.parties.firm.name not in page
    assert hire.application.state is S.ACCEPTED, "opening it changes nothing"
    for link, said in ((employer, "您已确认入职"), (person, "双方都已确认入职")):
        sent = client.post(f"/starts/{link}")
        assert sent.status_code == 302
        assert said in client.get(sent.headers["Location"]).get_data(as_text=True)
    again = client.post(f"/starts/{person}", follow_redirects=True)
    assert "您已经确认过" in again.get_data(as_text=True)
    assert fees_booked(session) == 1
    assert client.get("/starts/forged").status_code == 404
    english = client.get(f"/starts/{person}", headers={"Accept-Language": "en"})
    assert re.search(r"Both sides have confirmed", english.get_data(as_text=True))


def test_a_mailed_link_works_and_is_forgotten_once_it_is_out(session, hire, make_client):
    handler(hire, "handler@example.cn")
    worked()
    mail = session.scalars(sa.select(Delivery).where(Delivery.code == "start.link_employer")).one()
    address = re.search(r"/starts/[\w.-]+", mail.arguments)[0]
    assert make_client().post(address).status_code == 302
    session.expire_all()
    assert hire.application.state is S.STARTED


def test_who_is_erased_is_asked_no_more(session, hire):
    link = token(session, hire, By.TALENT)
    hire.move("start", By.ORGANISATION)
    with unit_of_work() as inner:
        account = inner.get_one(Account, hire.parties.talent.account_id)
        privacy.erase(inner, account, actor=Actor("person"))
    session.expire_all()
    with pytest.raises(NotFound):
        links.find(session, link)
    worked()
    assert mails(session) == []
