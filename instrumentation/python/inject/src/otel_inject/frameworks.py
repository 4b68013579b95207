"""Requests of frameworks that OpenTelemetry has no instrumentation of: Litestar, Quart and Sanic.

Each gets the middleware of ASGI around it. Names and metrics bear the route's template, which a framework knows once it has routed; a path that nobody
serves has none. Switched off by OTEL_PYTHON_DISABLED_INSTRUMENTATIONS, as the instrumentors are.
"""

import functools
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from otel_inject.libraries import when_imported

# Where the scope of a request holds its route: ours, and the one that Litestar writes itself.
ROUTE = "otel_inject.route"
_ROUTES = (ROUTE, "path_template")
_HANDLE = "otel_inject.handle"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def install() -> None:
    """Hooks the frameworks where they are imported."""
    disabled = {name.strip() for name in os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")}
    for name, module, hook in (("litestar", "litestar.app", _litestar), ("quart", "quart.app", _quart), ("sanic", "sanic.app", _sanic)):
        if not disabled & {name, "*"}:
            when_imported(module, hook)


def route_of(scope: Scope) -> str | None:
    """The template of the route that answers the request, once the framework has found it."""
    return next((scope[key] for key in _ROUTES if scope.get(key)), None)


def middleware_around(application: Application, name: str) -> Any:
    """The middleware of ASGI around a framework's application, `name` as in OTEL_PYTHON_<NAME>_EXCLUDED_URLS."""
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
    from opentelemetry.util.http import get_excluded_urls

    return OpenTelemetryMiddleware(_named(application), excluded_urls=get_excluded_urls(name.upper()), default_span_details=_details)


def _details(scope: Scope) -> tuple[str, dict[str, Any]]:
    """A name without the path, of which there is no end."""
    from opentelemetry.util.http import sanitize_method

    method = sanitize_method(scope.get("method", "").strip())
    return ("HTTP" if method == "_OTHER" else method) or "websocket", {}


def _named(application: Application) -> Application:
    """Names the span by the route before the answer begins, or at the end where none did."""

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        from opentelemetry import trace

        span, done = trace.get_current_span(), False

        def name() -> None:
            nonlocal done
            if not done and (route := route_of(scope)):
                span.set_attribute("http.route", route)
                span.update_name(f"{_details(scope)[0]} {route}")
                done = True

        async def sent(message: MutableMapping[str, Any]) -> None:
            name()
            await send(message)

        try:
            await application(scope, receive, sent)
        finally:
            name()

    return named


def _litestar() -> None:
    from litestar.app import Litestar

    make = Litestar.__init__

    @functools.wraps(make)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        # An application with Litestar's own plugin has its spans already.
        if not any(type(plugin).__name__ == "OpenTelemetryPlugin" for plugin in self.plugins):
            self.asgi_handler = middleware_around(self.asgi_handler, "litestar")
            self.after_exception.append(_record)

    Litestar.__init__ = __init__


async def _record(error: Exception, _: Scope) -> None:
    """Litestar answers an error by itself, and logs none unless it is told to."""
    from opentelemetry import trace

    if int(getattr(error, "status_code", 500)) >= 500:
        trace.get_current_span().record_exception(error)


def _quart() -> None:
    from quart import ctx
    from quart.app import Quart

    call = Quart.__call__

    @functools.wraps(call)
    async def __call__(self: Any, scope: Scope, receive: Receive, send: Send) -> None:
        middleware = self.__dict__.get("_otel_inject")
        if middleware is None:
            middleware = self._otel_inject = middleware_around(functools.partial(call, self), "quart")
        await middleware(scope, receive, send)

    Quart.__call__ = __call__
    # requests and websockets have contexts of their own, which the application's became in 0.23
    for context in (getattr(ctx, name, None) for name in _CONTEXTS):
        if hasattr(context, "match_request"):
            context.match_request = _telling_the_route(context.match_request)


_CONTEXTS = ("_BaseRequestWebsocketContext", "AppContext")


def _telling_the_route(match: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(match)
    def match_request(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = match(self, *args, **kwargs)
        asked = getattr(self, "request_websocket", None) or self._request_websocket
        if (rule := asked.url_rule) is not None:
            asked.scope[ROUTE] = rule.rule
        return found

    return match_request


def _sanic() -> None:
    """Its own server speaks no ASGI, so a request is handed on as ASGI would, and what was answered is told afterwards."""
    from sanic.app import Sanic

    _around_sanic(Sanic)
    try:
        from sanic.touchup import TouchUp
    except ImportError:
        return
    run = TouchUp.run

    @functools.wraps(run)
    def run_and_wrap(app: Any) -> Any:
        # At its start Sanic compiles some methods anew from their source.
        done = run(app)
        _around_sanic(Sanic)
        return done

    TouchUp.run = run_and_wrap


def _around_sanic(sanic: Any) -> None:
    handle = sanic.handle_request
    if hasattr(handle, "__otel_inject__"):
        return
    middleware = middleware_around(_sanic_application, "sanic")

    @functools.wraps(handle)
    async def handle_request(self: Any, request: Any) -> None:
        await middleware(_sanic_scope(request, functools.partial(handle, self, request)), _nothing, _nothing)

    handle_request.__otel_inject__ = True  # type: ignore[attr-defined]
    sanic.handle_request = handle_request


async def _sanic_application(scope: Scope, _: Receive, send: Send) -> None:
    request, handle = scope[_HANDLE]
    try:
        await handle()
    finally:
        if request.route is not None:
            scope[ROUTE] = f"/{request.route.path}"
    response = getattr(request.stream, "response", None)
    if scope["type"] == "http" and response is not None:
        headers = [(str(key).lower().encode("latin-1"), str(value).encode("latin-1", "replace")) for key, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body"})


def _sanic_scope(request: Any, handle: Callable[[], Awaitable[None]]) -> Scope:
    # of a Unix socket a path, and nothing under a server of ASGI
    listening = getattr(request.conn_info, "sockname", None)
    return {
        "type": "websocket" if str(request.headers.get("upgrade", "")).lower() == "websocket" else "http",
        "method": request.method,
        "path": request.path,
        "query_string": request.query_string,
        "headers": [(key.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for key, value in request.headers.items()],
        "scheme": request.scheme,
        "http_version": str(request.version),
        "server": listening[:2] if isinstance(listening, tuple) else (request.server_name, request.server_port),
        "client": (request.ip, request.port or 0),
        _HANDLE: (request, handle),
    }


async def _nothing(*_: Any) -> Any:
    return {}
