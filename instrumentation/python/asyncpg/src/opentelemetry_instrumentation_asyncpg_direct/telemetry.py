"""The tracer and the instrument of the conventions for databases."""

from __future__ import annotations

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import TracerProvider

from .version import __version__

_SCHEMA = "https://opentelemetry.io/schemas/1.38.0"
_SCOPE = "opentelemetry_instrumentation_asyncpg_direct"
_SECONDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)

#: When SQLAlchemy's own calls have no span: `auto`: while its instrumentation is active; `always`; `never`.
UNDER_SQLALCHEMY = ("auto", "always", "never")


class Telemetry:
    """What all wrappers share. `active` is false after `uninstrument()`: a wrapper somebody still holds then only
    calls through."""

    def __init__(
        self, silent: str, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None
    ) -> None:
        """silent: one of UNDER_SQLALCHEMY."""
        self.active = True
        self.silent = silent
        self.tracer = trace.get_tracer(_SCOPE, __version__, tracer_provider, schema_url=_SCHEMA)
        meter = metrics.get_meter(_SCOPE, __version__, meter_provider, schema_url=_SCHEMA)
        self.duration = meter.create_histogram(
            "db.client.operation.duration",
            unit="s",
            description="Time a statement took",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
