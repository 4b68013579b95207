"""A span for every statement."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.trace import SpanKind, Status, StatusCode

from .caller import caller, has_its_own_span
from .telemetry import Telemetry

_COMMENT = re.compile(r"^(\s|--[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]+")
_STRING = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"(?<![\w$.])\d+(?:\.\d+)?\b")

#: What a call is about: its connection, its statement, and whether parameters are apart from it.
About = tuple[Any, str, bool]


def of_connection(connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> About:
    """`connection.fetch(query, *parameters)`."""
    return connection, str(args[0] if args else kwargs.get("query") or kwargs.get("command") or ""), len(args) > 1


def of_statement(statement: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> About:
    """A prepared statement or a cursor."""
    return statement._connection, statement._query, bool(args)


def of_copy(connection: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> About:
    """`connection.copy_...`, whose first argument names a table or is a query."""
    return connection, "COPY", False


def traced(about: Callable[[Any, tuple[Any, ...], dict[str, Any]], About]) -> Any:
    """A wrapper that makes one span of a call, unless its caller makes one."""

    def wrapper(
        telemetry: Telemetry, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        # not within the coroutine: who called is known only now
        if not is_instrumentation_enabled():
            return wrapped(*args, **kwargs)
        connection, statement, apart = about(instance, args, kwargs)
        if has_its_own_span(telemetry.silent, statement) or caller() == "asyncpg":
            return wrapped(*args, **kwargs)
        return _run(telemetry, wrapped, args, kwargs, connection, statement if apart else without_values(statement))

    return wrapper


def next_row(telemetry: Telemetry, wrapped: Any, iterator: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Wraps `CursorIterator.__anext__()`: rows come in batches, so not every one is a call of the server."""
    if getattr(iterator, "_buffer", None) or getattr(iterator, "_exhausted", False):
        return wrapped(*args, **kwargs)
    return traced(of_statement)(telemetry, wrapped, iterator, args, kwargs)


async def _run(
    telemetry: Telemetry, wrapped: Any, args: tuple[Any, ...], kwargs: dict[str, Any], connection: Any, statement: str
) -> Any:
    operation, database = operation_of(statement), _database(connection)
    labels = {"db.system.name": "postgresql", "db.operation.name": operation, **database}
    name = f"{operation} {database.get('db.namespace', '')}".strip() or "postgresql"
    attributes = {**labels, "db.query.text": statement}
    with telemetry.tracer.start_as_current_span(
        name, kind=SpanKind.CLIENT, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as span:
        started, failure = time.perf_counter(), {}
        try:
            return await wrapped(*args, **kwargs)
        except StopAsyncIteration:
            raise
        except BaseException as error:
            failure = _failure(error)
            span.set_attributes(failure)
            span.set_status(Status(StatusCode.ERROR, failure["error.type"]))
            raise
        finally:
            telemetry.duration.record(time.perf_counter() - started, {**labels, **failure})


def _failure(error: BaseException) -> dict[str, str]:
    """Type and SQLSTATE. PostgreSQL's message may hold the values of a row, and whoever called records the
    exception."""
    state = getattr(error, "sqlstate", None)
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return {"error.type": state or name, **({"db.response.status_code": state} if state else {})}


def _database(connection: Any) -> dict[str, Any]:
    address, parameters = getattr(connection, "_addr", None), getattr(connection, "_params", None)
    database = getattr(parameters, "database", None)
    server: dict[str, Any] = {}
    if isinstance(address, tuple):
        server = {"server.address": address[0], "server.port": address[1]}
    elif isinstance(address, str):
        server = {"server.address": address}
    return {**({"db.namespace": database} if database else {}), **server}


@lru_cache(maxsize=512)
def operation_of(statement: str) -> str:
    """The first word of a statement: `SELECT`. Empty for one without words."""
    found = _WORD.match(statement, _COMMENT.match(statement).end())  # type: ignore[union-attr]
    return found.group().upper() if found else ""


@lru_cache(maxsize=512)
def without_values(statement: str) -> str:
    """A statement with `?` for every text and number in it: they may be a person's."""
    return _NUMBER.sub("?", _STRING.sub("?", statement))
