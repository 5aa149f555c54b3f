"""Proofs of firms: specimen scans, licences and letters of entrustment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from talentmarket.cli.demo.dice import Dice, at_work
from talentmarket.cli.demo.firms import SHOWN, Firm, is_agency
from talentmarket.cli.demo.jobs import Posting
from talentmarket.cli.demo.rows import Member
from talentmarket.cli.demo.store import Store
from talentmarket.core import files
from talentmarket.core.clock import local
from talentmarket.exchange import models as exchange
from talentmarket.exchange.models import EntrustmentState
from talentmarket.members import models as members
from talentmarket.members.models import DocumentKind, LicenceState, OrganisationState

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import Plan

#: Firms up to this number have their scans, and every one that waits for the operator.
WITH_SCANS = 8


def specimen(*lines: str) -> bytes:
    """A one-page PDF that says what it stands for."""
    drawn = ["BT /F1 26 Tf 60 760 Td 34 TL (SPECIMEN) Tj T* /F1 14 Tf"]
    drawn += [f"({line}) Tj T*" for line in lines]
    content = "\n".join([*drawn, "ET"]).encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(out))
    )


def keep(store: Store, firm: Firm, owner: Member, name: str, purpose: str, *lines: str) -> int:
    """Store a specimen for a firm; the key of its row."""
    data = specimen(*lines, f"Code: {firm.uscc}", "Made for the demonstration, no document.")
    return store.add(
        files.StoredFile,
        public_id=Dice(f"file:{firm.public_id}:{purpose}:{name}").public_id(),
        key=files.store().put(data), name=name, content_type="application/pdf", size=len(data),
        owner_type="organisation", owner_id=firm.public_id, purpose=purpose,
        uploaded_by=owner.public_id, uploaded_at=firm.created_at,
    )  # fmt: skip


def proofs(
    store: Store, firm: Firm, key: int, owner: Member, operator: Member, now: datetime
) -> None:
    """What the firm handed in: scans where somebody will look at them, licences of HR firms."""
    waiting = firm.state in (OrganisationState.IN_REVIEW, OrganisationState.RETURNED)
    if waiting or firm.number < WITH_SCANS:
        for kind, name, title in (
            (DocumentKind.REGISTRATION, "营业执照.pdf", "Business licence"),
            (DocumentKind.HANDLER_LETTER, "经办人授权书.pdf", "Letter of the handler"),
        ):
            store.add(
                members.OrganisationDocument,
                public_id=Dice(f"document:{firm.public_id}:{kind}").public_id(),
                organisation_id=key, kind=kind,
                file_id=keep(store, firm, owner, name, str(kind), title),
                uploaded_at=firm.created_at,
            )  # fmt: skip
    if is_agency(firm):
        _licence(store, firm, key, owner, operator, now)


def is_licensed(firm: Firm) -> bool:
    """Whether the firm's licence was reviewed; the others wait for the operator."""
    return firm.verified_at is not None and (firm.number % 5 != 3 or firm.number in SHOWN)


def _licence(
    store: Store, firm: Firm, key: int, owner: Member, operator: Member, now: datetime
) -> None:
    dice, today = Dice(f"licence:{firm.public_id}"), local(now).date()
    valid = is_licensed(firm)
    issued = today - timedelta(days=dice.randint(200, 800))
    store.add(
        members.Licence, public_id=dice.public_id(), organisation_id=key,
        number=f"川人服证字〔{issued.year}〕第{dice.randint(100, 9999):04d}号",
        scope=[
            *("online_recruitment", "referral", "labour_dispatch"),
            *dice.some(["executive_search", "job_fair"], 1),
        ],
        issued_on=issued, expires_on=issued + timedelta(days=1095),
        issuer="所在地人力资源和社会保障局（演示）", supervisor_phone="12333",
        full_time_staff=dice.randint(3, 40), staff_checked=valid,
        file_id=keep(store, firm, owner, "许可证.pdf", "licence", "HR service licence"),
        state=LicenceState.VALID if valid else LicenceState.IN_REVIEW,
        submitted_at=firm.created_at if valid else _waiting(now, dice.randint(2, 40)),
        reviewed_at=firm.verified_at if valid else None,
        reviewer_id=operator.key if valid else None,
    )  # fmt: skip


def _waiting(now: datetime, hours: int) -> datetime:
    """When something was handed in that waits for the operator since about so many hours."""
    return at_work(now - timedelta(hours=hours), now - timedelta(days=4), now)


def entrustment(
    store: Store,
    posting: Posting,
    firm_key: int,
    client_key: int,
    operator: Member,
    plan: Plan,
    state: EntrustmentState = EntrustmentState.ACCEPTED,
) -> int:
    """A letter by which the employer of a job entrusts the firm; accepted before the job."""
    dice = Dice(f"letter:{posting.firm.public_id}:{posting.employer.public_id}")
    accepted = state is EntrustmentState.ACCEPTED
    written = min(posting.created_at, plan.now)
    submitted = written - timedelta(days=dice.randint(60, 160))
    submitted = at_work(submitted, submitted - timedelta(days=5), written)
    if not accepted:
        submitted = _waiting(plan.now, dice.randint(2, 30))
    reviewed = at_work(submitted + timedelta(hours=6), submitted, written)
    public_id = dice.public_id()
    key = store.add(
        exchange.Entrustment, public_id=public_id, organisation_id=firm_key,
        client_id=client_key, client_name=posting.employer.name,
        client_uscc=posting.employer.uscc, file_id=None,
        valid_until=local(plan.now).date() + timedelta(days=dice.randint(120, 400)), state=state,
        submitted_at=submitted, reviewed_at=reviewed if accepted else None,
        reviewer_id=operator.key if accepted else None,
    )  # fmt: skip
    subject, firm = ("entrustment", public_id), posting.firm.public_id
    store.event(
        submitted, subject, "submit", acting_for=firm, data={"organisation": firm},
        states=(None, EntrustmentState.IN_REVIEW),
    )  # fmt: skip
    if accepted:
        store.event(
            reviewed, subject, "accept", actor=operator.public_id,
            states=(EntrustmentState.IN_REVIEW, state),
        )  # fmt: skip
    return key
