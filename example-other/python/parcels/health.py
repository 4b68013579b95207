"""`python -I /app/parcels/health.py web|worker`: exit code 0 while that service, in this container, is well. Imports little: it runs often."""

import os
import socket
import sys
import time


def problem(service: str) -> str | None:
    """What is wrong with the service; None when it is well."""
    try:
        if service == "worker":
            silence = time.time() - os.stat("/tmp/worker.alive").st_mtime
            return None if silence < 30 else f"no sign of life for {silence:.0f} s"
        with socket.create_connection(("127.0.0.1", 8000), timeout=3) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            first = connection.recv(64).split(b"\r\n")[0].decode()
            return None if " 200 " in first else f"/health answered {first!r}"
    except OSError as error:
        return str(error)


if __name__ == "__main__":
    sys.exit(problem(sys.argv[1]))
