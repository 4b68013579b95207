"""The measured service: FastAPI on uvicorn with one worker, SQLAlchemy (async, asyncpg), redis. Nothing of telemetry is in it."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import redis.asyncio
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

log = logging.getLogger("shop")
engine = create_async_engine(os.environ["POSTGRES_URL"], pool_size=10)
# The client's own bound of 100 answers with an error where the machine stands still for a third of a second.
cache = redis.asyncio.from_url(os.environ["REDIS_URL"], decode_responses=True, max_connections=2000)

ROWS = text("SELECT id, title FROM games WHERE id > :after ORDER BY id LIMIT 10")
COUNT = text("SELECT count(*) FROM games WHERE id > :after")


@asynccontextmanager
async def with_table(_: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        # The variants start together.
        await connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        await connection.execute(text("CREATE TABLE IF NOT EXISTS games (id int PRIMARY KEY, title text)"))
        await connection.execute(text("INSERT INTO games SELECT i, 'game ' || i FROM generate_series(1, 500) i ON CONFLICT DO NOTHING"))
    yield


app = FastAPI(lifespan=with_table)


@app.get("/waits/{milliseconds}")
async def waits(milliseconds: int) -> dict[str, int]:
    """What waits for something else: a 5 ms and a 20 ms endpoint."""
    await asyncio.sleep(milliseconds / 1000)
    return {"waited": milliseconds}


@app.get("/games/{after}")
async def games(after: int) -> dict[str, object]:
    """The database route: one look into Redis, two statements in a transaction, one record of the application's own."""
    seen = await cache.incr(f"seen:{after}")
    async with engine.begin() as connection:
        count = (await connection.execute(COUNT, {"after": after})).scalar_one()
        rows = (await connection.execute(ROWS, {"after": after})).all()
    log.warning("games after %d: %d", after, count)
    return {"seen": seen, "count": count, "games": [{"id": row.id, "title": row.title} for row in rows]}
