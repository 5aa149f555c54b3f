"""Certificates and ladders come from the vocabulary."""

from talentmarket.matching.ways import certificates_of, ladder_of
from talentmarket.taxonomy.model import get_taxonomy


def test_certificates_and_ladders_are_those_of_the_vocabulary():
    taxonomy = get_taxonomy()
    assert "cka" in certificates_of(taxonomy, "kubernetes")
    assert certificates_of(taxonomy, "cka") == ()
    assert certificates_of(taxonomy, "gone-since") == ()
    engineer = ladder_of(taxonomy, "2-02-38-03")
    assert engineer.table == "digital_engineer"
    assert [one.code for one in engineer.steps] == ["primary", "intermediate", "advanced"]
    assert "dte-bigdata" in engineer.certificates
    assert ladder_of(taxonomy, "4-04-05-01").table == "skill_level"
    assert ladder_of(taxonomy, "gone") is None
