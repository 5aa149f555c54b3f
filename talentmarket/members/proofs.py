"""The proofs of an organisation: kept encrypted, opened through a permission and a signed link."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from talentmarket.core import clock, files, tasks
from talentmarket.core.errors import Conflict, Invalid, NotFound
from talentmarket.core.events import Actor, record
from talentmarket.members.models import DocumentKind, Organisation, OrganisationDocument

PROOF_TYPES = ("application/pdf", "image/png", "image/jpeg")
MOST_PROOFS = 20


def add_document(
    session: Session,
    organisation: Organisation,
    kind: DocumentKind,
    data: bytes,
    file_name: str,
    *,
    actor: Actor,
) -> OrganisationDocument:
    """Keep a proof. Raises Invalid for a file of another type, an empty or a too large one."""
    held = session.scalar(
        sa.select(sa.func.count())
        .select_from(OrganisationDocument)
        .where(OrganisationDocument.organisation_id == organisation.id)
    )
    if (held or 0) >= MOST_PROOFS:
        raise Invalid({"file": _l("最多保存 20 份材料，请先移除不用的。")})
    kept = files.keep(
        session,
        data,
        file_name,
        owner_type="organisation",
        owner_id=organisation.public_id,
        purpose=str(kind),
        uploaded_by=actor.account,
        allowed=PROOF_TYPES,
    )
    document = OrganisationDocument(
        organisation_id=organisation.id, kind=kind, file_id=kept.id, uploaded_at=clock.now()
    )
    session.add(document)
    session.flush()
    record(
        session,
        "organisation",
        organisation.public_id,
        "add_document",
        actor=actor,
        kind=str(kind),
        document=document.public_id,
    )
    return document


def documents_of(
    session: Session, organisation: Organisation
) -> list[tuple[OrganisationDocument, files.StoredFile]]:
    """The proofs with their files, newest first."""
    rows = session.execute(
        sa.select(OrganisationDocument, files.StoredFile)
        .join(files.StoredFile, files.StoredFile.id == OrganisationDocument.file_id)
        .where(OrganisationDocument.organisation_id == organisation.id)
        .order_by(OrganisationDocument.id.desc())
    )
    return [(document, file) for document, file in rows]


def find_document(
    session: Session, organisation: Organisation, public_id: str
) -> tuple[OrganisationDocument, files.StoredFile]:
    """One of the organisation's proofs. Raises NotFound."""
    for document, file in documents_of(session, organisation):
        if document.public_id == public_id:
            return document, file
    raise NotFound()


def remove_document(
    session: Session, organisation: Organisation, public_id: str, *, actor: Actor
) -> None:
    """Take a proof back that nobody relies on yet. Raises NotFound, Conflict."""
    document, file = find_document(session, organisation, public_id)
    if organisation.submitted_at is not None:
        raise Conflict(_l("材料正在审核，现在不能移除。"), code="under-review")
    if organisation.verified_at and document.uploaded_at <= organisation.verified_at:
        raise Conflict(_l("这份材料是核验的依据，须保存，不能移除。"), code="relied-on")
    session.delete(document)
    file.erased_at = clock.now()
    file.name = ""
    # The bytes go once this is stored: a file must not be lost to a transaction that failed.
    tasks.put(session, "erase-file", {"key": file.key}, key=f"erase-file:{file.key}")
    session.flush()
    record(
        session,
        "organisation",
        organisation.public_id,
        "remove_document",
        actor=actor,
        document=public_id,
    )
