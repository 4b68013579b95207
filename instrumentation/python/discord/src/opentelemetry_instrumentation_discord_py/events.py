"""Handlers of events: one span for each handler of the application that an event is given to."""

from __future__ import annotations

from typing import Any

from discord.client import Client
from opentelemetry import trace
from opentelemetry.trace import SpanKind

from .describe import of_arguments
from .names import EVENTS, OTHER, code_name
from .patches import Patches
from .telemetry import Handling, Telemetry, failed


def instrument_events(patches: Patches) -> None:
    """`on_...` methods, `@client.event`, and listeners of bots and cogs all end here."""
    patches.wrap(Client, "_run_event", _run_event)


def _run_event(telemetry: Telemetry, wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    handler, method, *rest = args
    event = str(method).removeprefix("on_")
    own = (getattr(handler, "__module__", None) or "").split(".")[0] == "discord"
    if own or event in telemetry.settings.excluded_events:
        return wrapped(*args, **kwargs)
    return _handled(telemetry, wrapped, handler, method, event, tuple(rest), kwargs)


async def _handled(
    telemetry: Telemetry,
    wrapped: Any,
    handler: Any,
    method: str,
    event: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    known = event if event in EVENTS or event in telemetry.settings.events else OTHER
    attributes = {
        "discord.event.name": known,
        "code.function.name": code_name(handler),
        **of_arguments(telemetry.identity, args),
    }
    nested = trace.get_current_span().get_span_context().is_valid
    labels = {"discord.handler.type": "event", "discord.event.name": known}
    kind = SpanKind.INTERNAL if nested else SpanKind.CONSUMER
    with Handling(telemetry, f"on_{known}", kind, attributes, telemetry.handler_duration, labels):
        # discord.py gives the exception to `on_error`, whatever that makes of it: it is noted before
        return await wrapped(_noting(handler), method, *args, **kwargs)


def _noting(handler: Any) -> Any:
    async def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return await handler(*args, **kwargs)
        except Exception as error:
            failed(error)
            raise

    return call
