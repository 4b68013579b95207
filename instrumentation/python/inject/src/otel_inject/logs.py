"""Every record of Python's logging becomes one log record, whatever handlers the application has, or none."""

import contextlib
import logging
import warnings
from typing import Any, TextIO

from otel_inject.extras import said

_OWN = ("opentelemetry", "otel_inject")
_HERE = contextlib.nullcontext()


def capture() -> None:
    """Stands where `logging` hands a record to its handlers: once for each record that a logger lets through.

    A handler on the root logger would not do: loggers that do not propagate (uvicorn's) pass it by, and its presence alone silences
    `logging.basicConfig` and the handler of last resort.
    """
    from otel_inject.access import of_record

    handler = record_handler()
    hand_on = logging.Logger.callHandlers

    def callHandlers(self: logging.Logger, record: logging.LogRecord) -> None:
        try:
            # The exporters' own lines would feed themselves.
            if not record.name.startswith(_OWN):
                with of_record(record) if "request" in record.__dict__ else _HERE:
                    handler.emit(record)
        except Exception:
            pass
        hand_on(self, record)

    logging.Logger.callHandlers = callHandlers  # type: ignore[method-assign]
    _capture_warnings(handler)


def record_handler() -> logging.Handler:
    """Turns a line of `logging` into a log record of OpenTelemetry, as the stock instrumentation does."""
    from opentelemetry import _logs
    from opentelemetry.instrumentation.logging.handler import LoggingHandler

    from otel_inject import quick

    if (handler := quick.lines(_logs.get_logger_provider())) is not None:
        return handler  # type: ignore[no-any-return]

    class Records(LoggingHandler):
        def _get_attributes(self, record: logging.LogRecord) -> Any:
            attributes, event = super()._get_attributes(record)
            return said(attributes), event

        def flush(self) -> None:
            """The provider flushes itself; the stock handler starts a thread for it while the interpreter ends."""

    return Records()


def _capture_warnings(handler: logging.Handler) -> None:
    """Warnings are shown as ever and become records of the logger `py.warnings`; `logging.captureWarnings` takes this hook's place."""
    show = warnings.showwarning

    def showwarning(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        show(message, category, filename, lineno, file, line)
        try:
            if file is None:
                text = warnings.formatwarning(message, category, filename, lineno, line)
                handler.emit(logging.LogRecord("py.warnings", logging.WARNING, filename, lineno, "%s", (text.rstrip(),), None))
        except Exception:
            pass

    warnings.showwarning = showwarning
