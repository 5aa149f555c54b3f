"""The one table that decides who may open which route.

Every endpoint has exactly one rule here; a test walks the address map and fails for one without.
The factory asks :func:`decide` before each request, so a forgotten check in a route cannot open
it. Tenancy stands in the address: a rule for members looks at `/org/<org>/…`; somebody who is not
a member of that organisation gets 404, a member with another role 403.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from talentmarket.core.roles import OrgRole


class Who(StrEnum):
    """The broad group a route is for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    VERIFIED = "verified"  # signed in, with a verified number
    MEMBER = "member"
    OPERATOR = "operator"
    DEMO = "demo"  # exists in demo mode only


class Decision(StrEnum):
    """What becomes of a request."""

    ALLOW = "allow"
    SIGN_IN = "sign_in"
    VERIFY = "verify"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class Rule:
    """Who may, and as a member with which roles (empty: any role)."""

    who: Who
    roles: frozenset[OrgRole] = frozenset()


class Viewer(Protocol):
    """The person that asks."""

    is_authenticated: bool
    is_operator: bool
    is_verified: bool

    def role_in(self, org: str) -> OrgRole | None:
        """Role in the organisation with this public id; None for none or a removed one."""


PUBLIC = Rule(Who.PUBLIC)
SIGNED_IN = Rule(Who.SIGNED_IN)
VERIFIED = Rule(Who.VERIFIED)
OPERATOR = Rule(Who.OPERATOR)
DEMO = Rule(Who.DEMO)


def member(*roles: OrgRole) -> Rule:
    """Members of the organisation in the address, with one of `roles` where given."""
    return Rule(Who.MEMBER, frozenset(roles))


_O, _R, _H, _C = OrgRole.OWNER, OrgRole.RECRUITER, OrgRole.HIRING_MANAGER, OrgRole.CONSULTANT
_F = OrgRole.FINANCE
ANY_MEMBER = member()
OWNER = member(_O)
#: Those who work with jobs and applications.
DESK = member(_O, _R, _C)
#: Those who see what is earned and owed.
BOOKS = member(_O, _F)
#: Those who see referrals and what became of placements: people by number, never their contact.
ACCOUNTS = member(_O, _R, _C, _F, OrgRole.VIEWER)
#: Those who see applications: the desk and hiring managers (own jobs, no contact data).
READERS = member(_O, _R, _C, _H)


def decide(rule: Rule, viewer: Viewer, org: str | None = None, *, demo: bool = False) -> Decision:
    """What becomes of a request under `rule` by `viewer` (`org`: public id in the address)."""
    if rule.who is Who.PUBLIC:
        return Decision.ALLOW
    if rule.who is Who.DEMO:
        return Decision.ALLOW if demo else Decision.NOT_FOUND
    if not viewer.is_authenticated:
        return Decision.SIGN_IN
    if rule.who is Who.OPERATOR:
        return Decision.ALLOW if viewer.is_operator else Decision.NOT_FOUND
    if rule.who is Who.MEMBER:
        role = viewer.role_in(org) if org else None
        if role is None:
            return Decision.NOT_FOUND
        return Decision.ALLOW if not rule.roles or role in rule.roles else Decision.FORBIDDEN
    if rule.who is Who.VERIFIED and not viewer.is_verified:
        return Decision.VERIFY
    return Decision.ALLOW


TABLE: dict[str, Rule] = {}


def rules(prefix: str, rule: Rule, endpoints: Iterable[str]) -> None:
    """Add rows for the endpoints of one blueprint; a second row for an endpoint is an error."""
    for name in endpoints:
        endpoint = f"{prefix}.{name}" if prefix else name
        if endpoint in TABLE:
            raise ValueError(f"two rules for {endpoint}")
        TABLE[endpoint] = rule


