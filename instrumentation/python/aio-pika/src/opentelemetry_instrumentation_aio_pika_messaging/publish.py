"""Publishing: a producer span, whose context travels in the message."""

from __future__ import annotations

import time
from typing import Any

import wrapt
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

from .describe import destination, of_message, server_of, type_name
from .headers import inject, producer_of, published_now, span_of
from .telemetry import Telemetry

_OPERATION = {"messaging.system": "rabbitmq", "messaging.operation.name": "publish", "messaging.operation.type": "send"}


async def publish(
    telemetry: Telemetry, wrapped: Any, exchange: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Wraps `Exchange.publish(message, routing_key, ...)`."""
    if not is_instrumentation_enabled():
        return await wrapped(*args, **kwargs)
    message, routing_key, rest = _arguments(args, kwargs)
    labels = {**_OPERATION, **destination(exchange.name, routing_key), **server_of(exchange.channel)}
    here, before = otel_context.get_current(), producer_of(message.headers)
    # A message that is published once more, as retries do: linked to its first producer, and in its trace where no
    # other is current.
    first = span_of(before)
    span = telemetry.tracer.start_span(
        f"publish {labels['messaging.destination.name']}",
        context=before if first is not None and span_of(here) is None else here,
        kind=SpanKind.PRODUCER,
        attributes={**labels, **of_message(message, exchange.name, routing_key)},
        links=[Link(first)] if first is not None else [],
    )
    headers: dict[str, Any] = published_now() if telemetry.settings.delay else {}
    current = trace.set_span_in_context(span, here)
    inject(headers, current)
    token, started, failure = otel_context.attach(current), time.perf_counter(), {}
    try:
        return await wrapped(_Carrying(message, headers), routing_key, **rest)
    except BaseException as error:
        failure = {"error.type": type_name(error)}
        span.set_attributes(failure)
        if isinstance(error, Exception):
            span.record_exception(error)
        span.set_status(Status(StatusCode.ERROR, type_name(error)))
        raise
    finally:
        telemetry.operation_duration.record(time.perf_counter() - started, {**labels, **failure})
        telemetry.sent.add(1, {**labels, **failure})
        otel_context.detach(token)
        span.end()


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, str, dict[str, Any]]:
    given = {**dict(zip(("message", "routing_key"), args, strict=False)), **kwargs}
    return given.pop("message"), given.pop("routing_key"), given


class _Carrying(wrapt.ObjectProxy):  # type: ignore[misc]
    """A message with more headers. The application's own stays as it is: it may be published again, or by others
    at this moment."""

    def __init__(self, message: Any, headers: dict[str, Any]) -> None:
        super().__init__(message)
        self._self_headers = headers

    @property
    def properties(self) -> Any:
        """What is sent beside the body."""
        properties = self.__wrapped__.properties
        properties.headers = {**(properties.headers or {}), **self._self_headers}
        return properties
