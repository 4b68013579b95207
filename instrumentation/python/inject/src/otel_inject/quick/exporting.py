"""Batches of bytes in place of batches of objects: the SDK's batch processors stay, with their queues, threads, forks and ends."""

from collections.abc import Callable, Sequence
from typing import Any

from otel_inject.quick import counts, otlp

# Sending is a join of bytes: a large batch holds nobody up, and fewer requests cost less.
_ITEMS_A_BATCH = 512


def send_bytes(processor: Any, success: Any, failure: Any, counted: counts.Counts) -> None:
    """Makes the exporter of a batch processor take what `otlp.item` makes, and counts what becomes of it."""
    batch = processor._batch_processor
    counts.of_batch(counted, batch)
    batch._max_export_batch_size = min(max(batch._max_export_batch_size, _ITEMS_A_BATCH), batch._max_queue_size)
    batch._exporter.export = _export(batch._exporter, success, failure, counted)


def _export(exporter: Any, success: Any, failure: Any, counted: counts.Counts) -> Callable[[Sequence[bytes]], Any]:
    def export(items: Sequence[bytes]) -> Any:
        error = send(items)
        counted.export_ended(len(items), error)
        return failure if error else success

    def send(items: Sequence[bytes]) -> str:
        """What went wrong, as `error.type` has it; empty: nothing."""
        if exporter._shutdown:
            return "already_shutdown"
        # The SDK takes the oldest first, so the order is that of the ends.
        data = otlp.request(items)
        if 0 < exporter._max_request_size < len(data):
            return "too_large"
        result = exporter._client.export(data)
        return "" if result.success else str(result.status_code or "unreachable")

    return export


def spans_as_bytes(processor: Any) -> Callable[[Any], None]:
    """What a batch processor of spans does at the end of one, of our spans as they are and of any other."""
    batch, minutes, minute = processor._batch_processor, counts.SPANS.minutes, counts.minute

    def on_end(ended: Any) -> None:
        if ended._context and ended._context.trace_flags.sampled:
            made = minute(ended._start_time)
            # False: it is the parent's, before a fork.
            if batch.emit(otlp.item(ended._resource, ended._instrumentation_scope, otlp.span(ended))) is not False:
                minutes[made] += 1

    return on_end


def records_as_bytes(processor: Any) -> Callable[[Any], None]:
    """What a batch processor of log records does with one that was made through OpenTelemetry's API."""
    from opentelemetry.sdk.resources import Resource

    batch, unnamed = processor._batch_processor, Resource.create({})
    minutes, minute = counts.RECORDS.minutes, counts.minute

    def on_emit(made: Any) -> None:
        record = made.log_record
        of = minute(record.timestamp or record.observed_timestamp)
        minutes[of] += 1
        severity = record.severity_number
        data = otlp.record(
            time=record.timestamp,
            observed=record.observed_timestamp,
            severity=None if severity is None else severity.value,
            level=record.severity_text,
            body=record.body,
            values=record.attributes,
            context=(record.trace_id or 0, record.span_id or 0, int(record.trace_flags or 0)),
            event=record.event_name,
            dropped=made.dropped_attributes,
        )
        resource = made.resource if made.resource is not None else unnamed
        batch.emit(otlp.item(resource, made.instrumentation_scope, data))

    return on_emit
