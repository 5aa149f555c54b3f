"""Files of this area as answers."""

from __future__ import annotations

import io

from flask import send_file
from werkzeug.wrappers import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(data: bytes, kind: str, name: str) -> Response:
    """A download that no cache keeps."""
    return send_file(
        io.BytesIO(data), mimetype=kind, as_attachment=True, download_name=name, max_age=0
    )
