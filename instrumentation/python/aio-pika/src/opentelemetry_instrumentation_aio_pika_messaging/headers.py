"""The headers of a message: the context of its producer, the time of its publication, and why it was dead-lettered."""

from __future__ import annotations

import time
from collections.abc import Mapping, MutableMapping
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import SpanContext

#: Milliseconds since 1970. AMQP's own `timestamp` has whole seconds only.
PUBLISHED = "x-opentelemetry-published-ms"

Headers = Mapping[str, Any]


class _Getter(Getter[Headers]):  # type: ignore[misc]
    """Reads headers that other clients write as bytes, too."""

    def get(self, carrier: Headers, key: str) -> list[str] | None:
        value = next((value for name, value in carrier.items() if name.lower() == key.lower()), None)
        if isinstance(value, bytes | bytearray):
            value = bytes(value).decode("latin-1")
        return [value] if isinstance(value, str) else None

    def keys(self, carrier: Headers) -> list[str]:
        return list(carrier)


_GETTER = _Getter()


def producer_of(headers: Headers | None) -> Context:
    """The context that the producer put into a message, with its baggage; an empty one when it put none."""
    return propagate.extract(headers or {}, context=Context(), getter=_GETTER)


def span_of(context: Context) -> SpanContext | None:
    """The span of a context, if there is one."""
    found = trace.get_current_span(context).get_span_context()
    return found if found.is_valid else None


def published_now() -> dict[str, int]:
    """The header that says when a message is published."""
    return {PUBLISHED: time.time_ns() // 1_000_000}


def inject(carrier: MutableMapping[str, Any], context: Context) -> None:
    """Puts a context into headers."""
    propagate.inject(carrier, context=context)


def delay_of(headers: Headers | None) -> float | None:
    """Seconds since a message was published, to the millisecond, as far as the clocks agree; None when it does not say."""
    published = (headers or {}).get(PUBLISHED)
    if not isinstance(published, int):
        return None
    return round(max(0.0, time.time() - published / 1000), 3)


def deaths_of(headers: Headers | None) -> dict[str, Any]:
    """Attributes of a message that RabbitMQ dead-lettered: how often, and why and from where last."""
    deaths = (headers or {}).get("x-death")
    if not isinstance(deaths, list) or not deaths or not isinstance(deaths[0], Mapping):
        return {}
    last = deaths[0]
    counts = [one.get("count", 1) for one in deaths if isinstance(one, Mapping)]
    told = {"reason": last.get("reason"), "queue": last.get("queue")}
    return {
        "messaging.rabbitmq.death.count": sum(count for count in counts if isinstance(count, int)),
        **{f"messaging.rabbitmq.death.{key}": _text(value) for key, value in told.items() if value is not None},
    }


def _text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | bytearray) else str(value)
