"""The three stores of a process, opened patiently together and closed together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from game_scheduler.bus import Bus
from game_scheduler.cache import open_cache
from game_scheduler.database import Sessions, open_database
from game_scheduler.lifecycle import until_reachable
from game_scheduler.settings import Settings


@dataclass(frozen=True, slots=True)
class Stores:
    """What every process works with."""

    sessions: Sessions
    redis: Redis
    bus: Bus


@asynccontextmanager
async def open_stores(config: Settings, client: str) -> AsyncIterator[Stores]:
    """Opens database, cache and bus, waiting for each as long as it takes."""
    engine, sessions = await until_reachable("PostgreSQL", lambda: open_database(config.database_url))
    redis = open_cache(config.redis_url)
    try:
        await until_reachable("Redis", redis.ping)
        bus = await until_reachable("RabbitMQ", lambda: Bus.connect(config.rabbitmq_url, client))
        try:
            yield Stores(sessions, redis, bus)
        finally:
            await bus.close()
    finally:
        await redis.aclose()
        await engine.dispose()
