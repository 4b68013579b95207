"""The gateway: events by type, connections and their loss, the latency of heartbeats."""

from __future__ import annotations

from typing import Any

from discord.client import Client
from discord.errors import ConnectionClosed
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from opentelemetry import context as otel_context
from opentelemetry.context import Context

from .failures import type_name
from .names import OTHER
from .patches import Patches
from .telemetry import Telemetry


def instrument_gateway(patches: Patches) -> None:
    """Everything that an event sets off is begun within `poll_event`, so that is where its context is made empty."""
    patches.wrap(DiscordWebSocket, "poll_event", _poll_event)
    patches.wrap(DiscordWebSocket, "from_client", _from_client)
    patches.wrap(KeepAliveHandler, "ack", _ack)
    patches.wrap(Client, "dispatch", _dispatch)


async def _poll_event(
    telemetry: Telemetry, wrapped: Any, socket: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    # A bot that was started within a span would otherwise have one trace for its whole life.
    token = otel_context.attach(Context())
    try:
        return await wrapped(*args, **kwargs)
    except (ConnectionClosed, ReconnectWebSocket) as error:
        code = getattr(error, "code", None) or getattr(socket, "_close_code", None) or socket.socket.close_code
        told = {} if code is None else {"discord.gateway.close_code": code}
        telemetry.disconnects.add(1, {**told, **_shard(socket.shard_id)})
        raise
    finally:
        otel_context.detach(token)


async def _from_client(
    telemetry: Telemetry, wrapped: Any, owner: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    kind = "connect" if kwargs.get("initial") else "resume" if kwargs.get("resume") else "reconnect"
    labels = {"discord.gateway.connection.type": kind, **_shard(kwargs.get("shard_id"))}
    try:
        socket = await wrapped(*args, **kwargs)
    except Exception as error:
        telemetry.connections.add(1, {**labels, "error.type": type_name(error)})
        raise
    telemetry.connections.add(1, labels)
    return socket


def _ack(telemetry: Telemetry, wrapped: Any, handler: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    result = wrapped(*args, **kwargs)
    telemetry.heartbeats.add(1, _shard(handler.shard_id))
    telemetry.latency.set(handler.latency, _shard(handler.shard_id))
    return result


def _dispatch(telemetry: Telemetry, wrapped: Any, client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args[0] == "socket_event_type" and len(args) > 1:
        known = args[1] if args[1] in telemetry.gateway_events else OTHER
        telemetry.events.add(1, {"discord.gateway.event.type": known})
    return wrapped(*args, **kwargs)


def _shard(shard_id: int | None) -> dict[str, int]:
    return {} if shard_id is None else {"discord.shard.id": shard_id}
