"""OpenTelemetry instrumentation of aio-pika.

    from opentelemetry_instrumentation_aio_pika_messaging import AioPikaInstrumentor

    AioPikaInstrumentor().instrument()

`opentelemetry-instrument` finds it by its entry point, `aio_pika_messaging`.
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
from .settings import settings_from
from .version import __version__

__all__ = ["AioPikaInstrumentor", "__version__"]

log = logging.getLogger(__name__)


class AioPikaInstrumentor(BaseInstrumentor):  # type: ignore[misc]
    """Instruments every connection of aio-pika in this process.

    Arguments of `instrument()`: `tracer_provider`, `meter_provider`, and the options of `settings.Settings`.
    """

    _patches: Any = None
    _telemetry: Any = None

    def instrumentation_dependencies(self) -> Collection[str]:
        return _instruments

    def _instrument(self, **kwargs: Any) -> None:
        from aio_pika.exchange import Exchange
        from aio_pika.message import IncomingMessage, ProcessContext
        from aio_pika.queue import Queue, QueueIterator
        from aio_pika.robust_queue import RobustQueueIterator

        from . import consume, publish
        from .patches import Patches
        from .telemetry import Telemetry

        if isinstance(vars(Queue)["consume"], wrapt.FunctionWrapper) or _other_follows():
            log.warning(
                "aio-pika is left to opentelemetry-instrumentation-aio-pika, which is installed too: "
                "two would double every span. Set OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=aio-pika to use this one."
            )
            return
        settings = settings_from(kwargs)
        self._telemetry = Telemetry(settings, kwargs.get("tracer_provider"), kwargs.get("meter_provider"))
        self._patches = patches = Patches(self._telemetry)
        patches.wrap(Exchange, "publish", publish.publish)
        patches.wrap(Queue, "consume", consume.consume)
        patches.wrap(Queue, "get", consume.get)
        for iterator in (QueueIterator, RobustQueueIterator):
            patches.wrap(iterator, "__anext__", consume.next_message)
        patches.wrap(QueueIterator, "__aexit__", consume.leave_iterator)
        patches.wrap(ProcessContext, "__aenter__", consume.begin_process)
        patches.wrap(ProcessContext, "__aexit__", consume.end_process)
        patches.wrap(IncomingMessage, "ack", consume.ack)
        patches.wrap(IncomingMessage, "reject", consume.reject)
        patches.wrap(IncomingMessage, "nack", consume.nack)

    def _uninstrument(self, **kwargs: Any) -> None:
        if self._patches is not None:
            self._telemetry.active = False
            self._patches.restore()


def _other_follows() -> bool:
    """Whether an automatic start, which asks every entry point in turn, will instrument aio-pika by the
    OpenTelemetry project's package."""
    if "opentelemetry.instrumentation.auto_instrumentation" not in sys.modules:
        return False
    disabled = {name.strip() for name in os.environ.get("OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "").split(",")}
    return "aio-pika" not in disabled and len(entry_points(group="opentelemetry_instrumentor", name="aio-pika")) > 0
