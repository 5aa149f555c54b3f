"""`python -m benchmarks [NAME] [options]`; without a name, all of them."""

from __future__ import annotations

import sys
from importlib import import_module

#: Modules of this package with a `main(arguments)`.
NAMES: tuple[str, ...] = ("recognise",)


def main(arguments: list[str]) -> int:
    """Run one benchmark, or all; 2 for a name that is none."""
    if arguments and not arguments[0].startswith("-"):
        name, *rest = arguments
        if name not in NAMES:
            sys.stderr.write(f"no benchmark {name}; there are: {', '.join(NAMES)}\n")
            return 2
        import_module(f"benchmarks.{name}").main(rest)
        return 0
    for name in NAMES:
        import_module(f"benchmarks.{name}").main(arguments)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
