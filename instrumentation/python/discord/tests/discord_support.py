"""Bots that run against the simulated Discord."""

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

from discord_simulator_for_tests import TOKEN, Simulator

VERSION = tuple(int(part) for part in discord.__version__.split(".")[:2])


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
