import asyncio
import logging
import os

import aio_pika

log = logging.getLogger("shop")


async def main() -> None:
    connection = await aio_pika.connect_robust(os.environ["RABBITMQ_URL"])
    channel = await connection.channel()
    queue = await channel.declare_queue("parcels", auto_delete=True)
    await channel.default_exchange.publish(aio_pika.Message(b"7"), "parcels")
    async with queue.iterator() as messages:
        async for message in messages:
            async with message.process():
                log.warning("parcel %s", message.body.decode())


asyncio.run(main())
