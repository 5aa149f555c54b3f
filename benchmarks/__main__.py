"""`python -m benchmarks [GROUP …] [--only NAME] [--quick] [--postings FILE]`.

Without a group all of them run. Each row is one JSON line on stdout, progress goes to stderr.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.registry import GROUPS, Options, of_group, run


def main(arguments: list[str]) -> int:
    """Run what was asked for; 2 for a name that is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this row only")
    parser.add_argument("--quick", action="store_true", help="smaller counts, for a first look")
    parser.add_argument("--postings", type=Path, metavar="FILE", help="a CSV, .gz too")
    parser.add_argument("--list", action="store_true", help="name the rows and end")
    given = parser.parse_args(arguments)
    for group in given.groups:
        if group not in GROUPS:
            parser.error(f"no group {group}; there are: {', '.join(GROUPS)}")
    if given.postings and not given.postings.is_file():
        parser.error(f"no file {given.postings}")
    found = [one for group in given.groups or GROUPS for one in of_group(group)]
    names = [name for one in found for name in one.names]
    for name in given.only:
        if name not in names:
            parser.error(f"no row {name}; there are: {', '.join(names)}")
    if given.list:
        sys.stdout.write("".join(f"{name}\n" for name in names))
        return 0
    for row in run(found, Options(given.quick, given.postings), frozenset(given.only)):
        sys.stdout.write(f"{row.line()}\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
