"""Every way of reading, walked for each receiver: what of which person is read where."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pypdfium2
from werkzeug.routing import Rule as AddressRule

from talentmarket.core import clock
from talentmarket.core.permissions import TABLE, Who
from tests.integration.security.consent_scene import Scene

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

#: Sent forms that answer with something to read: papers, tables, the ledger; nothing is changed.
READING: dict[str, list[dict[str, str]]] = {
    "org_papers.receipt": [{}],
    "org_papers.letter": [{}],
    "org_people.export": [{}],
    "org_reports.figures": [{}, {"format": "csv"}],
    "org_reports.referral_figures": [{}, {"format": "csv"}],
    "org_reports.ledger": [{}],
    "org_fees.pdf": [{}],
    "org_fees.xlsx": [{}],
    "org_fees.payments_table": [{}],
    "operator.ledger": [{}],
}
#: Other faces of a page, behind the question mark; {headline}: of each person.
FACES: dict[str, list[str]] = {
    "org_desk.job": ["view=board", "view=referred", "view=ended", "order=time", "{picked}"],
    "org_referrals.listed": ["view=board", "view=table", "view=list"],
    "org_referrals.day": ["whose=all"],
    "org_talents.search": ["q={headline}"],
    "talents.search": ["q={headline}"],
    "jobs.search": ["q={headline}"],
    "suggest.proposals": ["q={headline}"],
    "api.jobs": ["q={headline}"],
}
_LINK = re.compile(r'(?:href|src|action)="([^"]*(?:token=|/files/)[^"]*)"')
Where = tuple[str, str]  # reader, endpoint


@dataclass
class Seen:
    """What one walk found: (reader, endpoint, number of the person) → the kinds of words."""

    told: dict[tuple[str, str, int], set[str]] = field(default_factory=dict)
    opened: set[Where] = field(default_factory=set)
    kept: list[str] = field(default_factory=list)  # answers that a cache may keep
    links: list[tuple[str, str]] = field(default_factory=list)  # reader, signed address

    def of(self, number: int) -> dict[Where, set[str]]:
        """Where the person is read, and what."""
        return {(who, at): what for (who, at, one), what in self.told.items() if one == number}


@dataclass
class Walk:
    """Readers with their clients, and rows to fill addresses with."""

    app: Flask
    scene: Scene
    clients: dict[str, FlaskClient]
    orgs: dict[str, str]
    ids: dict[str, list[str]]

    @classmethod
    def of(cls, app: Flask, scene: Scene, make_client: Callable[..., FlaskClient]) -> Walk:
        """The readers of the scene: owners may what every role of theirs may."""
        clients = {name: make_client(one) for name, one in scene.owners.items()}
        clients["hiring manager"] = make_client(scene.manager)
        clients["office"] = make_client(scene.office, second_factor=True)
        clients["signed out"] = make_client(None)
        orgs = {
            "employer": scene.employer.public_id,
            "hiring manager": scene.employer.public_id,
            "asking firm": scene.asker.public_id,
            "firm of the mandate": scene.holder.public_id,
        }
        people = scene.people
        ids = {
            "referral_id": [one.referral for one in people],
            "application_id": [one.application for one in people if one.application],
            "placement_id": [one.placement for one in people if one.placement],
            "file_id": [one for person in people for one in person.files],
            "account": [one.talent.account.public_id for one in people],
            "mandate_id": [scene.mandate.public_id],
            "job_id": [scene.job.public_id, scene.posting.public_id],
            "organisation": sorted(set(orgs.values())),
            "month": [f"{clock.today():%Y-%m}"],
            "act": ["cancel"],
            "form": ["xlsx"],
        }
        return cls(app, scene, clients, orgs, ids)

    def look(self) -> Seen:
        """Open everything that a reader may open."""
        seen = Seen()
        for reader, client in self.clients.items():
            for endpoint, path, sent in self._addresses(reader):
                self._open(seen, reader, client, endpoint, path, sent)
        return seen

    def follow(self, links: list[tuple[str, str]]) -> Seen:
        """Open links again that were kept."""
        seen = Seen()
        for reader, path in links:
            self._open(seen, reader, self.clients[reader], "a kept link", path, None)
        return seen

    def _open(
        self,
        seen: Seen,
        reader: str,
        client: FlaskClient,
        endpoint: str,
        path: str,
        sent: dict[str, str] | None,
    ) -> None:
        answer = client.get(path) if sent is None else client.post(path, data=sent)
        if answer.status_code in (301, 302, 303) and (
            "token=" in answer.location or "/files/" in answer.location
        ):
            seen.links.append((reader, answer.location))
            if (token := answer.location.partition("token=")[2]) != "":
                seen.links.append((reader, f"/files/{token}"))  # the same key at another door
            answer.close()
            answer = client.get(answer.location)
        if answer.status_code >= 400:
            answer.close()
            return
        said = words_of(answer)
        if answer.status_code == 200:
            seen.opened.add((reader, endpoint))
        seen.links += [(reader, one.replace("&amp;", "&")) for one in _LINK.findall(said)]
        for number, person in enumerate(self.scene.people):
            # What stands in the address was typed by the reader, and the page may say it again.
            told = {
                kind for kind, word in person.words.items() if word in said and word not in path
            }
            if told:
                seen.told.setdefault((reader, endpoint, number), set()).update(told)
                if "no-store" not in answer.headers.get("Cache-Control", ""):
                    seen.kept.append(f"{reader} {path}")
        answer.close()

    def _addresses(self, reader: str) -> Iterator[tuple[str, str, dict[str, str] | None]]:
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda one: one.endpoint):
            if not self._is_for(rule, reader):
                continue
            for path in self._filled(rule, reader):
                if "GET" in (rule.methods or ()):
                    yield rule.endpoint, path, None
                    for face in self._faces(rule.endpoint):
                        yield rule.endpoint, f"{path}?{face}", None
                for sent in READING.get(rule.endpoint, ()):
                    yield rule.endpoint, path, sent

    def _faces(self, endpoint: str) -> Iterator[str]:
        for face in FACES.get(endpoint, ()):
            if "{headline}" in face:
                for person in self.scene.people[::4]:  # one of each stage
                    yield face.format(headline=person.words["headline"])
            else:
                some = [one.application for one in self.scene.people if one.application]
                pairs = [some[at : at + 4] for at in range(0, len(some), 4)]
                for four in pairs if "{picked}" in face else [[]]:
                    yield face.format(picked="&".join(f"pick={one}" for one in four))

    def _is_for(self, rule: AddressRule, reader: str) -> bool:
        who = TABLE[rule.endpoint].who
        if who is Who.MEMBER:
            return reader in self.orgs
        if who is Who.OPERATOR:
            return reader == "office"
        if who in (Who.SIGNED_IN, Who.VERIFIED):
            return reader in self.orgs and "application_id" not in rule.arguments
        return rule.endpoint != "static" and reader == "signed out"

    def _filled(self, rule: AddressRule, reader: str) -> Iterator[str]:
        parts = sorted(rule.arguments)
        known: list[list[Any]] = [
            [self.orgs.get(reader, "none")] if part == "org" else self._rows(rule.endpoint, part)
            for part in parts
        ]
        for values in product(*known):
            if self._belongs(dict(zip(parts, values, strict=True))):
                with self.app.test_request_context():
                    bound = self.app.url_map.bind("localhost")
                    yield bound.build(rule.endpoint, dict(zip(parts, values, strict=True)))

    def _rows(self, endpoint: str, part: str) -> list[Any]:
        if part in ("number", "delivery"):
            return [0]
        if part == "code" and endpoint.startswith("site."):
            return []  # a switch of language
        return self.ids.get(part, [])

    def _belongs(self, values: dict[str, Any]) -> bool:
        """A file with its own thread only."""
        if "file_id" not in values:
            return True
        return any(
            values["file_id"] in one.files and values["application_id"] == one.application
            for one in self.scene.people
        )


def words_of(answer: Any) -> str:
    """All that an answer says: body and headers, out of tables and papers too."""
    data, kind = answer.get_data(), answer.mimetype
    if kind == "application/pdf":
        said = _of_pdf(data)
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            said = "".join(packed.read(one).decode("utf-8", "replace") for one in packed.namelist())
    else:
        said = data.decode("utf-8", "replace")
    heads = unquote(" ".join(f"{name}: {value}" for name, value in answer.headers.items()))
    if kind == "application/json":
        said = said.encode().decode("unicode_escape", "replace") + said
    return re.sub(r"(?<=\d)[\s\-](?=\d)", "", heads + said)


def _of_pdf(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()
