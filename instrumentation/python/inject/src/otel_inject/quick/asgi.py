"""The server span and the metrics of a request, computed once.

The stock middleware matches the route a second time, decodes every header for each one it looks for, sets each attribute twice and builds the
attributes of metrics it does not record. Its names, attributes and metrics are kept; tests compare both on the same application.
"""

import logging
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from timeit import default_timer
from typing import Any

from opentelemetry import context, trace
from opentelemetry.instrumentation._semconv import _StabilityMode
from opentelemetry.instrumentation.propagators import get_global_response_propagator
from opentelemetry.instrumentation.utils import is_http_instrumentation_enabled
from opentelemetry.propagate import extract
from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.status import Status
from opentelemetry.util.http import detect_synthetic_user_agent, sanitize_method

from otel_inject import frameworks, overhead

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ERROR = Status(StatusCode.ERROR)
_logger = logging.getLogger("opentelemetry.sdk._shared_internal")


def install() -> None:
    """Takes the place of the middleware's `__call__`, for requests that need nothing special."""
    from opentelemetry.instrumentation import asgi

    middleware = asgi.OpenTelemetryMiddleware
    stock = middleware.__call__
    default = asgi.get_default_span_details

    async def __call__(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_http_instrumentation_enabled() or special(self):
            return await stock(self, scope, receive, send)
        excluded = self.excluded_urls
        if excluded and excluded._excluded_urls and excluded.url_disabled(asgi.get_host_port_url_tuple(scope)[2]):
            return await self.app(scope, receive, send)
        await _request(self, scope, receive, send, self.default_span_details is not default)

    middleware.__call__ = __call__  # type: ignore[method-assign]
    overhead.time_methods(_Request, "__init__", "answer", "answered", "finish")


def special(middleware: Any) -> bool:
    """Whether hooks, captured headers, older conventions or spans of messages are wanted, which the stock middleware does."""
    known = middleware.__dict__.get("_quick_special")
    if known is None:
        known = middleware._quick_special = bool(
            middleware._sem_conv_opt_in_mode is not _StabilityMode.HTTP
            or not (middleware.exclude_send_span and middleware.exclude_receive_span)
            or middleware.server_request_hook
            or middleware.client_request_hook
            or middleware.client_response_hook
            or middleware.http_capture_headers_server_request
            or middleware.http_capture_headers_server_response
        )
    return known or get_global_response_propagator() is not None


async def _request(middleware: Any, scope: Scope, receive: Receive, send: Send, routed: bool) -> None:
    request = _Request(middleware, scope, routed)

    async def sent(message: MutableMapping[str, Any]) -> None:
        request.safely(request.answer, message)
        await send(message)
        request.safely(request.answered, message)

    try:
        with trace.use_span(request.span, end_on_exit=False):
            await middleware.app(scope, receive, sent)
    finally:
        request.safely(request.finish)
        if request.token is not None:
            context.detach(request.token)
        if request.span.is_recording():
            request.span.end()


class _Request:
    """One request: its span and what its metrics need."""

    def __init__(self, middleware: Any, scope: Scope, routed: bool) -> None:
        self.start = default_timer()
        self.middleware, self.scope, self.routed = middleware, scope, routed
        self.headers = _headers(scope)
        self.attributes = _attributes(scope, self.headers)
        self.status: int | None = None
        self.length: bytes | None = None
        self.trailers = False
        self.token = None
        method = self.attributes.get("http.request.method", "")
        self.shown = "HTTP" if method == "_OTHER" else method
        kind, parent = SpanKind.INTERNAL, context.get_current()
        if trace.get_current_span(parent) is trace.INVALID_SPAN:
            kind, parent = SpanKind.SERVER, extract(self.headers)
            self.token = context.attach(parent)
        if routed:
            # The framework finds the route while it handles the request, and leaves the endpoint in the scope.
            name, self.asked = self.shown, dict(scope)
        else:
            name, more = middleware.default_span_details(scope)
            self.attributes.update(more)
        self.span = middleware.tracer.start_span(name, parent, kind, self.attributes)
        self.counted = {key: self.attributes[key] for key in ("http.request.method", "url.scheme") if key in self.attributes}
        middleware.active_requests_counter.add(1, self.counted)

    def safely(self, action: Callable[..., None], *arguments: Any) -> None:
        """The application's answer does not depend on it."""
        try:
            action(*arguments)
        except Exception:
            _logger.exception("Failed to describe a request.")

    def name(self) -> None:
        """The route, once it is known."""
        if self.routed and "http.route" not in self.attributes:
            route = _route(self.middleware, self.scope, self.asked)
            if route:
                self.attributes["http.route"] = route
                self.span.set_attribute("http.route", route)
                self.span.update_name(f"{self.shown} {route}" if self.shown else route)

    def answer(self, message: MutableMapping[str, Any]) -> None:
        """Before a message of the answer is sent."""
        if message["type"] != "http.response.start":
            return
        self.name()
        status = self.status = message["status"]
        self.span.set_attribute("http.response.status_code", status)
        if status >= 500:
            self.span.set_attribute("error.type", str(status))
            self.span.set_status(_ERROR)
        for key, value in message.get("headers") or ():
            if key == b"content-length" or key.lower() == b"content-length":
                self.length = value
        self.trailers = message.get("trailers", False)

    def answered(self, message: MutableMapping[str, Any]) -> None:
        """After it is sent: the span ends with the last, whatever the application does afterwards."""
        kind = message["type"]
        if (kind == "http.response.body" and not message.get("more_body", False) and not self.trailers) or (
            kind == "http.response.trailers" and not message.get("more_trailers", False)
        ):
            self.span.end()

    def finish(self) -> None:
        """The metrics, and a name for what was never answered."""
        if self.span.is_recording():
            self.name()
        attributes, status = self.attributes, self.status
        measured = {
            key: value
            for key, value in (
                ("http.request.method", attributes.get("http.request.method")),
                ("url.scheme", attributes.get("url.scheme")),
                ("network.protocol.version", attributes.get("network.protocol.version")),
                ("http.route", attributes.get("http.route")),
                ("http.response.status_code", status),
                ("error.type", str(status) if status is not None and status >= 500 else None),
            )
            if value
        }
        middleware, here = self.middleware, set_span_in_context(self.span)
        middleware.active_requests_counter.add(-1, self.counted)
        middleware.duration_histogram_new.record(max(default_timer() - self.start, 0), measured, here)
        _size(middleware.server_response_body_size_histogram, self.length, measured, here)
        _size(middleware.server_request_body_size_histogram, self.headers.get("content-length"), measured, here)


def _headers(scope: Scope) -> dict[str, str]:
    """By name in lower case; of one that comes twice the first."""
    found: dict[str, str] = {}
    for key, value in scope.get("headers") or ():
        found.setdefault(key.decode("latin-1").lower(), value.decode("latin-1"))
    return found


def _attributes(scope: Scope, headers: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if scheme := scope.get("scheme"):
        found["url.scheme"] = scheme
    host, port = (scope.get("server") or ("0.0.0.0", 80))[:2]
    found["server.address"] = host if port in (80, None) else f"{host}:{port}"
    if port:
        found["server.port"] = port
    if version := scope.get("http_version"):
        found["network.protocol.version"] = version
    if path := scope.get("path"):
        found["url.path"] = path
    if query := scope.get("query_string"):
        found["url.query"] = query.decode("utf8", "replace") if isinstance(query, bytes) else query
    if raw := scope.get("method", "").strip():
        method = found["http.request.method"] = sanitize_method(raw)
        if method != raw:
            found["http.request.method_original"] = raw
    if agent := headers.get("user-agent"):
        found["user_agent.original"] = agent
        if synthetic := _synthetic(agent):
            found["user_agent.synthetic.type"] = synthetic
    if client := scope.get("client"):
        found["client.address"] = client[0]
        if client[1]:
            found["client.port"] = client[1]
    return found


_agents: dict[str, str | None] = {}


def _synthetic(agent: str) -> str | None:
    if agent not in _agents:
        if len(_agents) >= 1000:
            _agents.clear()
        _agents[agent] = detect_synthetic_user_agent(agent)
    return _agents[agent]


def _route(middleware: Any, scope: Scope, asked: Scope) -> str | None:
    """The route's template: of the endpoint that was called where only one route leads to it, else matched as the stock middleware does."""
    if told := frameworks.route_of(scope):
        return told
    paths = middleware.__dict__.get("_quick_paths")
    endpoint = scope.get("endpoint")
    # Within a mounted application the endpoint may be another route's.
    if endpoint is not None and scope.get("root_path") == asked.get("root_path"):
        if paths is None or paths[0] != len(asked["app"].routes):
            paths = middleware._quick_paths = len(asked["app"].routes), _paths(asked["app"])
        if path := paths[1].get(endpoint):
            return path  # type: ignore[no-any-return]
    return middleware.default_span_details(asked)[1].get("http.route")  # type: ignore[no-any-return]


def _paths(app: Any) -> dict[Any, str | None]:
    """Path templates by endpoint, None where several routes lead to one."""
    flat = getattr(sys.modules.get("opentelemetry.instrumentation.fastapi"), "_flatten_routes", iter)
    found: dict[Any, str | None] = {}
    for route in flat(app.routes):
        endpoint = getattr(route, "endpoint", None)
        if endpoint is not None:
            found[endpoint] = None if endpoint in found else getattr(route, "path", None)
    return found


def _size(histogram: Any, length: bytes | str | None, attributes: dict[str, Any], here: Any) -> None:
    if length:
        try:
            histogram.record(int(length), attributes, here)
        except ValueError:
            pass
