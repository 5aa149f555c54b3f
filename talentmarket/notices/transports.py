"""How messages leave: SMTP, an HTTP gateway for short messages, or the page of the demo."""

from __future__ import annotations

import hashlib
import json
import smtplib
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from talentmarket.core.config import Settings, SettingsError
from talentmarket.notices.models import Channel

TIMEOUT = 15  # seconds; well inside the lease of a delivery


@dataclass(frozen=True)
class Message:
    """One message in its final words. `key` is the same on every attempt; `unsubscribe`: the
    address that ends such mails by one POST (RFC 8058)."""

    channel: Channel
    receiver: str
    subject: str
    body: str
    key: str
    unsubscribe: str = ""


class NotSent(Exception):
    """The message did not leave. `final`: trying again would not help."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        self.final = final
        super().__init__(reason)


class Sender(Protocol):
    """A way out. The reasons of :class:`NotSent` hold no address and no text."""

    def send(self, message: Message) -> None:
        """Hand the message over; raises :class:`NotSent`."""


class SmtpSender:
    """Mail over SMTP.

    `url`: ``smtp://user:password@host:port?tls=starttls`` (``tls``: ``starttls``, ``off``) or
    ``smtps://…``; STARTTLS is the default but on loopback.
    """

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsError("MAIL_URL must be an smtp: or smtps: address")
        self.host = parts.hostname
        self.port = parts.port or (465 if parts.scheme == "smtps" else 587)
        self.implicit = parts.scheme == "smtps"
        local = self.host in ("localhost", "127.0.0.1", "::1")
        self.tls = parse_qs(parts.query).get("tls", ["off" if local else "starttls"])[0]
        if self.tls not in ("starttls", "off"):
            raise SettingsError("tls in MAIL_URL must be starttls or off")
        self.user = unquote(parts.username) if parts.username else None
        self.password = unquote(parts.password or "")
        self.sender = sender

    def send(self, message: Message) -> None:
        """One connection a message: rare enough, and nothing is left open."""
        try:
            with self._connect() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(self._mail(message))
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
            code = _status(error)
            raise NotSent(f"mail server answered {code}", final=500 <= code < 600) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.implicit:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        if self.tls == "starttls":
            server.starttls(context=context)
        return server

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = message.receiver
        mail["Subject"] = " ".join(message.subject.split())
        # The same id on every attempt lets the receiver's server drop a second copy.
        name = hashlib.sha256(message.key.encode()).hexdigest()[:32]
        mail["Message-ID"] = f"<{name}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        mail["Auto-Submitted"] = "auto-generated"
        if message.unsubscribe.startswith("https://"):  # nothing else is allowed there
            mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(message.body + "\n", charset="utf-8")
        return mail


def _status(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _text in error.recipients.values()), default=550)
    assert isinstance(error, smtplib.SMTPResponseException)
    return error.smtp_code


class SmsGateway:
    """Short messages over HTTP: POST of ``{"to", "text", "key"}``, a bearer token, 2xx is sent."""

    def __init__(self, url: str, token: str | None) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise SettingsError("SMS_GATEWAY_URL must be an http: or https: address")
        self.url = url
        self.token = token

    def send(self, message: Message) -> None:
        """Post once; the gateway drops a key it has seen."""
        body = {"to": message.receiver, "text": message.body, "key": message.key}
        headers = {"Content-Type": "application/json", "Idempotency-Key": message.key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(
            self.url, json.dumps(body, ensure_ascii=False).encode(), headers, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
                answer.read(1024)
        except urllib.error.HTTPError as error:
            with error:
                final = 400 <= error.code < 500 and error.code not in (408, 425, 429)
                raise NotSent(f"gateway answered {error.code}", final=final) from None
        except OSError as error:
            raise NotSent(type(error).__name__) from None


class KeptSender:
    """Nothing leaves: the row itself is what the demo's page shows."""

    def send(self, message: Message) -> None:
        """Done as it is."""


def make_senders(settings: Settings) -> dict[Channel, Sender]:
    """The ways out by the settings; a channel that is closed is missing."""
    senders: dict[Channel, Sender] = {}
    if settings.mail_url:
        senders[Channel.MAIL] = SmtpSender(settings.mail_url, settings.mail_from)
    if settings.sms_gateway_url:
        senders[Channel.SMS] = SmsGateway(settings.sms_gateway_url, settings.sms_gateway_token)
    if settings.demo or settings.testing:
        for channel in Channel:
            senders.setdefault(channel, KeptSender())
    return senders
