"""What a worker asks its broker for by itself, work or none: heartbeats, polls, what it writes down about a job.

Each such call of a store would be a trace of one span, thousands an hour of a worker that nobody uses. It is marked here, where it is known who
calls; the collector drops it unless it failed (pipeline/noise.ts). A call below a span is never marked, nor one of the application's own code, but for a wait
that brought nothing.
"""

import functools
import inspect
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

# The attribute of such a span. pipeline/noise.ts knows it.
MARK = "worker.idle"

_idle: ContextVar[bool] = ContextVar("otel_inject_idle", default=False)


def mark(owner: Any, *names: str) -> None:
    """What these methods of a class call by themselves is marked; what the class lacks in this version is passed over."""
    _mark_spans()
    for name in names:
        _around(owner, name, True)


def application(owner: Any, *names: str) -> None:
    """What these methods call is the application's again, though they are called by one that is marked."""
    for name in names:
        _around(owner, name, False)


def marked(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose calls are the worker's own."""
    _mark_spans()
    return _setting(function, True)


def of_application(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose calls are the application's."""
    return _setting(function, False)


# Commands of Redis that wait until something comes.
_WAITING = frozenset({"BLMOVE", "BLMPOP", "BLPOP", "BRPOP", "BRPOPLPUSH", "BZMPOP", "BZPOPMAX", "BZPOPMIN", "XREAD", "XREADGROUP"})


def waited_in_vain(span: Any, _client: Any, response: Any) -> None:
    """Marks what a loop of the application's own asked Redis for and did not get, outside of any work: a hook of Redis' instrumentation."""
    if not response and getattr(span, "parent", span) is None and span.name.partition(" ")[0] in _WAITING:
        span.set_attribute(MARK, True)


def _around(owner: Any, name: str, idle: bool) -> None:
    stock = inspect.getattr_static(owner, name, None)
    if isinstance(stock, classmethod):
        setattr(owner, name, classmethod(_setting(stock.__func__, idle)))
    elif inspect.isfunction(stock):
        setattr(owner, name, _setting(stock, idle))


def _setting(function: Callable[..., Any], idle: bool) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def awaited(*args: Any, **kwargs: Any) -> Any:
            token = _idle.set(idle)
            try:
                return await function(*args, **kwargs)
            finally:
                _idle.reset(token)

        return awaited

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        token = _idle.set(idle)
        try:
            return function(*args, **kwargs)
        finally:
            _idle.reset(token)

    return called


@functools.cache
def _mark_spans() -> None:
    """Only where a worker is: no other process pays for the question."""
    from opentelemetry.sdk.trace import Tracer
    from opentelemetry.trace import SpanKind

    start = Tracer.start_span

    @functools.wraps(start)
    def start_span(self: Any, name: str, context: Any = None, kind: Any = SpanKind.INTERNAL, *args: Any, **kwargs: Any) -> Any:
        span = start(self, name, context, kind, *args, **kwargs)
        if kind is SpanKind.CLIENT and _idle.get() and getattr(span, "parent", span) is None:
            span.set_attribute(MARK, True)
        return span

    Tracer.start_span = start_span  # type: ignore[method-assign]
