"""Messages leave once, by real SMTP and a real HTTP gateway, and are tried again."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller

from talentmarket.core.db import db
from talentmarket.core.errors import Unavailable
from talentmarket.core.uow import unit_of_work
from talentmarket.notices import sending
from talentmarket.notices.models import Channel, Delivery, DeliveryState
from talentmarket.notices.send import deliver
from talentmarket.notices.transports import (
    Message,
    NotSent,
    SmsGateway,
    SmtpSender,
    make_senders,
)
from tools.cache import free_port

CODE = {"code": "471902", "minutes": 10}


def leave(key: str = "k1", channel: Channel = Channel.MAIL, **more: object) -> bool:
    receiver = "lin@example.cn" if channel is Channel.MAIL else "+8613800004417"
    with unit_of_work() as session:
        return deliver(
            session, channel, receiver, "code.sign_in", CODE, key=key, locale="zh", **more
        )


def row(key: str = "k1") -> Delivery:
    db.session.rollback()
    return db.session.scalars(sa.select(Delivery).where(Delivery.key == key)).one()


class Recorder:
    """A sender that writes down what it was given and fails when told to."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.failures: list[NotSent] = []

    def send(self, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)


@pytest.fixture
def recorder(app, session):
    made = Recorder()
    app.extensions["talentmarket_senders"] = dict.fromkeys(Channel, made)
    yield made
    del app.extensions["talentmarket_senders"]


def test_a_key_is_sent_once(recorder):
    assert [leave(), leave()] == [True, False]
    assert [sending.send_due(), sending.send_due()] == [1, 0]
    assert [message.key for message in recorder.sent] == ["k1"]
    assert row().state is DeliveryState.SENT


def test_the_words_are_in_the_receivers_language(session, recorder):
    with unit_of_work() as unit:
        deliver(unit, Channel.MAIL, "lin@example.cn", "code.sign_in", CODE, key="en", locale="en")
    sending.send_due()
    assert recorder.sent[0].subject == "Shucai Exchange code 471902"


def test_failures_are_tried_again_later_and_later(recorder, clock):
    recorder.failures = [NotSent("busy"), NotSent("busy")]
    leave()
    waits = []
    for _ in range(2):
        assert sending.send_due() == 0
        assert row().error == "busy"
        waits.append(row().due_at - clock.now())
        clock.set(row().due_at)
    assert waits == [timedelta(seconds=15), timedelta(seconds=45)]
    assert sending.send_due() == 1


def test_what_cannot_be_sent_ends(recorder):
    recorder.failures = [NotSent("no such mailbox", final=True)]
    leave()
    sending.send_due()
    assert (row().state, row().error) == (DeliveryState.FAILED, "no such mailbox")
    assert sending.send_due() == 0


def test_a_code_is_not_sent_when_it_is_over(recorder, clock):
    leave()
    clock.advance(minutes=11)
    assert sending.send_due() == 0
    assert recorder.sent == []
    assert row().error == "too late"


def test_a_leased_message_is_left_alone_until_the_lease_is_over(recorder, clock):
    leave()
    taken = sending._take()
    assert taken is not None
    assert sending.send_due() == 0, "another worker holds it"
    clock.advance(minutes=3)
    assert sending.send_due() == 1, "the worker that held it is gone"
    assert [message.key for message in recorder.sent] == ["k1"]
    sending._mark(taken, DeliveryState.FAILED, error="late answer of the lost worker")
    assert row().state is DeliveryState.SENT


def test_two_workers_never_send_one_message_twice(app, recorder):
    for number in range(12):
        leave(f"k{number}")
    faults: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                while sending.send_due(3):
                    pass
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sending.send_due()
    assert faults == []
    assert sorted(m.key for m in recorder.sent) == sorted(f"k{n}" for n in range(12))


def test_a_message_that_was_rolled_back_is_not_sent(recorder):
    class Fault(Exception):
        pass

    def fail_after_leaving() -> None:
        with unit_of_work():
            leave()
            raise Fault

    with pytest.raises(Fault):
        fail_after_leaving()
    assert sending.send_due() == 0


