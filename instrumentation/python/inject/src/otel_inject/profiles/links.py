"""Below which span a thread works, as another thread sees it.

OpenTelemetry keeps the current span in a context variable, which only its own thread can read. What is attached outside an event loop is therefore
noted by thread; in an event loop the current task has a context that can be read (Python 3.12 and later). Where neither tells, a sample has no link:
none is better than a wrong one.
"""

import sys
from _thread import get_ident
from asyncio import AbstractEventLoop, current_task
from asyncio.events import _get_running_loop
from contextvars import Context as Variables
from contextvars import ContextVar
from functools import partial
from types import FrameType
from typing import Any

from opentelemetry import context
from opentelemetry.trace import get_current_span

_stacks: dict[int, list[Any]] = {}
_loops: dict[int, AbstractEventLoop] = {}
_variable: ContextVar[Any] | None = None


def install() -> None:
    """Notes from now on what is attached."""
    global _variable
    context.get_current()
    runtime: Any = context._RUNTIME_CONTEXT
    if isinstance(found := getattr(runtime, "_current_context", None), ContextVar):
        _variable = found
        runtime.attach, runtime.detach = _noting_attach(runtime.attach), _noting_detach(runtime.detach)


def _noting_attach(attach: Any) -> Any:
    def noting(attached: Any) -> Any:
        token = attach(attached)
        loop = _get_running_loop()
        if loop is not None:
            _loops[get_ident()] = loop
        else:
            _stacks.setdefault(get_ident(), []).append(attached)
        return token

    return noting


def _noting_detach(detach: Any) -> Any:
    def noting(token: Any) -> None:
        if _get_running_loop() is None and (stack := _stacks.get(get_ident())):
            stack.pop()
        detach(token)

    return noting


def link_of(thread: int, frame: FrameType) -> tuple[bytes, bytes] | None:
    """Ids of trace and span below which a thread works.

    :param thread: `_thread.get_ident()` of it
    :param frame: where it is
    """
    # Greenlets take turns on one thread, and what one has attached is not the next one's.
    if "greenlet" in sys.modules and ("gevent" in sys.modules or "eventlet" in sys.modules):
        return None
    current = _context_of(thread, frame)
    if current is None:
        return None
    span = get_current_span(current).get_span_context()
    if not span.is_valid or not span.trace_flags.sampled:
        return None
    return span.trace_id.to_bytes(16, "big"), span.span_id.to_bytes(8, "big")


def forget(threads: Any) -> None:
    """Keeps only what is of these threads."""
    for notes in (_stacks, _loops):
        for thread in [each for each in tuple(notes) if each not in threads]:
            notes.pop(thread, None)  # type: ignore[attr-defined]


def renew() -> None:
    """In a forked child, whose only thread is the one that forked."""
    forget({get_ident()})


def _context_of(thread: int, frame: FrameType) -> Any:
    loop = _loops.get(thread)
    if loop is not None and loop.is_running():
        get_context = getattr(current_task(loop), "get_context", None)
        return None if get_context is None else _in(get_context())
    if stack := _stacks.get(thread):
        return stack[-1]
    return _handed_over(frame)


def _in(variables: Variables) -> Any:
    return None if _variable is None else variables.get(_variable)


def _handed_over(frame: FrameType | None) -> Any:
    """The context that a worker of a pool runs a function in: `anyio.to_thread`, so every handler of Starlette that is no coroutine, and
    `asyncio.to_thread`."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "run":
            if code.co_filename.endswith("/anyio/_backends/_asyncio.py"):
                variables = frame.f_locals.get("context")
                return _in(variables) if isinstance(variables, Variables) else None
            if code.co_filename.endswith("/concurrent/futures/thread.py"):
                function = getattr(frame.f_locals.get("self"), "fn", None)
                variables = getattr(getattr(function, "func", None), "__self__", None) if isinstance(function, partial) else None
                return _in(variables) if isinstance(variables, Variables) else None
        frame = frame.f_back
    return None
