"""`python -m game_scheduler.bot`: answers slash commands and posts what happens to games, until SIGTERM."""

import asyncio
import logging

from game_scheduler.bot.client import SchedulerBot
from game_scheduler.bot.posts import POSTED_EVENTS, post_event
from game_scheduler.health import touch
from game_scheduler.lifecycle import run_until_terminated, until_reachable
from game_scheduler.logs import configure_logs
from game_scheduler.settings import settings
from game_scheduler.stores import Stores, open_stores

log = logging.getLogger("game_scheduler.bot")

_LOOK_EVERY = 5.0


async def _show_life(bot: SchedulerBot, stores: Stores) -> None:
    while True:
        if bot.is_ready() and not bot.is_closed() and stores.bus.healthy:
            touch("bot")
        await asyncio.sleep(_LOOK_EVERY if bot.is_ready() else 0.5)


async def main() -> None:
    """Runs until cancelled, or until Discord refuses the token."""
    config = settings()
    async with open_stores(config, "bot") as stores, SchedulerBot(config, stores) as bot:
        await until_reachable("Discord", bot.probe)
        await bot.login_or_exit()
        await stores.bus.consume("bot", POSTED_EVENTS, lambda key, event: post_event(bot, stores, key, event))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bot.connect())
            tasks.create_task(_show_life(bot, stores))


if __name__ == "__main__":
    configure_logs()
    run_until_terminated(main)
