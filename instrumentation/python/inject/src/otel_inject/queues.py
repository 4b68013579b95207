"""Jobs of RQ and arq, which have no instrumentation of their own: a span of the one who enqueues and of the one who does the work, with metrics.

RQ's jobs take the trace along in their `meta`. arq's have no place for it: their work begins a trace, and so does each run of its cron jobs.
"""

import functools
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from otel_inject import idle, lifecycle
from otel_inject.libraries import when_imported
from otel_inject.messages import HANDLING, SENDING, Instruments, since_milliseconds
from otel_inject.schedulers import as_run
from otel_inject.traced import Target

SCOPE = "otel_inject.queues"
_META = "opentelemetry"


def install() -> None:
    """Hooks the two libraries where they are imported."""
    when_imported("rq.queue", _rq_sending)
    when_imported("rq.worker", _rq_handling)
    when_imported("arq.connections", _arq_sending)
    when_imported("arq.worker", _arq_handling)


@functools.cache
def _instruments() -> Instruments:
    return Instruments(SCOPE)


def _labels(operation: dict[str, str], queue: str) -> dict[str, Any]:
    return {"messaging.system": "redis", "messaging.destination.name": queue, **operation}


def _rq_sending() -> None:
    from opentelemetry.propagate import inject
    from rq.queue import Queue

    enqueue = Queue.enqueue_job

    @functools.wraps(enqueue)
    def enqueue_job(self: Any, job: Any, *args: Any, **kwargs: Any) -> Any:
        about = {"messaging.message.id": str(job.id)}
        with _instruments().sending(f"enqueue/{_function(job)}", _labels(SENDING, self.name), about):
            carrier: dict[str, str] = {}
            inject(carrier)
            job.meta[_META] = carrier
            return enqueue(self, job, *args, **kwargs)

    Queue.enqueue_job = enqueue_job


def _rq_handling() -> None:
    """A job is done in a forked process of its own, which ends without `atexit`; as a process for each job it would be a series for each, too."""
    from opentelemetry.propagate import extract
    from rq.job import Job
    from rq.worker import Worker

    perform = Job.perform

    @functools.wraps(perform)
    def traced_perform(self: Any, *args: Any, **kwargs: Any) -> Any:
        about = {"messaging.message.id": str(self.id)}
        context = extract(self.meta.get(_META) or {})
        labels = _labels(HANDLING, str(self.origin))
        with _instruments().handling(f"run/{_function(self)}", labels, about, context, _since(self.enqueued_at)):
            return perform(self, *args, **kwargs)

    Job.perform = traced_perform
    _rq_idle(Worker, Job)
    Worker.main_work_horse = _ends_with_telemetry(Worker.main_work_horse)


# What calls a function that the application gave for the end of a job, or for an error.
_RQ_CALLBACKS = ("execute_success_callback", "execute_failure_callback", "execute_stopped_callback")


def _rq_idle(worker: Any, job: Any) -> None:
    """A worker waits for jobs, says that it lives and writes down what becomes of each; all else is the application's."""
    for owner in _defining(worker, "work"), worker:
        idle.mark(owner, "__init__", "work", "main_work_horse")
        idle.application(owner, "handle_exception", *_RQ_CALLBACKS)
    idle.application(job, "perform", *_RQ_CALLBACKS)
    when_imported("rq.scheduler", _rq_scheduler)
    # Functions of a module in newer versions, which other modules have taken over by name.
    for name, module in list(sys.modules.items()):
        if name.startswith("rq."):
            idle.application(module, *_RQ_CALLBACKS)


def _rq_scheduler() -> None:
    from rq.scheduler import RQScheduler

    idle.mark(RQScheduler, "work")


def _defining(owner: Any, name: str) -> Any:
    """The class that has the method itself: others than this one may inherit it too."""
    return next((each for each in owner.__mro__ if name in vars(each)), owner)


def _ends_with_telemetry(work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def main_work_horse(self: Any, *args: Any, **kwargs: Any) -> Any:
        import os

        leave = os._exit

        def leave_with_telemetry(code: int) -> None:
            lifecycle.end()
            leave(code)

        # It leaves by os._exit, in this process alone.
        os._exit = leave_with_telemetry  # type: ignore[assignment]
        lifecycle.without_metrics()
        return work(self, *args, **kwargs)

    return main_work_horse


def _function(job: Any) -> str:
    try:
        return str(job.func_name)
    except Exception:
        return "job"


def _since(at: datetime | None) -> float | None:
    if at is None:
        return None
    return since_milliseconds((at if at.tzinfo else at.replace(tzinfo=timezone.utc)).timestamp() * 1000)


def _arq_sending() -> None:
    from arq.connections import ArqRedis

    enqueue = ArqRedis.enqueue_job

    @functools.wraps(enqueue)
    async def enqueue_job(self: Any, function: str, *args: Any, **kwargs: Any) -> Any:
        labels = _labels(SENDING, str(kwargs.get("_queue_name") or self.default_queue_name))
        with _instruments().sending(f"enqueue/{function}", labels, {}) as span:
            job = await enqueue(self, function, *args, **kwargs)
            if job is not None:
                span.set_attribute("messaging.message.id", job.job_id)
            return job

    ArqRedis.enqueue_job = enqueue_job


def _arq_handling() -> None:
    from arq.worker import Worker

    make = Worker.__init__

    @functools.wraps(make)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        make(self, *args, **kwargs)
        for hook in _ARQ_HOOKS:
            if (function := getattr(self, hook, None)) is not None:
                setattr(self, hook, idle.of_application(function))
        crons = {id(job) for job in self.cron_jobs}
        for name, function in self.functions.items():
            function.coroutine = _arq_run(name, function.coroutine) if id(function) in crons else _arq_job(name, function.coroutine, self)

    Worker.__init__ = __init__
    # It asks for jobs twice a second. What starts there is a task of asyncio, which takes the mark along: it reads and writes what is known of the job.
    idle.mark(Worker, "main", "close")


_ARQ_HOOKS = ("on_startup", "on_shutdown", "on_job_start", "on_job_end", "after_job_end")


def _arq_job(name: str, coroutine: Callable[..., Any], worker: Any) -> Callable[..., Any]:
    if hasattr(coroutine, "__otel_root__"):
        return coroutine

    @functools.wraps(coroutine)
    async def job(ctx: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        from opentelemetry.context import Context

        about = {"messaging.message.id": str(ctx.get("job_id")), "arq.job_try": int(ctx.get("job_try", 1))}
        labels = _labels(HANDLING, str(worker.queue_name))
        with _instruments().handling(f"run/{name}", labels, about, Context(), _late(ctx)):
            return await coroutine(ctx, *args, **kwargs)

    return job


def _arq_run(name: str, coroutine: Callable[..., Any]) -> Callable[..., Any]:
    target = Target(getattr(coroutine, "__module__", "cron"), getattr(coroutine, "__qualname__", name), root=True)

    @functools.wraps(coroutine)
    async def run(ctx: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        late = _late(ctx)
        attributes = {"schedule.job": name, **({} if late is None else {"schedule.late": late})}
        return await as_run(coroutine, attributes, target)(ctx, *args, **kwargs)

    return run


def _late(ctx: dict[str, Any]) -> float | None:
    """Seconds since a job was due: its score is that time in milliseconds."""
    score = ctx.get("score")
    return None if score is None else since_milliseconds(score)
