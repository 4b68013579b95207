"""Two clients that lock the same two rows in opposite order, again and again, until standard input ends."""

import asyncio
import os
import sys

import asyncpg

URL = os.environ["DATABASE_URL"].replace("+asyncpg", "")


async def client(first: int, second: int, over: asyncio.Future[str]) -> None:
    connection = await asyncpg.connect(URL)
    while not over.done():
        try:
            async with connection.transaction():
                await connection.execute("UPDATE misused_rows SET n = n + 1 WHERE id = $1", first)
                await asyncio.sleep(0.2)
                await connection.execute("UPDATE misused_rows SET n = n + 1 WHERE id = $1", second)
        except asyncpg.DeadlockDetectedError:
            pass
    await connection.close()


async def main() -> None:
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    setup = await asyncpg.connect(URL)
    await setup.execute("DROP TABLE IF EXISTS misused_rows")
    await setup.execute("CREATE TABLE misused_rows (id int PRIMARY KEY, n int NOT NULL)")
    await setup.execute("INSERT INTO misused_rows VALUES (1, 0), (2, 0)")
    await asyncio.gather(client(1, 2, over), client(2, 1, over))
    await setup.execute("DROP TABLE misused_rows")


asyncio.run(main())
