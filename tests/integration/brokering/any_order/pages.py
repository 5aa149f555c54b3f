"""Every page and every file that members may have of their organisation, read for names and numbers
of people: whatever way it is read, nobody learns more than the people gave."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import pypdfium2
from werkzeug.routing import Rule

from talentmarket.core import clock
from talentmarket.core.db import db
from talentmarket.core.uow import unit_of_work
from talentmarket.members.models import Account
from tests.integration.brokering.any_order.acts import ACTS, Run
from tests.integration.brokering.any_order.holds_firms import Broken
from tests.integration.brokering.any_order.world import see

#: What is handed out on a form's button alone.
_HANDED_OUT = frozenset(
    {
        *("org_fees.pdf", "org_fees.xlsx", "org_fees.payments_table", "org_papers.letter"),
        *("org_papers.receipt", "org_people.export", "org_reports.figures", "org_reports.ledger"),
        "org_reports.referral_figures",
    }
)
#: What everybody may ask: of the exchange's own answers no name is part.
_FOR_ALL = ("/api/v1/jobs", "/api/v1/jobs/snapshot", "/api/v1/jobs/changes", "/jobs")


class Reading:
    """Reads everything as the employer, both firms and a stranger; counts what it saw."""

    def __init__(self, app: Any, make_client: Any) -> None:
        self.app, self.make_client = app, make_client
        #: Answers with a page or a file, and how often a name stood there that may.
        self.answers = self.named = 0

    def all(self, run: Run, *, papers: bool) -> None:
        """Raise :class:`Broken` where somebody reads what was not given to them. `papers`: also what
        is handed out; to draw it costs more than all pages."""
        parties = run.parties
        readers = {
            parties.employer: parties.recruiter,
            parties.firms[0]: parties.examiners[0],
            parties.firms[1]: parties.examiners[1],
            parties.stranger: parties.curious,
        }
        for organisation, account in readers.items():
            client = self.make_client(db.session.get_one(Account, account))
            may = {one.name: _given(run, organisation, one.talent) for one in parties.people}
            for method, address in self._addresses(run, organisation):
                if method == "POST" and not papers:
                    continue
                answer = client.open(address, method=method)
                if answer.status_code == 200:
                    self._read(run, address, answer, may)

    def _read(self, run: Run, address: str, answer: Any, may: dict[str, frozenset[str]]) -> None:
        self.answers += 1
        text = _text_of(answer)
        for person in run.parties.people:
            if person.name in text:
                self.named += 1
                if "name" not in may[person.name]:
                    raise Broken(f"{address} says a name that was not given")
            if person.phone[-11:] in text and "phone" not in may[person.name]:
                raise Broken(f"{address} says a number that was not given")

    def _addresses(self, run: Run, organisation: int) -> Iterator[tuple[str, str]]:
        known = _values(run) | {"org": [run.parties.public[organisation]]}
        for rule in self.app.url_map.iter_rules():
            own = rule.rule.startswith("/org/<org>") and rule.arguments <= known.keys()
            handed = rule.endpoint in _HANDED_OUT
            if own and handed:  # a paper is drawn anew each time, which costs: the newest of each
                newest = {name: values[-1:] for name, values in known.items()}
                yield from (("POST", address) for address in _filled(rule, newest))
            elif own and "GET" in (rule.methods or ()):
                yield from (("GET", address) for address in _filled(rule, known))
        for address in _FOR_ALL:
            yield "GET", address


def take_back_everything(run: Run) -> None:
    """Each person takes back the consents to firms that still stand, and what own applications gave
    of number and mail."""
    for name in ("withdraw_consent", "take_back_contact"):
        for key in list(ACTS[name].where(run)):
            with unit_of_work() as session:
                ACTS[name].do(run, session, key)
            db.session.remove()
        run.seen = see()


def _filled(rule: Rule, known: dict[str, list[str]]) -> Iterable[str]:
    names = sorted(rule.arguments)
    for values in product(*(known[name] for name in names)):
        address = rule.rule
        for name, value in zip(names, values, strict=True):
            address = address.replace(f"<{name}>", value)
        if "<" not in address:
            yield address


def _values(run: Run) -> dict[str, list[str]]:
    """What may stand in an address, others' keys as well: those are not found."""
    seen = run.seen

    def keys(rows: dict[int, Any], most: int) -> list[str]:
        return [one.public_id for one in list(rows.values())[-most:]]

    return {
        "application_id": keys(seen.applications, 4),
        "referral_id": keys(seen.referrals, 6),
        "placement_id": keys(seen.placements, 3),
        "mandate_id": keys(seen.mandates, 2),
        "job_id": keys(seen.jobs, 1),
        "month": [f"{clock.today():%Y-%m}"],
        "form": ["csv", "xlsx"],
    }


def _given(run: Run, organisation: int, talent: int) -> frozenset[str]:
    """What the organisation may have of a person now, by whatever road."""
    seen, found = run.seen, frozenset[str]()
    if organisation == run.parties.employer:
        for key, row in seen.applications.items():
            if row.talent_id == talent:
                found |= run.of_employer(seen, key)
        return found
    for key, row in seen.referrals.items():
        if row.talent_id == talent and (agreed := run.agreed.get(key)) is not None:
            found |= agreed.now(organisation, seen.now)
    return found


def _text_of(answer: Any) -> str:
    """All that an answer says: of a page, of a table's cells, of a paper's lines."""
    data, kind = answer.data, answer.mimetype
    if kind == "application/pdf":
        document = pypdfium2.PdfDocument(data)
        try:
            return "".join(page.get_textpage().get_text_range() for page in document)
        finally:
            document.close()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(
                packed.read(name).decode(errors="replace") for name in packed.namelist()
            )
    return data.decode(errors="replace")
