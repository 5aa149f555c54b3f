"""``make journeys``: walk the ways of a brokered placement; the last line counts them as JSON.

These four are what is counted; `--all` walks every other way through the house as well (the whole
suite does so too). Other arguments go to pytest.
"""

from __future__ import annotations

import json
import sys

import pytest


class Count:
    """How many journeys were begun and how many came to their end."""

    def __init__(self) -> None:
        self.journeys = 0
        self.passed = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.journeys = len(session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed += 1


def main(arguments: list[str]) -> int:
    """Run the journeys; 0 when all passed and there was one."""
    marks = "brokered or journey" if "--all" in arguments else "brokered"
    further = [one for one in arguments if one != "--all"]
    count = Count()
    command = ["-p", "no:randomly", "-m", marks, "tests/journeys", *further]
    code = int(pytest.main(command, plugins=[count]))
    print(json.dumps({"journeys": count.journeys, "passed": count.passed}), flush=True)
    return code or int(count.passed != count.journeys)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
