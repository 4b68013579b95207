"""Consuming: by callback, by iterator, and by `get()`."""

from __future__ import annotations

import inspect
import time
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from aio_pika.queue import QueueIterator
from opentelemetry import context as otel_context
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.trace import Link, SpanKind

from .describe import destination, of_message, server_of, type_name
from .headers import producer_of, span_of
from .processing import Processing, begin, processing_of, received
from .telemetry import Telemetry

_GET = {"messaging.system": "rabbitmq", "messaging.operation.name": "get", "messaging.operation.type": "receive"}
#: The handling of the message that an iterator gave last.
_given: WeakKeyDictionary[Any, Processing] = WeakKeyDictionary()
#: The handling of the message that `get()` gave last in this task, whose span is current.
_got: ContextVar[Processing | None] = ContextVar("opentelemetry-aio-pika-got", default=None)


def consume(telemetry: Telemetry, wrapped: Any, queue: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Wraps `Queue.consume(callback, ...)`. An iterator's own callback only stores messages; they are handled later."""
    callback, rest = (args[0], args[1:]) if args else (kwargs["callback"], ())
    if isinstance(getattr(callback, "__self__", None), QueueIterator):
        return wrapped(*args, **kwargs)

    async def handle(message: Any) -> Any:
        wanted = telemetry.active and is_instrumentation_enabled()
        processing = begin(telemetry, message, queue, callback=True) if wanted else None
        if processing is None:
            result = callback(message)
            return await result if inspect.isawaitable(result) else result
        token = otel_context.attach(processing.context)
        try:
            result = callback(message)
            return await result if inspect.isawaitable(result) else result
        except BaseException as error:
            processing.failed(error)
            processing.end()
            raise
        finally:
            processing.passed()
            otel_context.detach(token)

    others = {key: value for key, value in kwargs.items() if key != "callback"}
    return wrapped(handle, *rest, **others)


async def next_message(
    telemetry: Telemetry, wrapped: Any, iterator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Wraps `QueueIterator.__anext__()`: the body of the loop runs between two of them."""
    _pass(iterator)
    message = await wrapped(*args, **kwargs)
    # a robust iterator calls the plain one's method
    if is_instrumentation_enabled() and processing_of(message) is None:
        processing = begin(telemetry, message, iterator._amqp_queue)
        if processing is not None:
            processing.enter()
            _given[iterator] = processing
    return message


async def leave_iterator(
    telemetry: Telemetry, wrapped: Any, iterator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Wraps `QueueIterator.__aexit__(type, error, traceback)`: the loop was left, maybe by an exception of its body."""
    error = args[1] if len(args) > 1 else None
    _pass(iterator, error)
    return await wrapped(*args, **kwargs)


def _pass(iterator: Any, error: BaseException | None = None) -> None:
    processing = _given.pop(iterator, None)
    if processing is None:
        return
    if error is not None:
        processing.failed(error)
        processing.end()
    else:
        processing.passed()


async def get(telemetry: Telemetry, wrapped: Any, queue: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Wraps `Queue.get()`.

    Within a trace it is a step of that, linked to the producer. Where no span is current, what the caller does
    with the message is the
    handling of it, in the producer's trace, until it is settled.
    """
    if not is_instrumentation_enabled():
        return await wrapped(*args, **kwargs)
    _pass_got()
    alone = span_of(otel_context.get_current()) is None
    labels = {**_GET, **server_of(queue.channel)}
    started, begun, message = time.perf_counter(), time.time_ns(), None
    try:
        message = await wrapped(*args, **kwargs)
    except BaseException as error:
        labels["error.type"] = type_name(error)
        raise
    finally:
        where = {"messaging.destination.name": queue.name} if message is None else _where(message)
        telemetry.operation_duration.record(time.perf_counter() - started, {**labels, **where})
    if message is None:
        return None
    if alone:
        processing = begin(telemetry, message, queue)
        if processing is not None:
            processing.enter()
            _got.set(processing)
    else:
        _received(telemetry, message, queue, begun, labels)
    return message


def _received(telemetry: Telemetry, message: Any, queue: Any, begun: int, labels: dict[str, Any]) -> None:
    sent_by = span_of(producer_of(message.headers))
    attributes = {**labels, **of_message(message, message.exchange, message.routing_key)}
    received(telemetry, message, {**labels, **_where(message)})
    span = telemetry.tracer.start_span(
        f"get {attributes['messaging.destination.name']}",
        kind=SpanKind.CLIENT,
        attributes={**attributes, "messaging.destination.subscription.name": queue.name},
        links=[Link(sent_by)] if sent_by is not None else [],
        start_time=begun,
    )
    span.end()


def _where(message: Any) -> dict[str, Any]:
    return destination(message.exchange, message.routing_key)


def _pass_got() -> None:
    """The caller asks for another message, so it is done with the last one, or has handed it on."""
    processing = _got.get()
    if processing is not None:
        processing.passed()
        _got.set(None)


async def begin_process(
    telemetry: Telemetry, wrapped: Any, process: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Wraps the beginning of `async with message.process()`."""
    message = process.message
    processing = processing_of(message)
    if processing is None and is_instrumentation_enabled():
        # taken with `get()` within a trace, or by other means
        processing = begin(telemetry, message, None, ambient=True)
        if processing is not None:
            processing.enter()
    if processing is not None:
        processing.own()
    return await wrapped(*args, **kwargs)


async def end_process(
    telemetry: Telemetry, wrapped: Any, process: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Wraps the end of `async with message.process()`, which settles the message."""
    processing = processing_of(process.message)
    if processing is not None and len(args) > 1 and args[1] is not None:
        processing.failed(args[1])
    try:
        return await wrapped(*args, **kwargs)
    except BaseException as error:
        if processing is not None:
            processing.failed(error)
        raise
    finally:
        if processing is not None:
            processing.done()


async def ack(telemetry: Telemetry, wrapped: Any, message: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Wraps `IncomingMessage.ack()`."""
    return await _settle(wrapped, message, args, kwargs, "ack")


async def reject(
    telemetry: Telemetry, wrapped: Any, message: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Wraps `IncomingMessage.reject(requeue=False)`."""
    requeue = kwargs.get("requeue", args[0] if args else False)
    return await _settle(wrapped, message, args, kwargs, "requeue" if requeue else "reject")


async def nack(telemetry: Telemetry, wrapped: Any, message: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Wraps `IncomingMessage.nack(multiple=False, requeue=True)`."""
    requeue = kwargs.get("requeue", args[1] if len(args) > 1 else True)
    return await _settle(wrapped, message, args, kwargs, "requeue" if requeue else "reject")


async def _settle(wrapped: Any, message: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outcome: str) -> Any:
    result = await wrapped(*args, **kwargs)
    processing = processing_of(message)
    if processing is not None:
        processing.settled(outcome)
        # after `get()`, no loop tells when the caller is done with the message: its settlement does
        if _got.get() is processing and not processing.owned:
            processing.end()
            _got.set(None)
    return result
