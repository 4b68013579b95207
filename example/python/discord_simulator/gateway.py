"""The gateway: hello, identify or resume, heartbeats; then events flow."""

import logging
import secrets
from collections.abc import Iterable

from aiohttp import WSMsgType, web

from discord_simulator.state import APPLICATION_ID, GUILD_ID, Discord, Json, Session, bot_user, guild

log = logging.getLogger(__name__)

# Real Discord says 41 s. Our answer is faster than any network, so it may overtake discord.py's own note of when it asked;
# it then takes a whole interval for the latency, and warns when that is above 10 s.
_HEARTBEAT_MS = 5_000

_HEARTBEAT, _IDENTIFY, _RESUME = 1, 2, 6
_INVALID_SESSION, _HELLO, _HEARTBEAT_ACK = 9, 10, 11

_UNKNOWN_OPCODE, _DECODE_ERROR, _NOT_AUTHENTICATED, _AUTHENTICATION_FAILED = 4001, 4002, 4003, 4004


def gateway_routes(discord: Discord) -> Iterable[web.RouteDef]:
    """GET /gateway/ws, which `GET /api/v10/gateway/bot` tells the bot."""

    async def connect(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": _HEARTBEAT_MS}})
        session: Session | None = None
        async for received in socket:
            if received.type is not WSMsgType.TEXT:
                await socket.close(code=_DECODE_ERROR)
                break
            payload: Json = received.json()
            match payload.get("op"), payload.get("d"):
                case int(op), _ if op == _HEARTBEAT:
                    await socket.send_json({"op": _HEARTBEAT_ACK})
                case int(op), {"token": str(token)} if op in (_IDENTIFY, _RESUME) and not discord.accepts(token):
                    await socket.close(code=_AUTHENTICATION_FAILED, message=b"Authentication failed.")
                case int(op), {"token": str()} if op == _IDENTIFY:
                    session = await _identify(discord, socket, request.host)
                case int(op), {"token": str(), "session_id": str(known), "seq": int(seen)} if op == _RESUME:
                    session = await _resume(discord, socket, known, seen)
                case int(op), _ if session is None:
                    log.warning("opcode before identify", extra={"opcode": op})
                    await socket.close(code=_NOT_AUTHENTICATED)
                case 3 | 4 | 8, _:
                    pass  # presence, voice state and member requests change nothing here
                case _:
                    await socket.close(code=_UNKNOWN_OPCODE)
        if session is not None and session.socket is socket:
            session.socket = None
        log.info("gateway connection closed", extra={"close.code": socket.close_code})
        return socket

    return [web.get("/gateway/ws", connect), web.get("/gateway/ws/", connect)]


async def _identify(discord: Discord, socket: web.WebSocketResponse, host: str) -> Session:
    session = Session(secrets.token_hex(16), socket)
    discord.session = session
    log.info("bot identified")
    ready: Json = {
        "v": 10,
        "user": bot_user(),
        "guilds": [{"id": GUILD_ID, "unavailable": True}],
        "session_id": session.id,
        "resume_gateway_url": f"ws://{host}/gateway/ws",
        "application": {"id": APPLICATION_ID, "flags": 0},
    }
    await discord.dispatch("READY", ready)
    await discord.dispatch("GUILD_CREATE", guild())
    return session


async def _resume(discord: Discord, socket: web.WebSocketResponse, known: str, seen: int) -> Session | None:
    session = discord.session
    if session is None or session.id != known:
        await socket.send_json({"op": _INVALID_SESSION, "d": False})
        return None
    session.socket = socket
    missed = [payload for payload in session.sent if int(str(payload["s"])) > seen]
    for payload in missed:
        await socket.send_json(payload)
    log.info("bot resumed", extra={"events.missed": len(missed)})
    await discord.dispatch("RESUMED", {})
    return session
