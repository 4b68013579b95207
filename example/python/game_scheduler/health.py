"""`python -I -m game_scheduler.health <service>`: exit code 0 when that service, in this container, is well.

Imports the standard library only: it runs every few seconds beside the service.
"""

import sys
import time
import urllib.request
from pathlib import Path
from tempfile import gettempdir

LONGEST_SILENCE = 30.0
"""Seconds without a finished run of its loop after which a process counts as stuck."""

_URLS = {
    "api": "http://127.0.0.1:8000/health",
    "discord": "http://127.0.0.1:8090/control/health",
}
_PROCESSES = ("bot", "notification", "status")


def _sign_of_life(process: str) -> Path:
    return Path(gettempdir()) / f"game-scheduler-{process}.alive"


def touch(process: str) -> None:
    """Called by a process after each run of its loop."""
    _sign_of_life(process).touch()


def problem(service: str) -> str | None:
    """What is wrong with the service, None when it is well."""
    if service in _URLS:
        try:
            with urllib.request.urlopen(_URLS[service], timeout=3):
                return None
        except OSError as error:
            return f"{_URLS[service]}: {error}"
    if service not in _PROCESSES:
        return f"no service {service!r}; there are {', '.join((*_URLS, *_PROCESSES))}"
    try:
        silence = time.time() - _sign_of_life(service).stat().st_mtime
    except FileNotFoundError:
        return f"{service} has not finished a run yet"
    return None if silence <= LONGEST_SILENCE else f"{service} last finished a run {silence:.0f} s ago"


if __name__ == "__main__":
    found = problem(sys.argv[1] if len(sys.argv) == 2 else "")
    sys.exit(found)
