"""Mandates become rows: documents, versions of the terms, both signatures, the letter, events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from talentmarket.cli.demo import files
from talentmarket.cli.demo.brokering import partners
from talentmarket.cli.demo.brokering.commissions import REASONS, Commission, columns
from talentmarket.cli.demo.brokering.partners import Partner
from talentmarket.cli.demo.dice import Dice
from talentmarket.cli.demo.people import phone
from talentmarket.cli.demo.rows import Member
from talentmarket.core import files as stored
from talentmarket.core.clock import local
from talentmarket.exchange import models as exchange
from talentmarket.exchange.brokering.mandating import documents
from talentmarket.exchange.brokering.mandating.mandates import mask
from talentmarket.exchange.brokering.mandating.models import (
    OVER,
    Mandate,
    MandateDocument,
    MandateDocumentKind,
    MandateState,
    MandateTerms,
    Party,
    TermsConfirmation,
)
from talentmarket.exchange.brokering.mandating.stages import MANDATE
from talentmarket.exchange.brokering.mandating.terms import Terms
from talentmarket.exchange.models import EntrustmentState
from talentmarket.exchange.stages import By

if TYPE_CHECKING:
    from talentmarket.cli.demo.loading import FirmKeys, Loader

K = MandateDocumentKind
NAMES = {
    K.BRIEF: ("招聘简章.pdf", "Recruitment brief"), K.REGISTRATION: ("营业执照.pdf", "Business licence"),
    K.HANDLER_IDENTITY: ("handler_identity", "Identity of the handler"),
    K.LETTER: ("委托书.pdf", "Letter of entrustment"),
}  # fmt: skip
_BY = {
    "prepare": By.ORGANISATION, "submit": By.ORGANISATION, "return": By.REVIEWER,
    "sign": By.REVIEWER, "countersign": By.CLIENT, "refuse": By.CLIENT, "pause": By.ORGANISATION,
    "freeze": By.OPERATOR, "end": By.CLIENT, "expire": By.SYSTEM,
}  # fmt: skip
#: Mandates that the office has looked at already: every so many.
SAMPLED = 3


@dataclass(slots=True)
class Kept:
    """A mandate whose rows are made: their keys, and who works on it."""

    commission: Commission
    key: int
    terms_key: int
    firm: FirmKeys
    client: FirmKeys


class Writer:
    """Writes one mandate; :meth:`write` gives what its referrals need."""

    def __init__(self, loader: Loader, made: Commission, partner: Partner | None = None) -> None:
        self.loader, self.store, self.made, self.partner = loader, loader.store, made, partner
        self.firm = loader.firms[made.firm.number]
        self.client = loader.firms[made.client.number]
        self.dice = Dice.of(loader.plan.seed, "mandate rows", made.number)
        self.prepared = made.created_at + timedelta(minutes=25)
        assert loader.operator is not None
        self.operator = loader.operator
        self._told: list[tuple[datetime, dict[str, Any]]] = []

    def write(self) -> Kept:
        """All rows of the mandate."""
        key = self._row()
        self._event(self.made.created_at, "start", self.firm.recruiter, to=MandateState.DRAFT,
                    organisation=self.made.firm.public_id, client=self.made.client.public_id,
                    letter=None)  # fmt: skip
        papers = {} if self.made.state is MandateState.DRAFT else self._documents(key)
        terms_key = 0
        if papers:
            terms_key = self._version(key, 1, self.made.terms, self.prepared)
        self._moves(papers)
        if terms_key:
            self._signatures(terms_key, 1)
        self._newer(key)
        if self.partner:
            self._told += partners.write(self.loader, key, self.firm, self.partner)
        for at, values in sorted(self._told, key=lambda one: one[0]):
            self.store.event(at, ("mandate", self.made.public_id), **values)
        return Kept(self.made, key, terms_key, self.firm, self.client)

    # -- the mandate itself -----------------------------------------------------------------------
    def _row(self) -> int:
        made, at = self.made, self.made.at
        signed, active = at("sign"), at("countersign")
        returned = made.state in (MandateState.RETURNED, MandateState.REFUSED)
        frozen = at("freeze")
        sampled = frozen or (active + timedelta(hours=5) if self._sampled and active else None)
        reviewed = signed or at("return")
        why = {MandateState.EXPIRED: None}.get(made.state, REASONS.get(made.state))
        return self.store.add(
            Mandate, public_id=made.public_id, organisation_id=self.firm.organisation,
            client_id=self.client.organisation, client_name=made.client.name,
            client_uscc=made.client.uscc,
            handler_name=None if made.state is MandateState.DRAFT else made.handler,
            handler_contact=None if made.state is MandateState.DRAFT else self._contact(),
            handler_number=None if made.state is MandateState.DRAFT else mask(
                f"{made.client.county}19{self.dice.randint(70, 99)}0{self.dice.randint(1, 9)}"
                f"{self.dice.randint(10, 28)}{self.dice.randint(1000, 9999)}"
            ),
            title=made.posting.title, headcount=made.headcount, valid_until=made.valid_until,
            job_id=made.job_key if at("set_job") else None,
            entrustment_id=self._letter() if active else None,
            consultant_id=self.firm.recruiter.key,
            reviewer_id=self.firm.owner.key if at("submit") else None, reviewed_at=reviewed,
            state=made.state,
            state_before_freeze=str(MandateState.ACTIVE) if frozen else None,
            reason=(made.steps[-1][0] if returned or why else None), reason_text=why or "",
            terms_number=1 if active else None, activated_at=active, sampled_at=sampled,
            sampled_by=self.operator.key if sampled else None, moved_at=made.moved_at,
            created_at=made.created_at,
        )  # fmt: skip

    @property
    def _sampled(self) -> bool:
        active = self.made.at("countersign")
        old = active is not None and self.loader.plan.now - active > timedelta(days=6)
        return old and self.made.number % SAMPLED == 1

    def _contact(self) -> str:
        return phone(4_500_000 + self.made.number)

    def _letter(self) -> int:
        """The letter that carries the firm's postings from the countersignature on."""
        made, dice = self.made, Dice(f"carried:{self.made.public_id}")
        public_id, signed = dice.public_id(), made.at("countersign")
        assert signed is not None
        key = self.store.add(
            exchange.Entrustment, public_id=public_id, organisation_id=self.firm.organisation,
            client_id=self.client.organisation, client_name=made.client.name,
            client_uscc=made.client.uscc, file_id=None, valid_until=made.valid_until,
            state=EntrustmentState.ACCEPTED, submitted_at=self.prepared,
            reviewed_at=made.at("sign"), reviewer_id=self.firm.owner.key,
        )  # fmt: skip
        self.store.event(
            signed, ("entrustment", public_id), "from_mandate",
            states=(None, EntrustmentState.ACCEPTED), data={"mandate": made.public_id},
        )  # fmt: skip
        return key

    # -- documents and terms ----------------------------------------------------------------------
    def _documents(self, key: int) -> dict[str, str]:
        made, found = self.made, dict[str, str]()
        ended = made.moved_at if made.state in OVER else None
        for kind, (name, title) in NAMES.items():
            public_id = Dice(f"paper:{made.public_id}:{kind}").public_id()
            data = files.specimen(title, f"Code: {made.client.uscc}",
                                  "Made for the demonstration, no document.")  # fmt: skip
            file = self.store.add(
                stored.StoredFile, public_id=Dice(f"file:{public_id}").public_id(),
                key=stored.store().put(data), name=name, content_type="application/pdf",
                size=len(data), owner_type="mandate", owner_id=made.public_id,
                purpose=f"mandate-{kind}", uploaded_by=self.firm.recruiter.public_id,
                uploaded_at=self.prepared,
            )  # fmt: skip
            erase = None
            if ended and kind is K.HANDLER_IDENTITY:
                in_force = made.at("countersign") is not None
                erase = documents.erase_day(local(ended).date(), in_force=in_force)
            self.store.add(
                MandateDocument, public_id=public_id, mandate_id=key, kind=kind, file_id=file,
                uploaded_at=self.prepared, replaced_at=None, erase_on=erase,
            )  # fmt: skip
            self._event(self.prepared, "add_document", self.firm.recruiter, kind=str(kind),
                        document=public_id, sha256=hashlib.sha256(data).hexdigest())  # fmt: skip
            found[str(kind)] = public_id
        self._event(self.prepared, "name_handler", self.firm.recruiter)
        return found

    def _version(self, key: int, number: int, terms: Terms, at: datetime) -> int:
        row = self.store.add(
            MandateTerms, mandate_id=key, number=number, **columns(terms), digest=terms.digest(),
            proposed_by=self.firm.recruiter.key, proposed_at=at,
        )  # fmt: skip
        self._event(at, "propose_terms", self.firm.recruiter, number=number, digest=terms.digest())
        return row

    def _signatures(self, terms: int, number: int) -> None:
        signed, active = self.made.at("sign"), self.made.at("countersign")
        digest = self.made.terms.digest()
        if signed:
            self._confirm(terms, Party.FIRM, self.firm.owner, signed, number, digest)
        if active:
            self._confirm(terms, Party.CLIENT, self.client.owner, active, number, digest)
            self._event(active, "terms_in_force", self.client.owner, by_client=True, number=number)

    def _confirm(
        self, terms: int, party: Party, by: Member, at: datetime, number: int, digest: str
    ) -> None:
        self.store.add(
            TermsConfirmation, terms_id=terms, party=party, account_id=by.key, link_id=None,
            confirmed_at=at,
        )  # fmt: skip
        self._event(at, "confirm_terms", by, by_client=party is Party.CLIENT, party=str(party),
                    number=number, digest=digest, link=None)  # fmt: skip

    def _newer(self, key: int) -> None:
        """A second version that the firm has confirmed and the client has yet to."""
        at, newer = self.made.at("new_terms"), self.made.newer
        if at is None or newer is None:
            return
        row = self._version(key, 2, newer, at)
        later = at + timedelta(minutes=40)
        if later < self.loader.plan.now:
            self._confirm(row, Party.FIRM, self.firm.owner, later, 2, newer.digest())

    # -- events -----------------------------------------------------------------------------------
    def _moves(self, papers: dict[str, str]) -> None:
        here = MandateState.DRAFT
        for name, at in self.made.steps:
            if name == "set_job":
                self._event(at, name, self.firm.recruiter, job=self.made.posting.public_id)
                continue
            if name == "new_terms":
                continue
            by = _BY[name]
            target = MANDATE.find(name, here, by).target
            more: dict[str, Any] = {"by": str(by)}
            if name == "submit":
                more["reviewer"] = self.firm.owner.public_id
            elif name == "sign":
                more |= {"terms": 1, "documents": papers}
            elif name == "countersign":
                more |= {"terms": 1, "link": None}
            who = {By.REVIEWER: self.firm.owner, By.CLIENT: self.client.owner,
                   By.OPERATOR: self.operator, By.SYSTEM: None}.get(by, self.firm.recruiter)  # fmt: skip
            self._event(at, name, who, by_client=by is By.CLIENT, office=by is By.OPERATOR,
                        source=here, to=target, **more)  # fmt: skip
            here = target or here

    def _event(
        self,
        at: datetime,
        verb: str,
        who: Member | None,
        *,
        by_client: bool = False,
        office: bool = False,
        source: MandateState | None = None,
        to: MandateState | None = None,
        **data: Any,
    ) -> None:
        firm = self.made.client.public_id if by_client else self.made.firm.public_id
        values = {
            "verb": verb, "actor": who.public_id if who else None,
            "acting_for": firm if who and not office else None, "states": (source, to), "data": data,
        }  # fmt: skip
        self._told.append((at, values))
