"""One connection that stays open, by `http.client`, in place of a session of requests for each export."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from opentelemetry.exporter.http.transport._base import BaseHTTPResult, BaseHTTPTransport


@dataclass(frozen=True, slots=True)
class Result(BaseHTTPResult):
    """What came back."""

    response: http.client.HTTPResponse | None = None
    body: bytes = b""

    def content(self) -> bytes:
        """The body."""
        return self.body

    def headers(self) -> Mapping[str, str]:
        """Names in any case."""
        return self.response.headers if self.response else {}  # type: ignore[return-value]


class Transport(BaseHTTPTransport):
    """Requests to one intake without TLS."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._connection: http.client.HTTPConnection | None = None

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
        connection = self._connection
        try:
            if connection is None:
                connection = self._connection = http.client.HTTPConnection(self._host, self._port)
            connection.timeout = timeout
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            parts = urlsplit(url)
            connection.request(method, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", data, headers or {})
            response = connection.getresponse()
            return Result(response.status, response.reason, None, response, response.read())
        except Exception as error:
            self.close()
            return Result(error=error)

    def is_connection_error(self, exception: Exception | None) -> bool:
        """Whether another try may help: nobody answered, or not to the end."""
        return isinstance(exception, (OSError, http.client.HTTPException))

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
