"""The tracer, the instruments, and `Handling`: one span with its duration for each thing that a bot does."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar, Token
from types import TracebackType

from opentelemetry import context as otel_context
from opentelemetry import metrics, trace
from opentelemetry.context import Context
from opentelemetry.metrics import Histogram, MeterProvider
from opentelemetry.trace import Link, SpanKind, Status, StatusCode, TracerProvider

from .failures import cause_of, exception_attributes, is_refusal, type_name
from .identity import Identity
from .names import gateway_events
from .settings import Settings
from .version import __version__

_SCHEMA = "https://opentelemetry.io/schemas/1.38.0"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

Attributes = Mapping[str, "str | int | float | bool"]


class Telemetry:
    """What all wrappers share. `active` is false after `uninstrument()`: a wrapper somebody still holds then only
    calls through."""

    def __init__(
        self,
        settings: Settings,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        scope = "opentelemetry_instrumentation_discord_py"
        self.active = True
        self.settings = settings
        self.identity = Identity(settings.id_key)
        self.gateway_events = gateway_events()
        self.tracer = trace.get_tracer(scope, __version__, tracer_provider, schema_url=_SCHEMA)
        meter = metrics.get_meter(scope, __version__, meter_provider, schema_url=_SCHEMA)

        def seconds(name: str, description: str) -> Histogram:
            return meter.create_histogram(
                name, unit="s", description=description, explicit_bucket_boundaries_advisory=_SECONDS
            )

        self.command_duration = seconds("discord.command.duration", "Time a command took, its error handlers apart")
        self.handler_duration = seconds(
            "discord.handler.duration", "Time a handler of an event, component or modal took"
        )
        self.task_duration = seconds("discord.task.duration", "Time one iteration of a task loop took")
        self.task_delay = seconds("discord.task.delay", "How much later than planned an iteration of a task loop began")
        self.request_duration = seconds(
            "http.client.request.duration", "Time until Discord's REST API answered a request"
        )
        self.rate_limit_wait = seconds("discord.rate_limit.wait", "Time a REST call waited for a rate limit")
        self.rate_limits = meter.create_counter(
            "discord.rate_limit.hits", unit="{request}", description="REST calls that Discord refused with 429"
        )
        self.events = meter.create_counter(
            "discord.gateway.events", unit="{event}", description="Events received from the gateway, by type"
        )
        self.connections = meter.create_counter(
            "discord.gateway.connections",
            unit="{connection}",
            description="Connections opened to the gateway: the first, resumed sessions, new sessions after a loss",
        )
        self.disconnects = meter.create_counter(
            "discord.gateway.disconnects", unit="{connection}", description="Connections to the gateway that were lost"
        )
        self.heartbeats = meter.create_counter(
            "discord.gateway.heartbeats", unit="{heartbeat}", description="Heartbeats that the gateway acknowledged"
        )
        self.latency = meter.create_gauge(
            "discord.gateway.latency", unit="s", description="Time between the last heartbeat and its acknowledgement"
        )


_current: ContextVar[Handling | None] = ContextVar("opentelemetry-discord-handling", default=None)


def failed(error: BaseException) -> None:
    """Notes an exception on what is being handled now; does nothing outside of a handler."""
    handling = _current.get()
    if handling is not None:
        handling.failed(error)


class Handling:
    """One span that is current while a handler runs, and the duration of it.

    parent: the context the span begins in; None takes the current one.
    labels: attributes of the duration, next to `error.type`.
    """

    def __init__(
        self,
        telemetry: Telemetry,
        name: str,
        kind: SpanKind,
        attributes: Attributes,
        histogram: Histogram,
        labels: Attributes,
        *,
        parent: Context | None = None,
        links: Sequence[Link] = (),
    ) -> None:
        self._telemetry = telemetry
        self._histogram = histogram
        self.labels = dict(labels)
        self._error: BaseException | None = None
        self._parent = otel_context.get_current() if parent is None else parent
        self._tokens: tuple[Token[Context], Token[Handling | None]] | None = None
        self._ended = False
        self.span = telemetry.tracer.start_span(
            name, context=self._parent, kind=kind, attributes=dict(attributes), links=links
        )
        self._started = time.perf_counter()

    def __enter__(self) -> Handling:
        self._tokens = (
            otel_context.attach(trace.set_span_in_context(self.span, self._parent)),
            _current.set(self),
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, Exception):
            self.failed(error)
        self.measure()
        if self._tokens is not None:
            current, handling = self._tokens
            self._tokens = None
            otel_context.detach(current)
            _current.reset(handling)
        self.end()

    def measure(self) -> None:
        """Records the duration, once."""
        if self._started:
            self._histogram.record(time.perf_counter() - self._started, self.labels)
            self._started = 0.0

    def end(self) -> None:
        """Ends the span, once, and leaves the context as it is."""
        if not self._ended:
            self._ended = True
            self.span.end()

    def rename(self, name: str, attributes: Attributes, labels: Attributes) -> None:
        """Tells what is handled, when that is known only later."""
        self.span.update_name(name)
        self.span.set_attributes(dict(attributes))
        self.labels.update(labels)

    def failed(self, error: BaseException) -> None:
        """Records an exception; the same one, wrapped once more on its way out, is not recorded again."""
        error = cause_of(error)
        if error is self._error:
            return
        first, self._error = self._error is None, error
        self.span.add_event("exception", exception_attributes(error, self._telemetry.settings.exception_messages))
        if first:
            self.labels["error.type"] = type_name(error)
            self.span.set_attribute("error.type", type_name(error))
        if not is_refusal(error):
            self.span.set_status(Status(StatusCode.ERROR, type_name(error)))
