"""What pages promise is known for each queue of the office."""

from __future__ import annotations

from talentmarket.alliance import queues
from talentmarket.web.terms import TERMS


def test_every_queue_has_its_term():
    assert {"jobs", *TERMS.office} == set(queues.NAMES)
    assert all(days > 0 for days in TERMS.office.values())
