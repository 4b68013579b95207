"""What is told to the other services when a game has changed; each call also drops the cached list."""

from uuid import UUID

from game_scheduler.bus import GAME_CREATED, GAME_DUE, GAME_JOINED, GAME_STATUS
from game_scheduler.cache import forget_games
from game_scheduler.database import Game
from game_scheduler.stores import Stores


async def announce_created(stores: Stores, game: Game) -> None:
    """There is a new game: the bot posts it, the notification daemon plans its reminder."""
    await forget_games(stores.redis)
    event = {"game_id": str(game.id), "title": game.title, "starts_at": game.starts_at.isoformat()}
    await stores.bus.publish(GAME_CREATED, event)


async def announce_joined(stores: Stores, game: Game, player: str) -> None:
    """Somebody has joined: the status daemon looks whether the game is full now."""
    await forget_games(stores.redis)
    await stores.bus.publish(GAME_JOINED, {"game_id": str(game.id), "title": game.title, "player": player})


async def announce_due(stores: Stores, game_id: UUID, title: str, due_at: str) -> None:
    """A reminder is due: the bot delivers it."""
    await stores.bus.publish(GAME_DUE, {"game_id": str(game_id), "title": title, "due_at": due_at})


async def announce_status(stores: Stores, game_id: UUID, title: str, status: str) -> None:
    """A game is full, running or finished now: the bot posts it."""
    await forget_games(stores.redis)
    await stores.bus.publish(GAME_STATUS, {"game_id": str(game_id), "title": title, "status": status})
