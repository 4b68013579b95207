"""A cache without expiry: Redis is filled and kept full, until standard input ends; then the keys are deleted."""

import asyncio
import os
import sys

import redis.asyncio as redis

FILL = "for i = 1, 1000 do redis.call('SET', 'misuse:' .. ARGV[1] .. ':' .. i, string.rep('x', 1000)) end"
FORGET = "for _, key in ipairs(redis.call('KEYS', 'misuse:*')) do redis.call('DEL', key) end"


async def fill(client: redis.Redis, batch: int) -> None:
    await client.eval(FILL, 0, str(batch))
    memory = await client.info("memory")
    full = int(memory["used_memory"]) > 0.95 * int(memory["maxmemory"])
    await asyncio.sleep(2 if full else 0.1)


async def main() -> None:
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    async with redis.from_url(os.environ["REDIS_URL"]) as client:
        batch, forgotten = 0, False
        while not forgotten:
            try:
                if over.done():
                    await client.eval(FORGET, 0)
                    forgotten = True
                else:
                    await fill(client, batch := batch + 1)
            except redis.ConnectionError:
                # a Redis this full may be killed for its memory and start again
                await asyncio.sleep(1)


asyncio.run(main())
