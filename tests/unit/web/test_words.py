"""Every stored code that pages show has a word, and every tone belongs to a code."""

from __future__ import annotations

from enum import StrEnum

import pytest

from talentmarket.core.roles import OrgRole
from talentmarket.core.words import TONES, WORDS, choices, tone, word
from talentmarket.exchange.models import applications, jobs, reports
from talentmarket.members.models import organisations, talents
from tests.unit.web.bare import bare_app

KINDS: list[tuple[str, type[StrEnum]]] = [
    ("application", applications.ApplicationState),
    ("route", applications.ApplicationRoute),
    ("contact_when", applications.ContactWhen),
    ("end_reason", applications.EndReason),
    ("interview", applications.InterviewState),
    ("invitation", applications.InvitationState),
    ("job", jobs.JobState),
    ("origin", jobs.Origin),
    ("channel", jobs.Channel),
    ("job_kind", jobs.JobKind),
    ("pay_unit", jobs.PayUnit),
    ("contract", jobs.Contract),
    ("insurance", jobs.Insurance),
    ("entrustment", jobs.EntrustmentState),
    ("report_kind", reports.ReportKind),
    ("report", reports.ReportState),
    ("visibility", talents.Visibility),
    ("talent", talents.TalentState),
    ("work_mode", talents.WorkMode),
    ("rest_days", talents.RestDays),
    ("availability", talents.Availability),
    ("entry", talents.EntryKind),
    ("verification", talents.VerificationState),
    ("opening", talents.OpeningLevel),
    ("organisation_kind", organisations.OrganisationKind),
    ("organisation", organisations.OrganisationState),
    ("licence", organisations.LicenceState),
    ("document", organisations.DocumentKind),
    ("claim", organisations.ClaimState),
    ("org_role", OrgRole),
]


@pytest.mark.parametrize(("kind", "codes"), KINDS)
def test_every_code_has_a_word(kind: str, codes: type[StrEnum]) -> None:
    assert {str(code) for code in codes} == set(WORDS[kind])


def test_tones_belong_to_codes() -> None:
    for kind, tones in TONES.items():
        assert set(tones) <= set(WORDS[kind])


def test_words_follow_the_language() -> None:
    with bare_app("zh").test_request_context():
        assert word("channel", jobs.Channel.AGENCY) == "代招"
        assert next(iter(dict(choices("visibility")))) == "private"
    with bare_app("en").test_request_context():
        assert word("channel", jobs.Channel.AGENCY) == "Agency"


def test_a_code_without_a_word_is_seen() -> None:
    assert word("job", "melted") == "melted"
    assert tone("job", "melted") == ""
    with pytest.raises(KeyError):
        word("weather", "rain")
