"""How many spans, records and points this process made, dropped and got rid of: the first column of the loss ledger (docs/outages.md).

By the names of OpenTelemetry's semantic conventions for SDKs (`otel.sdk.*`), which the SDK itself counts only where it is slow, and
`telemetry.made.items`, by the minute that each item says of itself, as the collector counts what came. Nothing here takes a lock: an addition to
an element of a list is one step of the interpreter, between two calls.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

SCOPE = "otel_inject.counts"

_MINUTE = 60_000_000_000
# Told apart, as images/programs/itemcounter/minutes.go does.
MINUTES = 3


class Counts:
    """Of one signal. Stands where the SDK's batch processor counts for itself."""

    def __init__(self, signal: str, noun: str, processor: str, exporter: str) -> None:
        self.signal, self.noun, self.processor, self.exporter = signal, noun, processor, exporter
        self.minutes = [0] * MINUTES
        self.processed: Counter[str] = Counter({"": 0})
        self.exported: Counter[str] = Counter({"": 0})
        self.queued: Callable[[], int] | None = None

    def renew(self) -> None:
        """From zero, as all metrics in a forked child."""
        self.minutes[:] = [0] * MINUTES
        for counter in (self.processed, self.exported):
            counter.clear()
            counter[""] = 0

    def register_queue_size(self, get_queue_size: Callable[[], int]) -> None:
        """Called by a batch processor."""
        self.queued = get_queue_size

    def drop_items(self, count: int, error_type: str = "queue_full") -> None:
        """Called by a batch processor."""
        self.processed[error_type] += count

    def finish_items(self, count: int) -> None:
        """Called by a batch processor, as it hands them to the exporter."""
        self.processed[""] += count

    def export_ended(self, count: int, error: str = "") -> None:
        """Called by an exporter, once it has been answered or has given up."""
        self.exported[error] += count


def minute(at: int | None) -> int:
    """Which of the minutes told apart a time is of, in nanoseconds since 1970."""
    return (at or 0) // _MINUTE % MINUTES


SPANS = Counts("traces", "span", "batching_span_processor", "otlp_http_span_exporter")
RECORDS = Counts("logs", "log", "batching_log_processor", "otlp_http_log_exporter")
POINTS = Counts("metrics", "metric_data_point", "", "otlp_http_metric_exporter")


def of_batch(counts: Counts, batch: Any) -> None:
    """Counts what becomes of the items of a batch processor."""
    batch._metrics = counts
    counts.register_queue_size(lambda: len(batch._queue))


def of_readers(readers: Iterable[Any]) -> None:
    """Counts the points that metric readers export by OTLP/HTTP."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    for reader in readers:
        exporter = getattr(reader, "_exporter", None)
        if type(exporter) is OTLPMetricExporter:
            exporter.export = _counted(exporter.export)  # type: ignore[method-assign]


def _counted(export: Callable[..., Any]) -> Callable[..., Any]:
    from opentelemetry.sdk.metrics.export import MetricExportResult

    def export_counted(metrics_data: Any, *args: Any, **kwargs: Any) -> Any:
        times = [
            point.time_unix_nano
            for of_resource in metrics_data.resource_metrics
            for scope in of_resource.scope_metrics
            for metric in scope.metrics
            for point in metric.data.data_points
        ]
        for at in times:
            POINTS.minutes[minute(at)] += 1
        result = export(metrics_data, *args, **kwargs)
        POINTS.export_ended(len(times), "" if result is MetricExportResult.SUCCESS else "rejected")
        return result

    return export_counted


def publish(all_counts: Sequence[Counts]) -> None:
    """The metrics, of signals that are counted."""
    from opentelemetry import metrics
    from opentelemetry.metrics import CallbackOptions, Observation

    def made(_: CallbackOptions) -> Iterable[Observation]:
        return [
            Observation(count, {"signal": counts.signal, "minute": str(number)})
            for counts in all_counts
            for number, count in enumerate(counts.minutes)
            if count
        ]

    def of(counter: Counter[str], component: str) -> Any:
        def read(_: CallbackOptions) -> Iterable[Observation]:
            standard = {"otel.component.type": component, "otel.component.name": f"{component}/0"}
            return [Observation(count, {**standard, "error.type": error} if error else standard) for error, count in tuple(counter.items())]

        return [read]

    def queued(counts: Counts) -> Any:
        def read(_: CallbackOptions) -> Iterable[Observation]:
            component = {"otel.component.type": counts.processor, "otel.component.name": f"{counts.processor}/0"}
            return [Observation(counts.queued(), component)] if counts.queued is not None else []

        return [read]

    meter = metrics.get_meter(SCOPE)
    meter.create_observable_counter("telemetry.made.items", [made], "{item}", "Spans, records and points that were made, by the minute that they are of")
    for counts in all_counts:
        unit = "{data_point}" if counts.noun == "metric_data_point" else f"{{{counts.noun}}}"
        exported = f"otel.sdk.exporter.{counts.noun}.exported"
        meter.create_observable_counter(exported, of(counts.exported, counts.exporter), unit, "What the exporter was answered for, or gave up")
        if counts.processor:
            name = f"otel.sdk.processor.{counts.noun}"
            meter.create_observable_counter(f"{name}.processed", of(counts.processed, counts.processor), unit, "What left the queue, or found it full")
            meter.create_observable_up_down_counter(f"{name}.queue.size", queued(counts), unit, "What is in the queue")
