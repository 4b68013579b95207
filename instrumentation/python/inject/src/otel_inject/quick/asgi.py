"""The server span and the metrics of a request, computed once.

The stock middleware matches the route a second time, decodes every header for each one it looks for, sets each attribute twice and builds the
attributes of metrics it does not record. Its names, attributes and metrics are kept; tests compare both on the same application.
"""

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

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ERROR = Status(StatusCode.ERROR)


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
    start = default_timer()
    headers = _headers(scope)
    attributes = _attributes(scope, headers)
    method = attributes.get("http.request.method", "")
    shown = "HTTP" if method == "_OTHER" else method
    token = None
    kind = SpanKind.INTERNAL
    parent = context.get_current()
    if trace.get_current_span(parent) is trace.INVALID_SPAN:
        # Each header once; a carrier without any of a propagator's is a root.
        parent = extract(headers)
        token = context.attach(parent)
        kind = SpanKind.SERVER
    asked: Scope = {}
    if routed:
        # FastAPI finds the route while it handles the request, and leaves the endpoint in the scope.
        name, asked = shown, dict(scope)
    else:
        name, more = middleware.default_span_details(scope)
        attributes.update(more)
    span = middleware.tracer.start_span(name, parent, kind, attributes)
    counted = {key: attributes[key] for key in ("http.request.method", "url.scheme") if key in attributes}
    middleware.active_requests_counter.add(1, counted)
    answered: dict[str, Any] = {}

    def named() -> None:
        if routed and "http.route" not in attributes:
            route = _route(middleware, scope, asked)
            if route:
                attributes["http.route"] = route
                span.set_attribute("http.route", route)
                span.update_name(f"{shown} {route}" if shown else route)

    async def sent(message: MutableMapping[str, Any]) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            status = message["status"]
            named()
            answered["http.response.status_code"] = status
            span.set_attribute("http.response.status_code", status)
            if status >= 500:
                answered["error.type"] = str(status)
                span.set_attribute("error.type", str(status))
                span.set_status(_ERROR)
            for key, value in message.get("headers") or ():
                if key == b"content-length" or key.lower() == b"content-length":
                    answered["length"] = value
            answered["trailers"] = message.get("trailers", False)
        await send(message)
        if (kind == "http.response.body" and not message.get("more_body", False) and not answered.get("trailers")) or (
            kind == "http.response.trailers" and not message.get("more_trailers", False)
        ):
            span.end()

    try:
        with trace.use_span(span, end_on_exit=False):
            await middleware.app(scope, receive, sent)
    finally:
        if span.is_recording():
            named()
        measured = {
            key: value
            for key, value in (
                ("http.request.method", method),
                ("url.scheme", attributes.get("url.scheme")),
                ("network.protocol.version", attributes.get("network.protocol.version")),
                ("http.route", attributes.get("http.route")),
                ("http.response.status_code", answered.get("http.response.status_code")),
                ("error.type", answered.get("error.type")),
            )
            if value
        }
        here = set_span_in_context(span)
        middleware.duration_histogram_new.record(max(default_timer() - start, 0), measured, here)
        middleware.active_requests_counter.add(-1, counted)
        _size(middleware.server_response_body_size_histogram, answered.get("length"), measured, here)
        _size(middleware.server_request_body_size_histogram, headers.get("content-length"), measured, here)
        if token is not None:
            context.detach(token)
        if span.is_recording():
            span.end()


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
    paths = middleware.__dict__.get("_quick_paths")
    endpoint = scope.get("endpoint")
    if endpoint is not None:
        if paths is None or paths[0] != len(asked["app"].routes):
            paths = middleware._quick_paths = len(asked["app"].routes), _paths(asked["app"])
        if path := paths[1].get(endpoint):
            return path  # type: ignore[no-any-return]
    return middleware.default_span_details(asked)[1].get("http.route")  # type: ignore[no-any-return]


def _paths(app: Any) -> dict[Any, str | None]:
    """Path templates by endpoint, None where several routes lead to one."""
    routes = app.routes
    # An application in Starlette alone has no FastAPI, which that module imports; its routes are matchable as they are.
    if sys.modules.get("fastapi") is not None:
        from opentelemetry.instrumentation.fastapi import _flatten_routes

        routes = _flatten_routes(routes)
    found: dict[Any, str | None] = {}
    for route in routes:
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
