"""Files of a thread, opened by a link that is good for minutes; and what a form sent."""

from __future__ import annotations

import io

from flask import redirect, request, send_file
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import MultipleFileField

from talentmarket.core import files
from talentmarket.core.db import db
from talentmarket.core.errors import NotFound
from talentmarket.core.masking import mask
from talentmarket.exchange.message_files import MOST_AT_ONCE, Given


def given(field: MultipleFileField) -> list[Given]:
    """The files that were sent; of more or larger ones only as much as shows that they are too many
    or too large."""
    sent = [one for one in field.data or () if getattr(one, "filename", "")]
    most = files.MAX_BYTES + 1
    return [Given(one.filename, one.read(most)) for one in sent[: MOST_AT_ONCE + 1]]


def is_signed() -> bool:
    """Whether the request carries the signature that opens the file."""
    return bool(request.args.get("token"))


def hand_out(file: files.StoredFile, *, masked: bool) -> Response:
    """The file, or first the link that opens it for this viewer: both only after the caller looked
    whether the viewer may, so that a link ends with the consent. `masked`: the name shows no
    numbers yet."""
    viewer = current_user.account.public_id
    token = request.args.get("token")
    if not token:
        answer: Response = redirect(f"{request.path}?token={files.sign(file, viewer)}")
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
    kept, data = files.open_signed(db.session(), token, viewer)
    if kept.id != file.id:
        raise NotFound()
    response = send_file(
        io.BytesIO(data),
        mimetype=kept.content_type,
        as_attachment=True,
        download_name=mask(kept.name) if masked else kept.name,
        max_age=0,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
