"""Every form of the site that takes a file, sent files that are none: refused beside the field.

The forms are found on the pages themselves, so a new one is tried as soon as a page shows it.
"""

from __future__ import annotations

import io
import zipfile
from html import escape
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart
from wtforms import FileField

from talentmarket.core.files import StoredFile
from talentmarket.core.permissions import TABLE, Who
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Organisation, OrganisationKind, OrganisationState
from tests.factories.organisations import credit_code
from tests.fixtures.databases import on_sqlite
from tests.guards import world as worlds

pytestmark = [on_sqlite, pytest.mark.slow]

MB = 1024 * 1024
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
#: Values that forms take in fields with rules of their own.
TYPED = {
    "client_uscc": credit_code(),
    "supervisor_phone": "028-86112233",
    "issued_on": "2025-01-06",
    "expires_on": "2029-01-05",
    "valid_until": "2026-05-29",
}
TEXT = "这是已经写好的一段说明文字"


def packed(name: str, size: int) -> bytes:
    """A packed file of a few kilobytes that unpacks to `size`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        made.writestr(name, bytes(size))
    return out.getvalue()


def hostile() -> dict[str, tuple[bytes, str]]:
    """What is sent, and under which name; each must be refused by every form."""
    return {
        "empty": (b"", "empty.pdf"),
        "too large": (b"%PDF-1.7\n" + bytes(10 * MB), "large.pdf"),
        "far too large": (b"%PDF-1.7\n" + bytes(30 * MB), "huge.pdf"),
        "bomb": (packed("word/document.xml", 61 * MB), "bomb.docx"),
        "program": (b"MZ\x90\x00" + bytes(200), "licence.pdf"),
        "page": (b"<!doctype html><script>alert(1)</script>%PDF-1.4", "../../x.pdf"),
        "picture that is a script": (b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "x.jpg"),
        "drawing": (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            "x\u202egnp.svg",
        ),
        "archive with a document behind": (packed("a.txt", 10) + PDF, "x.pdf\x00.exe"),
        "broken archive": (b"PK\x03\x04word/" + bytes(50), "a\tb.docx"),
    }


class Forms(HTMLParser):
    """The forms of a page that take a file: (action, file field, other values)."""

    def __init__(self, page: str, address: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str, dict[str, str]]] = []
        self._address, self._select, self._values = address, "", {}
        self._file = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self._action = given.get("action") or self._address
            self._values, self._file = {}, ""
        elif tag == "input" and given.get("type") == "file":
            self._file = name
        elif tag in ("input", "textarea") and name:
            typed = given.get("type") in (None, "text", "date", "tel") or tag == "textarea"
            chosen = given.get("type") in ("hidden", "checkbox", "radio")
            if typed or (chosen and given.get("value")):
                self._values[name] = TYPED.get(name, TEXT) if typed else given["value"]
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            self._values.setdefault(self._select, given["value"])

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""
        elif tag == "form" and self._file:
            self.found.append((self._action, self._file, self._values))


@pytest.fixture
def world(app, session):
    return worlds.build()


def standing(world, **values):
    with unit_of_work() as unit:
        own = sa.update(Organisation).where(Organisation.public_id == world.examples["org"])
        unit.execute(own.values(**values))


def upload_forms(app, world, clients):
    """Action → (reader, file field, values) of every form with a file, on every page."""
    found = {}
    readers = {Who.MEMBER: "owner", Who.OPERATOR: "operator"}
    for state in (OrganisationState.UNVERIFIED, OrganisationState.VERIFIED):
        standing(world, kind=OrganisationKind.HR_FIRM, state=state)
        for rule, path in worlds.walk(app, world):
            who = TABLE[rule.endpoint].who
            if rule.endpoint in ("account.sign_out", "static") or who is Who.DEMO:
                continue
            if state is OrganisationState.VERIFIED and who is not Who.MEMBER:
                continue
            reader = readers.get(who, "person")
            with clients[reader].get(path) as answer:
                if answer.status_code != 200 or answer.mimetype != "text/html":
                    continue
                for action, name, values in Forms(answer.get_data(as_text=True), path).found:
                    found.setdefault(action, (reader, name, values))
    return found


def upload_fields():
    """The forms of the program that take a file, those of the sheet of components aside."""
    known, waiting = set(), [FlaskForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        fields = (getattr(form, name) for name in dir(form) if not name.startswith("_"))
        kinds = [getattr(one, "field_class", None) for one in fields]
        takes = any(isinstance(kind, type) and issubclass(kind, FileField) for kind in kinds)
        if takes and ".dev." not in form.__module__:
            known.add((form.__module__, form.__name__))
    return known


def kept(app, session):
    """What is stored: rows and files."""
    rows = session.scalar(sa.select(sa.func.count()).select_from(StoredFile))
    folder = app.extensions["talentmarket_files"].folder
    return rows, sorted(str(path) for path in folder.rglob("*") if path.is_file())


def send(client, action, name, values, data, file_name):
    body = {**values, name: FileStorage(io.BytesIO(data), file_name)}
    boundary, sent = encode_multipart(body)
    return client.post(action, data=sent, content_type=f"multipart/form-data; boundary={boundary}")


def test_no_form_takes_a_hostile_file(app, session, world, make_client):
    clients = worlds.clients(world, make_client)
    forms = upload_forms(app, world, clients)
    assert len(forms) >= len(upload_fields()) >= 6, sorted(forms)
    before, wrong, files = kept(app, session), [], hostile()
    for action, (reader, name, values) in forms.items():
        state = OrganisationState.UNVERIFIED if "/documents" in action else None
        standing(world, state=state or OrganisationState.VERIFIED)
        for kind, (data, file_name) in files.items():
            with send(clients[reader], action, name, values, data, file_name) as answer:
                page = answer.get_data(as_text=True)
                said = answer.status_code in (200, 400, 422) and f'id="{name}-error"' in page
                lost = [one for one in values.values() if one == TEXT and TEXT not in page]
            if not said or lost or kept(app, session) != before:
                wrong.append(f"{action} {kind}: {answer.status_code}, lost {lost}")
        texts = [one for one, value in values.items() if value == TEXT]
        for one in texts[:1]:  # a text of more megabytes than any page sends
            long = {**values, one: "天" * (4 * MB)}
            with send(clients[reader], action, name, long, PDF, "a.pdf") as answer:
                if answer.status_code != 413:
                    wrong.append(f"{action} text: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert kept(app, session) == before


def test_a_name_is_kept_as_a_name(app, session, world, make_client):
    """Paths, controls and signs that turn the reading round are dropped; the content says what it
    is, whatever the name says."""
    client = worlds.clients(world, make_client)["person"]
    action = f"/me/entries/{world.examples['entry_id']}/proof"
    names = {
        "../../etc/pass\x01wd": "passwd.pdf",
        "..\\..\\boot.ini.exe": "....boot.ini.pdf",
        "证书\u202efdp.exe": "证书fdp.pdf",
        "<script>": "<script>.pdf",
    }
    for sent, stored in names.items():
        send(client, action, "file", {}, PDF, sent).close()
        row = session.scalars(sa.select(StoredFile).order_by(StoredFile.id.desc()).limit(1)).one()
        assert (row.name, row.content_type) == (stored, "application/pdf")
        assert row.key.isalnum()
        with client.get(action) as opened:
            assert opened.mimetype == "application/pdf"
            assert opened.headers["Content-Disposition"].startswith("attachment")
            assert opened.headers["X-Content-Type-Options"] == "nosniff"
    page = client.get(f"/me/entries/{world.examples['entry_id']}").get_data(as_text=True)
    assert "<script>.pdf" not in page or escape("<script>.pdf") in page
