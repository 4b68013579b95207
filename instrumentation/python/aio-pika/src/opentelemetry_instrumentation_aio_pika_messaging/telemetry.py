"""The tracer and the instruments of the conventions for messaging."""

from __future__ import annotations

from opentelemetry import metrics, trace
from opentelemetry.metrics import Histogram, MeterProvider
from opentelemetry.trace import TracerProvider

from .settings import Settings
from .version import __version__

_SCHEMA = "https://opentelemetry.io/schemas/1.38.0"
_SCOPE = "opentelemetry_instrumentation_aio_pika_messaging"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_LONG = (*_SECONDS, 30, 60, 300, 1800, 3600)


class Telemetry:
    """What all wrappers share. `active` is false after `uninstrument()`: a wrapper somebody still holds then only
    calls through."""

    def __init__(
        self, settings: Settings, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None
    ) -> None:
        self.active = True
        self.settings = settings
        self.tracer = trace.get_tracer(_SCOPE, __version__, tracer_provider, schema_url=_SCHEMA)
        meter = metrics.get_meter(_SCOPE, __version__, meter_provider, schema_url=_SCHEMA)

        def seconds(name: str, description: str, buckets: tuple[float, ...] = _SECONDS) -> Histogram:
            return meter.create_histogram(
                name, unit="s", description=description, explicit_bucket_boundaries_advisory=buckets
            )

        self.operation_duration = seconds("messaging.client.operation.duration", "Time a call of the broker took")
        self.process_duration = seconds("messaging.process.duration", "Time the handling of a message took")
        self.delay = seconds("messaging.message.delay", "Time between publication and handling of a message", _LONG)
        self.sent = meter.create_counter(
            "messaging.client.sent.messages", unit="{message}", description="Messages that were published"
        )
        self.consumed = meter.create_counter(
            "messaging.client.consumed.messages", unit="{message}", description="Messages that were taken in"
        )
