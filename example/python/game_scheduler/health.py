"""`python -I -m game_scheduler.health <service>`: exit code 0 when that service, in this container, is well.

Runs every few seconds beside the service, so it imports little: no urllib (TLS, mail), no tempfile (random numbers).
"""

import os
import socket
import sys
import time

LONGEST_SILENCE = 30.0
"""Seconds without a finished run of its loop after which a process counts as stuck."""

_ENDPOINTS = {
    "api": (8000, "/health"),
    "discord": (8090, "/control/health"),
}
_PROCESSES = ("bot", "notification", "status")
_ANSWER_WITHIN = 3.0


def _sign_of_life(process: str) -> str:
    return os.path.join(os.environ.get("TMPDIR", "/tmp"), f"game-scheduler-{process}.alive")


def touch(process: str) -> None:
    """Called by a process after each run of its loop."""
    path = _sign_of_life(process)
    with open(path, "ab"):
        os.utime(path)


def problem(service: str) -> str | None:
    """What is wrong with the service, None when it is well."""
    if service in _ENDPOINTS:
        return _http_problem(*_ENDPOINTS[service])
    if service not in _PROCESSES:
        return f"no service {service!r}; there are {', '.join((*_ENDPOINTS, *_PROCESSES))}"
    try:
        silence = time.time() - os.stat(_sign_of_life(service)).st_mtime
    except FileNotFoundError:
        return f"{service} has not finished a run yet"
    return None if silence <= LONGEST_SILENCE else f"{service} last finished a run {silence:.0f} s ago"


def _http_problem(port: int, path: str) -> str | None:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_ANSWER_WITHIN) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            status = connection.recv(64).split(b"\r\n")[0].decode()
    except OSError as error:
        return f"port {port}: {error}"
    return None if " 200 " in status else f"{path} answered {status!r}"


if __name__ == "__main__":
    sys.exit(problem(sys.argv[1] if len(sys.argv) == 2 else ""))
