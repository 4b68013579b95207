"""What the bot posts in the channel when something has happened to a game."""

import logging
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import update

from game_scheduler.bot.client import SchedulerBot
from game_scheduler.bus import GAME_CREATED, GAME_DUE, GAME_STATUS, Event
from game_scheduler.cache import forget_games
from game_scheduler.database import Game
from game_scheduler.stores import Stores

log = logging.getLogger(__name__)

POSTED_EVENTS = (GAME_CREATED, GAME_DUE, GAME_STATUS)


def post_text(key: str, event: Event) -> str:
    """The line for an event of one of `POSTED_EVENTS`."""
    title = event["title"]
    match key:
        case "game.created":
            start = datetime.fromisoformat(event["starts_at"])
            return f"New game: {title} (<t:{int(start.timestamp())}:R>)"
        case "game.due":
            return f"Starting now: {title}"
        case "game.status":
            return f"{title} is now {event['status']}"
        case _:
            raise ValueError(f"no post for {key}")


async def post_event(bot: SchedulerBot, stores: Stores, key: str, event: Event) -> None:
    """Posts one event; a delivered reminder is written down with its time."""
    await bot.channel().send(post_text(key, event))
    if key != GAME_DUE:
        log.info("posted to Discord", extra={"event.key": key, "game.id": event["game_id"]})
        return
    now = datetime.now(UTC)
    async with stores.sessions.begin() as session:
        await session.execute(update(Game).where(Game.id == UUID(event["game_id"])).values(reminded_at=now))
    await forget_games(stores.redis)
    lateness = (now - datetime.fromisoformat(event["due_at"])).total_seconds()
    log.info("reminder delivered", extra={"game.id": event["game_id"], "reminder.lateness_s": round(lateness, 3)})
