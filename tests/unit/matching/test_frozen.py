"""A frozen profile scores as the living one did, and an old or poor one is merely unknown."""

from __future__ import annotations

from talentmarket.matching.frozen import snapshot_facts
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.score import score
from talentmarket.taxonomy.model import get_taxonomy
from tests.unit.matching.test_score import JOB

ENTRY = {
    "id": "e1",
    "kind": "certificate",
    "title": "大数据工程技术人员",
    "verification": "verified",
}


def test_only_entries_that_were_sent_prove_anything() -> None:
    skill = {"skill": "spark", "level": 3, "state": "met", "evidence": ["e1", "kept-back"]}
    shown = snapshot_facts("t", {"skills": [skill], "entries": [ENTRY]})
    assert shown.by_skill["spark"].verified
    assert [one.title for one in shown.by_skill["spark"].evidence] == ["大数据工程技术人员"]
    assert not snapshot_facts("t", {"skills": [skill], "entries": []}).by_skill["spark"].verified


def test_an_empty_snapshot_is_unknown_throughout() -> None:
    found = score(JOB, snapshot_facts("t", {}), Kinship(get_taxonomy()), 2026, "t")
    assert found.total is None
    assert found.exact == 0
    assert found.counts["unknown"] == len(found.rows)
