"""A loaded demo breaks no rule of the exchange, and only the listed people get in."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pyotp
import pytest
import sqlalchemy as sa

from talentmarket.cli.demo import store as storing
from talentmarket.cli.demo.loading import Loader, Plan, load, standing_clock
from talentmarket.core import clock as clocks
from talentmarket.core.calendar import is_working_day
from talentmarket.core.clock import local
from talentmarket.core.events import Event, chain, verify
from talentmarket.core.folding import fold_phone
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange import closing, jobs, promises
from talentmarket.exchange.models import (
    Application,
    ApplicationRoute,
    ApplicationState,
    EndReason,
    Invitation,
    InvitationState,
    Job,
    JobKind,
    JobState,
    Report,
    Snapshot,
)
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.refusals import requirements_of
from talentmarket.exchange.stages import APPLICATION, INVITATION, JOB, WAITING, By
from talentmarket.members import demo, verification_states
from talentmarket.members.accounts import DemoAccount, require_active
from talentmarket.members.models import (
    Account,
    Consent,
    ConsentKind,
    Identifier,
    Licence,
    LicenceState,
    Organisation,
    OrganisationState,
    Talent,
)
from talentmarket.taxonomy.model import get_taxonomy
from tests.fixtures.apps import NOW
from tests.fixtures.databases import on_sqlite
from tests.scale import scale

PLAN = Plan(
    seed=3,
    now=NOW,
    organisations=70,
    talents=scale(620),
    jobs=scale(330),
    applications=scale(420),
)


@pytest.fixture
def loaded(session):
    load(PLAN)
    return session


def test_a_demo_breaks_no_rule(loaded, clock):
    """One load (it takes seconds), looked at from all sides."""
    _counts(loaded)
    courses = _courses(loaded)
    _applications(loaded, courses)
    _jobs(loaded, courses)
    _invitations(loaded, courses)
    _organisations(loaded, courses)
    _people(loaded)
    _queues(loaded)
    _shown(loaded)
    _hours(courses)
    _nothing_left_for_the_worker()
    with unit_of_work() as session:
        assert chain(session, 100_000) > 0
    assert verify(loaded) is None


def _hours(courses):
    """People sleep and offices are closed at night; what the site does by itself comes when due."""
    done = [one for events in courses.values() for one in events if one.actor]
    night = [one for one in done if not 7 <= local(one.at).hour < 23]
    assert len(night) < 0.01 * len(done), Counter((one.subject_type, one.verb) for one in night)
    office = [one for one in done if one.acting_for and one.verb != "register"]
    shut = [one for one in office if not is_working_day(local(one.at).date())]
    assert len(office) > PLAN.applications
    assert len(shut) < 0.05 * len(office), Counter((one.subject_type, one.verb) for one in shut)


def _count(session, table, *conditions):
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def _counts(session):
    assert _count(session, Talent) == PLAN.talents
    assert _count(session, Organisation) == PLAN.organisations
    assert _count(session, Job) == PLAN.jobs
    own = Application.route != ApplicationRoute.REFERRAL
    assert _count(session, Application, own) == PLAN.applications
    assert _count(session, Snapshot) == _count(session, Application) > PLAN.applications
    assert set(session.scalars(sa.select(Job.state))) == set(JobState)
    open_jobs = sa.select(Job).where(Job.state == JobState.PUBLISHED, Job.listed)
    listed = session.scalars(open_jobs).all()
    assert {job.occupation_code for job in listed} == set(get_taxonomy().occupations)
    assert len({job.region_code[:4] for job in listed}) == 21
    assert {job.kind for job in listed} >= {JobKind.FULL, JobKind.INTERNSHIP, JobKind.PROJECT}
    assert len(set(session.scalars(sa.select(Application.state)))) >= 11


def _courses(session):
    """Events by subject, in the order of their keys; none of them lies ahead."""
    found = defaultdict(list)
    for event in session.scalars(sa.select(Event).order_by(Event.id)):
        assert event.at <= NOW
        found[event.subject_type, event.subject_id].append(event)
    return found


def _walk(events, stages, state, start, sides):
    """Every move stands in the table and begins where the last one ended."""
    here, at = start, None
    for event in events:
        assert at is None or event.at >= at, (event.subject_type, event.verb)
        at = event.at
        if event.from_state is None or event.from_state == event.to_state:
            continue
        assert event.from_state == here
        move = stages.find(event.verb, type(state)(here), sides(event))
        assert move.target == event.to_state
        assert not move.reason or event.reason
        here = event.to_state
    assert here == state


def _applications(session, courses):
    talents = dict(session.execute(sa.select(Account.public_id, Account.id)).all())

    def side(event):
        if event.actor is None:
            return By.SYSTEM
        return By.ORGANISATION if event.acting_for else By.TALENT

    consents = defaultdict(list)
    for row in session.scalars(sa.select(Consent).where(Consent.subject_type == "application")):
        consents[row.subject_id].append(row)
    rows = session.scalars(
        sa.select(Application).options(
            sa.orm.joinedload(Application.job), sa.orm.joinedload(Application.talent)
        )
    ).all()
    for row in rows:
        events = courses["application", row.public_id]
        _walk(events, APPLICATION, row.state, ApplicationState.SUBMITTED, side)
        assert events[0].verb == "submit"
        assert events[0].at == row.submitted_at
        assert talents[events[0].actor] == row.talent.account_id
        assert row.submitted_at >= row.talent.created_at
        assert row.job.first_published_at <= row.submitted_at
        if row.state in ENDED:
            assert row.closed_at == row.moved_at
            assert row.due_at is None
        else:
            due = promises.stage_due(row.state, row.moved_at, row.answer_due_at, row.job.reply_days)
            assert row.due_at == due
            assert row.closed_at is None
        answers = [e.at for e in events if e.to_state in {"shortlisted", "interview", "offer",
                                                          "rejected"}
                   and e.from_state in {"submitted", "viewed"}]  # fmt: skip
        assert row.answered_at == (answers[0] if answers else None)
        if answers:
            assert row.late == (answers[0] > row.answer_due_at)
        if row.end_reason is EndReason.REQUIREMENT:
            assert row.end_requirement in {one.key for one in requirements_of(row.job)}
        given = [one for one in consents[row.public_id] if one.kind is ConsentKind.SNAPSHOT]
        if row.route is not ApplicationRoute.REFERRAL:  # test_brokered.py says what these give
            assert len(given) == 1
        ended = row.state is ApplicationState.WITHDRAWN
        assert all((one.withdrawn_at is not None) == ended for one in consents[row.public_id])
        contact = any(one.kind is ConsentKind.CONTACT for one in consents[row.public_id])
        assert (row.contact_opened_at is not None) == (contact and not ended)
    counted = dict(
        session.execute(
            sa.select(Application.job_id, sa.func.count()).group_by(Application.job_id)
        ).all()
    )
    for job in session.scalars(sa.select(Job)):
        assert job.applications_count == counted.get(job.id, 0)


def _jobs(session, courses):
    def side(event):
        if event.actor is None:
            return By.SYSTEM
        return By.ORGANISATION if event.acting_for else By.OPERATOR

    closed = (JobState.FILLED, JobState.WITHDRAWN)
    for job in session.scalars(sa.select(Job)):
        _walk(courses["job", job.public_id], JOB, job.state, JobState.DRAFT, side)
        if job.state in (JobState.PUBLISHED, JobState.IN_REVIEW, JobState.PAUSED):
            wrong = jobs.standing_problems(session, job)
            assert not wrong, (job.title, job.channel, {k: str(v) for k, v in wrong.items()})
    waiting = _count(
        session,
        Application,
        Application.state.in_(WAITING),
        Application.job_id.in_(sa.select(Job.id).where(Job.state.in_(closed))),
    )
    assert waiting == 0


def _invitations(session, courses):
    def side(event):
        if event.actor is None:
            return By.SYSTEM
        return By.ORGANISATION if event.acting_for else By.TALENT

    for row in session.scalars(sa.select(Invitation)):
        events = courses["invitation", row.public_id]
        _walk(events, INVITATION, row.state, InvitationState.SENT, side)
        assert (row.application_id is not None) == (row.state is InvitationState.ACCEPTED)
        assert row.answered_at is None or row.answered_at < row.expires_at


def _organisations(session, courses):
    party = verification_states.Party
    for row in session.scalars(sa.select(Organisation)):
        here = OrganisationState.UNVERIFIED
        for event in courses["organisation", row.public_id]:
            if event.from_state is None:
                continue
            who = party.SYSTEM if event.actor is None else party.OPERATOR
            who = party.ORGANISATION if event.acting_for else who
            step = verification_states.step(event.verb, here, who)
            assert step.target in (None, event.to_state)
            assert not step.reason or event.reason
            here = OrganisationState(event.to_state)
        assert here is row.state


def _people(session):
    for value in session.scalars(sa.select(Identifier.value).limit(200)):
        assert "@" in value or fold_phone(value) == value
    held = sa.select(Identifier.account_id).where(Identifier.verified_at.is_not(None))
    assert _count(session, Account, Account.id.not_in(held)) == 0
    assert _count(session, Account, Account.is_demo.is_(False)) == 0
    opened = session.scalars(
        sa.select(Account.name).where(Account.password_hash.is_not(None))
    ).all()
    assert sorted(opened) == sorted(one.name for one in demo.LISTED)
    notices = _count(session, Consent, Consent.kind == ConsentKind.PRIVACY_NOTICE)
    assert notices == _count(session, Account)


def _queues(session):
    """The operator has something in every queue."""
    assert _count(session, Job, Job.state == JobState.IN_REVIEW) >= 3
    assert _count(session, Organisation, Organisation.submitted_at.is_not(None)) >= 1
    assert _count(session, Licence, Licence.state == LicenceState.IN_REVIEW) >= 1
    assert _count(session, Report, Report.answered_at.is_(None)) == 6


def _shown(session):
    person = session.scalars(
        sa.select(Talent).join(Account).where(Account.name == "周予安").order_by(Talent.id)
    ).first()
    assert person.completeness >= 95
    own = session.scalars(
        sa.select(Application.state).where(Application.talent_id == person.id)
    ).all()
    assert {"submitted", "viewed", "shortlisted", "interview", "offer", "rejected"} <= set(own)
    employer = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
    assert promises.overdue_count(session, employer.id) >= 3
    assert not employer.posting_held
    assert promises.rate_of(employer).percent >= 80


def _nothing_left_for_the_worker():
    with unit_of_work() as session:
        assert jobs.expire_due(session) == 0
        done = closing.close_due(session)
    assert (done.late, done.unanswered, done.expired) == (0, 0, 0)


@on_sqlite
def test_the_same_seed_gives_the_same_rows(session, monkeypatch):
    plan = Plan(seed=9, now=NOW, organisations=16, talents=40, jobs=20, applications=30)

    def run():
        kept = []
        monkeypatch.setattr(
            storing.Store,
            "write",
            lambda self, _session: (
                kept.extend(
                    (table.__tablename__, _comparable(row))
                    for table in storing.ORDER
                    for row in self._rows.pop(table, ())
                ),
            ),
        )
        with standing_clock(NOW), unit_of_work() as unit:
            loader = Loader(plan, storing.Store(unit), lambda *_: None)
            loader.fill()
        return kept

    first, second = run(), run()
    assert len(first) > 2000
    assert first == second


def _comparable(row):
    """Without what is random on purpose: hashes of passwords, places of stored files."""
    return {key: value for key, value in row.items() if key not in {"password_hash", "key"}}


@pytest.fixture
def demo_on(app, monkeypatch):
    settings = app.extensions["talentmarket_settings"].with_(demo=True)
    monkeypatch.setitem(app.extensions, "talentmarket_settings", settings)
    monkeypatch.setitem(app.config, "DEMO", True)


@pytest.fixture
def small(session):
    load(Plan(seed=2, now=NOW, organisations=10, talents=12, jobs=8, applications=4))
    return session


def _sign_in(client, identifier, password):
    return client.post("/sign-in/password", data={"identifier": identifier, "password": password})


@on_sqlite
def test_the_listed_people_get_in(small, demo_on, client, make_client, app):
    page = client.get("/sign-in").text
    assert demo.password_of("talent") in page
    assert _sign_in(client, "talent@shucai.example", demo.password_of("talent")).status_code == 302
    assert "周予安" in client.get("/me/settings").text
    operator = make_client()
    answer = _sign_in(operator, "operator@shucai.example", demo.password_of("operator"))
    assert answer.headers["Location"].endswith("/sign-in/second-factor")
    code = pyotp.TOTP(demo.totp_secret_of("operator")).at(clocks.now())
    assert code in operator.get("/sign-in/second-factor").text
    entered = operator.post("/sign-in/second-factor", data={"code": code})
    assert entered.status_code == 302


@on_sqlite
@pytest.mark.parametrize("path", ["/sign-in", "/sign-up"])
def test_in_english_a_demo_button_is_named_by_the_word_and_the_chinese_name(
    small, demo_on, client, path
):
    page = client.get(path, headers={"Accept-Language": "en"}).text
    ids = re.findall(r'<b lang="zh" id="(demo-\d+)">[^<]+</b>', page)
    buttons = re.findall(r'id="(enter-\d+)" aria-labelledby="([^"]*)">Enter</button>', page)
    assert len(ids) > 2
    assert [(one, f"{one} {name}") for (one, _), name in zip(buttons, ids, strict=True)] == buttons
    assert not re.findall(r'aria-label="[^"]*[\u4e00-\u9fff]', page)


@on_sqlite
def test_nobody_else_gets_in_even_with_a_code(small, demo_on):
    account = small.scalars(
        sa.select(Account).where(Account.password_hash.is_(None)).limit(1)
    ).first()
    with pytest.raises(DemoAccount):
        require_active(account)


@on_sqlite
def test_without_the_demo_no_demo_account_opens(small, client, make_client):
    answer = _sign_in(client, "talent@shucai.example", demo.password_of("talent"))
    assert answer.status_code == 422
    assert "演示账号" not in client.get("/sign-in").text
    person = small.scalars(sa.select(Account).where(Account.name == "周予安")).first()
    assert make_client(person).get("/me/settings").status_code in (302, 401)


@on_sqlite
def test_a_second_load_is_refused_and_accounts_are_listed(small, demo_on, app):
    small.rollback()
    runner = app.test_cli_runner()
    again = runner.invoke(args=["demo", "load", "--talents", "1"])
    assert again.exit_code == 1
    assert "already" in again.output
    listed = runner.invoke(args=["demo", "accounts"])
    assert listed.exit_code == 0
    assert listed.output.count("@shucai.example") == len(demo.LISTED)
