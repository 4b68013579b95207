"""Spans, counts and durations for the application's own functions, named in OTEL_PYTHON_TRACED: no change to its code.

A target is `package.module:function` or `package.module:Class.method`. `(a, b.c)` after it records these arguments, or attributes of them, and
no other, and for a time how many seconds ago it was; `!` before it makes every call the root of a trace of its own, for what runs on a schedule. Targets are separated by `;`.
"""

import ast
import asyncio
import functools
import inspect
import re
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from otel_inject.libraries import when_imported
from otel_inject.start import say

VARIABLE = "OTEL_PYTHON_TRACED"
SCOPE = "otel_inject.traced"

_TARGET = re.compile(r"(?P<root>!?)(?P<module>[\w.]+):(?P<name>[\w.]+)(?:\((?P<arguments>[^)]*)\))?")

# Upper bounds of the histograms' buckets, in seconds; those of the SDK are for milliseconds.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_LATE = (*_SECONDS, 300, 1800, 3600)

# How long after the start a target that nobody imported counts as not found.
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Target:
    """One function to trace."""

    module: str
    name: str
    arguments: Sequence[str] = ()
    root: bool = False


def parse(text: str) -> Iterator[Target]:
    """The targets of the variable; what cannot be read is said and left out."""
    for part in filter(None, (each.strip() for each in text.split(";"))):
        if match := _TARGET.fullmatch(part):
            arguments = tuple(filter(None, (each.strip() for each in (match["arguments"] or "").split(","))))
            yield Target(match["module"], match["name"], arguments, match["root"] == "!")
        else:
            say(f"traced: {part!r} is not package.module:function")


def install(text: str) -> None:
    """Wraps every target once its module is imported, and says later which were not found."""
    targets = list(parse(text))
    if not targets:
        return
    missing = {f"{target.module}:{target.name}" for target in targets}
    for target in targets:
        when_imported(target.module, functools.partial(_wrap_in, target, missing))
    _wrap_in_main(targets, missing)
    timer = threading.Timer(_PATIENCE_SECONDS, _say_missing, [missing])
    timer.daemon = True
    timer.start()


