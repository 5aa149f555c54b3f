"""The service ledger is kept three years from the end of a service; what is purged leaves its anchor."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as site_clock
from talentmarket.core import events, files, purging
from talentmarket.core.events import SYSTEM, Event, EventAnchor, EventHash
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import jobs
from talentmarket.exchange.brokering import retention, service_ledger
from talentmarket.exchange.brokering.books import checking
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateState
from talentmarket.exchange.brokering.placing.cases import StartCase, StartRuling
from talentmarket.exchange.brokering.referring import watching
from talentmarket.exchange.brokering.service_ledger import Scope
from talentmarket.exchange.models import Job
from tests.fixtures.tampering import tampering
from tests.integration.exchange.hiring import Hire
from tests.integration.exchange.referring import Parties
from tests.integration.exchange.test_start_cases import PERSON, Waiting


def chained():
    with unit_of_work() as session:
        while events.chain(session):
            session.flush()


def of(session, kind):
    session.expire_all()
    rows = sa.select(sa.func.count()).select_from(Event).where(Event.subject_type == kind)
    return session.scalar(rows)


def close(parties, clock):
    """The guarantee ends, the job is closed and the mandate is over."""
    clock.advance(days=200)
    watching.run_due()
    with unit_of_work() as session:
        jobs.withdraw(session, session.get_one(Job, parties.job.id), actor=SYSTEM)
        mandate = session.get_one(Mandate, parties.mandate.id)
        mandate.state, mandate.moved_at = MandateState.ENDED, site_clock.now()
    chained()


def years(clock, number, days=0):
    at = site_clock.now()
    clock.set(at.replace(year=at.year + number))
    clock.advance(days=days)


def ledger(since=date(2025, 1, 1)):
    with unit_of_work() as session:
        return service_ledger.export(session, Scope(since, site_clock.today()), actor=SYSTEM)


def test_three_years_after_its_end_it_goes_and_the_chain_holds(session, clock):
    hire = Hire(Parties()).started()
    close(hire.parties, clock)
    old_file, before = ledger(), of(session, "placement")
    assert before > 2
    years(clock, 3, days=-1)
    chained()
    assert retention.run_due() == 0, "a day early nothing goes"
    assert of(session, "placement") == before
    clock.advance(days=60)
    booked = of(session, "ledger_entry")
    gone = retention.run_due()
    assert gone >= before
    for kind in ("placement", "referral", "application"):
        assert of(session, kind) == 0, kind
    assert of(session, "ledger_entry") == booked > 0, "books are kept longer"
    chained()
    session.expire_all()
    assert events.verify(session) is None
    assert checking.check(session).whole
    found = service_ledger.verify(old_file)
    assert not found.wrong, "a file handed out before still verifies"
    assert service_ledger.known_head(session, found.head)
    again = service_ledger.verify(ledger())
    assert not again.wrong, "and one handed out after"
    told = session.scalars(sa.select(Event).where(Event.verb == "purge")).one()
    assert told.data["rows"] == session.scalar(sa.select(sa.func.count()).select_from(EventAnchor))
    assert retention.run_due() == 0


def test_what_runs_or_ended_later_keeps_its_first_event(session, clock):
    hire = Hire(Parties()).started()
    chained()
    clock.advance(days=200)
    watching.run_due()
    years(clock, 3)
    chained()
    before = {kind: of(session, kind) for kind in ("placement", "application", "job", "mandate")}
    assert before["placement"]
    retention.run_due()
    assert {kind: of(session, kind) for kind in before} == before, "the mandate and its job run"
    close(hire.parties, clock)
    years(clock, 2)
    chained()
    placed = of(session, "placement")
    retention.run_due()
    assert of(session, "placement") <= placed
    assert of(session, "job") > 0, "it ended two years ago"
    assert events.verify(session) is None


def test_what_is_not_in_the_chain_yet_does_not_go(session, clock):
    with unit_of_work() as inner:
        for number in range(3):
            events.record(inner, "invitation", f"i{number}", "send")
    years(clock, 4)
    assert retention.run_due() == 0
    chained()
    assert retention.run_due() == 3


def test_a_purged_place_cannot_be_filled_or_left_out(session, clock):
    with unit_of_work() as inner:
        for number in range(6):
            events.record(inner, "invitation" if number % 2 else "site", f"i{number}", "send")
    years(clock, 4)
    chained()
    assert retention.run_due() == 3
    chained()
    assert events.verify(session) is None
    anchor = session.scalars(sa.select(EventAnchor).order_by(EventAnchor.position)).first()
    key = anchor.position
    session.rollback()
    for change in ({"digest": "0" * 64}, None):
        with unit_of_work() as inner, tampering(inner, "event_anchors"):
            one = sa.update(EventAnchor).values(**change) if change else sa.delete(EventAnchor)
            inner.execute(one.where(EventAnchor.position == key))
        session.expire_all()
        assert events.verify(session) is not None


def test_after_a_purge_the_database_refuses_as_before(session, clock):
    with unit_of_work() as inner:
        events.record(inner, "invitation", "i1", "send")
    years(clock, 4)
    chained()
    assert retention.run_due() == 1
    for table in (Event, EventAnchor):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), unit_of_work() as inner:
            inner.execute(sa.delete(table).execution_options(synchronize_session=False))


def test_the_chain_goes_on_from_the_anchors_where_all_is_purged(session, clock):
    with unit_of_work() as inner:
        for number in range(3):
            events.record(inner, "invitation", f"i{number}", "send")
    chained()
    years(clock, 4)
    with unit_of_work() as inner:
        ids = list(inner.scalars(sa.select(Event.id)))
        assert purging.purge(inner, ids, before=site_clock.now()) == 3
    assert session.scalars(sa.select(EventHash)).all() == []
    chained()
    assert session.scalars(sa.select(EventHash.position)).all() == [4]
    assert events.verify(session) is None


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2028, 2, 29), date(2025, 2, 28)),
        (date(2029, 1, 1), date(2026, 1, 1)),
        (date(2028, 12, 31), date(2025, 12, 31)),
    ],
)
def test_years_ends(today, first):
    assert retention.cut_on(today) == first


def test_the_boundary_is_that_of_the_time(session, clock):
    ids = []
    for month in range(1, 13):
        clock.set(datetime(2026, month, 1, tzinfo=UTC))
        with unit_of_work() as inner:
            one = events.record(inner, "site", "x", "y")
            inner.flush()
            ids.append(one.id)
    for at, event_id in enumerate(ids):
        cut = datetime(2026, at + 1, 1, tzinfo=UTC)
        before = ids[at - 1] if at else 0
        assert purging.boundary(session, cut) in range(before, event_id)


def test_a_proof_goes_three_years_after_its_ruling(session, clock):
    hire = Waiting(clock).pass_time()
    hire.file(PERSON)
    hire.rule(StartRuling.STARTED)
    hire.appeal_time_over()
    years(clock, 2)
    retention.run_due()
    case = session.scalars(sa.select(StartCase)).one()
    assert case.text
    years(clock, 2)
    retention.run_due()
    session.expire_all()
    case = session.scalars(sa.select(StartCase)).one()
    assert case.text == ""
    assert case.ruling is StartRuling.STARTED
    assert session.get_one(files.StoredFile, case.file_id).erased_at is not None
