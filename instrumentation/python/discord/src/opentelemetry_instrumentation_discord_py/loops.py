"""`tasks.loop`: every iteration is a trace of its own."""

from __future__ import annotations

import functools
from datetime import datetime, timezone
from typing import Any

from discord.ext.tasks import Loop
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind

from .names import code_name
from .patches import Patches
from .telemetry import Handling, Telemetry


def instrument_loops(patches: Patches) -> None:
    """The loop calls its coroutine by an attribute, which is another one while it runs."""
    patches.wrap(Loop, "_loop", _loop)


async def _loop(telemetry: Telemetry, wrapped: Any, loop: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    coro = getattr(loop.coro, "__wrapped_by_opentelemetry__", loop.coro)
    loop.coro = _traced(telemetry, loop, coro)
    try:
        return await wrapped(*args, **kwargs)
    finally:
        loop.coro = coro


def _traced(telemetry: Telemetry, loop: Any, coro: Any) -> Any:
    name = coro.__name__
    labels = {"discord.task.name": name}

    @functools.wraps(coro)
    async def iteration(*args: Any, **kwargs: Any) -> Any:
        if not telemetry.active:
            return await coro(*args, **kwargs)
        delay = _delay(loop)
        attributes = {
            **labels,
            "code.function.name": code_name(coro),
            "discord.task.iteration": loop.current_loop,
            "discord.task.delay": delay,
        }
        telemetry.task_delay.record(delay, labels)
        # an empty context: whoever started the loop is not the cause of its thousandth iteration
        with Handling(
            telemetry, f"task {name}", SpanKind.INTERNAL, attributes, telemetry.task_duration, labels, parent=Context()
        ):
            return await coro(*args, **kwargs)

    iteration.__wrapped_by_opentelemetry__ = coro  # type: ignore[attr-defined]
    return iteration


def _delay(loop: Any) -> float:
    """Seconds between when this iteration was planned and now; discord.py notes the plan just before it begins."""
    planned = loop._last_iteration
    if not isinstance(planned, datetime):
        return 0.0
    return max(0.0, (datetime.now(timezone.utc) - planned).total_seconds())
