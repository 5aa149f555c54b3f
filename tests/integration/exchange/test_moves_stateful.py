"""Applications under any order of acts of both sides and of time: what must always hold.

The model keeps the least it needs (who gave what); everything else is read back from the rows.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from talentmarket.core import clock as time
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, Forbidden
from talentmarket.core.events import Actor, history
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import (
    applications,
    closing,
    interviews,
    moves,
    refusals,
    snapshots,
)
from talentmarket.exchange.models import (
    Application,
    ApplicationState,
    ContactWhen,
    EndReason,
    Interview,
    InterviewState,
    Job,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.stages import APPLICATION, UNDO_WINDOW, By
from talentmarket.exchange.visibility import Reader
from talentmarket.members.models import Talent
from tests.factories import make_job, make_talent
from tests.fixtures.databases import on_sqlite
from tests.scale import scale

S = ApplicationState
NAMES = sorted({step.name for step in APPLICATION.moves})
pytestmark = on_sqlite


class Applying(RuleBasedStateMachine):
    """One person, one job, both sides and the clock."""

    app = None
    clock = None

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(self.app.app_context())
        self.job, self.talent = make_job().id, make_talent().id
        self.given: dict[int, set[str]] = {}
        self.late: set[int] = set()

    def teardown(self) -> None:
        db.session.remove()
        self.stack.close()

    # --- acts ---

    @contextmanager
    def unit(self):
        self.clock.advance(seconds=1)  # no two acts of one person share a moment
        with unit_of_work() as session:
            yield session
        db.session.expire_all()

    def newest(self, session) -> Application | None:
        return session.scalar(
            sa.select(Application)
            .where(Application.talent_id == self.talent, Application.job_id == self.job)
            .order_by(Application.id.desc())
            .limit(1)
        )

    @rule(when=st.sampled_from(list(ContactWhen)))
    def apply(self, when) -> None:
        with self.unit() as session:
            before = applications.open_application(
                session, session.get_one(Talent, self.talent), session.get_one(Job, self.job)
            )
            application, created = applications.apply(
                session,
                session.get_one(Talent, self.talent),
                session.get_one(Job, self.job),
                contact_when=when,
                actor=Actor("person"),
            )
            assert created is (before is None)
            if created:
                fields = {"snapshot", "name"}
                self.given[application.id] = fields | (
                    {"phone"} if when is ContactWhen.NOW else set()
                )

    @rule(name=st.sampled_from(NAMES), by=st.sampled_from(list(By)))
    def move(self, name, by) -> None:
        refusal = refusals.Refusal(EndReason.PAY)
        try:
            with self.unit() as session:
                application = self.newest(session)
                if application is None:
                    return
                source = application.state
                moves.move(session, application, name, by=by, actor=Actor(by), refusal=refusal)
                step = APPLICATION.find(name, source, by)
                assert application.state is step.target
                if name == "withdraw":
                    self.withdrawn = self.given[application.id]
                    self.given[application.id] = set()
        except (Conflict, Forbidden):
            db.session.expire_all()

    @rule(by=st.sampled_from([By.TALENT, By.ORGANISATION]))
    def undo(self, by) -> None:
        try:
            with self.unit() as session:
                application = self.newest(session)
                if application is None:
                    return
                moved_at, target = application.moved_at, application.state
                moves.undo(session, application, by=by, actor=Actor(by))
                assert time.now() - moved_at <= UNDO_WINDOW
                if target is S.WITHDRAWN:
                    self.given[application.id] = self.withdrawn
        except Conflict:
            db.session.expire_all()

    @rule(accept=st.booleans(), again=st.booleans())
    def interview(self, accept, again) -> None:
        try:
            with self.unit() as session:
                application = self.newest(session)
                if application is None:
                    return
                for _ in range(1 + again):
                    interviews.propose(
                        session,
                        application,
                        starts_at=time.now() + timedelta(days=2),
                        minutes=60,
                        place="天府三街",
                        by_video=False,
                        actor=Actor("desk"),
                    )
                sequence = interviews.current(session, application).sequence
                answer = interviews.accept if accept else interviews.decline
                answer(session, application, sequence=sequence, actor=Actor("person"))
                if accept:
                    self.given[application.id] |= {"phone", "mail"}
        except (Conflict, Forbidden):
            db.session.expire_all()

    @rule()
    def take_back(self) -> None:
        with self.unit() as session:
            application = self.newest(session)
            if application is not None:
                snapshots.take_back_contact(session, application, actor=Actor("person"))
                self.given[application.id] -= {"phone", "mail"}

    @precondition(lambda self: self.given)
    @rule(hours=st.sampled_from([1 / 3, 1, 30, 24 * 4, 24 * 20]))
    def time_passes(self, hours) -> None:
        self.clock.advance(hours=hours)
        with self.unit() as session:
            closing.close_due(session)

    # --- what must hold ---

    @invariant()
    def one_open_at_most(self) -> None:
        count = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(Application)
            .where(Application.talent_id == self.talent, Application.state.not_in(ENDED))
        )
        assert count <= 1

    @invariant()
    def nothing_is_seen_that_was_not_given(self) -> None:
        session = db.session()
        for application in session.scalars(
            sa.select(Application).where(Application.talent_id == self.talent)
        ):
            own = self.given[application.id]
            assert snapshots.given(session, application) == own
            seen = applications.sight_of(session, application, Reader.DESK)
            assert not seen.phone or "phone" in own
            assert not seen.mail or "mail" in own
            assert not seen.name or "name" in own
            manager = applications.sight_of(session, application, Reader.MANAGER)
            assert not manager.contact
            assert application.contact_opened_at is not None or not own & {"phone", "mail"}

    @invariant()
    def every_state_was_reached_by_an_event(self) -> None:
        session = db.session()
        for application in session.scalars(
            sa.select(Application).where(Application.talent_id == self.talent)
        ):
            stands = None
            for event in history(session, "application", application.public_id):
                if event.verb.startswith("interview_") or event.to_state is None:
                    continue
                assert event.from_state == stands
                stands = event.to_state
            assert stands == application.state

    @invariant()
    def late_stays_late(self) -> None:
        session = db.session()
        late = set(
            session.scalars(
                sa.select(Application.id).where(
                    Application.talent_id == self.talent, Application.late.is_(True)
                )
            )
        )
        assert self.late <= late
        self.late = late

    @invariant()
    def at_most_one_time_is_on_the_table(self) -> None:
        live = (InterviewState.PROPOSED, InterviewState.ACCEPTED)
        for count in db.session.scalars(
            sa.select(sa.func.count())
            .where(Interview.state.in_(live))
            .group_by(Interview.application_id)
        ):
            assert count == 1


def test_applications_keep_their_promises_in_any_order(app, clock):
    Applying.app, Applying.clock = app, clock
    run = settings(max_examples=scale(25), stateful_step_count=25, deadline=None)
    run_state_machine_as_test(Applying, settings=run)


def test_the_machine_notices_a_broken_rule(app, clock, monkeypatch):
    """Contact that opens without a consent must make the machine fail."""

    def opened(_session, _application):
        return frozenset({"snapshot", "name", "phone", "mail"})

    monkeypatch.setattr(snapshots, "given", opened)
    Applying.app, Applying.clock = app, clock
    # Without the search for the shortest way to it.
    run = settings(max_examples=10, deadline=None, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Applying, settings=run)
