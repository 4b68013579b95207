"""A line of `logging` as bytes, without the handler, the record of the API and the record of the SDK between."""

import logging
import traceback
from time import time_ns
from typing import Any

from opentelemetry.instrumentation.log_utils import std_to_otel
from opentelemetry.instrumentation.logging.handler import _RESERVED_ATTRS
from opentelemetry.trace import get_current_span

from otel_inject.extras import said
from otel_inject.quick import counts, otlp

_TEXTS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_NONE = (0, 0, 0)
_severities: dict[int, int] = {}


class Records(logging.Handler):
    """The same record as the stock handler's: body, level, attributes of `extra` and of an exception, trace context."""

    def __init__(self, provider: Any, processor: Any) -> None:
        super().__init__()
        self._provider, self._batch = provider, processor._batch_processor
        self._loggers: dict[str, Any] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Encodes and queues it."""
        logger = self._loggers.get(record.name)
        if logger is None:
            logger = self._loggers[record.name] = self._provider.get_logger(record.name)
        if not logger._logger_config.is_enabled:
            return
        level = record.levelno
        severity = _severities.get(level)
        if severity is None:
            severity = _severities[level] = std_to_otel(level).value
        values = {key: value for key, value in vars(record).items() if key not in _RESERVED_ATTRS}
        event = None
        if values:
            deprecated = values.pop("event.name", None)
            event = values.pop("otel.event.name", None) or deprecated
            values = said(values)
        if record.exc_info:
            _add_exception(values, record.exc_info)
        context = get_current_span().get_span_context()
        time = int(record.created * 1e9)
        made = counts.minute(time)
        counts.RECORDS.minutes[made] += 1
        data = otlp.record(
            time=time,
            observed=time_ns(),
            severity=severity,
            level=_TEXTS.get(record.levelname, record.levelname),
            body=record.getMessage(),
            values=values,
            context=(context[0], context[1], context[3]) if context[5] else _NONE,
            event=event,
        )
        self._batch.emit(otlp.item(logger._resource, logger._instrumentation_scope, data))


def _add_exception(values: dict[str, Any], exc_info: Any) -> None:
    kind, error, where = exc_info if isinstance(exc_info, tuple) else (None, None, None)
    if kind is not None:
        values["exception.type"] = kind.__name__
    if error is not None and error.args:
        values["exception.message"] = str(error.args[0])
    if where is not None:
        values["exception.stacktrace"] = "".join(traceback.format_exception(kind, error, where))
