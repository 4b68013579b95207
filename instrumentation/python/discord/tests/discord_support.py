"""What the tests see of an instrumented discord.py, and bots that run against the simulated Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from discord_simulator_for_tests import TOKEN, Simulator

VERSION = tuple(int(part) for part in discord.__version__.split(".")[:2])


class Seen:
    """What telemetry came out of it."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader])

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        found = self.named(name)
        assert len(found) == 1, f"{len(found)} spans {name!r} among {[span.name for span in self.spans]}"
        return found[0]

    def points(self, metric: str) -> list[tuple[dict[str, Any], Any]]:
        """Attributes and value (count of a histogram) of every point of a metric."""
        data = self._reader.get_metrics_data()
        scopes = [scope for one in (data.resource_metrics if data else ()) for scope in one.scope_metrics]
        return [
            (dict(point.attributes), getattr(point, "count", None) or getattr(point, "value", None))
            for scope in scopes
            for found in scope.metrics
            if found.name == metric
            for point in found.data.data_points
        ]


@asynccontextmanager
async def running(client: discord.Client) -> Any:
    """A simulated Discord with this bot connected and ready."""
    async with Simulator() as simulator:
        url = simulator.gateway_url
        Route.BASE = f"http://127.0.0.1:{simulator.port}/api/v10"
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url) if VERSION >= (2, 2) else url
        task = asyncio.create_task(client.start(TOKEN))
        try:
            while not client.is_ready():
                assert not task.done(), task.exception()
                await asyncio.sleep(0.005)
            yield simulator
        finally:
            await client.close()
            await asyncio.wait([task], timeout=2)


def bot(**options: Any) -> commands.Bot:
    """A bot with prefix commands, `!`."""
    return commands.Bot("!", intents=discord.Intents.all(), guild_ready_timeout=0.05, help_command=None, **options)


def run(client: discord.Client, scenario: Callable[[Simulator], Awaitable[None]]) -> None:
    """Runs a scenario against a bot, at most ten seconds."""

    async def main() -> None:
        async with running(client) as simulator:
            await scenario(simulator)

    asyncio.run(asyncio.wait_for(main(), 10))


async def until(condition: Callable[[], object]) -> None:
    """Waits until something holds, at most five seconds."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen within 5 s")
