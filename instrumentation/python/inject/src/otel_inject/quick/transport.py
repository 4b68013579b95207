"""One connection that stays open, and requests of two system calls, in place of a session of requests for each export."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from opentelemetry.exporter.http.transport._base import BaseHTTPResult, BaseHTTPTransport

_LONGEST_HEAD = 65536


@dataclass(frozen=True, slots=True)
class Result(BaseHTTPResult):
    """What came back. Nobody reads the body of an answer."""

    fields: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        """Empty."""
        return b""

    def headers(self) -> Mapping[str, str]:
        """By name in lower case, as the SDK asks for them."""
        return self.fields


class Transport(BaseHTTPTransport):
    """Requests to one intake without TLS."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "", parts.port or 80
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = f"[{parts.hostname}]" if ":" in self._address[0] else self._address[0]
        self._host = host if self._address[1] == 80 else f"{host}:{self._address[1]}"
        self._connection: socket.socket | None = None

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
        data: bytes | None = None,
    ) -> BaseHTTPResult:
        """One request on the open connection, or on a new one. The address is that of the constructor."""
        try:
            connection = self._connection
            if connection is None:
                connection = self._connection = socket.create_connection(self._address, timeout)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(timeout)
            body = data or b""
            lines = [f"{method} {self._target} HTTP/1.1", f"host: {self._host}", f"content-length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
            connection.sendall("\r\n".join((*lines, "\r\n")).encode("latin-1") + body)
            return self._answer(connection)
        except Exception as error:
            self.close()
            return Result(error=error)

    def _answer(self, connection: socket.socket) -> Result:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more(connection)
            if len(received) > _LONGEST_HEAD:
                raise ConnectionError("the answer's head does not end")
        first, *lines = received[:end].decode("latin-1").split("\r\n")
        version, status, *reason = first.split(" ", 2)
        if not version.startswith("HTTP/1."):
            raise ConnectionError(f"the answer is not HTTP: {first[:40]!r}")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        result = Result(int(status), reason[0] if reason else "", None, fields)
        missing = int(fields["content-length"]) - len(received) + end + 4 if "content-length" in fields else None
        if result.status_code == 204:
            missing = 0
        if missing is None or version == "HTTP/1.0" or fields.get("connection", "").lower() == "close" or missing < 0:
            # Where the body ends is not told in advance, or the server wants it so: another connection next time.
            self.close()
            return result
        while missing > 0:
            missing -= len(self._more(connection))
        return result

    def _more(self, connection: socket.socket) -> bytes:
        received = connection.recv(8192)
        if not received:
            raise ConnectionError("the connection was closed before the answer's end")
        return received

    def is_connection_error(self, exception: Exception | None) -> bool:
        """Whether another try may help: nobody answered, or not to the end."""
        return isinstance(exception, OSError)

    def close(self) -> None:
        """Closes the connection; the next request opens another."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def replace(client: Any) -> None:
    """Gives an exporter's client this transport, where requests would do nothing that it cannot: no TLS, no proxy, no .netrc, no own session."""
    from opentelemetry.exporter.http.transport._requests import RequestsHTTPTransport

    parts = urlsplit(client._endpoint)
    host = parts.hostname or ""
    if parts.scheme != "http" or type(client._transport) is not RequestsHTTPTransport or parts.username is not None:
        return
    if "http" in (proxies := getproxies()) or "all" in proxies:
        if not proxy_bypass(host):
            return
    from requests import Session
    from requests.utils import get_netrc_auth

    session = client._transport._session
    if type(session) is not Session or session.auth or get_netrc_auth(client._endpoint):
        return
    session.close()
    client._transport = Transport(client._endpoint)
