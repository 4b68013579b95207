"""Events about games, through RabbitMQ: one topic exchange, one durable queue per interested service."""

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Self

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustChannel, AbstractRobustConnection, AbstractRobustExchange
from aio_pika.exceptions import AMQPError

log = logging.getLogger(__name__)

GAME_CREATED = "game.created"
GAME_JOINED = "game.joined"
GAME_DUE = "game.due"
GAME_STATUS = "game.status"

_EXCHANGE = "games"
_PREFETCH = 20
_CONFIRMED_WITHIN = 5.0

type Event = dict[str, str]
type Handler = Callable[[str, Event], Awaitable[None]]


class BusUnavailable(Exception):
    """RabbitMQ has not taken an event; the connection heals itself, so the next one may succeed."""


class Bus:
    """A connection that heals itself, its channel and the exchange."""

    def __init__(
        self, connection: AbstractRobustConnection, channel: AbstractRobustChannel, exchange: AbstractRobustExchange
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._exchange = exchange

    @classmethod
    async def connect(cls, url: str, client: str) -> Self:
        """Connects; `client` names the connection in RabbitMQ's own listing."""
        connection = await aio_pika.connect_robust(url, client_properties={"connection_name": client})
        try:
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=_PREFETCH)
            exchange = await channel.declare_exchange(_EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True)
        except BaseException:
            await connection.close()
            raise
        return cls(connection, channel, exchange)

    @property
    def healthy(self) -> bool:
        """Whether the connection stands at this moment."""
        return self._connection.connected.is_set()

    async def publish(self, key: str, event: Event) -> None:
        """Publishes one event; returns when the broker has confirmed it, else raises BusUnavailable."""
        message = aio_pika.Message(
            json.dumps(event).encode(),
            content_type="application/json",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            headers={},
        )
        try:
            await self._exchange.publish(message, routing_key=key, timeout=_CONFIRMED_WITHIN)
        except (AMQPError, OSError, TimeoutError) as error:
            raise BusUnavailable(f"{key} could not be published ({type(error).__name__})") from error

    async def consume(self, queue: str, keys: Sequence[str], handle: Handler) -> None:
        """Handles every event of these keys. What cannot be handled is logged and tried once more, then dropped."""
        declared = await self._channel.declare_queue(queue, durable=True)
        for key in keys:
            await declared.bind(self._exchange, routing_key=key)

        async def on_message(message: AbstractIncomingMessage) -> None:
            # `process` acknowledges, and on an exception rejects: the first time back into the queue.
            async with message.process(requeue=not message.redelivered, ignore_processed=True):
                try:
                    await handle(message.routing_key or "", json.loads(message.body))
                except Exception:
                    log.exception("an event could not be handled", extra={"event.key": message.routing_key})
                    raise

        await declared.consume(on_message)

    async def close(self) -> None:
        """Closes the connection; unacknowledged events go back to their queue."""
        await self._connection.close()