def test_a_closed_channel_is_said_at_once(app, session):
    settings = app.extensions["talentmarket_settings"]
    app.extensions["talentmarket_settings"] = settings.with_(testing=False)
    try:
        with pytest.raises(Unavailable):
            leave()
    finally:
        app.extensions["talentmarket_settings"] = settings


def test_codes_do_not_stay_in_the_database_of_a_real_site(app, recorder):
    leave()
    settings = app.extensions["talentmarket_settings"]
    app.extensions["talentmarket_settings"] = settings.with_(testing=False)
    try:
        sending.send_due()
    finally:
        app.extensions["talentmarket_settings"] = settings
    assert (row().arguments, row().receiver) == (None, None)


def test_receivers_and_codes_are_sealed(session):
    leave()
    stored = session.execute(sa.text("SELECT receiver, arguments FROM deliveries")).one()
    assert "lin@" not in stored.receiver
    assert "471902" not in stored.arguments


class Mailbox:
    """A mail server's handler: keeps what it gets, refuses where told to."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self.refuse: str | None = None

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.refuse:
            return self.refuse
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def mail_server():
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield mailbox, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


MAIL = Message(Channel.MAIL, "lin@example.cn", "数才汇验证码 471902", "您的验证码是 471902。", "k9")


def test_mail_goes_out_by_smtp(mail_server):
    mailbox, url = mail_server
    sender = SmtpSender(url, "no-reply@example.cn")
    sender.send(MAIL)
    sender.send(MAIL)
    mails = [message_from_bytes(one, policy=policy.default) for one in mailbox.mails]
    assert mails[0]["Subject"] == MAIL.subject
    assert mails[0]["To"] == MAIL.receiver
    assert mails[0].get_content().strip() == MAIL.body
    assert mails[0]["Message-ID"] == mails[1]["Message-ID"], "a second copy can be told"


@pytest.mark.parametrize(("answer", "final"), [("451 busy", False), ("550 no mailbox", True)])
def test_refusals_of_a_mail_server(mail_server, answer, final):
    mailbox, url = mail_server
    mailbox.refuse = answer
    with pytest.raises(NotSent) as caught:
        SmtpSender(url, "no-reply@example.cn").send(MAIL)
    assert caught.value.final is final
    assert "lin@" not in str(caught.value)


def test_a_mail_server_that_is_down():
    with pytest.raises(NotSent) as caught:
        SmtpSender(f"smtp://127.0.0.1:{free_port()}", "no-reply@example.cn").send(MAIL)
    assert caught.value.final is False


@pytest.fixture
def gateway():
    got: list[tuple[dict[str, str], dict[str, str]]] = []
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), json.loads(body)))
            self.send_response(status[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing: the test's output stays clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield got, status, f"http://127.0.0.1:{server.server_port}/send"
    server.shutdown()
    thread.join()
    server.server_close()


SMS = Message(Channel.SMS, "+8613800004417", "", "您的验证码是 471902。", "k7")


def test_short_messages_go_to_the_gateway(gateway):
    got, _status, url = gateway
    SmsGateway(url, "secret").send(SMS)
    headers, body = got[0]
    assert body == {"to": SMS.receiver, "text": SMS.body, "key": "k7"}
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == "k7"


@pytest.mark.parametrize(("status", "final"), [(503, False), (429, False), (400, True)])
def test_refusals_of_the_gateway(gateway, status, final):
    _got, answer, url = gateway
    answer[0] = status
    with pytest.raises(NotSent) as caught:
        SmsGateway(url, None).send(SMS)
    assert caught.value.final is final


def test_the_settings_choose_the_ways(settings):
    chosen = make_senders(
        settings.with_(
            testing=False, mail_url="smtp://127.0.0.1:25", sms_gateway_url="http://127.0.0.1/s"
        )
    )
    assert isinstance(chosen[Channel.MAIL], SmtpSender)
    assert isinstance(chosen[Channel.SMS], SmsGateway)
    assert make_senders(settings.with_(testing=False)) == {}
