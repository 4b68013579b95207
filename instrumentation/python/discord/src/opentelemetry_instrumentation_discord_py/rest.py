"""Calls of the REST API: one client span for each request sent, so that retries and refusals are seen as what they
are."""

from __future__ import annotations

import re
import time
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import wrapt
from discord.http import HTTPClient, Ratelimit, Route
from discord.webhook.async_ import AsyncDeferredLock, AsyncWebhookAdapter
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.instrumentation.utils import suppress_http_instrumentation
from opentelemetry.trace import SpanKind, Status, StatusCode

from .describe import place
from .failures import exception_attributes, type_name
from .patches import Patches
from .telemetry import Telemetry

_SESSION = "_HTTPClient__session"
_SCOPES = ("user", "global", "shared")
_NOTICEABLE = 0.001
_call: ContextVar[_Call | None] = ContextVar("opentelemetry-discord-call", default=None)


def instrument_rest(patches: Patches) -> None:
    """The bot's own calls, and those of webhooks, by which every answer to an interaction is sent."""
    patches.wrap(HTTPClient, "static_login", _static_login)
    patches.wrap(HTTPClient, "request", _request)
    patches.put(HTTPClient, _SESSION, _SessionAttribute())
    patches.wrap(AsyncWebhookAdapter, "request", _webhook_request)
    patches.wrap(AsyncDeferredLock, "__aenter__", _enter_lock)
    patches.wrap(AsyncDeferredLock, "__aexit__", _leave_lock)
    patches.wrap(Ratelimit, "acquire", _enter_bucket)
    patches.wrap(Ratelimit, "__aexit__", _leave_bucket)


