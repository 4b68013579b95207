"""How many spans, records and points this process made, dropped and got rid of: the first column of the loss ledger (docs/outages.md).

By the names of OpenTelemetry's semantic conventions for SDKs (`otel.sdk.*`), which the SDK itself counts only where it is slow, and
`telemetry.made.items`, by the minute that each item says of itself, as the collector counts what came. Both are sent once a minute, and as the
process ends: what nobody looks at more often must not cost a point of each series every few seconds. Nothing here takes a lock: an addition to an
element of a list is one step of the interpreter, between two calls.
"""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

SCOPE = "otel_inject.counts"

_MINUTE = 60_000_000_000
# How long a minute must be over before it is said: an item is counted when it ends.
_SETTLED = 5_000_000_000
# Told apart, so many that what lasted for an hour is not taken for something of now. Of four there may be something to say; the others are emptied.
MINUTES = 64


class Counts:
    """Of one signal. Stands where the SDK's batch processor counts for itself."""

    def __init__(self, signal: str, noun: str, processor: str, exporter: str) -> None:
        self.signal, self.noun, self.processor, self.exporter = signal, noun, processor, exporter
        self.minutes = [0] * MINUTES
        self.said = [0] * MINUTES
        self.processed: Counter[str] = Counter({"": 0})
        self.exported: Counter[str] = Counter({"": 0})
        self.queued: Callable[[], int] | None = None

    def renew(self) -> None:
        """From zero, as all metrics in a forked child."""
        self.minutes[:] = [0] * MINUTES
        self.said[:] = [0] * MINUTES
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

    def news(self, minute: int) -> int:
        """What was made of a minute and not said yet."""
        number = minute % MINUTES
        made = self.minutes[number]
        new, self.said[number] = made - self.said[number], made
        return new

    def forget(self, minutes: Iterable[int]) -> None:
        """Empties what will be counted in minutes to come."""
        for minute in minutes:
            self.minutes[minute % MINUTES] = self.said[minute % MINUTES] = 0

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


def of_readers(readers: Iterable[Any], all_counts: Sequence[Counts]) -> None:
    """Counts the points that metric readers export by OTLP/HTTP, and lets the first of them say what is counted here."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    exporters = [exporter for reader in readers if type(exporter := getattr(reader, "_exporter", None)) is OTLPMetricExporter]
    for number, exporter in enumerate(exporters):
        exporter.export = _counted(exporter, Telling(all_counts if number == 0 else ()))


class Telling:
    """Says what is counted once a minute: what was made of the minute that is over, by one point of each signal, and what became of it."""

    def __init__(self, all_counts: Sequence[Counts]) -> None:
        self.all_counts = all_counts
        self.over = 0

    def told(self, metrics_data: Any, *, ends: bool) -> Any:
        """The metrics with what is due, and without what is not."""
        at = max(_times(metrics_data), default=0)
        over = (at - _SETTLED) // _MINUTE - 1
        due = over != self.over
        if not due and not ends:
            return _changed(metrics_data, lambda scope: None if scope.scope.name == SCOPE else scope)
        self.over = over
        minutes = {"before": over - 1, "last": over, **({"this": over + 1, "next": over + 2} if ends else {})}
        points = [(counts.signal, which, new) for counts in self.all_counts for which, minute in minutes.items() if (new := counts.news(minute))]
        for counts in self.all_counts:
            counts.forget(range(over + 3, over - 1 + MINUTES))
        return _changed(metrics_data, lambda scope: _with_made(scope, at, points))


def _times(metrics_data: Any) -> Iterator[int]:
    for of_resource in metrics_data.resource_metrics:
        for scope in of_resource.scope_metrics:
            for metric in scope.metrics:
                for point in metric.data.data_points:
                    yield point.time_unix_nano


def _changed(metrics_data: Any, change: Callable[[Any], Any]) -> Any:
    resources = [
        dataclasses.replace(of_resource, scope_metrics=[new for scope in of_resource.scope_metrics if (new := change(scope)) is not None])
        for of_resource in metrics_data.resource_metrics
    ]
    return dataclasses.replace(metrics_data, resource_metrics=resources)


def _with_made(scope: Any, at: int, points: Sequence[tuple[str, str, int]]) -> Any:
    from opentelemetry.sdk.metrics.export import Gauge, Metric, NumberDataPoint

    if scope.scope.name != SCOPE or not points:
        return scope
    of = [NumberDataPoint({"signal": signal, "minute": which}, 0, at, new) for signal, which, new in points]
    meaning = "Spans, records and points that were made in the minute that is over"
    return dataclasses.replace(scope, metrics=[*scope.metrics, Metric("telemetry.made.items", meaning, "{item}", Gauge(of))])


def _counted(exporter: Any, telling: Telling) -> Callable[..., Any]:
    from opentelemetry.sdk.metrics.export import MetricExportResult

    export = exporter.export
    client = getattr(exporter, "_client", exporter)

    def export_counted(metrics_data: Any, *args: Any, **kwargs: Any) -> Any:
        stopping = getattr(client, "_shutdown_event", None)
        told = telling.told(metrics_data, ends=stopping is not None and stopping.is_set())
        count = 0
        for at in _times(told):
            count += 1
            POINTS.minutes[minute(at)] += 1
        result = export(told, *args, **kwargs)
        POINTS.export_ended(count, "" if result is MetricExportResult.SUCCESS else "rejected")
        return result

    return export_counted


def publish(all_counts: Sequence[Counts]) -> None:
    """The metrics of what became of what was made; a queue that holds nothing is no point."""
    from opentelemetry import metrics
    from opentelemetry.metrics import CallbackOptions, Observation

    def of(counter: Counter[str], component: str) -> Any:
        def read(_: CallbackOptions) -> Iterable[Observation]:
            standard = {"otel.component.type": component, "otel.component.name": f"{component}/0"}
            return [Observation(count, {**standard, "error.type": error} if error else standard) for error, count in tuple(counter.items())]

        return [read]

    def queued(counts: Counts) -> Any:
        def read(_: CallbackOptions) -> Iterable[Observation]:
            component = {"otel.component.type": counts.processor, "otel.component.name": f"{counts.processor}/0"}
            waiting = counts.queued() if counts.queued is not None else 0
            return [Observation(waiting, component)] if waiting else []

        return [read]

    meter = metrics.get_meter(SCOPE)
    for counts in all_counts:
        unit = "{data_point}" if counts.noun == "metric_data_point" else f"{{{counts.noun}}}"
        exported = f"otel.sdk.exporter.{counts.noun}.exported"
        meter.create_observable_counter(exported, of(counts.exported, counts.exporter), unit, "What the exporter was answered for, or gave up")
        if counts.processor:
            name = f"otel.sdk.processor.{counts.noun}"
            meter.create_observable_counter(f"{name}.processed", of(counts.processed, counts.processor), unit, "What left the queue, or found it full")
            meter.create_observable_up_down_counter(f"{name}.queue.size", queued(counts), unit, "What is in the queue")
