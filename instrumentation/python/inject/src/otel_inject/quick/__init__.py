"""The same telemetry for less of the request's time. Each part stands where the SDK or an instrumentor does its work, and leaves to it what is rare.

`OTEL_PYTHON_INJECT_QUICK=off` leaves everything to the SDK. Measured by `npm run bench:overhead`.
"""

import os
from collections.abc import Sequence
from typing import Any


_possible = True


def before_configuring() -> None:
    """What must be in place before the providers and their instruments are made."""
    global _possible
    if not wanted():
        return
    from opentelemetry.sdk import trace as sdk

    try:
        from otel_inject.quick import counts, exporting, measurements, records, spans, transport  # noqa: F401
    except ImportError:
        # The application's own OpenTelemetry, which is later than what this was written for.
        _possible = False
        return
    sdk._Span = spans.QuickSpan  # type: ignore[misc]
    sdk.Tracer.start_span = spans.start_span(sdk.Tracer.start_span)  # type: ignore[method-assign]
    measurements.install()
    transport.install()


def after_configuring(traces: Any, logs: Any, readers: Sequence[Any] = ()) -> None:
    """Batches of bytes, and counts of them, where the providers have a batch processor with OTLP/HTTP; what else is configured stays as it is."""
    if not wanted():
        return
    from otel_inject.quick import garbage

    garbage.install()
    _recognise_default_sampler(traces)
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk._logs.export import LogRecordExportResult
    from opentelemetry.sdk.trace.export import SpanExportResult

    from otel_inject.quick import counts, exporting

    for processor in _batches(_span_processors(traces), OTLPSpanExporter):
        exporting.send_bytes(processor, SpanExportResult.SUCCESS, SpanExportResult.FAILURE, counts.SPANS)
        processor.on_end = exporting.spans_as_bytes(processor)
        processor._quick = True
    for processor in _batches(_record_processors(logs), OTLPLogExporter):
        exporting.send_bytes(processor, LogRecordExportResult.SUCCESS, LogRecordExportResult.FAILURE, counts.RECORDS)
        processor.on_emit = exporting.records_as_bytes(processor)
        processor._quick = True
    of_signals = (counts.SPANS, counts.RECORDS, counts.POINTS)
    counts.of_readers(readers, of_signals)
    counts.publish(of_signals)


def _recognise_default_sampler(traces: Any) -> None:
    """A declarative configuration file has one of its own that does the same."""
    from opentelemetry.sdk.trace.sampling import DEFAULT_ON

    sampler = getattr(traces, "sampler", None)
    if type(sampler) is type(DEFAULT_ON) and vars(sampler) == vars(DEFAULT_ON):
        traces.sampler = DEFAULT_ON


def renew() -> None:
    """In a forked child: counts begin at zero."""
    if wanted():
        from otel_inject.quick import counts

        for each in (counts.SPANS, counts.RECORDS, counts.POINTS):
            each.renew()


def lines(logs: Any) -> Any | None:
    """A handler for lines of `logging`, where all records of the provider go to one batch processor of ours and no limits are set."""
    processors = _record_processors(logs)
    limits = getattr(logs, "_log_record_limits", None)
    if not wanted() or limits is None or len(processors) != 1 or not hasattr(processors[0], "_quick"):
        return None
    if limits.max_log_record_attribute_length is not None or limits.max_log_record_attributes != 128:
        return None
    from otel_inject.quick.records import Records

    return Records(logs, processors[0])


def span_processors(provider: Any) -> Sequence[Any]:
    """Those of the provider that take spans as they are."""
    return [each for each in _span_processors(provider) if hasattr(each, "_quick")]


def wanted() -> bool:
    """Whether to be quick. The SDK's own metrics about itself are counted only by the SDK."""
    own_metrics = os.environ.get("OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED", "").strip().lower() == "true"
    return _possible and not own_metrics and os.environ.get("OTEL_PYTHON_INJECT_QUICK", "").lower() != "off"


def _span_processors(provider: Any) -> Sequence[Any]:
    return getattr(getattr(provider, "_active_span_processor", None), "_span_processors", ())


def _record_processors(provider: Any) -> Sequence[Any]:
    return getattr(getattr(provider, "_multi_log_record_processor", None), "_log_record_processors", ())


def _batches(processors: Sequence[Any], exporter: type) -> Sequence[Any]:
    found = (each for each in processors if hasattr(each, "_batch_processor"))
    return [each for each in found if type(each._batch_processor._exporter) is exporter]
