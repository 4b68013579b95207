"""One connection that stays open, and requests of two system calls, in place of a session of requests for each export.

With the interpreter's own sockets, which gevent and eventlet leave as they are: `native` says why. Where it can be told that requests would do
nothing that this cannot, requests is not imported at all: gevent could not patch `ssl` behind it any more, and it is 8 MiB.
"""

import _socket as socket
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

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
    """Requests to one intake, whose address each request tells."""

    def __init__(self) -> None:
        self._url = self._target = self._host = ""
        self._address = "", 0
        self._connection: socket.socket | None = None
        # Of an intake with TLS or a password.
        self._other: BaseHTTPTransport | None = None

    def _turn_to(self, url: str) -> None:
        self.close()
        self._url, parts = url, urlsplit(url)
        if parts.scheme != "http" or parts.username is not None:
            from opentelemetry.exporter.http.transport._requests import RequestsHTTPTransport

            self._other = RequestsHTTPTransport()
            return
        self._address = parts.hostname or "", parts.port or 80
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = f"[{parts.hostname}]" if ":" in self._address[0] else self._address[0]
        self._host = host if self._address[1] == 80 else f"{host}:{self._address[1]}"

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
        data: bytes | None = None,
    ) -> BaseHTTPResult:
        """One request on the open connection, or on a new one."""
        try:
            if url != self._url:
                self._turn_to(url)
            if self._other is not None:
                return self._other.request(method, url, headers=headers, timeout=timeout, data=data)
            connection = self._connection
            if connection is None:
                connection = self._connection = _connect(*self._address, timeout)
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
        return isinstance(exception, OSError) or (self._other is not None and self._other.is_connection_error(exception))

    def close(self) -> None:
        """Closes the connection; the next request opens another. Also in a forked child, which must not write to its parent's."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        self._url, self._other = "", None


def _connect(host: str, port: int, timeout: float | None) -> socket.socket:
    """To the first address of the host that answers."""
    failed: OSError = ConnectionError(f"{host} has no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(timeout)
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except OSError as error:
            connection.close()
            failed = error
    raise failed


def install() -> None:
    """Gives exporters this transport from the beginning where nothing in the environment asks for another."""
    from opentelemetry.exporter.otlp.proto.http import _common

    stock = _common.RequestsHTTPTransport

    def build(*, verify: Any = True, cert: Any = None, session: Any = None, **more: Any) -> BaseHTTPTransport:
        plain = verify is True and cert is None and session is None and not more
        return Transport() if plain and not _asks_for_more() else stock(verify=verify, cert=cert, session=session, **more)

    _common.RequestsHTTPTransport = build  # type: ignore[assignment,misc]


def _asks_for_more() -> bool:
    """Whether there may be a proxy or a password for the intake; requests knows."""
    if any(os.environ.get(name) for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "NETRC")):
        return True
    return any(os.path.exists(os.path.expanduser(path)) for path in ("~/.netrc", "~/_netrc"))


def replace(client: Any) -> None:
    """Gives an exporter's client this transport, where requests would do nothing that it cannot: no TLS, no proxy, no .netrc, no own session."""
    from urllib.request import getproxies, proxy_bypass

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
    client._transport = Transport()
