"""Who calls asyncpg: the application, or a library that has its own span for the same statement."""

from __future__ import annotations

import sys
from typing import Any

from opentelemetry import trace
from opentelemetry.trace import SpanKind

_OWN = __name__.partition(".")[0]
_SKIPPED = ("asyncpg", "wrapt", _OWN)
_SQLALCHEMY_INSTRUMENTATION = "opentelemetry.instrumentation.sqlalchemy"


def has_its_own_span(silent: str, statement: str) -> bool:
    """Whether the caller of this statement makes a span of it. Must be asked within the call itself, not in its
    coroutine.

    silent: `auto`, `always` or `never`, see `telemetry.UNDER_SQLALCHEMY`.
    """
    if silent != "never" and caller() == "sqlalchemy" and (silent == "always" or _sqlalchemy_is_traced()):
        return True
    span: Any = trace.get_current_span()
    if getattr(span, "kind", None) is not SpanKind.CLIENT:
        return False
    attributes = getattr(span, "attributes", None) or {}
    return statement in (attributes.get("db.query.text"), attributes.get("db.statement"))


def caller() -> str:
    """The package whose code called asyncpg; `asyncpg` itself when its pool resets a connection."""
    frame = sys._getframe(1)
    while frame is not None:
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if package == "asyncpg" and frame.f_code.co_name in ("reset", "_reset", "release"):
            return "asyncpg"
        if package not in _SKIPPED:
            return package
        frame = frame.f_back  # type: ignore[assignment]
    return ""


def _sqlalchemy_is_traced() -> bool:
    """Whether SQLAlchemy's instrumentation is active in this process, at this moment."""
    module = sys.modules.get(_SQLALCHEMY_INSTRUMENTATION)
    instrumentor = getattr(module, "SQLAlchemyInstrumentor", None)
    return instrumentor is not None and bool(instrumentor().is_instrumented_by_opentelemetry)
