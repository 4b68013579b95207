"""Celery beyond its instrumentation: messages by the conventions of messaging, with metrics, and each run of beat's schedule the root of a trace.

The spans of tasks remain the instrumentation's. Those of sending are ours: the instrumentation's never ends where the sending process does not
know the task (`send_task`) or the broker is away, and everything that the process does afterwards would be below it.
"""

import functools
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from otel_inject import lifecycle
from otel_inject.messages import HANDLING, SENDING, Instruments
from otel_inject.schedulers import as_run
from otel_inject.traced import Target

SCOPE = "otel_inject.celery"

# Transports of kombu that the conventions call otherwise.
_SYSTEMS = {"amqp": "rabbitmq", "sqs": "aws_sqs", "gcpubsub": "gcp_pubsub"}
# The same header as our instrumentation of aio-pika's.
_PUBLISHED = "x-opentelemetry-published-ms"
# Names of before the conventions were stable, and what takes their place; the destination is set by `_destination`.
_RENAMED = {
    "messaging.destination": None,
    "messaging.destination_kind": None,
    "messaging.conversation_id": "messaging.message.conversation_id",
}


def install() -> None:
    """Changes Celery and its instrumentation, which must be instrumented already: its receivers run before ours."""
    from celery import signals
    from opentelemetry.instrumentation.celery import utils

    utils.set_attributes_from_context = _by_todays_names(utils.set_attributes_from_context)
    telemetry = Telemetry()
    _own_sending(telemetry)
    signals.task_prerun.connect(telemetry.begin, weak=False)
    signals.task_failure.connect(telemetry.fail, weak=False)
    signals.task_postrun.connect(telemetry.finish, weak=False)
    # A process of the pool ends without `atexit`.
    signals.worker_process_shutdown.connect(lambda **_: lifecycle.end(), weak=False)
    _runs_of_beat()
    _idle_workers()


class Telemetry(Instruments):
    """What is told of Celery's messages."""

    def __init__(self) -> None:
        super().__init__(SCOPE)
        self._running: dict[str, tuple[float, dict[str, Any]]] = {}

    def begin(self, task: Any = None, task_id: str = "", **_: Any) -> None:
        """A task starts in its span; one that is called without a broker is no message."""
        from opentelemetry import trace

        request = task.request
        if request.is_eager:
            return
        sent_to = request.delivery_info or {}
        labels = {**_broker(task.app, "read"), **HANDLING, **_destination(sent_to.get("exchange"), sent_to.get("routing_key"))}
        span = trace.get_current_span()
        span.set_attributes(labels)
        if (late := _delay(request)) is not None:
            span.set_attribute("messaging.message.delay", late)
            self.delay.record(late, labels)
        self.consumed.add(1, labels)
        self._running[task_id] = time.perf_counter(), labels

    def fail(self, task_id: str = "", exception: BaseException | None = None, **_: Any) -> None:
        """It failed for good; a retry is no failure."""
        if task_id in self._running and exception is not None:
            self._running[task_id][1]["error.type"] = type(exception).__qualname__

    def finish(self, task_id: str = "", **_: Any) -> None:
        """It ended, whatever became of it."""
        if (known := self._running.pop(task_id, None)) is not None:
            self.process_duration.record(time.perf_counter() - known[0], known[1])


# Labels of the message that is being sent; its span is the current one.
_message: ContextVar[dict[str, Any] | None] = ContextVar("otel_inject_celery_message", default=None)


def _own_sending(telemetry: Telemetry) -> None:
    from celery import signals
    from celery.app.amqp import AMQP
    from opentelemetry.instrumentation.celery import CeleryInstrumentor

    instrumentor = CeleryInstrumentor()
    signals.before_task_publish.disconnect(instrumentor._trace_before_publish)
    signals.after_task_publish.disconnect(instrumentor._trace_after_publish)
    signals.before_task_publish.connect(_before_publish, weak=False)
    make = AMQP._create_task_sender

    def _create_task_sender(self: Any) -> Callable[..., Any]:
        send = make(self)

        @functools.wraps(send)
        def send_task_message(producer: Any, name: str, message: Any, *args: Any, **kwargs: Any) -> Any:
            return _send(telemetry, {**_broker(self.app, "write"), **SENDING}, name, lambda: send(producer, name, message, *args, **kwargs))

        return send_task_message

    AMQP._create_task_sender = _create_task_sender


def _send(telemetry: Telemetry, labels: dict[str, Any], task: str, send: Callable[[], Any]) -> Any:
    from opentelemetry.instrumentation.utils import is_instrumentation_enabled

    if not is_instrumentation_enabled():
        return send()
    with telemetry.sending(f"apply_async/{task}", labels, {"celery.action": "apply_async", "celery.task_name": task}):
        token = _message.set(labels)
        try:
            return send()
        finally:
            _message.reset(token)


