"""What the event table holds, in the reader's words; the codes stand beside them, small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import current_app, url_for

from talentmarket.core.events import Event
from talentmarket.core.words import WORDS, word

#: Subjects whose histories on other pages have a kind of verbs of their own.
_VERBS = {
    "application": "application_verb",
    "incident": "incident_step",
    "mandate": "mandate_verb",
    "placement": "placement_verb",
    "referral": "referral_verb",
}
#: Subject → kinds of which the states of its events are.
_STATES = {
    "account": ("account",),
    "application": ("application",),
    "assessment": ("conclusion",),
    "claim": ("claim",),
    "entrustment": ("entrustment",),
    "invitation": ("invitation",),
    "job": ("job",),
    "ledger_entry": ("ledger_entry",),
    "licence": ("licence",),
    "mandate": ("mandate",),
    "organisation": ("organisation", "org_role"),
    "paper": ("paper",),
    "placement": ("placement",),
    "referral": ("referral", "referral_claim"),
    "report": ("report",),
    "talent": ("visibility",),
}
#: The same where a verb is about something that has states of its own, by how it begins.
_STATES_OF_VERB = {"interview_": ("interview",), "claim_": ("referral_claim",)}
#: Subject → kinds of which the reasons of its events are.
_REASONS = {
    "account": ("account_reason", "purpose"),
    "application": ("end_reason",),
    "job": ("review_reason", "end_reason"),
    "ledger_entry": ("payment_error",),
    "licence": ("organisation_reason",),
    "mandate": ("mandate_verb",),
    "organisation": ("organisation_reason",),
    "placement": ("leaving_cause", "start_ruling"),
    "referral": ("referral_answer", "dispute_kind", "ruling", "end_reason"),
    "talent": ("purpose", "not_asked", "entry_reason"),
}


@dataclass(frozen=True, slots=True)
class Happened:
    """One row of the table: words for people, `event` for the codes."""

    event: Event
    verb: str
    subject: str
    change: str
    reason: str
    #: All that happened to the same subject; None where there is no page of events.
    url: str | None

    @property
    def codes(self) -> str:
        """Verb, states and reason as they are stored."""
        change = "→".join(one for one in (self.event.from_state, self.event.to_state) if one)
        return " ".join(one for one in (self.event.verb, change, self.event.reason) if one)


def event_rows(events: Iterable[Event]) -> list[Happened]:
    """Events for the table of the operator's pages."""
    return [_happened(event) for event in events]


def verb_word(subject: str, verb: str) -> str:
    """What was done; the code where there is no word, so that the gap is seen."""
    for kind, code in _kinds_of_verb(subject, verb):
        if code in WORDS[kind]:
            return word(kind, code)
    return verb


def _kinds_of_verb(subject: str, verb: str) -> Iterator[tuple[str, str]]:
    if subject in _VERBS:
        yield _VERBS[subject], verb
    yield "event_verb", f"{subject}.{verb}"
    yield "event_verb", verb


def _happened(event: Event) -> Happened:
    states = (event.from_state, event.to_state)
    return Happened(
        event=event,
        verb=verb_word(event.subject_type, event.verb),
        subject=word("event_subject", event.subject_type),
        change=" → ".join(_state(event, code) for code in states if code),
        reason=_first(_REASONS.get(event.subject_type, ()), event.reason) if event.reason else "",
        url=_all_of(event),
    )


def _state(event: Event, code: str) -> str:
    begins = (kinds for begin, kinds in _STATES_OF_VERB.items() if event.verb.startswith(begin))
    return _first(next(begins, _STATES.get(event.subject_type, ())), code)


def _first(kinds: Iterable[str], code: str) -> str:
    """The word of the first kind that knows the code."""
    for kind in (*kinds, "event_reason"):
        if code in WORDS[kind]:
            return word(kind, code)
    return code


def _all_of(event: Event) -> str | None:
    if "operator.events" not in current_app.view_functions:
        return None
    return url_for("operator.events", subject_type=event.subject_type, subject_id=event.subject_id)


def verb_choices() -> list[tuple[str, str]]:
    """Verbs for the search among events: code and word, those of one word together."""
    found: dict[str, dict[str, None]] = {}
    for kind in ("event_verb", *_VERBS.values()):
        for code in WORDS[kind]:
            found.setdefault(code.rpartition(".")[2], {})[word(kind, code)] = None
    return [(code, " / ".join(texts)) for code, texts in found.items()]
