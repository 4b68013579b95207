"""A process ends, forks, or has no collector: OpenTelemetry must not keep the application waiting, nor tell anything twice.

The SDK waits up to 30 s for each signal at the end of a process, and leaves a forked child the lock under which the parent was just sending
metrics, and the parent's counts. What is changed here are private parts of the SDK, in the versions that `guards` lets through.
"""

import atexit
import contextlib
import functools
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from otel_inject import native, overhead, profiles, quick
from otel_inject.libraries import when_imported
from otel_inject.quick import otlp
from otel_inject.start import say

# What the end of a process may wait for telemetry, seconds, for all signals together.
END_SECONDS = 2.0

# How long nothing is sent after every retry of an export has failed: a flush of a full queue then takes no longer than one export.
AWAY_SECONDS = 5.0

# Whether telemetry of this process is ours to send: not before it is configured, and not in a child that could not be made safe.
_sending = False
_seconds_spent = 0.0


def before_configuring() -> None:
    """Registers what a forked child does first: before the SDK's own hooks, which start threads."""
    # What a thread that sends would import at its first request: a child that is forked then would keep the lock of that import for ever, and every
    # thread of the application's that looks up a name would wait for it too.
    import netrc  # noqa: F401

    "localhost".encode("idna")

    os.register_at_fork(after_in_child=_in_child)
    native.use()


def after_configuring() -> None:
    """Takes the place of the SDK's own end, and lets exports fail at once while the collector is away."""
    global _sending
    for provider in _providers():
        for name in ("_atexit_handler", "_at_exit_handler"):
            if (handler := getattr(provider, name, None)) is not None:
                atexit.unregister(handler)
                setattr(provider, name, None)
    atexit.register(end)
    when_imported("multiprocessing.util", _at_end_of_multiprocessing)
    when_imported("uvicorn.server", _at_end_of_uvicorn)
    from otel_inject.quick import transport

    for client in _clients():
        if quick.wanted():
            transport.replace(client)
        client.export = _giving_up(client.export)
    _sending = True


def end() -> None:
    """Sends what is there, waits at most `END_SECONDS` and tries nothing twice. The SDK's threads do it: none can be started any more."""
    if not _sending:
        return
    deadline = time.monotonic() + END_SECONDS - _seconds_spent
    for client in _clients():
        client._shutdown_event.set()
    for batch in _batches():
        batch._shutdown = True
        batch._worker_awaken.set()
    for reader in _readers():
        reader._shutdown = True
        reader._shutdown_event.set()
    profiles.end()
    for thread in own_threads():
        if thread.is_alive():
            thread.join(max(0.0, deadline - time.monotonic()))
    for batch in _batches():
        batch._shutdown_timeout_exceeded = True
    for processor in _processors():
        if not hasattr(processor, "_batch_processor"):
            processor.shutdown()


def export_threads() -> Iterator[native.Thread]:
    """The threads that send, or have sent."""
    threads = [*(batch._worker_thread for batch in _batches()), *(reader._daemon_thread for reader in _readers())]
    return (thread for thread in threads if thread is not None)


def own_threads() -> Iterator[native.Thread]:
    """All threads of the instrumentation."""
    yield from export_threads()
    yield from profiles.threads()


def flush() -> None:
    """Sends what is there, tries nothing twice, and goes on afterwards. Waits no longer than `END_SECONDS`, which are then missing at the end."""
    global _seconds_spent
    begun = time.monotonic()
    threads = [native.Thread(target=_flush_one, args=(each,)) for each in _providers()] if _sending else []
    threads += [native.Thread(target=profiles.flush)] if _sending else []
    for client in _clients():
        client._shutdown_event.set()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, begun + END_SECONDS - _seconds_spent - time.monotonic()))
    for client in _clients():
        client._shutdown_event.clear()
    _seconds_spent = min(END_SECONDS, _seconds_spent + time.monotonic() - begun)


def without_metrics() -> None:
    """This process sends none: it does one piece of work, and each would be a series of its own. What its spans say is counted by the collector."""
    for reader in _readers():
        reader.collect = lambda *_, **__: None


def _flush_one(provider: Any) -> None:
    with contextlib.suppress(Exception):
        provider.force_flush()