def _static_login(
    telemetry: Telemetry, wrapped: Any, client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    token = args[0] if args else kwargs.get("token", "")
    telemetry.identity.adopt(str(token))
    return wrapped(*args, **kwargs)


async def _request(
    telemetry: Telemetry, wrapped: Any, client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    call = _Call(telemetry, args[0] if args else kwargs["route"])
    # a global limit, which all calls wait for
    call.queued = not getattr(client._global_over, "is_set", lambda: True)()
    return await _within(call, wrapped, args, kwargs)


async def _webhook_request(
    telemetry: Telemetry, wrapped: Any, adapter: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    given = {**dict(zip(("route", "session"), args, strict=False)), **kwargs}
    call = _Call(telemetry, given["route"])
    return await _within(call, wrapped, (), {**given, "session": _Session(given["session"], call)})


async def _within(call: _Call, wrapped: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    token = _call.set(call)
    try:
        return await wrapped(*args, **kwargs)
    finally:
        _call.reset(token)


def _enter_lock(telemetry: Telemetry, wrapped: Any, lock: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    _queue_if(lock.lock.locked())
    return wrapped(*args, **kwargs)


def _enter_bucket(
    telemetry: Telemetry, wrapped: Any, bucket: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    _queue_if(bucket.remaining <= 0)
    return wrapped(*args, **kwargs)


def _queue_if(must_wait: bool) -> None:
    call = _call.get()
    if call is not None and must_wait:
        call.queued = True


def _leave_lock(telemetry: Telemetry, wrapped: Any, lock: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return _leave(bool(lock.delta), wrapped, args, kwargs)


def _leave_bucket(
    telemetry: Telemetry, wrapped: Any, bucket: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    return _leave(bucket.reset_after > 0 and bucket.remaining < bucket.outgoing, wrapped, args, kwargs)


async def _leave(exhausted: bool, wrapped: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Who takes the last place of a bucket waits after the answer, until there are places again: no request's span
    shows that."""
    started = time.perf_counter()
    try:
        return await wrapped(*args, **kwargs)
    finally:
        call, waited = _call.get(), time.perf_counter() - started
        if call is not None and exhausted and waited > _NOTICEABLE:
            call.waited(waited, "bucket")
            trace.get_current_span().add_event(
                "discord.rate_limit.wait", {"discord.rate_limit.wait": waited, "url.template": call.template}
            )


class _SessionAttribute:
    """Stands in the class for the client's private session: within a call it gives one that makes spans, else the
    client's own."""

    def __get__(self, client: Any, owner: type | None = None) -> Any:
        if client is None:
            return self
        try:
            session = client.__dict__[_SESSION]
        except KeyError:
            raise AttributeError(_SESSION) from None
        call = _call.get()
        return session if call is None else _Session(session, call)

    def __set__(self, client: Any, session: Any) -> None:
        client.__dict__[_SESSION] = session


class _Session(wrapt.ObjectProxy):  # type: ignore[misc]
    """A session whose requests are attempts of one call."""

    def __init__(self, session: Any, call: _Call) -> None:
        super().__init__(session)
        self._self_call = call

    def request(self, method: str, url: Any, **kwargs: Any) -> Any:
        return _Attempt(self._self_call, lambda: self.__wrapped__.request(method, url, **kwargs))


class _Call:
    """One call of the API: its first request, and those after a refusal or a failure."""

    def __init__(self, telemetry: Telemetry, route: Route) -> None:
        self.telemetry = telemetry
        self.method, self.template = route.method, template_of(route.path)
        server = _server(route.BASE)
        self.labels: dict[str, Any] = {
            "http.request.method": self.method,
            "url.template": self.template,
            **server,
        }
        self.attributes: dict[str, Any] = {
            **self.labels,
            "http.route": self.template,
            "url.full": f"{route.BASE}{self.template}",
            **place(telemetry.identity, route.guild_id, route.channel_id),
        }
        #: Whether the first request has to wait for its turn.
        self.queued = False
        self._since = time.perf_counter()
        self._refused = False
        self._requests = 0

    def before_request(self) -> dict[str, Any]:
        """Attributes of the request that is sent now; the time since the last one, or since the call, was spent
        waiting."""
        waited, attributes = time.perf_counter() - self._since, dict(self.attributes)
        if self._requests > 0:
            attributes["http.request.resend_count"] = self._requests
        if waited > _NOTICEABLE and (self.queued or self._refused):
            attributes["discord.rate_limit.wait"] = waited
            self.waited(waited, "refused" if self._refused else "bucket")
        self._requests += 1
        self.queued = self._refused = False
        return attributes

    def waited(self, seconds: float, cause: str) -> None:
        """Measures a wait: for Discord's permission after a refusal, or for a place in the bucket."""
        labels = {"discord.rate_limit.cause": cause, "url.template": self.template}
        self.telemetry.rate_limit_wait.record(seconds, labels)

    def refused(self, headers: Any) -> dict[str, Any]:
        """Counts a 429; attributes that tell of it."""
        scope = headers.get("X-RateLimit-Scope", "user")
        scope = scope if scope in _SCOPES else "other"
        self._since, self._refused = time.perf_counter(), True
        labels = {"discord.rate_limit.scope": scope, "http.request.method": self.method, "url.template": self.template}
        self.telemetry.rate_limits.add(1, labels)
        after = _seconds(headers.get("Retry-After") or headers.get("X-RateLimit-Reset-After"))
        told = {} if after is None else {"discord.rate_limit.retry_after": after}
        return {"discord.rate_limit.scope": scope, **told}


class _Attempt:
    """`async with session.request(...)`: the span ends when the answer's headers are there, as discord.py waits
    within the block."""

    def __init__(self, call: _Call, send: Any) -> None:
        self._call = call
        self._send = send
        self._request: Any = None

    async def __aenter__(self) -> Any:
        call = self._call
        attributes = call.before_request()
        telemetry, labels, started = call.telemetry, dict(call.labels), time.perf_counter()
        span = telemetry.tracer.start_span(
            f"{call.method} {call.template}", kind=SpanKind.CLIENT, attributes=attributes
        )
        token = otel_context.attach(trace.set_span_in_context(span))
        try:
            # the HTTP library's own span would be the same once more, with ids and tokens in its address
            with suppress_http_instrumentation():
                self._request = self._send()
                response = await self._request.__aenter__()
            status = response.status
            labels["http.response.status_code"] = status
            span.set_attribute("http.response.status_code", status)
            if status == 429:
                span.set_attributes(call.refused(response.headers))
            if status >= 400:
                labels["error.type"] = str(status)
                span.set_attribute("error.type", str(status))
                span.set_status(Status(StatusCode.ERROR))
            return response
        except BaseException as error:
            labels["error.type"] = type_name(error)
            span.set_attribute("error.type", type_name(error))
            if isinstance(error, Exception):
                span.add_event("exception", exception_attributes(error, telemetry.settings.exception_messages))
            span.set_status(Status(StatusCode.ERROR, type_name(error)))
            raise
        finally:
            telemetry.request_duration.record(time.perf_counter() - started, labels)
            otel_context.detach(token)
            span.end()

    async def __aexit__(self, *error: Any) -> Any:
        return await self._request.__aexit__(*error)


_ID = re.compile(r"(?<=/)\d{15,20}(?=/|$)")
_TOKEN = re.compile(r"^(/(?:webhooks|interactions)/[^/]+)/(?!\{)[^/]+")


@lru_cache(maxsize=1024)
def template_of(path: str) -> str:
    """A route's path without ids and tokens. discord.py's own routes are templates already; an application's may
    not be."""
    return _ID.sub("{id}", _TOKEN.sub(r"\1/{token}", path.split("?")[0]))


@lru_cache(maxsize=16)
def _server(base: str) -> dict[str, Any]:
    parts = urlsplit(base)
    port = parts.port or (80 if parts.scheme == "http" else 443)
    return {"server.address": parts.hostname or "", "server.port": port}


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
