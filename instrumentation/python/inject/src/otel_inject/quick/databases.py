"""Attributes of SQLAlchemy's and redis' spans that do not change from one call to the next, made once."""

from collections.abc import Callable
from typing import Any

from otel_inject import overhead

# Statements an engine, and pools, whose attributes are remembered; emptied when full, since statements may be unbounded.
_REMEMBERED = 1000


def quick_statements() -> None:
    """A statement's span is begun with its attributes, which are those of the same statement before."""
    from opentelemetry.instrumentation.sqlalchemy import engine
    from opentelemetry.instrumentation.utils import is_instrumentation_enabled
    from opentelemetry.trace import SpanKind

    stock = engine.EngineTracer._before_cur_exec

    def _before_cur_exec(self: Any, conn: Any, cursor: Any, statement: Any, params: Any, context: Any, executemany: Any) -> Any:
        # Comments change each statement; without a host, or with MySQL and SQL Server, the attributes are the connection's.
        if self.enable_commenter or self.vendor not in ("postgresql", "sqlite", "oracle") or not conn.engine.url.host:
            return stock(self, conn, cursor, statement, params, context, executemany)
        if not is_instrumentation_enabled():
            return statement, params
        known = self.__dict__.setdefault("_quick_statements", {})
        found = known.get((conn.engine, statement))
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[conn.engine, statement] = _described(self, engine, conn, cursor, statement)
        name, attributes = found
        context._otel_span = self.tracer.start_span(name, kind=SpanKind.CLIENT, attributes=attributes)
        return statement, params

    engine.EngineTracer._before_cur_exec = _before_cur_exec
    overhead.time_methods(engine.EngineTracer, "_before_cur_exec")


def _described(tracer: Any, engine: Any, conn: Any, cursor: Any, statement: Any) -> tuple[str, dict[str, Any]]:
    """Name and attributes, by the stock functions."""
    attributes, _ = engine._get_attributes_from_url(conn.engine.url, tracer._sem_conv_opt_in_mode_db, tracer._sem_conv_opt_in_mode_http)
    database = engine._get_db_name_from_cursor_or_conn(tracer.vendor, conn, cursor)
    kept = _Kept()
    tracer._set_db_client_span_attributes(kept, statement, database, attributes)
    return tracer._operation_name(database, statement), kept.attributes


class _Kept:
    """Takes attributes as a span does."""

    def __init__(self) -> None:
        self.attributes: dict[str, Any] = {}

    def set_attribute(self, key: str, value: Any) -> None:
        self.attributes[key] = value

    def set_attributes(self, attributes: dict[str, Any]) -> None:
        self.attributes.update(attributes)

    def is_recording(self) -> bool:
        return True


def quick_commands() -> None:
    """Where a redis client is connected to is read from its pool once."""
    from opentelemetry.instrumentation import redis

    stock: Callable[..., None] = redis._set_connection_attributes

    def _set_connection_attributes(span: Any, conn: Any, *modes: Any) -> None:
        pool = getattr(conn, "connection_pool", None)
        if not span.is_recording() or not hasattr(pool, "connection_kwargs"):
            return
        found = pool.__dict__.get("_quick_attributes")
        if found is None:
            kept = _Kept()
            stock(kept, conn, *modes)
            found = pool._quick_attributes = kept.attributes
        span.set_attributes(found)

    redis._set_connection_attributes = _set_connection_attributes
    overhead.time_methods(redis, "_set_connection_attributes", "_format_command_args")
