"""A publisher gone mad: events nobody can read, and events nobody waits for, until standard input ends."""

import asyncio
import os
import sys

import aio_pika


async def main() -> None:
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    async with await aio_pika.connect_robust(os.environ["RABBITMQ_URL"]) as connection:
        exchange = await (await connection.channel()).get_exchange("games")
        while not over.done():
            await exchange.publish(aio_pika.Message(b"not JSON"), routing_key="game.created")
            await exchange.publish(aio_pika.Message(b"{}"), routing_key="nobody.listens", mandatory=False)
            await asyncio.sleep(1)


asyncio.run(main())
