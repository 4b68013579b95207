"""The list of games, cached in Redis for a moment: it is what everybody asks for."""

import json

from redis.asyncio import Redis
from redis.exceptions import RedisError

_KEY = "games:list"
_SECONDS = 5


def open_cache(url: str) -> Redis:
    """A client; connections are made when first needed."""
    return Redis.from_url(url, decode_responses=True, socket_connect_timeout=2, socket_timeout=2)


async def cached_games(redis: Redis) -> list[dict[str, object]] | None:
    """The list somebody stored lately, else None; also when Redis is away, since the database knows the answer."""
    try:
        text = await redis.get(_KEY)
    except RedisError:
        return None
    return None if text is None else json.loads(text)


async def cache_games(redis: Redis, games: list[dict[str, object]]) -> None:
    """Stores the list for a few seconds."""
    try:
        await redis.set(_KEY, json.dumps(games), ex=_SECONDS)
    except RedisError:
        pass


async def forget_games(redis: Redis) -> None:
    """Called by whoever has changed a game."""
    try:
        await redis.delete(_KEY)
    except RedisError:
        pass
