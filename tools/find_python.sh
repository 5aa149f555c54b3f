#!/bin/sh
# Prints the first Python that is 3.11 or newer and can make a virtual environment.
# Says on stderr what is missing, and fails, when there is none.
without_venv=
for name in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14; do
    command -v "$name" >/dev/null 2>&1 || continue
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue
    if "$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
    without_venv=$name
done
if [ -n "$without_venv" ]; then
    echo "error: $without_venv cannot make virtual environments (Debian: apt-get install python3-venv)" >&2
else
    echo "error: Python 3.11 or newer is needed (Debian: apt-get install python3 python3-venv)" >&2
fi
exit 1
