"""Which page of this site a reader comes from, when the browser says so."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from flask import request


def asked_on(*paths: str) -> dict[str, str] | None:
    """What the page asked for behind its question mark, where the reader followed a link on one of
    these pages of this site; None for everybody else."""
    try:
        there = urlsplit(request.referrer or "")
        here = urlsplit(request.host_url)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc) or there.path not in paths:
            return None
        return dict(parse_qsl(there.query))
    except ValueError:  # what a browser never sends
        return None
