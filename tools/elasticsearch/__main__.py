"""``python -m tools.elasticsearch ensure|start|stop|status``."""

import argparse
import sys
from pathlib import Path

from tools.elasticsearch.distribution import ServerError
from tools.elasticsearch.instance import Instance, default_home, ensure


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.elasticsearch", description=__doc__)
    parser.add_argument("action", choices=["ensure", "start", "stop", "status"])
    parser.add_argument("--port", type=int, default=9200, help="0: any free port (default 9200)")
    parser.add_argument(
        "--security", action="store_true", help="passwords, API keys and TLS with an own CA"
    )
    parser.add_argument("--home", type=Path, help="folder of config, data and logs")
    return parser.parse_args()


def main() -> int:
    """Run one action; 0 done, 1 failed (the reason stands on stderr), 3 status: not running."""
    arguments = _arguments()
    home = arguments.home or default_home(arguments.port, security=arguments.security)
    instance = Instance(home, port=arguments.port, security=arguments.security)
    try:
        if arguments.action == "ensure":
            print(ensure(instance))
        elif arguments.action == "start":
            print(instance.start())
        elif arguments.action == "stop":
            print("stopped" if instance.stop() else "was not running")
        else:
            url = instance.running_url()
            print(url or "not running")
            return 0 if url else 3
    except ServerError as error:
        print(f"elasticsearch: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
