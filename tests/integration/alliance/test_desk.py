"""The operator's desk from the pages: answers, suspensions, users, files, checks."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

from talentmarket.alliance import health, ledger, queues
from talentmarket.core import clock, tasks
from talentmarket.core.events import Event, record
from talentmarket.core.outbox import OutboxRow, changed
from talentmarket.core.roles import OrgRole
from talentmarket.core.uow import unit_of_work
from talentmarket.exchange.models import JobState, Report, ReportKind, ReportState
from talentmarket.members.models import (
    Account,
    AccountState,
    LicenceState,
    Organisation,
    OrganisationKind,
    OrganisationState,
    ProfileOpening,
    Talent,
    TalentState,
)
from talentmarket.notices.models import Channel, Delivery, DeliveryState, Notice
from talentmarket.notices.send import deliver
from tests.factories import (
    make_account,
    make_application,
    make_job,
    make_licence,
    make_member,
    make_organisation,
    make_talent,
)
from tests.factories.organisations import credit_code
from tests.fixtures.tampering import tampering
from tests.guards.world_office import PDF, document_of

S = OrganisationState


@pytest.fixture
def operator(session, make_client):
    return make_client(make_account("秘书处", is_operator=True), second_factor=True)


def text(response, status=200):
    assert response.status_code == status, (response.status_code, response.location)
    return response.get_data(as_text=True)


def verbs(session, subject_id):
    query = sa.select(Event.verb).where(Event.subject_id == subject_id).order_by(Event.id)
    return list(session.scalars(query))


def test_an_operator_without_the_second_factor_finds_nothing(session, make_client):
    client = make_client(make_account(is_operator=True))
    assert client.get("/operator/").status_code == 404


def test_the_first_page_counts_what_waits(session, operator, clock):
    firm = make_organisation()
    at = clock.now()
    make_job(firm, state=JobState.IN_REVIEW, submitted_at=at, review_due_at=at)
    make_organisation(state=S.IN_REVIEW, submitted_at=at)
    clock.advance(days=9)
    lines = {one.name: one for one in queues.overview(session)}
    assert {name: (one.count, one.late) for name, one in lines.items()} == {
        "jobs": (1, 1),
        "organisations": (1, 1),
        "licences": (0, 0),
        "entrustments": (0, 0),
        "entries": (0, 0),
        "claims": (0, 0),
        "reports": (0, 0),
        "disputes": (0, 0),
        "starts": (0, 0),
        "measures": (0, 0),
    }
    assert "工作日数据到" in text(operator.get("/operator/"))


def test_a_job_is_approved_and_one_returned_with_a_reason(session, operator):
    firm = make_organisation()
    author = make_member(firm)
    good = make_job(firm, state=JobState.IN_REVIEW, address="天府五街", created_by=author.id)
    bad = make_job(firm, state=JobState.IN_REVIEW, created_by=author.id)
    text(operator.get(f"/operator/jobs/{bad.public_id}"))
    page = operator.post(f"/operator/jobs/{bad.public_id}", data={"verdict": "return"})
    assert "写明哪里不符合" in text(page, 422)
    sent = {"verdict": "return", "reason": "element", "text": "请写明工作地点。"}
    assert operator.post(f"/operator/jobs/{bad.public_id}", data=sent).status_code == 302
    operator.post(f"/operator/jobs/{good.public_id}", data={"verdict": "approve"})
    session.expire_all()
    assert bad.state is JobState.RETURNED
    assert good.state is JobState.PUBLISHED


def test_an_organisation_is_verified_and_its_files_leave_a_trace(session, operator):
    organisation = make_organisation(state=S.IN_REVIEW, submitted_at=clock.now())
    make_member(organisation)
    document = document_of(organisation)
    address = f"/operator/organisations/{organisation.public_id}"
    text(operator.get(address))
    link = operator.get(f"{address}/documents/{document.public_id}").location
    assert link.startswith("/files/")
    answer = operator.get(link)
    assert answer.data == PDF
    for value in answer.headers.values():
        value.encode("ascii")  # a server sends nothing else: names in Han are written otherwise
    assert operator.post(address, data={"verdict": "approve", "name": ""}).status_code == 302
    session.expire_all()
    assert organisation.state is S.VERIFIED
    assert verbs(session, organisation.public_id) == ["add_document", "open_file", "approve"]


def test_a_signed_link_is_of_no_use_to_another(session, operator, make_client):
    organisation = make_organisation()
    document = document_of(organisation)
    where = f"/operator/organisations/{organisation.public_id}/documents/{document.public_id}"
    link = operator.get(where).location
    assert make_client(make_account()).get(link).status_code == 404
    assert make_client().get(link).status_code == 302


def test_a_suspended_organisation_vanishes_and_applicants_are_told(session, operator, make_client):
    organisation = make_organisation()
    owner = make_member(organisation)
    job = make_job(organisation)
    talent = make_talent()
    make_application(job, talent)
    anybody, boss = make_client(), make_client(owner)
    where = f"/organisations/{organisation.public_id}"
    text(anybody.get(where))
    address = f"/operator/organisations/{organisation.public_id}"
    sent = {"verdict": "suspend", "reason": "untrue", "text": "营业执照系伪造。", "name": "x"}
    assert operator.post(address, data=sent).status_code == 302
    assert anybody.get(where).status_code == 404
    assert anybody.get(f"/jobs/{job.public_id}").status_code == 404
    assert "已被秘书处停用" in text(boss.get(f"/org/{organisation.public_id}/"))
    assert boss.get(f"/org/{organisation.public_id}/applications").status_code == 403
    told = session.scalars(
        sa.select(Notice.code).where(Notice.account_id == talent.account_id)
    ).all()
    assert told == ["organisation.suspended_applicant"]
    documents = set(session.scalars(sa.select(OutboxRow.document_id)))
    assert {organisation.public_id, job.public_id} <= documents
    operator.post(address, data={"verdict": "lift", "name": "x"})
    text(anybody.get(where))


def test_a_licence_is_approved_and_revoked(session, operator):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_member(firm)
    licence = make_licence(firm, state=LicenceState.IN_REVIEW)
    address = f"/operator/licences/{licence.public_id}"
    assert firm.name in text(operator.get("/operator/licences"))
    page = text(operator.get(address))
    assert "5 人（机构声明）" in page
    unseen = operator.post(address, data={"verdict": "approve"})
    assert "核对专职工作人员和固定场所后勾选" in text(unseen, 422)
    session.expire_all()
    assert licence.state is LicenceState.IN_REVIEW
    operator.post(address, data={"verdict": "approve", "staff_checked": "y"})
    session.expire_all()
    assert (licence.state, licence.staff_checked) == (LicenceState.VALID, True)
    assert "已核对" in text(operator.get(address))
    assert operator.post(address, data={"verdict": "revoke"}).status_code == 422
    sent = {"verdict": "revoke", "reason": "licence", "text": "发证机关已注销。"}
    operator.post(address, data=sent)
    session.expire_all()
    assert licence.state is LicenceState.REVOKED


def test_a_report_is_answered_once(session, operator):
    job = make_job()
    with unit_of_work() as unit:
        report = Report(
            subject_type="job",
            subject_id=job.public_id,
            kind=ReportKind.FEE,
            text="面试时要求先交 300 元押金。",
            created_at=clock.now(),
            due_at=clock.now() + timedelta(days=5),
        )
        unit.add(report)
    address = f"/operator/reports/{report.public_id}"
    assert job.title in text(operator.get(address))
    sent = {"verdict": "uphold", "text": "已核实并下架。"}
    assert operator.post(address, data=sent).status_code == 302
    assert operator.post(address, data=sent | {"verdict": "dismiss"}).status_code == 422
    session.expire_all()
    assert report.state is ReportState.UPHELD


def test_users_are_found_by_whole_numbers_only(session, operator):
    person = make_account("周予安")
    number = person.identifiers[0].value
    listed = text(operator.get("/operator/users"))
    assert "周予安" not in listed
    assert number.removeprefix("+86") not in listed
    assert person.public_id in listed
    found = operator.post("/operator/users", data={"q": number.removeprefix("+86")})
    assert found.location == f"/operator/users/{person.public_id}"
    assert verbs(session, person.public_id) == ["looked_up"]
    assert operator.post("/operator/users", data={"q": number[:-4]}).status_code == 422


def test_a_persons_data_opens_with_a_reason_the_person_reads(session, operator, make_client):
    person = make_account("周予安")
    talent = make_talent(person)
    address = f"/operator/users/{person.public_id}"
    assert "周予安" not in text(operator.get(address))
    assert "周予安" not in text(operator.get(f"{address}/person"))
    assert "周予安" not in text(operator.post(f"{address}/person"), 422)
    assert session.scalar(sa.select(ProfileOpening)) is None
    shown = text(operator.post(f"{address}/person", data={"purpose": "complaint"}))
    assert "周予安" in shown
    assert talent.headline in shown
    row = session.scalar(sa.select(ProfileOpening))
    assert (row.purpose, row.level.value, row.organisation_id) == ("complaint", "full", None)
    assert "处理投诉举报" in text(make_client(person).get("/me/openings"))
    assert "opened" in verbs(session, person.public_id)


def test_a_suspended_account_is_out_and_can_come_back(session, operator, make_client):
    person = make_account("周予安")
    make_talent(person)
    theirs = make_client(person)
    text(theirs.get("/me/settings"))
    address = f"/operator/users/{person.public_id}"
    assert operator.post(address, data={"reason": ""}).status_code == 422
    assert operator.post(address, data={"reason": "complaint"}).status_code == 302
    assert theirs.get("/me/settings").status_code == 302
    session.expire_all()
    assert session.get(Account, person.id).state is AccountState.SUSPENDED
    assert session.scalar(sa.select(Talent.state)) is TalentState.SUSPENDED
    operator.post(f"{address}/lift")
    session.expire_all()
    assert session.get(Account, person.id).state is AccountState.ACTIVE
    assert session.scalar(sa.select(Talent.state)) is TalentState.ACTIVE


def test_operators_cannot_be_suspended_here(session, operator):
    other = make_account(is_operator=True)
    sent = operator.post(f"/operator/users/{other.public_id}", data={"reason": "other"})
    assert sent.status_code == 422
    session.expire_all()
    assert session.get(Account, other.id).state is AccountState.ACTIVE


def test_events_are_searched_along_the_key(session, operator):
    organisation = make_organisation()
    with unit_of_work() as unit:
        for number in range(120):
            record(unit, "job", f"job{number % 2}", "look" if number % 3 else "other")
    seen, before = [], None
    while True:
        found = ledger.search(session, ledger.Filters(verb="look"), before=before)
        seen += [event.id for event in found.rows]
        before = found.next_id
        if before is None:
            break
    assert len(seen) == len(set(seen)) == 80
    assert seen == sorted(seen, reverse=True)
    page = text(operator.get("/operator/events?subject_id=job1&since=2025-11-24&until=2025-11-24"))
    assert "job1" in page
    assert "job0" not in page
    assert "没有符合的事件" in text(operator.get("/operator/events?until=2025-11-20"))
    assert organisation.public_id not in page


def test_a_failed_message_is_sent_again(session, operator):
    with unit_of_work() as unit:
        arguments = {"at": {"moment": clock.now().isoformat()}}
        deliver(
            unit, Channel.MAIL, "a@example.cn", "account.lifted", arguments, key="k", locale="zh"
        )
        unit.execute(
            sa.update(Delivery).values(state=DeliveryState.FAILED, error="550", attempts=3)
        )
    row = session.scalar(sa.select(Delivery))
    page = text(operator.get("/operator/deliveries?state=failed"))
    assert "550" in page
    assert "a@example.cn" not in page
    operator.post(f"/operator/deliveries/{row.id}/retry")
    session.expire_all()
    assert (row.state, row.attempts) == (DeliveryState.WAITING, 0)


def test_dead_letters_come_back_and_checks_leave_their_result(session, operator):
    organisation = make_organisation()
    with unit_of_work() as unit:
        changed(unit, "organisation", organisation.public_id)
        unit.execute(sa.update(OutboxRow).values(dead_at=clock.now(), error="poison"))
    assert "poison" in text(operator.get("/operator/index"))
    operator.post("/operator/index/revive")
    session.expire_all()
    assert session.scalar(sa.select(OutboxRow.dead_at)) is None
    operator.post(f"/operator/index/check/{health.CHECK_CHAIN}")
    operator.post(f"/operator/index/check/{health.CHECK_CHAIN}")
    assert tasks.run_due() == 1
    assert "完整" in text(operator.get("/operator/index"))
    assert operator.post("/operator/index/check/nothing").status_code == 404


def test_a_changed_event_is_found_by_the_chain(session, operator):
    make_organisation()
    with unit_of_work() as unit:
        event = record(unit, "job", "x", "publish")
        unit.flush()
        number = event.id
    health.check_chain({})
    with unit_of_work() as unit, tampering(unit, "events"):
        unit.execute(sa.update(Event).where(Event.id == number).values(verb="withdraw"))
    health.check_chain({})
    assert f"第 {number} 条对不上" in text(operator.get("/operator/index"))


def test_roles_of_members_open_their_pages(session, make_client):
    firm = make_organisation(kind=OrganisationKind.HR_FIRM)
    make_licence(firm)
    make_job(firm)
    for role in OrgRole:
        client = make_client(make_member(firm, role))
        page = text(client.get(f"/org/{firm.public_id}/"))
        assert ("待答复</h2>" in page) == (role.value not in ("viewer", "finance")), role
        wanted = 200 if role in (OrgRole.OWNER, OrgRole.RECRUITER, OrgRole.CONSULTANT) else 403
        assert client.get(f"/org/{firm.public_id}/licence").status_code == wanted, role
        owner = 200 if role is OrgRole.OWNER else 403
        assert client.get(f"/org/{firm.public_id}/settings").status_code == owner, role


def test_the_firms_page_shows_the_five_items(session, client):
    firm = make_organisation(
        kind=OrganisationKind.HR_FIRM, fee_standard="中级岗位：年薪的 18%，由用人单位支付。"
    )
    make_licence(firm)
    page = text(client.get(f"/organisations/{firm.public_id}"))
    for wanted in (firm.uscc, "川人服证字", "开展网络招聘服务", "年薪的 18%", "028-12333"):
        assert wanted in page


def test_an_employer_registers_uploads_submits(session, make_client):
    person = make_account("何主管")
    client = make_client(person)
    code = credit_code()
    sent = {"kind": "employer", "name": "锦水数据有限公司", "uscc": code, "handler_name": "何主管"}
    made = client.post("/organisations/new", data=sent)
    assert made.status_code == 302, text(made)
    base = made.location.removesuffix("/documents")
    again = make_client(make_account("别人")).post("/organisations/new", data=sent)
    assert "认领这个单位" in text(again, 422)
    client.post(f"{base}/documents/submit")
    assert session.scalar(sa.select(Organisation.state)) is S.UNVERIFIED
    for kind in ("registration", "handler_letter"):
        proof = {"kind": kind, "file": (io.BytesIO(PDF), "证.pdf")}
        assert client.post(f"{base}/documents/add", data=proof).status_code == 302
    client.post(f"{base}/documents/submit")
    session.expire_all()
    assert session.scalar(sa.select(Organisation.state)) is S.IN_REVIEW


def test_two_who_change_the_card_both_see_it(session, make_client):
    organisation = make_organisation()
    client = make_client(make_member(organisation))
    where = f"/org/{organisation.public_id}/settings"
    text(client.get(where))
    assert client.post(where, data={"revision": "1", "intro": "甲的介绍"}).status_code == 302
    page = text(client.post(where, data={"revision": "1", "intro": "乙的介绍"}), 422)
    assert "甲的介绍" in page
    assert "乙的介绍" in page


def test_a_link_joins_with_a_button(session, make_client):
    organisation = make_organisation()
    owner, guest = make_client(make_member(organisation)), make_client(make_account("新同事"))
    where = f"/org/{organisation.public_id}/members"
    made = text(owner.post(f"{where}/invite", data={"role": "recruiter"}))
    link = (
        "/organisations/join/" + made.split("/organisations/join/")[1].split("<")[0].split('"')[0]
    )
    text(guest.get(link))
    assert guest.get(f"/org/{organisation.public_id}/").status_code == 404
    assert guest.post(link).status_code == 302
    text(guest.get(f"/org/{organisation.public_id}/"))
    assert guest.get(link).status_code == 404
