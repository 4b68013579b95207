import asyncio
import logging

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord_simulator_for_tests import GUILD, TOKEN, Simulator, message

log = logging.getLogger("shop")
bot = commands.Bot("!", intents=discord.Intents.all(), guild_ready_timeout=0.05, help_command=None)


@bot.command()
async def parcel(context: commands.Context, code: int) -> None:
    log.warning("parcel %d", code)
    await context.send("ok")


async def main() -> None:
    async with Simulator() as simulator:
        Route.BASE = f"http://127.0.0.1:{simulator.port}/api/v10"
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(simulator.gateway_url)
        task = asyncio.create_task(bot.start(TOKEN))
        while not bot.is_ready():
            await asyncio.sleep(0.05)
        await simulator.event("MESSAGE_CREATE", message("!parcel 7", guild_id=GUILD))
        await task


asyncio.run(main())