def _before_publish(exchange: Any = None, routing_key: Any = None, headers: Any = None, **carrier: Any) -> None:
    """Now it is known where the message goes; its headers take the trace along."""
    from opentelemetry import trace
    from opentelemetry.instrumentation.celery import utils
    from opentelemetry.propagate import inject

    labels = _message.get()
    if labels is None:
        return
    labels.update(_destination(exchange, routing_key))
    span = trace.get_current_span()
    span.set_attributes(labels)
    if (task_id := utils.retrieve_task_id_from_message({**carrier, "headers": headers})) is not None:
        span.set_attribute("messaging.message.id", task_id)
    utils.set_attributes_from_context(span, {**carrier, "exchange": getattr(exchange, "name", exchange), "routing_key": routing_key})
    if headers:
        inject(headers)
        headers[_PUBLISHED] = str(time.time_ns() // 1_000_000)


def _destination(exchange: Any, routing_key: Any) -> dict[str, str]:
    """The exchange, or the queue where a message goes to the default one: the same on both sides."""
    name = getattr(exchange, "name", exchange) or routing_key
    return {"messaging.destination.name": str(name)} if name else {}


def _delay(request: Any) -> float | None:
    """Seconds since the message was published, or since the time it was planned for."""
    from datetime import datetime

    try:
        since = float(request.get(_PUBLISHED)) / 1000
        if request.eta:
            eta = request.eta if isinstance(request.eta, datetime) else datetime.fromisoformat(request.eta)
            since = max(since, eta.timestamp())
        return max(0.0, round(time.time() - since, 3))
    except (TypeError, ValueError):
        return None


_brokers: WeakKeyDictionary[Any, dict[str, dict[str, Any]]] = WeakKeyDictionary()


def _broker(app: Any, direction: str) -> Mapping[str, Any]:
    """What an application sends to or reads from, by its settings: nothing is connected for it."""
    known = _brokers.setdefault(app, {})
    if direction not in known:
        try:
            connection = app.connection_for_write() if direction == "write" else app.connection_for_read()
            transport = connection.get_transport_cls()
            found = {
                "messaging.system": _SYSTEMS.get(transport.driver_type, transport.driver_type),
                "server.address": connection.hostname,
                "server.port": connection.port or transport.default_port,
            }
            known[direction] = {key: value for key, value in found.items() if value}
        except Exception:
            known[direction] = {}
    return known[direction]


def _by_todays_names(set_attributes: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    class Renaming:
        def __init__(self, span: Any) -> None:
            self._span = span
            self.is_recording = span.is_recording

        def set_attribute(self, key: str, value: Any) -> None:
            if (name := _RENAMED.get(key, key)) is not None:
                self._span.set_attribute(name, value)

    @functools.wraps(set_attributes)
    def renamed(span: Any, context: Any) -> None:
        set_attributes(Renaming(span), context)

    return renamed


_in_run: ContextVar[bool] = ContextVar("otel_inject_celery_run", default=False)


def _runs_of_beat() -> None:
    """Schedulers of others (django-celery-beat, RedBeat) derive from this one, and some send an entry without `apply_entry`."""
    from otel_inject.libraries import when_imported

    def change() -> None:
        from celery.beat import Scheduler

        for name in ("apply_entry", "apply_async"):
            setattr(Scheduler, name, _as_run(getattr(Scheduler, name)))

    when_imported("celery.beat", change)


def _idle_workers() -> None:
    """A worker says that it lives, meets the others when it starts, takes note of each message on Redis until it is acknowledged, and looks there for
    messages that nobody acknowledged and for connections that are broken."""
    from otel_inject import idle
    from otel_inject.libraries import when_imported

    def heartbeats() -> None:
        from celery.worker.heartbeat import Heart

        idle.mark(Heart, "_send")

    def starts() -> None:
        from celery.worker import consumer
        from celery.worker.pidbox import Pidbox

        # Steps that applications add are classes of their own.
        for name in ("Connection", "Mingle", "Events", "Tasks", "Gossip", "Heart"):
            if (step := getattr(consumer, name, None)) is not None:
                idle.mark(step, "start", "stop", "shutdown")
        idle.mark(Pidbox, "start", "stop", "shutdown")
        for name in ("call_soon", "call_soon_ack"):
            if (call := vars(consumer.Consumer).get(name)) is not None:
                setattr(consumer.Consumer, name, acknowledging(call))

    def acknowledging(call: Callable[..., Any]) -> Callable[..., Any]:
        """What a task's end asks for is called later, by the worker's loop."""

        @functools.wraps(call)
        def soon(self: Any, function: Any, *args: Any, **kwargs: Any) -> Any:
            return call(self, idle.marked(function), *args, **kwargs)

        return soon

    def polls() -> None:
        from kombu.transport.redis import Channel, MultiChannelPoller, QoS

        idle.mark(MultiChannelPoller, "maybe_restore_messages", "maybe_check_subclient_health", "maybe_check_brpop_health", "maybe_refresh_binding_expiry")
        idle.mark(Channel, "maybe_refresh_binding_expiry")
        idle.mark(QoS, "append", "restore_visible")

    when_imported("celery.worker.heartbeat", heartbeats)
    when_imported("celery.worker.consumer", starts)
    when_imported("kombu.transport.redis", polls)


def _as_run(apply: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(apply)
    def apply_as_run(self: Any, entry: Any, *args: Any, **kwargs: Any) -> Any:
        if _in_run.get():
            return apply(self, entry, *args, **kwargs)
        module, _, function = str(entry.task).rpartition(".")
        attributes = {"schedule.job": str(entry.name)[:200], **_late(entry)}
        token = _in_run.set(True)
        try:
            run = as_run(functools.partial(apply, self), attributes, Target(module or "task", function, root=True))
            return run(entry, *args, **kwargs)
        finally:
            _in_run.reset(token)

    return apply_as_run


def _late(entry: Any) -> dict[str, float]:
    try:
        return {"schedule.late": max(0.0, round(-entry.schedule.remaining_estimate(entry.last_run_at).total_seconds(), 3))}
    except Exception:
        return {}
