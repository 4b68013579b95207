"""The connection to Discord: where its API and gateway are, and the slash commands it answers."""

import logging

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from game_scheduler.bot.commands import add_commands
from game_scheduler.settings import Settings
from game_scheduler.stores import Stores

log = logging.getLogger(__name__)


class SchedulerBot(discord.Client):
    """A discord.py client that may talk to another Discord than the real one (`DISCORD_API_URL`)."""

    def __init__(self, config: Settings, stores: Stores) -> None:
        # We send no voice: no warning that its packages are missing.
        discord.VoiceClient.warn_nacl = False
        discord.VoiceClient.warn_dave = False
        super().__init__(intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none())
        Route.BASE = config.discord_api_url
        self._config = config
        self.tree = app_commands.CommandTree(self)
        add_commands(self.tree, stores)

    async def probe(self) -> None:
        """Raises while Discord's API cannot be reached."""
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session:
            async with session.get(f"{Route.BASE}/gateway"):
                return

    async def login_or_exit(self) -> None:
        """Logs in; a refused token ends the process, since no retry mends it."""
        try:
            await self.login(self._config.discord_token)
        except discord.LoginFailure:
            raise SystemExit("DISCORD_TOKEN is refused by Discord; give the bot's current token") from None

    async def setup_hook(self) -> None:
        """Between login and connection: asks for the gateway (discord.py alone assumes the real one), offers commands."""
        _, url, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        offered = await self.tree.sync()
        log.info("slash commands offered", extra={"discord.commands": [command.name for command in offered]})

    async def on_ready(self) -> None:
        """Connected, and all guilds are known."""
        log.info("bot is ready", extra={"discord.guilds": len(self.guilds)})

    def channel(self) -> discord.PartialMessageable:
        """The announcement channel; nothing is asked for until something is sent."""
        return self.get_partial_messageable(self._config.discord_channel_id)
