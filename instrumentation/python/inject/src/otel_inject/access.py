"""Records that a server or framework writes when the span of their request has ended: they belong to its trace all the same."""

import contextlib
import functools
import logging
from collections.abc import Callable, Mapping
from typing import Any

from otel_inject.libraries import when_imported

# Where a request keeps its span: of WSGI in its environment, which Django calls META. Django's own key is gone at the end of the request.
_OURS = "otel_inject.span"
_KEYS = (_OURS, "opentelemetry-flask.span_key", "opentelemetry-falcon.span_key", "opentelemetry-pyramid.span_key")


def install() -> None:
    """Hooks the servers where they are imported. Those of ASGI write their line while the request lasts."""
    when_imported("gunicorn.glogging", _gunicorn)
    when_imported("wsgiref.simple_server", _wsgiref)
    when_imported("werkzeug.serving", _werkzeug)


def keep_spans_of_django() -> None:
    """Django says `Not Found` after its middlewares."""
    from opentelemetry.instrumentation.django.middleware.otel_middleware import _DjangoMiddleware

    process = _DjangoMiddleware.process_response

    @functools.wraps(process)
    def process_response(self: Any, request: Any, response: Any) -> Any:
        if (span := request.META.get(self._environ_span_key)) is not None:
            request.META[_OURS] = span
        return process(self, request, response)

    _DjangoMiddleware.process_response = process_response


def of_record(record: logging.LogRecord) -> Any:
    """The context of a record that says by `request` which one it is about, as Django's do."""
    return of_request(getattr(record.__dict__["request"], "META", None))


def of_request(environ: Any) -> Any:
    """The context of the request with this environment of WSGI; nothing where a span is current or none is known."""
    from opentelemetry import trace

    span = next((environ[key] for key in _KEYS if key in environ), None) if isinstance(environ, Mapping) else None
    if not isinstance(span, trace.Span) or trace.get_current_span().get_span_context().is_valid:
        return contextlib.nullcontext()
    return trace.use_span(span, record_exception=False, set_status_on_exception=False)


def _gunicorn() -> None:
    from gunicorn.glogging import Logger

    access = Logger.access

    @functools.wraps(access)
    def traced_access(self: Any, resp: Any, req: Any, environ: Any, request_time: Any) -> Any:
        with of_request(environ):
            return access(self, resp, req, environ, request_time)

    Logger.access = traced_access


def _wsgiref() -> None:
    from wsgiref.simple_server import ServerHandler

    ServerHandler.close = _with_environ(ServerHandler.close)  # type: ignore[method-assign]


def _werkzeug() -> None:
    from werkzeug.serving import WSGIRequestHandler

    WSGIRequestHandler.log_request = _with_environ(WSGIRequestHandler.log_request)


def _with_environ(write: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(write)
    def traced_write(self: Any, *args: Any, **kwargs: Any) -> Any:
        with of_request(getattr(self, "environ", None)):
            return write(self, *args, **kwargs)

    return traced_write
