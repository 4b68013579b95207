"""Instruments a library when the application imports it, and no other: what is not used costs nothing."""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from otel_inject import idle, quick
from otel_inject.start import say

# Module whose import brings the library, where it is not the distribution's name with underscores; None: at once.
MODULES: Mapping[str, str | None] = {
    "aio_pika_messaging": "aio_pika",
    "aiohttp-client": "aiohttp",
    "aiohttp-server": "aiohttp",
    "asyncpg_direct": "asyncpg",
    "discord": "discord",
    # At the first import of Django its settings may not be named yet, and reading them then fixes them empty.
    "django": "django.core.handlers.base",
    "grpc_aio_client": "grpc",
    "grpc_aio_server": "grpc",
    "grpc_client": "grpc",
    "grpc_server": "grpc",
    "mysqlclient": "MySQLdb",
    "sqlite3": "sqlite3",
    "starlette": "starlette.applications",
    "system_metrics": None,
    "threading": None,
    "urllib": "urllib.request",
}

# Not from here: records come from `logs`, these make spans or metrics of what is inside one process, and aio-pika and asyncpg have our own.
SKIPPED = frozenset({"aio-pika", "asyncio", "asyncpg", "jinja2", "logging"})

# A span for each message of a request that ASGI passes says nothing and costs a third of the whole (docs/instrumentation.md).
# A loop that waits for Redis makes a trace of each wait in vain: thousands an hour (idle.py).
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {"fastapi": {"exclude_spans": ["send", "receive"]}, "redis": {"response_hook": idle.waited_in_vain}}


def instrument(root: str) -> None:
    """Registers every instrumentor of our folder and of the application's own packages."""
    when_imported("opentelemetry.instrumentation.auto_instrumentation", _never_again)
    disabled = {name.strip() for name in os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")}
    if "*" in disabled:
        return
    _asgi_without_message_spans()
    seen: set[str] = set()
    for entry in entry_points(group="opentelemetry_instrumentor"):
        if entry.name in disabled or entry.name in SKIPPED or entry.name in seen:
            continue
        seen.add(entry.name)
        module = MODULES.get(entry.name, entry.name.replace("-", "_"))
        start = _starter(entry, root)
        when_imported(module, _once_django_is_configured(start) if entry.name == "django" else start)


def _never_again() -> None:
    """`initialize()` is for a process in which nothing was started: gunicorn's post_fork as OpenTelemetry describes it, taskiq's workers. Here it would
    start everything a second time, and load each instrumentor while the library of the first time is being imported."""
    from opentelemetry.instrumentation import auto_instrumentation

    auto_instrumentation.initialize = lambda **_: None  # type: ignore[assignment]


def when_imported(module: str | None, action: Callable[[], None]) -> None:
    """Runs the action once the module is imported, or now where it is already. What fails is said and harms nobody."""

    if module is None:
        _safely(module, action)
        return
    import wrapt

    wrapt.register_post_import_hook(lambda _: _safely(module, action), module)


def _safely(module: str | None, action: Callable[[], None]) -> None:
    try:
        action()
    except Exception as error:
        say(f"{module}: not instrumented: {type(error).__name__}: {error}")


def _starter(entry: EntryPoint, root: str) -> Callable[[], None]:
    def start() -> None:
        # While FastAPI is being imported it takes Starlette's class as its base: it goes first, else its requests would get two spans.
        if entry.name == "starlette" and "fastapi" in sys.modules and "fastapi" not in _done:
            _after_fastapi.append(start)
            return
        _done.add(entry.name)
        _before(entry.name)
        if conflict := _conflict(entry):
            say(f"{entry.name}: not instrumented: {conflict}")
        else:
            entry.load()().instrument(skip_dep_check=True, **ARGUMENTS.get(entry.name, {}))
            _afterwards(entry.name)
        while entry.name == "fastapi" and _after_fastapi:
            _after_fastapi.pop()()

    return start


def _once_django_is_configured(start: Callable[[], None]) -> Callable[[], None]:
    """Its instrumentor reads the settings, and where there are none yet it makes empty ones, which are the application's from then on."""

    def wait() -> None:
        from django.core.handlers.base import BaseHandler

        load = BaseHandler.load_middleware

        def load_middleware(self: Any, *args: Any, **kwargs: Any) -> Any:
            BaseHandler.load_middleware = load
            _safely("django", start)
            return load(self, *args, **kwargs)

        BaseHandler.load_middleware = load_middleware

    return wait


def _before(name: str) -> None:
    """What must have happened before a library is instrumented."""
    if name == "sqlalchemy":
        # If it imported this while it instruments, an asynchronous engine would be instrumented twice: two spans a statement, one without end.
        with contextlib.suppress(ImportError):
            importlib.import_module("sqlalchemy.ext.asyncio")


def _afterwards(name: str) -> None:
    """What an instrumentation lacks, and what makes it quick."""
    if name == "celery":
        from otel_inject import celery_tasks

        celery_tasks.install()
    if name == "django":
        from otel_inject import access

        access.keep_spans_of_django()
    if quick.wanted() and name in ("sqlalchemy", "redis"):
        from otel_inject.quick import databases

        databases.quick_statements() if name == "sqlalchemy" else databases.quick_commands()


_done: set[str] = set()
_after_fastapi: list[Callable[[], None]] = []


def _conflict(entry: EntryPoint) -> str | None:
    """Why the library's version is not supported; None also where the instrumentor asks for none."""
    from opentelemetry.instrumentation.dependencies import get_dist_dependency_conflicts

    if entry.dist is None:
        return None
    conflict = get_dist_dependency_conflicts(entry.dist)
    if conflict is None:
        return None
    found = conflict.found or ", ".join(conflict.found_any or ())
    required = conflict.required or " or ".join(conflict.required_any or ())
    return f"{found or 'nothing'} is installed, supported is {required}"


def _asgi_without_message_spans() -> None:
    """Starlette's instrumentor has no argument for it, so the middleware's own default changes."""

    def change() -> None:
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware

        made = OpenTelemetryMiddleware.__init__

        def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
            if kwargs.get("exclude_spans") is None:
                kwargs["exclude_spans"] = ["send", "receive"]
            made(self, *args, **kwargs)

        OpenTelemetryMiddleware.__init__ = __init__
        if quick.wanted():
            from otel_inject.quick import asgi

            asgi.install()

    when_imported("opentelemetry.instrumentation.asgi", change)


