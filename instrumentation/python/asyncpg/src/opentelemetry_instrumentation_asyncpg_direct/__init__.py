"""OpenTelemetry instrumentation of asyncpg, for programs that use it directly, by SQLAlchemy, or both at once.

    from opentelemetry_instrumentation_asyncpg_direct import AsyncpgInstrumentor

    AsyncpgInstrumentor().instrument()

`opentelemetry-instrument` finds it by its entry point, `asyncpg_direct`.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Collection
from importlib.metadata import entry_points
from typing import Any

import wrapt
from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from .package import _instruments
from .version import __version__

__all__ = ["AsyncpgInstrumentor", "__version__"]

log = logging.getLogger(__name__)

_OPTION = "OTEL_PYTHON_ASYNCPG_SILENT_UNDER_SQLALCHEMY"


class AsyncpgInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Instruments every connection of asyncpg in this process.

    Arguments of `instrument()`: `tracer_provider`, `meter_provider`, and `silent_under_sqlalchemy`: `auto`
    (default), `always` or
    `never`; without it the variable OTEL_PYTHON_ASYNCPG_SILENT_UNDER_SQLALCHEMY.
    """

    _patches: Any = None
    _telemetry: Any = None

    def instrumentation_dependencies(self) -> Collection[str]:
        return _instruments

    def _instrument(self, **kwargs: Any) -> None:
        from asyncpg.connection import Connection
        from asyncpg.cursor import Cursor, CursorIterator
        from asyncpg.prepared_stmt import PreparedStatement

        from . import statements
        from .patches import Patches
        from .telemetry import UNDER_SQLALCHEMY, Telemetry

        if isinstance(vars(Connection)["fetch"], wrapt.FunctionWrapper) or _other_follows():
            log.warning(
                "asyncpg is left to opentelemetry-instrumentation-asyncpg, which is installed too: "
                "two would double every span. Set OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=asyncpg to use this one."
            )
            return
        silent = str(kwargs.get("silent_under_sqlalchemy", os.environ.get(_OPTION, ""))) or UNDER_SQLALCHEMY[0]
        if silent not in UNDER_SQLALCHEMY:
            raise ValueError(f"{_OPTION} is {silent!r}; it must be one of {', '.join(UNDER_SQLALCHEMY)}")
        self._telemetry = Telemetry(silent, kwargs.get("tracer_provider"), kwargs.get("meter_provider"))
        self._patches = patches = Patches(self._telemetry)
        for name in ("execute", "executemany", "fetch", "fetchval", "fetchrow", "fetchmany"):
            patches.wrap(Connection, name, statements.traced(statements.of_connection))
        for name in ("copy_from_table", "copy_from_query", "copy_to_table", "copy_records_to_table"):
            patches.wrap(Connection, name, statements.traced(statements.of_copy))
        for name in ("fetch", "fetchval", "fetchrow", "fetchmany", "executemany"):
            patches.wrap(PreparedStatement, name, statements.traced(statements.of_statement))
        for name in ("fetch", "fetchrow", "forward"):
            patches.wrap(Cursor, name, statements.traced(statements.of_statement))
        patches.wrap(CursorIterator, "__anext__", statements.next_row)

    def _uninstrument(self, **kwargs: Any) -> None:
        if self._patches is not None:
            self._telemetry.active = False
            self._patches.restore()


def _other_follows() -> bool:
    """Whether an automatic start, which asks every entry point in turn, will instrument asyncpg by the
    OpenTelemetry project's package."""
    if "opentelemetry.instrumentation.auto_instrumentation" not in sys.modules:
        return False
    disabled = {name.strip() for name in os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")}
    return "asyncpg" not in disabled and len(entry_points(group="opentelemetry_instrumentor", name="asyncpg")) > 0
