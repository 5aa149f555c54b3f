"""Single values that used to be taken wrongly: addresses to go on to, digits, numbers, files."""

from __future__ import annotations

import io
import zipfile

import pyotp
import pytest

from talentmarket.core.errors import Invalid
from talentmarket.core.uow import unit_of_work
from talentmarket.members import entries, second_factor
from talentmarket.members.documents import text_of
from talentmarket.members.entries import EntryValues
from talentmarket.members.models import EntryKind, Talent
from talentmarket.web.site.routes import safe_next
from tests.factories import make_account, make_talent

HOME = "/home"


@pytest.mark.parametrize(
    "value",
    [
        *("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"),
        *("/\t/evil.example", "/\t/[", "/\nX-Header: y", "/a\r\nb", "/\x00", "evil.example"),
        "/" + "a" * 3000,
    ],
)
def test_only_short_addresses_of_the_site_are_gone_on_to(value):
    assert safe_next(value, HOME) == HOME


@pytest.mark.parametrize("value", ["/jobs?q=大数据&page=2", "/me/applications#events", "/"])
def test_addresses_of_the_site_are_gone_on_to(value):
    assert safe_next(value, HOME) == value


def test_digits_of_a_chinese_keyboard_are_digits(app, session):
    secret = second_factor.new_secret()
    code = pyotp.TOTP(secret).at(app.extensions["talentmarket_clock"].now())
    wide = code.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert second_factor.matching_step(secret, wide) is not None
    assert second_factor.matching_step(secret, "一二三四五六²³") is None


@pytest.mark.parametrize("years", ["NaN", "Infinity", "-Infinity", "1e999999", "-3"])
def test_years_that_are_no_number_of_years(make_client, session, years):
    client = make_client(make_talent().account)
    answer = client.post("/me/profile/basics", data={"years": years, "headline": "数据开发"})
    assert answer.status_code == 422
    assert "0 到 60 年之间" in answer.get_data(as_text=True)


def test_a_long_level_is_refused(session):
    talent = make_talent(make_account())
    values = EntryValues(
        EntryKind.CERTIFICATE, title="数据工程师", organisation="人社部", level="高级" * 20
    )
    with pytest.raises(Invalid) as refused, unit_of_work() as unit:
        entries.add_entry(unit, unit.get_one(Talent, talent.id), values, actor=None)
    assert set(refused.value.errors) == {"level"}


def docx(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_XML", ".xml"), data)
    return out.getvalue()


TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    b'.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.'
    b'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    b'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/'
    b'2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)


@pytest.mark.parametrize("body", [b"<w:document", b"<a/>", b"\xff\xfe\x00"])
def test_broken_word_files_are_refused(app, body):
    data = docx(**{"word__document_XML": body, "[Content_Types]_XML": TYPES, "_rels__.rels": RELS})
    with app.test_request_context(), pytest.raises(Invalid):
        text_of(data)


def test_broken_pdf_files_are_refused(app):
    page = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    page += b"2 0 obj<</Type/Pages/Count 3/Kids[9 0 R 8 0 R 7 0 R]>>endobj\n"
    page += b"trailer<</Root 1 0 R>>\n%%EOF\n"
    with app.test_request_context(), pytest.raises(Invalid):
        text_of(page)
