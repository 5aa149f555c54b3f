"""What must hold of firms: nobody works on another's mandate without a part in it, and a step against
a firm has its grounds and takes away what it says."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from tests.integration.brokering.any_order.acts import RUNNING, Run
from tests.integration.brokering.any_order.world import Seen

#: Steps in order, what each takes away, and from how many strikes on, as published.
_STEPS = {"warning": 3, "no_joining": 5, "no_asking": 8, "suspension": 12}
_NO_JOINING = ("no_joining", "no_asking", "suspension")
_NO_ASKING = ("no_asking", "suspension")
#: States of an asking that go on, by how the firm went.
_GOES_ON = {"left": ("consented",), "excluded": (), "joined": RUNNING}


class Broken(AssertionError):
    """A rule does not hold."""


class Firms:
    """Goes through these rules after each act of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        #: By firm (public id): when something counted against it.
        self.strikes: dict[str, list[datetime]] = defaultdict(list)

    def follow(self, row: Any, seen: Seen) -> None:
        """One event, as it was told."""
        if row.subject_type == "referral":
            if (row.verb, row.from_state) == ("lapse", "consented") or row.verb == "claim_refuse":
                self.strikes[row.data["firm"]].append(seen.now)
            if row.verb in ("ask", "apply", "consent", "send"):
                self._has_a_part(row, seen)
            if row.verb == "ask":
                self._not_taken_away(self._key_of(row.data["firm"]), seen, _NO_ASKING)
        elif row.verb == "joining_ask":
            self._not_taken_away(self._key_of(row.data["firm"]), seen, _NO_JOINING)
        elif row.verb == "measure_taken":
            self._has_grounds(row, seen)

    def _key_of(self, public: str) -> int:
        return next(key for key, one in self.run.parties.public.items() if one == public)

    def _has_a_part(self, row: Any, seen: Seen) -> None:
        referral = next(one for one in seen.referrals.values() if one.public_id == row.subject_id)
        if seen.mandates[referral.mandate_id].organisation_id == referral.firm_id:
            return
        part = seen.part_of(referral.mandate_id, referral.firm_id)
        allowed = ("joined", "left") if row.verb == "send" else ("joined",)
        if part is None or part.state not in allowed:
            raise Broken(f"{row.verb} by a firm without a part in the mandate")

    def _not_taken_away(self, firm: int, seen: Seen, steps: tuple[str, ...]) -> None:
        for one in seen.measures.values():
            holds = one.ruling != "lifted" and (one.until is None or one.until > seen.now)
            if one.organisation_id == firm and one.step in steps and holds:
                raise Broken(f"a firm did what the step {one.step} takes away")

    def _has_grounds(self, row: Any, seen: Seen) -> None:
        counted, step = sum(row.data["counted"].values()), row.data["step"]
        since = seen.now - timedelta(days=181)
        grounds = [at for at in self.strikes[row.subject_id] if at >= since]
        if not _STEPS[step] <= counted <= len(grounds):
            raise Broken(f"the step {step} for {counted} of {len(grounds)}")

    def after(self, seen: Seen) -> None:
        """What a firm that went has taken back."""
        for one in seen.referrals.values():
            if one.state not in RUNNING:
                continue
            if seen.mandates[one.mandate_id].organisation_id == one.firm_id:
                continue
            part = seen.part_of(one.mandate_id, one.firm_id)
            if part is None or one.state not in _GOES_ON.get(part.state, RUNNING):
                raise Broken(f"{one.state} goes on without a part in the mandate")
