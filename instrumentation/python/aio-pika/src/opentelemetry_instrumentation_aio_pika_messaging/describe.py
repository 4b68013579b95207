"""Attributes of messages, after the semantic conventions for messaging and RabbitMQ."""

from __future__ import annotations

import re
from typing import Any

ANONYMOUS = "(anonymous)"
_GENERATED = re.compile(r"^(amq\.gen-|amq\.rabbitmq\.reply-to|amq_[0-9a-f]{32}$)")


def destination(exchange: str | None, routing_key: str | None) -> dict[str, Any]:
    """Where a message goes: its exchange, or the queue named by the routing key where it goes to the default exchange.

    The same on both sides. A name that a broker or client generated, as for the answers to RPCs, is `(anonymous)`.
    """
    name = exchange or routing_key or ""
    if _GENERATED.match(name):
        return {"messaging.destination.name": ANONYMOUS, "messaging.destination.anonymous": True}
    return {"messaging.destination.name": name}


def of_message(message: Any, exchange: str | None, routing_key: str | None) -> dict[str, Any]:
    """Attributes of one message that only its span carries, since they may be many."""
    given = {
        "messaging.rabbitmq.destination.routing_key": routing_key if not _GENERATED.match(routing_key or "") else None,
        "messaging.message.id": message.message_id,
        "messaging.message.conversation_id": message.correlation_id,
    }
    return {
        **destination(exchange, routing_key),
        "messaging.message.body.size": len(message.body),
        **{key: str(value) for key, value in given.items() if value},
    }


def server_of(channel: Any) -> dict[str, Any]:
    """Address and port of the broker."""
    connection = getattr(channel, "_connection", None) or getattr(channel, "connection", None)
    url = getattr(connection, "url", None)
    host, port = getattr(url, "host", None), getattr(url, "port", None)
    if not host:
        return {}
    return {"server.address": host, "server.port": port or (5671 if url.scheme == "amqps" else 5672)}


def type_name(error: BaseException) -> str:
    """The exception's type for `error.type`: qualified, but for built-in ones."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
