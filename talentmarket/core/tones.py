"""In which tone a stored code is shown: a table beside that of the words."""

from __future__ import annotations

#: Tone of the tag a code stands in; codes that are not named are quiet.
TONES: dict[str, dict[str, str]] = {
    "application": {
        "viewed": "brand",
        "shortlisted": "ok",
        "interview": "ok",
        "offer": "ok",
        "accepted": "ok",
        "started": "ok",
        "confirmed": "ok",
        "rejected": "bad",
        "unanswered": "bad",
        "offer_rescinded": "bad",
    },
    "interview": {"proposed": "warn", "accepted": "ok"},
    "invitation": {"seen": "brand", "accepted": "ok"},
    "invitation_received": {"sent": "brand", "accepted": "ok"},
    "referral": {
        "asked": "brand",
        "interested": "brand",
        "consented": "warn",
        "sent": "ok",
    },
    "placement": {
        "agreed": "brand",
        "in_guarantee": "ok",
        "guaranteed": "ok",
        "left": "warn",
        "not_started": "bad",
    },
    "referral_claim": {
        "pending": "brand",
        "standing": "ok",
        "known": "warn",
        "disputed": "warn",
        "refused": "bad",
    },
    "job": {
        "in_review": "brand",
        "returned": "warn",
        "rejected": "bad",
        "published": "ok",
        "paused": "warn",
    },
    "channel": {"direct": "ok", "agency": "plum"},
    "entrustment": {"in_review": "brand", "returned": "warn", "accepted": "ok", "refused": "bad"},
    "report": {"open": "warn", "upheld": "bad"},
    "verification": {"claimed": "warn", "in_review": "brand", "verified": "ok", "refused": "bad"},
    "organisation": {
        "in_review": "brand",
        "returned": "warn",
        "verified": "ok",
        "renewal_due": "warn",
        "lapsed": "bad",
        "refused": "bad",
        "suspended": "bad",
    },
    "licence": {
        "in_review": "brand",
        "returned": "warn",
        "valid": "ok",
        "refused": "bad",
        "revoked": "bad",
    },
    "delivery": {"waiting": "brand", "sent": "ok", "failed": "bad"},
    "model": {"champion": "ok", "candidate": "brand"},
    "claim": {"at_owner": "brand", "at_operator": "brand", "accepted": "ok", "refused": "bad"},
    "talent": {"suspended": "bad"},
    "account": {"suspended": "bad"},
}