def _wrap_in_main(targets: Sequence[Target], missing: set[str]) -> None:
    """`python -m package.module` runs a module without importing it, and calls its functions before it ends: they are decorated in its source."""
    import runpy

    run = getattr(runpy, "_run_code", None)
    if run is None:
        return

    def run_code(code: Any, run_globals: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        runpy._run_code = run
        try:
            spec = kwargs.get("mod_spec") or next((each for each in args if hasattr(each, "loader")), None)
            own = {target.name: target for target in targets if spec is not None and target.module == spec.name}
            if own:
                code = decorated(spec.loader.get_source(spec.name), code.co_filename, own)
                run_globals[_DECORATOR] = lambda name: functools.partial(_decorate, own[name], missing)
        except Exception as error:
            say(f"traced: {type(error).__name__}: {error}")
        return run(code, run_globals, *args, **kwargs)

    runpy._run_code = run_code


_DECORATOR = "__otel_traced__"


def decorated(source: str, filename: str, names: Collection[str]) -> Any:
    """The module's code, each of these functions under a decorator that wraps it; lines stay as they are."""
    tree = ast.parse(source, filename)

    def walk(body: Sequence[ast.stmt], path: str) -> None:
        for node in body:
            if isinstance(node, ast.ClassDef):
                walk(node.body, f"{path}{node.name}.")
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and path + node.name in names:
                call = ast.Call(ast.Name(_DECORATOR, ast.Load()), [ast.Constant(path + node.name)], [])
                node.decorator_list.insert(0, ast.fix_missing_locations(ast.copy_location(call, node)))

    walk(tree.body, "")
    return compile(tree, filename, "exec", dont_inherit=True)


def _decorate(target: Target, missing: set[str], function: Any) -> Any:
    missing.discard(f"{target.module}:{target.name}")
    return _wrapped(function, target)


def _wrapped(function: Any, target: Target) -> Any:
    """What stands in the class or module afterwards: a static or class method stays one."""
    if isinstance(function, (staticmethod, classmethod)):
        return type(function)(wrap(function.__func__, target))
    return wrap(function, target)


def _wrap_in(target: Target, missing: set[str]) -> None:
    holder: Any = sys.modules[target.module]
    *path, last = target.name.split(".")
    for step in path:
        holder = getattr(holder, step)
    setattr(holder, last, _wrapped(inspect.getattr_static(holder, last), target))
    missing.discard(f"{target.module}:{target.name}")


def _say_missing(missing: set[str]) -> None:
    if missing:
        say(f"traced: not found after {_PATIENCE_SECONDS:.0f} s: {', '.join(sorted(missing))}")
        from opentelemetry import metrics

        counter = metrics.get_meter(SCOPE).create_counter("traced.function.missing", "{function}", "Functions to trace that were not found")
        for name in missing:
            counter.add(1, {"code.function.name": name.replace(":", ".")})


def wrap(function: Callable[..., Any], target: Target, attributes: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """The function with a span around each call; generators have one from their first to their last value."""
    wrapped = _around(function, Observer(function, target, attributes or {}))
    wrapped.__otel_root__ = target.root  # type: ignore[attr-defined]
    return wrapped


def _around(function: Callable[..., Any], observe: "Observer") -> Callable[..., Any]:
    wraps = functools.partial(functools.update_wrapper, wrapped=function)

    if inspect.isasyncgenfunction(function):

        @wraps
        async def traced_async_generator(*args: Any, **kwargs: Any) -> Any:
            with observe(args, kwargs):
                async for value in function(*args, **kwargs):
                    yield value

        return traced_async_generator
    if inspect.iscoroutinefunction(function):

        @wraps
        async def traced_coroutine(*args: Any, **kwargs: Any) -> Any:
            with observe(args, kwargs):
                return await function(*args, **kwargs)

        return traced_coroutine
    if inspect.isgeneratorfunction(function):

        @wraps
        def traced_generator(*args: Any, **kwargs: Any) -> Any:
            with observe(args, kwargs):
                return (yield from function(*args, **kwargs))

        return traced_generator

    @wraps
    def traced_function(*args: Any, **kwargs: Any) -> Any:
        with observe(args, kwargs):
            return function(*args, **kwargs)

    return traced_function


class Observer:
    """Span, duration and count of one function's calls."""

    def __init__(self, function: Callable[..., Any], target: Target, attributes: Mapping[str, Any]) -> None:
        from opentelemetry import metrics, trace

        self.name = f"{target.module}.{target.name}"
        self._span_name = target.name
        self._attributes = attributes
        self._root = target.root
        self._arguments = target.arguments
        self._parameters = inspect.signature(function) if target.arguments else None
        self._tracer = trace.get_tracer(SCOPE)
        meter = metrics.get_meter(SCOPE)
        self._duration = meter.create_histogram(
            "traced.function.duration",
            "s",
            "Duration of the functions named in traced",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._delay = meter.create_histogram(
            "traced.function.delay",
            "s",
            "How much later than planned a function was called: by its schedule, or by the time in a recorded argument",
            explicit_bucket_boundaries_advisory=_LATE,
        )

    @contextmanager
    def __call__(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Iterator[None]:
        from opentelemetry import context
        from opentelemetry.trace import SpanKind

        begun = time.perf_counter()
        labels: dict[str, Any] = {"code.function.name": self.name}
        parent = context.Context() if self._root else None
        attributes = {**labels, **self._attributes, **self._named(args, kwargs)}
        for key, value in attributes.items():
            # a time that is yet to come says nothing about being late
            if key.endswith(".late") and isinstance(value, float) and value >= 0:
                self._delay.record(value, labels)
        try:
            with self._tracer.start_as_current_span(self._span_name, parent, SpanKind.INTERNAL, attributes) as span:
                try:
                    yield
                except (GeneratorExit, asyncio.CancelledError):
                    span.set_attribute("cancelled", True)
                    raise
        except (GeneratorExit, asyncio.CancelledError):
            raise
        except BaseException as error:
            labels["error.type"] = type(error).__qualname__
            raise
        finally:
            self._duration.record(time.perf_counter() - begun, labels)

    def _named(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments that are recorded, as text unless they are numbers or truth values."""
        if self._parameters is None:
            return {}
        try:
            bound = self._parameters.bind_partial(*args, **kwargs)
            bound.apply_defaults()
        except TypeError:
            return {}
        found: dict[str, Any] = {}
        for path in self._arguments:
            first, *rest = path.split(".")
            value = bound.arguments.get(first)
            for step in rest:
                value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
            if value is not None:
                found[f"argument.{path}"] = value if isinstance(value, (bool, int, float, str)) else str(value)[:200]
                if (late := _seconds_since(value)) is not None:
                    found[f"argument.{path}.late"] = late
        return found


def _seconds_since(value: Any) -> float | None:
    """Seconds from a time with a zone until now, negative while it is to come; None for what is no such time."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value) if isinstance(value, str) and len(value) > 18 else None
        return None if at is None or at.tzinfo is None else round(time.time() - at.timestamp(), 3)
    except ValueError:
        return None
