"""The routes of games. README.md has them as a table."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from game_scheduler import games
from game_scheduler.announcements import announce_created, announce_joined
from game_scheduler.cache import cache_games, cached_games
from game_scheduler.stores import Stores

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api/games")

type Json = dict[str, object]


class NewGame(BaseModel):
    """A game somebody calls for; its start is given either as a time or as a distance from now."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    starts_at: AwareDatetime | None = None
    starts_in_seconds: float | None = Field(default=None, ge=0, le=366 * 86_400)
    max_players: int = Field(default=4, ge=2, le=100)

    @model_validator(mode="after")
    def _one_start(self) -> Self:
        if (self.starts_at is None) == (self.starts_in_seconds is None):
            raise ValueError("give either starts_at or starts_in_seconds")
        return self

    def start(self) -> datetime:
        """When it starts, as a time."""
        return self.starts_at or datetime.now(UTC) + timedelta(seconds=self.starts_in_seconds or 0)


class NewPlayer(BaseModel):
    """Somebody who wants to join."""

    player: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


def _stores(request: Request) -> Stores:
    return request.app.state.stores


@router.post("", status_code=201)
async def create(new: NewGame, request: Request) -> Json:
    """Creates a game and announces it."""
    stores = _stores(request)
    async with stores.sessions.begin() as session:
        game = await games.create_game(session, new.title, new.start(), new.max_players)
    channel = await request.app.state.channel.name()
    await announce_created(stores, game)
    log.info("game created", extra={"game.id": str(game.id), "discord.channel": channel or "unknown"})
    return games.as_json(game)


@router.get("")
async def all_games(request: Request, response: Response) -> Json:
    """The games, from the cache when somebody has asked a moment ago."""
    stores = _stores(request)
    found = await cached_games(stores.redis)
    response.headers["x-cache"] = "miss" if found is None else "hit"
    if found is None:
        async with stores.sessions() as session:
            found = [games.as_json(game) for game in await games.list_games(session)]
        await cache_games(stores.redis, found)
        log.info("games listed from the database", extra={"games.count": len(found)})
    return {"games": found}


@router.get("/{game_id}")
async def one_game(game_id: UUID, request: Request) -> Json:
    """One game, always as the database has it."""
    async with _stores(request).sessions() as session:
        return games.as_json(await games.get_game(session, game_id))


@router.post("/{game_id}/join")
async def join(game_id: UUID, new: NewPlayer, request: Request) -> Json:
    """Joins a game and tells the others."""
    stores = _stores(request)
    async with stores.sessions.begin() as session:
        game = await games.join_game(session, game_id, new.player)
    await announce_joined(stores, game, new.player)
    log.info("game joined", extra={"game.id": str(game_id), "game.players": len(game.players)})
    return games.as_json(game)
