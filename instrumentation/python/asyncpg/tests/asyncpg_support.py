"""A PostgreSQL for the tests."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any

import asyncpg
from container_for_tests import server


def postgres() -> AbstractContextManager[str | None]:
    """The URL of a PostgreSQL."""

    async def answers(url: str) -> None:
        await (await asyncpg.connect(url, timeout=2)).close()

    url = "postgresql://postgres:for-tests@127.0.0.1:{port}/postgres"
    return server("postgres", 5432, url, answers, ["POSTGRES_PASSWORD=for-tests"])


def run(url: str, scenario: Callable[[Any], Awaitable[None]]) -> None:
    """Runs a scenario with a connection, at most twenty seconds."""

    async def main() -> None:
        connection = await asyncpg.connect(url)
        try:
            await scenario(connection)
        finally:
            await connection.close()

    asyncio.run(asyncio.wait_for(main(), 20))
