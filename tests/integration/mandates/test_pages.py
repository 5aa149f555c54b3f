"""A mandate through its pages: the consultant, the reviewer, the handler without an account."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from talentmarket.core import clock as core_clock
from talentmarket.exchange.brokering.mandating.models import Mandate, MandateDocumentKind
from talentmarket.exchange.brokering.mandating.models import MandateState as M
from talentmarket.notices.models import Delivery
from tests.factories.mandates import IDENTITY, PDF, make_firm, make_mandate
from tests.factories.organisations import credit_code
from tests.fixtures.databases import on_sqlite

pytestmark = on_sqlite


def text(response):
    return response.get_data(as_text=True)


def only(session):
    session.expire_all()
    return session.scalars(sa.select(Mandate)).one()


@pytest.fixture
def firm(session):
    return make_firm()


def test_from_a_credit_code_to_a_mandate_in_force(session, firm, make_client):
    desk, reviewer = make_client(firm.consultant), make_client(firm.reviewer)
    handler = make_client(None)
    at = f"/org/{firm.organisation.public_id}/mandates"
    code = credit_code()
    begun = desk.post(
        f"{at}/new",
        data={
            "client_uscc": code,
            "client_name": "岷江装备制造有限公司",
            "title": "大数据开发工程师",
            "headcount": "2",
            "valid_until": (core_clock.today() + timedelta(days=90)).isoformat(),
        },
    )
    one = begun.location
    for kind in MandateDocumentKind:
        sent = {"kind": str(kind), "file": (BytesIO(PDF), "a.pdf")}
        desk.post(f"{one}/documents", data=sent, content_type="multipart/form-data")
    wrong = {"name": "赵经办", "contact": "zhao@example.cn", "number": IDENTITY[:-2] + "00"}
    assert "身份证号码有误" in text(desk.post(f"{one}/handler", data=wrong))
    desk.post(f"{one}/handler", data={**wrong, "number": IDENTITY})
    assert IDENTITY not in text(desk.get(one))
    terms = {
        "fee_basis": "share",
        "fee_share": "20.125",
        "tax_rate": "6",
        "guarantee_days": "90",
        "remedy": "refund_by_days",
        "ownership_days": "180",
        "reach": "job",
        "objection_days": "5",
    }
    assert "最多两位小数" in text(desk.post(f"{one}/terms", data=terms))
    desk.post(f"{one}/terms", data={**terms, "fee_share": "20.5"})
    desk.post(f"{one}/submit", data={"reviewer": firm.reviewer.public_id})
    assert only(session).state is M.IN_REVIEW
    assert desk.post(f"{one}/answer", data={"verdict": "sign"}).status_code == 422
    page = text(reviewer.get(one))
    assert "20.5%" in page
    digest = re.search(r'name="digest"[^>]*value="(\w{64})"', page)[1]
    reviewer.post(f"{one}/answer", data={"verdict": "sign", "digest": digest})
    assert only(session).state is M.AWAITING_COUNTERSIGNATURE
    link = re.search(r"/mandates/sign/[\w-]+", text(desk.post(f"{one}/link")))[0]
    page = text(handler.get(link))
    assert "20.5%" in page
    handler.post(f"{link}/code")
    sent = session.scalars(sa.select(Delivery).where(Delivery.code == "code.countersign")).one()
    secret = json.loads(sent.arguments)["code"]
    form = {
        "verdict": "sign",
        "number": "1",
        "digest": digest,
        "name": "赵经办",
        "uscc": code,
        "code": "000000" if secret != "000000" else "111111",
    }
    assert "验证码不对" in text(handler.post(link, data=form))
    assert handler.post(link, data={**form, "code": secret}).status_code == 302
    assert only(session).state is M.ACTIVE
    assert handler.get(link).status_code == 404


def test_hostile_addresses_are_not_found(session, firm, make_client):
    mandate = make_mandate(firm, "active")
    at = f"/org/{firm.organisation.public_id}/mandates"
    desk, stranger = make_client(firm.consultant), make_client(make_firm().reviewer)
    for tail in ("compare?old=0&new=9", "compare?old=x", "compare?new=²", "documents/nothing"):
        assert desk.get(f"{at}/{mandate.public_id}/{tail}").status_code == 404, tail
    for tail in ("", "/terms", "/compare", "/letter", "/edit"):
        assert stranger.get(f"{at}/{mandate.public_id}{tail}").status_code == 404, tail
    assert desk.post(f"{at}/{mandate.public_id}/move", data={"move": "freeze"}).status_code == 404
    assert make_client(None).get("/mandates/sign/nothing").status_code == 404
