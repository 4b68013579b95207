"""The tracer and the instruments of the conventions for messaging, for libraries whose messages are told of from here."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

SENDING = {"messaging.operation.name": "publish", "messaging.operation.type": "send"}
HANDLING = {"messaging.operation.name": "process", "messaging.operation.type": "process"}

# Upper bounds of the histograms' buckets, in seconds.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LONG = (*_SECONDS, 300, 1800, 3600)


class Instruments:
    """What all messages are told by."""

    def __init__(self, scope: str) -> None:
        from opentelemetry import metrics, trace

        self.tracer = trace.get_tracer(scope)
        meter = metrics.get_meter(scope)

        def seconds(name: str, description: str, buckets: tuple[float, ...] = _SECONDS) -> Any:
            return meter.create_histogram(f"messaging.{name}", "s", description, explicit_bucket_boundaries_advisory=buckets)

        self.operation_duration = seconds("client.operation.duration", "Time a call of the broker took")
        self.process_duration = seconds("process.duration", "Time the handling of a message took")
        self.delay = seconds("message.delay", "Time between publication and handling of a message", _LONG)
        self.sent = meter.create_counter("messaging.client.sent.messages", "{message}", "Messages that were published")
        self.consumed = meter.create_counter("messaging.client.consumed.messages", "{message}", "Messages that were taken in")

    @contextmanager
    def sending(self, name: str, labels: dict[str, Any], more: Mapping[str, Any]) -> Iterator[Any]:
        """The span of a message that is sent, and its metrics; `labels` may grow meanwhile."""
        from opentelemetry.trace import SpanKind

        begun = time.perf_counter()
        with self.tracer.start_as_current_span(name, kind=SpanKind.PRODUCER, attributes={**labels, **more}) as span:
            try:
                yield span
            except BaseException as error:
                labels["error.type"] = type(error).__qualname__
                span.set_attribute("error.type", labels["error.type"])
                raise
            finally:
                self.operation_duration.record(time.perf_counter() - begun, labels)
                self.sent.add(1, labels)

    @contextmanager
    def handling(self, name: str, labels: dict[str, Any], more: Mapping[str, Any], context: Any, late: float | None) -> Iterator[Any]:
        """The span of a message that is handled, and its metrics. `late`: seconds since it was published, or due."""
        from opentelemetry.trace import SpanKind

        begun = time.perf_counter()
        given = {**labels, **more, **({} if late is None else {"messaging.message.delay": late})}
        if late is not None:
            self.delay.record(late, labels)
        self.consumed.add(1, labels)
        with self.tracer.start_as_current_span(name, context, SpanKind.CONSUMER, given) as span:
            try:
                yield span
            except BaseException as error:
                labels["error.type"] = type(error).__qualname__
                raise
            finally:
                self.process_duration.record(time.perf_counter() - begun, labels)


def since_milliseconds(at: float) -> float:
    """Seconds since a time that is given in milliseconds since 1970; none of a time to come."""
    return max(0.0, round(time.time() - at / 1000, 3))
