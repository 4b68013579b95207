"""Tasks of Huey, which has no instrumentation of its own: a span of the one who enqueues and of the one who does the work, with metrics.

Its messages have no place for a trace: the work begins one, and so does each run of a periodic task.
"""

import functools
from collections.abc import Callable
from typing import Any

from otel_inject import idle
from otel_inject.libraries import when_imported
from otel_inject.messages import HANDLING, SENDING, Instruments, since_milliseconds
from otel_inject.schedulers import as_run
from otel_inject.traced import Target

SCOPE = "otel_inject.huey"


def install() -> None:
    """Hooks it where it is imported."""
    when_imported("huey.api", _tasks)
    when_imported("huey.consumer", _consumer)


@functools.cache
def _instruments() -> Instruments:
    return Instruments(SCOPE)


def _labels(huey: Any, operation: dict[str, str]) -> dict[str, Any]:
    storage = type(huey.storage).__name__.lower()
    system = next((name for name in ("redis", "sqlite", "postgres") if name in storage), "huey")
    return {"messaging.system": system, "messaging.destination.name": str(huey.name), **operation}


def _is_immediate(huey: Any) -> bool:
    """A task that is called where it is enqueued is no message."""
    return bool(getattr(huey, "immediate", False))


def _tasks() -> None:
    from huey import api

    enqueue, make = api.Huey.enqueue, api.TaskWrapper.create_task

    @functools.wraps(enqueue)
    def traced_enqueue(self: Any, task: Any, *args: Any, **kwargs: Any) -> Any:
        # Groups and chords enqueue their tasks by this method too; periodic ones are nobody's.
        if not isinstance(task, api.Task) or isinstance(task, api.PeriodicTask) or _is_immediate(self):
            return enqueue(self, task, *args, **kwargs)
        about = {"messaging.message.id": str(task.id)}
        with _instruments().sending(f"enqueue/{task.name}", _labels(self, SENDING), about):
            return enqueue(self, task, *args, **kwargs)

    @functools.wraps(make)
    def create_task(self: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        made = make(self, function, *args, **kwargs)
        made.execute = _traced(self.huey, function, made.execute, issubclass(made, api.PeriodicTask))
        return made

    api.Huey.enqueue = traced_enqueue
    api.TaskWrapper.create_task = create_task
    idle.application(api.Huey, "_emit", "_run_pre_execute", "_run_post_execute")


def _traced(huey: Any, function: Callable[..., Any], execute: Callable[..., Any], is_periodic: bool) -> Callable[..., Any]:
    if getattr(function, "__otel_root__", False):
        return idle.of_application(execute)

    @functools.wraps(execute)
    def traced_execute(task: Any) -> Any:
        from opentelemetry.context import Context

        if _is_immediate(huey):
            return execute(task)
        if is_periodic:
            target = Target(function.__module__, function.__qualname__, root=True)
            return as_run(execute, {"schedule.job": str(task.name)[:200]}, target)(task)
        late = since_milliseconds(task.eta.timestamp() * 1000) if task.eta is not None and not huey.utc else None
        with _instruments().handling(f"run/{task.name}", _labels(huey, HANDLING), {"messaging.message.id": str(task.id)}, Context(), late):
            return execute(task)

    return idle.of_application(traced_execute)


def _consumer() -> None:
    from huey.consumer import Scheduler, Worker

    idle.mark(Worker, "loop")
    idle.mark(Scheduler, "loop")
