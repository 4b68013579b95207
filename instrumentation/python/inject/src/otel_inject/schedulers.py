"""One scheduled run, one trace: the jobs of APScheduler and of `schedule` become root spans with what is due and how late."""

import functools
from collections.abc import Callable
from typing import Any

from otel_inject.libraries import when_imported
from otel_inject.traced import Target, wrap


def install() -> None:
    """Hooks the two libraries where they are imported."""
    when_imported("schedule", _schedule)
    when_imported("apscheduler.executors.base", _apscheduler)


def _schedule() -> None:
    import schedule

    run = schedule.Job.run

    def traced_run(job: Any) -> Any:
        function = job.job_func
        if function is None or _is_traced(function):
            return run(job)
        planned = job.next_run
        attributes: dict[str, Any] = {"schedule.job": repr(job)[:200]}
        if planned is not None:
            attributes["schedule.late"] = round(_now_like(planned) - planned.timestamp(), 3)
        job.job_func = as_run(function, attributes)
        try:
            return run(job)
        finally:
            job.job_func = function

    schedule.Job.run = traced_run


def _apscheduler() -> None:
    """APScheduler 3: an executor calls the job's function in a thread, a process or a loop; it swallows errors, so the function itself is traced."""
    from apscheduler.executors import base

    for name in ("run_job", "run_coroutine_job"):
        run = getattr(base, name, None)
        if run is not None:
            setattr(base, name, _with_traced_function(run))


def _with_traced_function(run: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(run)
    def run_traced(job: Any, jobstore: Any, run_times: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_traced(job.func):
            late = round(_now_like(run_times[0]) - run_times[0].timestamp(), 3)
            job = _JobWith(job, as_run(job.func, {"schedule.job": str(job.name)[:200], "schedule.late": late}))
        return run(job, jobstore, run_times, *args, **kwargs)

    return run_traced


class _JobWith:
    """A job with another function: several runs of one job may go on at once."""

    def __init__(self, job: Any, func: Callable[..., Any]) -> None:
        self._job = job
        self.func = func

    def __getattr__(self, name: str) -> Any:
        return getattr(self._job, name)

    def __str__(self) -> str:
        return str(self._job)


def as_run(function: Callable[..., Any], attributes: dict[str, Any], target: Target | None = None) -> Callable[..., Any]:
    """The function, each call a root span with these attributes and the name of the target; default: its own."""
    inner = function.func if isinstance(function, functools.partial) else function
    own = Target(getattr(inner, "__module__", "job"), getattr(inner, "__qualname__", "job"), root=True)
    return wrap(function, target or own, attributes)


def _is_traced(function: Any) -> bool:
    inner = function.func if isinstance(function, functools.partial) else function
    return getattr(inner, "__otel_root__", False)


def _now_like(planned: Any) -> float:
    from datetime import datetime

    return datetime.now(planned.tzinfo).timestamp()
