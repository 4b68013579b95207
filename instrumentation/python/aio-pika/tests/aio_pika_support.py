"""A RabbitMQ for the tests, with an exchange and a queue."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractQueue
from container_for_tests import server


def rabbitmq() -> AbstractContextManager[str | None]:
    """The URL of a RabbitMQ. Its user guest may come from outside of the container, which is this machine alone."""

    async def answers(url: str) -> None:
        await (await aio_pika.connect(url, timeout=2)).close()

    guest = "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-rabbit loopback_users []"
    return server("rabbitmq", 5672, "amqp://guest:guest@127.0.0.1:{port}/", answers, [guest])


class Bench:
    """A connection, an exchange with one queue bound to it, and everything that a test needs of them."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue, name: str) -> None:
        self.channel, self.queue, self.name = channel, queue, name

    async def declare(self, name: str, **options: Any) -> AbstractQueue:
        """A queue for this test alone; a name of its own, as RabbitMQ removes those of a closed connection only
        after a while."""
        return await self.channel.declare_queue(f"{name}-{uuid.uuid4().hex[:8]}", exclusive=True, **options)

    async def publish(self, body: str = "a message", routing_key: str = "key.1", **properties: Any) -> None:
        exchange = await self.channel.get_exchange(self.name, ensure=False)
        await exchange.publish(aio_pika.Message(body.encode(), **properties), routing_key)


def run(url: str, scenario: Callable[[Bench], Awaitable[None]], *, robust: bool = False) -> None:
    """Runs a scenario with an exchange `games` and a queue `bot-...`, at most twenty seconds."""

    async def main() -> None:
        connection = await (aio_pika.connect_robust if robust else aio_pika.connect)(url)
        async with connection:
            channel = await connection.channel()
            exchange = await channel.declare_exchange("games", aio_pika.ExchangeType.TOPIC)
            queue = await channel.declare_queue(f"bot-{uuid.uuid4().hex[:8]}", exclusive=True)
            await queue.bind(exchange, "#")
            await scenario(Bench(channel, queue, "games"))

    asyncio.run(asyncio.wait_for(main(), 20))


async def until(condition: Callable[[], object]) -> None:
    """Waits until something holds, at most five seconds."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not happen within 5 s")
