"""`python -m game_scheduler.status`: keeps every game's status true (open, full, running, finished) and tells changes."""

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from game_scheduler.announcements import announce_status
from game_scheduler.bus import GAME_JOINED, Event
from game_scheduler.database import Game, Player
from game_scheduler.lifecycle import every, run_until_terminated
from game_scheduler.logs import configure_logs
from game_scheduler.settings import settings
from game_scheduler.stores import Stores, open_stores

log = logging.getLogger("game_scheduler.status")


async def mark_full(stores: Stores, event: Event) -> None:
    """Somebody has joined: an open game without a free seat becomes full."""
    game_id = UUID(event["game_id"])
    seats_taken = select(func.count()).where(Player.game_id == game_id).scalar_subquery()
    change = (
        update(Game)
        .where(Game.id == game_id, Game.status == "open", Game.max_players <= seats_taken)
        .values(status="full")
        .returning(Game.title)
    )
    async with stores.sessions.begin() as session:
        title = await session.scalar(change, execution_options={"synchronize_session": False})
    log.info("seats counted", extra={"game.id": event["game_id"], "game.full": title is not None})
    if title is not None:
        await announce_status(stores, game_id, title, "full")


async def follow_the_clock(stores: Stores, duration: timedelta) -> None:
    """One scheduled run: games whose time has come begin, games whose time is over end."""
    over = Game.starts_at <= func.now() - duration
    begin = update(Game).where(Game.status.in_(("open", "full")), Game.starts_at <= func.now()).values(status="running")
    end = update(Game).where(Game.status == "running", over).values(status="finished")
    async with stores.sessions.begin() as session:
        for change, status in ((begin, "running"), (end, "finished")):
            returning = change.returning(Game.id, Game.title).execution_options(synchronize_session=False)
            for game_id, title in (await session.execute(returning)).all():
                await announce_status(stores, game_id, title, status)
                log.info("game status changed", extra={"game.id": str(game_id), "game.status": status})


async def main() -> None:
    """Runs until cancelled."""
    config = settings()
    duration = timedelta(seconds=config.game_duration)
    async with open_stores(config, "status") as stores:
        await stores.bus.consume("status", [GAME_JOINED], lambda _, event: mark_full(stores, event))
        log.info("status daemon started")
        await every(config.status_interval, "status", lambda: follow_the_clock(stores, duration))


if __name__ == "__main__":
    configure_logs()
    run_until_terminated(main)
