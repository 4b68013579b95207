"""Messages of Dramatiq, which has no instrumentation of its own: a span of the one who sends and of the one whose actor does the work, with metrics.

They take the trace along in their `options`.
"""

import functools
import importlib
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from otel_inject import idle
from otel_inject.libraries import when_imported
from otel_inject.messages import HANDLING, SENDING, Instruments, since_milliseconds

SCOPE = "otel_inject.dramatiq"
_OPTION = "opentelemetry"
# Beside the trace: when the message is due, in milliseconds since 1970.
_DUE = "due"
_DELAYED = ".DQ"


def install() -> None:
    """Hooks it where it is imported."""
    when_imported("dramatiq.brokers.rabbitmq", lambda: _sending("rabbitmq", "RabbitmqBroker"))
    when_imported("dramatiq.brokers.redis", lambda: _sending("redis", "RedisBroker"))
    when_imported("dramatiq.worker", _handling)


@functools.cache
def _instruments() -> Instruments:
    return Instruments(SCOPE)


def _sending(system: str, broker: str) -> None:
    owner = getattr(importlib.import_module(f"dramatiq.brokers.{system}"), broker)
    owner.__otel_system__ = system
    enqueue = owner.enqueue

    @functools.wraps(enqueue)
    def traced_enqueue(self: Any, message: Any, *, delay: int | None = None) -> Any:
        from opentelemetry import trace
        from opentelemetry.propagate import inject

        # A message whose time has come moves to its queue: nobody sends it there.
        if _OPTION in message.options and not trace.get_current_span().get_span_context().is_valid:
            return enqueue(self, message, delay=delay)
        labels = {"messaging.system": system, "messaging.destination.name": message.queue_name, **SENDING}
        with _instruments().sending(f"enqueue/{message.actor_name}", labels, {"messaging.message.id": message.message_id}):
            carrier = {_DUE: str(time.time_ns() // 1_000_000 + (delay or 0))}
            inject(carrier)
            message.options[_OPTION] = carrier
            return enqueue(self, message, delay=delay)

    owner.enqueue = traced_enqueue


# What the message that is handled here failed by.
_failures: ContextVar[list[BaseException] | None] = ContextVar("otel_inject_dramatiq_failures", default=None)


def _handling() -> None:
    from dramatiq import broker, errors, worker

    # Exceptions by which an actor asks for something, and has not failed.
    asks = tuple(found for name in ("Retry", "RateLimitExceeded") if (found := getattr(errors, name, None)) is not None)
    worker.WorkerThread.process_message = _traced(worker.WorkerThread.process_message)
    broker.MessageProxy.stuff_exception = _noting(broker.MessageProxy.stuff_exception, asks)
    # Middleware is the application's, and called from the thread that waits for messages too.
    idle.mark(worker.ConsumerThread, "run")
    idle.application(broker.Broker, "emit_before", "emit_after")


def _noting(stuff: Callable[..., Any], asks: tuple[type[BaseException], ...]) -> Callable[..., Any]:
    @functools.wraps(stuff)
    def stuff_exception(self: Any, exception: BaseException, *args: Any, **kwargs: Any) -> Any:
        failures = _failures.get()
        if failures is not None and not isinstance(exception, asks):
            failures.append(exception)
        return stuff(self, exception, *args, **kwargs)

    return stuff_exception


def _traced(process: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(process)
    def process_message(self: Any, message: Any) -> Any:
        from opentelemetry.propagate import extract

        system = getattr(type(self.broker), "__otel_system__", "dramatiq")
        labels = {"messaging.system": system, "messaging.destination.name": str(message.queue_name).removesuffix(_DELAYED), **HANDLING}
        about = {"messaging.message.id": str(message.message_id)}
        carrier = message.options.get(_OPTION) or {}
        late = since_milliseconds(float(carrier.get(_DUE) or message.message_timestamp))
        failures: list[BaseException] = []
        token = _failures.set(failures)
        try:
            with _instruments().handling(f"process/{message.actor_name}", labels, about, extract(carrier), late):
                process(self, message)
                if failures:
                    raise failures[0]
        except BaseException as error:
            # Dramatiq has dealt with it: it must not see it again.
            if not failures or error is not failures[0]:
                raise
        finally:
            _failures.reset(token)

    return process_message