def _giving_up(export: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    """The export; after one that no retry helped, the next fail at once for a while."""
    away_until, last = 0.0, None

    def export_unless_away(data: bytes) -> Any:
        nonlocal away_until, last
        if last is not None and time.monotonic() < away_until:
            return last
        result = export(data)
        unreachable = not result.success and (result.status_code is None or result.status_code in (429, 502, 503, 504))
        last = result if unreachable else None
        away_until = time.monotonic() + AWAY_SECONDS
        return result

    return export_unless_away


def _in_child() -> None:
    """Only the thread that forked is left: whatever another thread may have held or half done is replaced."""
    global _sending
    if not _sending:
        return
    try:
        _renew()
    except Exception as error:
        _sending = False
        say(f"not started in the forked process {os.getpid()}: {type(error).__name__}: {error}")
        for batch in _batches():
            batch._shutdown = True
        for reader in _readers():
            reader._collect = None


def _renew() -> None:
    of_parent = getattr(_providers()[0], "_resource", None)
    for holder in _holders():
        holder._lock = native.Lock()
    for batch in _batches():
        batch.emit = _own_only(batch.emit, of_parent)
    _renew_metrics()
    for client in _clients():
        client._shutdown_event = _like(client._shutdown_event)
        _renew_connections(client._transport)
    profiles.renew()
    overhead.renew()
    quick.renew()


def _renew_metrics() -> None:
    """No lock of the parent, and every instrument from zero: the parent's counts are told by the parent."""
    from opentelemetry import metrics
    from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor
    from opentelemetry.sdk.metrics._internal.metric_reader_storage import MetricReaderStorage

    provider = metrics.get_meter_provider()
    if not hasattr(provider, "_measurement_consumer"):
        return
    consumer = provider._measurement_consumer
    consumer._lock = native.Lock()
    consumer._reader_storages = {
        reader: MetricReaderStorage(consumer._sdk_config, reader._instrument_class_temporality, reader._instrument_class_aggregation)
        for reader in consumer._reader_storages
    }
    for meter in provider._meters.values():
        meter._instrument_registration_lock = native.Lock()
        meter._instrument_ids_lock = native.Lock()
    for reader in _readers():
        reader._export_lock = native.Lock()
        reader._shutdown_event = _like(reader._shutdown_event)
    of_process = SystemMetricsInstrumentor()
    if hasattr(of_process, "_proc"):
        of_process._proc = type(of_process._proc)(os.getpid())


def _renew_connections(transport: Any) -> None:
    """Two processes must not write to one connection."""
    if not hasattr(transport, "_session"):
        transport.close()
        return
    from requests.adapters import HTTPAdapter
    from requests.cookies import RequestsCookieJar

    session = transport._session
    session.cookies = RequestsCookieJar()
    for prefix in ("https://", "http://"):
        session.mount(prefix, HTTPAdapter())


def _own_only(emit: Callable[[Any], None], of_parent: Any) -> Callable[[Any], bool]:
    """Without the spans that the parent began: it ends and sends them itself. Says whether it was one of its own."""

    def emit_own(data: Any) -> bool:
        resource = otlp.resource_of(data) if isinstance(data, bytes) else getattr(data, "resource", None)
        own = of_parent is None or resource is not of_parent
        if own:
            emit(data)
        return own

    return emit_own


def _like(event: native.Event) -> native.Event:
    fresh = native.Event()
    if event.is_set():
        fresh.set()
    return fresh


def _at_end_of_multiprocessing() -> None:
    """A child of multiprocessing ends without `atexit`."""
    from multiprocessing.util import Finalize, register_after_fork

    register_after_fork(end, lambda _: Finalize(None, end, exitpriority=-100))


def _at_end_of_uvicorn() -> None:
    """Once it has closed its connections, uvicorn gives itself the signal that ended it, which kills the process without `atexit`."""
    from uvicorn.server import Server

    serve = getattr(Server, "_serve", None)
    if serve is None:
        return

    @functools.wraps(serve)
    async def serve_and_flush(self: Any, *args: Any, **kwargs: Any) -> None:
        try:
            await serve(self, *args, **kwargs)
        finally:
            if getattr(self, "_captured_signals", ()):
                flush()

    Server._serve = serve_and_flush


def _providers() -> tuple[Any, Any, Any]:
    from opentelemetry import _logs, metrics, trace

    return trace.get_tracer_provider(), _logs.get_logger_provider(), metrics.get_meter_provider()


def _holders() -> Iterator[Any]:
    """What hands spans and records to processors; a configuration file may leave out either."""
    traces, logs, _ = _providers()
    for holder in (getattr(traces, "_active_span_processor", None), getattr(logs, "_multi_log_record_processor", None)):
        if holder is not None:
            yield holder


def _processors() -> Iterator[Any]:
    for holder in _holders():
        yield from getattr(holder, "_span_processors", None) or getattr(holder, "_log_record_processors", ())


def _batches() -> Iterator[Any]:
    return (processor._batch_processor for processor in _processors() if hasattr(processor, "_batch_processor"))


def _readers() -> Iterator[Any]:
    return (reader for reader in getattr(_providers()[2], "_metric_readers", ()) if hasattr(reader, "_export_lock"))


def _clients() -> Iterator[Any]:
    """What sends: of each exporter that has one, as those of OTLP/HTTP have."""
    exporters = [each._exporter for each in (*_batches(), *_readers())]
    return (exporter._client for exporter in exporters if hasattr(exporter, "_client"))
