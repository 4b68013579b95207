"""The rules of games: what may be created, who may join. Used by the API and by the bot alike."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from game_scheduler.database import Game, Player

LISTED = 50


class GameNotFound(Exception):
    """There is no such game."""


class CannotJoin(Exception):
    """The game is full or over, or the player has joined already; the text says which."""


def as_json(game: Game) -> dict[str, object]:
    """A game as the API answers it."""
    return {
        "id": str(game.id),
        "title": game.title,
        "starts_at": game.starts_at.isoformat(),
        "max_players": game.max_players,
        "players": [player.name for player in game.players],
        "status": game.status,
        "reminded_at": game.reminded_at.isoformat() if game.reminded_at else None,
    }


async def create_game(session: AsyncSession, title: str, starts_at: datetime, max_players: int) -> Game:
    """A new game without players. The caller commits."""
    game = Game(title=title, starts_at=starts_at, max_players=max_players, players=[])
    session.add(game)
    await session.flush()
    return game


async def list_games(session: AsyncSession) -> list[Game]:
    """The games that start last, at most `LISTED`."""
    return list(await session.scalars(select(Game).order_by(Game.starts_at.desc()).limit(LISTED)))


async def get_game(session: AsyncSession, game_id: UUID) -> Game:
    """The game of this id, or GameNotFound."""
    game = await session.get(Game, game_id)
    if game is None:
        raise GameNotFound(f"no game {game_id}")
    return game


async def find_game(session: AsyncSession, title_or_id: str) -> Game:
    """The game a person means: by id, else the newest of that title, else GameNotFound."""
    try:
        return await get_game(session, UUID(title_or_id))
    except ValueError:
        newest = select(Game).where(Game.title == title_or_id).order_by(Game.created_at.desc()).limit(1)
        game = await session.scalar(newest)
    if game is None:
        raise GameNotFound(f"no game called {title_or_id}")
    return game


async def join_game(session: AsyncSession, game_id: UUID, player: str) -> Game:
    """Adds a player. Locks the game's row, so that two cannot take the last seat. The caller commits."""
    game = await session.get(Game, game_id, with_for_update=True, populate_existing=True)
    if game is None:
        raise GameNotFound(f"no game {game_id}")
    if game.status == "finished":
        raise CannotJoin("the game is over")
    if any(other.name == player for other in game.players):
        raise CannotJoin("already joined")
    if len(game.players) >= game.max_players:
        raise CannotJoin("the game is full")
    game.players.append(Player(name=player))
    await session.flush()
    return game
