"""The handling of one message: a span that begins when the application gets it, and ends when it is done with it."""

from __future__ import annotations

import logging
import time
from contextvars import ContextVar
from typing import Any

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, Status, StatusCode

from .describe import destination, of_message, server_of, type_name
from .headers import deaths_of, delay_of, producer_of, span_of
from .telemetry import Telemetry

log = logging.getLogger(__name__)

#: A place that aio-pika 9 and 10 declare in every incoming message and do not use. Messages take no other
#: attribute and no weak reference.
_PLACE = "_loop"
_OPERATION = {
    "messaging.system": "rabbitmq",
    "messaging.operation.name": "process",
    "messaging.operation.type": "process",
}


#: What was current in this task before the handling that is current now.
_before: ContextVar[tuple[Processing, Context] | None] = ContextVar("opentelemetry-aio-pika-before", default=None)


class Processing:
    """One message being handled. Every method may be called more than once, and after the end."""

    def __init__(
        self, telemetry: Telemetry, message: Any, queue: Any, *, ambient: bool = False, callback: bool = False
    ) -> None:
        """queue: where the message came from, as far as known.

        ambient: where a span is current already, the handling is below that one, as what it asked for.
        callback: a callback has the message: the handling lasts until it returns, at least.
        """
        self._telemetry = telemetry
        self._owned = False
        self._passed = False
        self._callback = callback
        self._ended = False
        self._no_ack = bool(getattr(message, "_IncomingMessage__no_ack", False))
        self._labels: dict[str, Any] = {
            **_OPERATION,
            **destination(message.exchange, message.routing_key),
            **server_of(getattr(queue, "channel", None)),
        }
        producer = producer_of(message.headers)
        sent_by, delay = span_of(producer), delay_of(message.headers)
        attributes = {
            **self._labels,
            **of_message(message, message.exchange, message.routing_key),
            **deaths_of(message.headers),
            **({} if queue is None else {"messaging.destination.subscription.name": queue.name}),
            **({"messaging.rabbitmq.message.redelivered": True} if message.redelivered else {}),
            **({} if delay is None else {"messaging.message.delay": delay}),
        }
        here = otel_context.get_current()
        parent = here if ambient and span_of(here) else self._parent(producer)
        self.span = telemetry.tracer.start_span(
            f"process {self._labels['messaging.destination.name']}",
            context=parent,
            kind=SpanKind.CONSUMER,
            attributes=attributes,
            links=[Link(sent_by)] if sent_by is not None else [],
        )
        self.context = trace.set_span_in_context(self.span, parent)
        self._started = time.perf_counter()
        received(telemetry, message, self._labels)
        # a message that cannot tell of its settlement is done when the caller turns to the next one
        self._settled = not _hold(message, self)

    def _parent(self, producer: Context) -> Context:
        return producer if self._telemetry.settings.parent == "producer" else Context()

    def enter(self) -> None:
        """Makes the span current for what the caller does next, in the caller's own task."""
        _before.set((self, otel_context.get_current()))
        otel_context.attach(self.context)

    def leave(self) -> None:
        """Restores what was current in this task, if the span still is."""
        before = _before.get()
        if before is not None and before[0] is self and trace.get_current_span() is self.span:
            otel_context.attach(before[1])
            _before.set(None)

    def own(self) -> None:
        """`message.process()` has begun: it says when the handling ends."""
        self._owned = True
        here, span = span_of(otel_context.get_current()), self.span.get_span_context()
        # a task that was begun in the handling has its context already
        if here is None or here.trace_id != span.trace_id:
            self.enter()

    def settled(self, outcome: str) -> None:
        """The message was acknowledged, rejected or put back."""
        self._settled = True
        if not self._ended:
            self.span.set_attribute("messaging.rabbitmq.message.outcome", outcome)
        if self._passed and not self._owned:
            self.end()

    def passed(self) -> None:
        """The callback returned, or the caller asks for the next message. One not settled yet was handed to
        somebody who will."""
        self.leave()
        self._passed = True
        if self._settled or self._no_ack:
            self.end()

    def done(self) -> None:
        """`message.process()` has ended."""
        if self._passed or not self._callback:
            self.end()

    @property
    def owned(self) -> bool:
        """Whether `message.process()` says when the handling ends."""
        return self._owned

    def failed(self, error: BaseException) -> None:
        """Records an exception, once."""
        if self._ended or "error.type" in self._labels:
            return
        self._labels["error.type"] = type_name(error)
        self.span.set_attribute("error.type", type_name(error))
        if isinstance(error, Exception):
            self.span.record_exception(error)
        self.span.set_status(Status(StatusCode.ERROR, type_name(error)))

    def end(self) -> None:
        """Ends the span and measures its duration, once."""
        if self._ended:
            return
        self._ended = True
        self.leave()
        self._telemetry.process_duration.record(time.perf_counter() - self._started, self._labels)
        self.span.end()

    @property
    def ended(self) -> bool:
        """Whether the span has ended."""
        return self._ended


class _Held:
    """What a message knows of its handling. An application may forget a message; its handling then ends with it."""

    __slots__ = ("processing",)

    def __init__(self, processing: Processing | None) -> None:
        self.processing = processing

    def __del__(self) -> None:
        if self.processing is not None:
            self.processing.end()


def _hold(message: Any, processing: Processing | None) -> bool:
    held = _held(message)
    if held is not None:
        held.processing = processing
        return True
    try:
        setattr(message, _PLACE, _Held(processing))
    except (AttributeError, ValueError):
        return False
    return True


def _held(message: Any) -> _Held | None:
    found = getattr(message, _PLACE, None)
    return found if isinstance(found, _Held) else None


def received(telemetry: Telemetry, message: Any, labels: dict[str, Any]) -> None:
    """Counts a message and measures its delay, once, however it is handled."""
    if _held(message) is not None:
        return
    _hold(message, None)
    telemetry.consumed.add(1, labels)
    delay = delay_of(message.headers)
    if delay is not None:
        telemetry.delay.record(delay, labels)


def begin(
    telemetry: Telemetry, message: Any, queue: Any, *, ambient: bool = False, callback: bool = False
) -> Processing | None:
    """Begins the handling of a message. None when that fails: then the application goes on without a span."""
    try:
        return Processing(telemetry, message, queue, ambient=ambient, callback=callback)
    except Exception:
        log.debug("a message is handled without a span", exc_info=True)
        return None


def processing_of(message: Any) -> Processing | None:
    """The handling of a message that is going on."""
    held = _held(message)
    found = None if held is None else held.processing
    return None if found is None or found.ended else found