# --- the table ---------------------------------------------------------------------------------
rules("", PUBLIC, ["static"])
rules("site", PUBLIC, ["home", "language", "theme", "healthz", "readyz", "robots"])
rules("site", PUBLIC, ["matching", "rules", "help", "accessibility", "skills"])
rules(
    "account",
    PUBLIC,
    [
        "sign_in",
        "sign_in_password",
        "sign_up",
        "sign_out",
        "complete",
        "second_proof",
        "second_factor",
        "reset",
        "privacy",
    ],
)
rules(
    "account",
    SIGNED_IN,
    [
        "verify",
        "prove",
        "settings",
        "ranking",
        "identifier",
        "remove_identifier",
        "security",
        "password",
        "enrol",
        "enrol_qr",
        "second_factor_off",
        "revoke_session",
        "revoke_others",
        "data",
        "agree",
        "export",
        "erase",
    ],
)
rules("notices", SIGNED_IN, ["inbox", "open_notice", "read_all"])
rules("notices", PUBLIC, ["unsubscribe"])
rules("notices", DEMO, ["demo_mail"])
rules("dev", DEMO, ["components"])
rules("applications", VERIFIED, ["apply", "write", "move", "answer_interview", "change_interview"])
rules(
    "applications",
    SIGNED_IN,
    [
        "mine",
        "show",
        "snapshot",
        "message_file",
        "report_message",
        "withdraw",
        "undo",
        "take_back",
        "remind",
        "ask_review",
        "interview_file",
        "invitations",
        "invitation",
        "decline_invitation",
    ],
)
rules("org_desk", READERS, ["home", "job", "show", "note", "interview_file"])
rules(
    "org_desk",
    DESK,
    [
        "move",
        "undo",
        "refuse",
        "batch",
        "write",
        "message_file",
        "report_message",
        "interview",
        "answer_interview",
        "change_interview",
        "invitations",
        "invite",
        "withdraw_invitation",
    ],
)
rules(
    "me",
    SIGNED_IN,
    [
        *("home", "profile", "basics", "wishes", "visibility", "sections", "preview", "openings"),
        *("new_entry", "entry", "remove_entry", "proof", "show_proof"),
        *("ask_verification", "recall_verification"),
        *("add_skill", "suggest_skills", "skill", "remove_skill"),
        *("import_text", "review", "blocks", "lift_block"),
        *("exclusions", "drop_exclusion"),
        *("onboarding", "start", "onboarding_step", "save_draft", "drop_draft"),
    ],
)
rules("jobs", PUBLIC, ["show", "report", "report_organisation"])
rules("jobs", SIGNED_IN, ["saved_jobs", "save", "unsave"])
rules("jobs", PUBLIC, ["search"])
rules("suggest", PUBLIC, ["proposals"])
rules("talents", PUBLIC, ["search", "show"])
rules("org_talents", DESK, ["search", "show"])
rules("org_saved_searches", DESK, ["listed", "new", "suiting", "show", "remove"])
rules("organisations", PUBLIC, ["search", "firms", "show"])
rules(
    "operator",
    OPERATOR,
    [
        *("home", "jobs", "job", "entrustments", "entrustment", "entrustment_file"),
        *("measures", "measure"),
        *("disputes", "dispute", "starts", "start", "start_file"),
        *("ledger", "ledger_check"),
        *("reports", "report", "organisations", "all_organisations", "organisation", "document"),
        *("licences", "licence", "licence_file", "claims", "claim", "claim_file"),
        *("entries", "entry"),
        *("users", "user", "lift", "person", "events", "deliveries", "retry"),
        *("index", "revive", "check"),
        *("mandates", "mandate", "mandate_document"),
        *("assessments", "assessment", "assess", "self_checks", "new_self_check", "self_check"),
        *("incidents", "new_incident", "incident", "edit_incident"),
        *("models", "serve", "roll_back", "audit", "begin_trial", "end_trial"),
    ],
)
rules("organisations", SIGNED_IN, ["open_file"])
rules("organisations", VERIFIED, ["new", "claim", "join"])
rules("org", ANY_MEMBER, ["home", "members", "leave"])
rules("org", DESK, ["documents", "document", "licence", "licence_file"])
rules(
    "org",
    OWNER,
    [
        *("settings", "invite", "revoke", "role", "remove", "claims", "answer_claim", "claim_file"),
        *("add_document", "remove_document", "submit", "recall", "submit_licence"),
    ],
)
rules("api", PUBLIC, ["jobs", "snapshot", "changes", "job", "proposals", "openapi"])
rules("interface", PUBLIC, ["page"])
rules("feeds", PUBLIC, ["atom", "saved", "sitemap", "sitemap_part"])
rules("me_matches", SIGNED_IN, ["matches", "learn", "review"])
rules("saved_searches", SIGNED_IN, ["listed", "new", "suiting", "show", "remove", "feed"])
rules("referrals", SIGNED_IN, ["listed", "show", "interest", "decline", "withdraw"])
rules("referrals", VERIFIED, ["consent"])  # opens an application
rules("org_referrals", DESK, ["day", "batch", "new", "show", "send", "refuse", "recall"])
rules("org_referrals", DESK, ["dispute", "offer", "leave", "remedy"])
rules("org_referrals", ACCOUNTS, ["listed", "placements", "placement"])
rules("org_referrals", DESK, ["received", "referred", "answer", "object_to"])
rules("org_referrals", DESK, ["schedule", "let_schedule"])
rules("org_mandates", ANY_MEMBER, ["listed", "show", "compare", "letter"])
rules("org_mandates", ANY_MEMBER, ["given", "show_given", "compare_given"])
rules("org_mandates", OWNER, ["answer_given", "move_given", "elsewhere", "hand_over"])
rules(
    "org_mandates",
    DESK,
    [
        *("new", "edit", "add_document", "document", "handler", "terms", "submit"),
        *("answer", "move", "link", "confirm", "job", "given_document"),
    ],
)
rules("org_firm", OWNER, ["fields", "appeal"])
rules("org_firm", ANY_MEMBER, ["standing"])
rules("org_joining", ANY_MEMBER, ["listed", "show", "firms"])
rules("org_joining", DESK, ["join", "leave", "brief", "answer", "exclude"])
rules("mandates", PUBLIC, ["sign", "code", "signed"])
rules("starts", PUBLIC, ["by_link"])
rules("starts", SIGNED_IN, ["mine", "my_file"])
rules("org_starts", DESK, ["case", "file"])
rules("org_jobs", ANY_MEMBER, ["listed", "show"])
rules(
    "org_jobs",
    DESK,
    [
        *("new", "edit", "copy", "adopt", "check", "submit", "letters"),
        *("move", "extend", "reopen", "fill", "withdraw"),
    ],
)
rules("papers", PUBLIC, ["ask", "show"])
rules("org_papers", DESK, ["letter", "receipt"])
rules(
    "org_people",
    DESK,
    [
        *("listed", "new", "show", "edit", "contact", "hand_over", "remove", "invite", "revoke"),
        *("duplicates", "merge", "export"),
        *("shortlisted", "pair", "import_sent", "import_shown", "import_taken", "import_report"),
    ],
)
rules("invited", PUBLIC, ["show", "refuse", "refused"])
rules("invited", VERIFIED, ["accept"])
rules("records", SIGNED_IN, ["listed", "delete"])
rules("org_fees", BOOKS, ["home", "month", "pdf", "xlsx"])
rules("org_fees", BOOKS, ["payments", "reverse", "payments_table", "share", "received"])
rules("org_reports", DESK, ["home", "figures", "ledger", "referrals", "referral_figures"])
