"""Channels of pika: one span for each message that is sent or taken, where its instrumentation makes two.

It wraps a blocking connection's channels and the channel below each, so that every message is sent twice in the trace. And Dramatiq, which asks pika for its
messages, has spans of its own that know the actor (`dramatiq_actors`): beside them pika's would count each message once more.
"""

import functools
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from otel_inject.libraries import when_imported

_BLOCKING = "pika.adapters.blocking_connection"
_DRAMATIQ = "dramatiq"
# Between who asks for a channel and us.
_BETWEEN = frozenset({"pika", "opentelemetry", "wrapt", "otel_inject", "functools", "contextlib"})


def install() -> None:
    """Hooks it where pika is instrumented."""
    when_imported("opentelemetry.instrumentation.pika.pika_instrumentor", _install)


def _install() -> None:
    from opentelemetry.instrumentation.pika import pika_instrumentor
    from pika.channel import Channel

    owner, utils = pika_instrumentor.PikaInstrumentor, pika_instrumentor.utils
    instrument, messages = owner.instrument_channel, utils.ReadyMessagesDequeProxy

    @functools.wraps(instrument)
    def instrument_channel(channel: Any, *args: Any, **kwargs: Any) -> None:
        below = isinstance(channel, Channel) and _BLOCKING in _passed()
        if not below and not _is_dramatiq():
            instrument(channel, *args, **kwargs)

    @functools.wraps(messages, updated=())
    def ready_messages(pending: Any, *args: Any, **kwargs: Any) -> Any:
        return pending if _is_dramatiq() else messages(pending, *args, **kwargs)

    owner.instrument_channel = staticmethod(instrument_channel)  # type: ignore[method-assign]
    utils.ReadyMessagesDequeProxy = ready_messages


def _modules() -> Iterator[str]:
    """Names of the modules of those who call, the nearest first."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back


def _passed() -> set[str]:
    """The modules between who asks and us."""
    passed = set()
    for name in _modules():
        if name.partition(".")[0] not in _BETWEEN:
            break
        passed.add(name)
    return passed


def _is_dramatiq() -> bool:
    """Whether Dramatiq itself asks; an actor's own channels are the application's."""
    asks = next((root for name in _modules() if (root := name.partition(".")[0]) not in _BETWEEN), "")
    return asks == _DRAMATIQ
